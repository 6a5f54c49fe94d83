// SPDX-License-Identifier: Apache-2.0
import { decimalText, type Rounding } from './decimalText';
import { WAD } from './units';

const STEPS = [
  { from: 10n ** 9n, letter: 'B', drop: 9 },
  { from: 10n ** 6n, letter: 'M', drop: 6 },
  { from: 10n ** 5n, letter: 'k', drop: 3 },
] as const;

/** Money in dollars, two decimals; in lists compact from 100,000 up, in reviews never. */
export function formatUsd(
  usdWad: bigint,
  options: { compact?: boolean; rounding?: Rounding } = {},
): string {
  const { compact = false, rounding = 'down' } = options;
  if (usdWad === 0n) return '$0.00';
  // A loss or a debt: rounded away from zero, as what somebody owes is.
  if (usdWad < 0n) return `−${formatUsd(-usdWad, { compact, rounding: 'up' })}`;
  if (usdWad * 100n < WAD) return '<$0.01';
  const step = compact ? STEPS.find(({ from }) => usdWad >= from * WAD) : undefined;
  if (step) return `$${decimalText(usdWad, 18 + step.drop, 2, rounding)}${step.letter}`;
  return `$${decimalText(usdWad, 18, 2, rounding)}`;
}
