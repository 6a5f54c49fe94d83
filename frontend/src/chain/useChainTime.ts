// SPDX-License-Identifier: Apache-2.0
import { usePulse } from './usePulse';

/** The time of the latest block in seconds; every timer of the page runs on it. */
export function useChainTime(): bigint {
  return usePulse().latest?.timestamp ?? 0n;
}
