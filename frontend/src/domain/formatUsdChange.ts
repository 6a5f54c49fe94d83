// SPDX-License-Identifier: Apache-2.0
import { formatUsd } from './formatUsd';

/** Dollars gained or lost, always with their sign. */
export function formatUsdChange(usdWad: bigint): string {
  return usdWad > 0n ? `+${formatUsd(usdWad)}` : formatUsd(usdWad);
}
