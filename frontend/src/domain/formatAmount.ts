// SPDX-License-Identifier: Apache-2.0
import { decimalText, type Rounding } from './decimalText';

/**
 * A token amount for reading: 0; "<0.0001"; four significant digits under 1; four decimals
 * under 100, two above, grouped. `down` for what somebody has or gets, `up` for what they owe.
 */
export function formatAmount(value: bigint, decimals: number, rounding: Rounding = 'down'): string {
  if (value === 0n) return '0';
  const one = 10n ** BigInt(decimals);
  if (value * 10_000n < one) return '<0.0001';
  if (value >= 100n * one) return decimalText(value, decimals, Math.min(2, decimals), rounding);
  if (value >= one) return trimZeros(decimalText(value, decimals, Math.min(4, decimals), rounding));
  // 0.0321987 has one zero after the point: four digits more are five decimals.
  const zeros = decimals - value.toString().length;
  return trimZeros(decimalText(value, decimals, Math.min(zeros + 4, decimals), rounding));
}

/** 2.5000 reads as 2.50; two decimals stay, so that columns do not jump. */
function trimZeros(text: string): string {
  return text.replace(/(\.\d\d\d*?)0+$/, '$1');
}
