// SPDX-License-Identifier: Apache-2.0
import { decimalText, type Rounding } from './decimalText';
import { WAD } from './units';

/** A ratio as per cent with two decimals; unknown is a dash, never 0. */
export function formatPercent(
  ratioWad: bigint | undefined,
  rounding: Rounding = 'half_even',
): string {
  if (ratioWad === undefined) return '—';
  if (ratioWad > 10n * WAD) return '>1,000%';
  if (ratioWad > 0n && ratioWad * 10_000n < WAD) return '<0.01%';
  return `${decimalText(ratioWad, 16, 2, rounding)}%`;
}
