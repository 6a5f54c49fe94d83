// SPDX-License-Identifier: Apache-2.0
import { decimalText, type Rounding } from './decimalText';
import { formatAmount } from './formatAmount';

const DECIMALS = 18;

/**
 * An amount of pool tokens. One of them can be worth millions, so that four significant digits
 * are shown however small the amount is.
 */
export function formatPoolTokens(value: bigint, rounding: Rounding = 'down'): string {
  if (value === 0n || value * 10_000n >= 10n ** BigInt(DECIMALS))
    return formatAmount(value, DECIMALS, rounding);
  const zeros = DECIMALS - value.toString().length;
  return decimalText(value, DECIMALS, Math.min(zeros + 4, DECIMALS), rounding);
}
