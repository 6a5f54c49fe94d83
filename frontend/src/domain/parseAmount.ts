// SPDX-License-Identifier: Apache-2.0
import { MAX_UINT256 } from './units';

export type AmountIssue =
  | 'empty'
  | 'not_a_number'
  | 'ambiguous'
  | 'too_many_decimals'
  | 'too_large';

export type ParsedAmount = { ok: true; baseUnits: bigint } | { ok: false; issue: AmountIssue };

const refuse = (issue: AmountIssue): ParsedAmount => ({ ok: false, issue });

/** Digits in groups of three, all parted by the same sign. */
const isGrouped = (text: string, sign: string) =>
  new RegExp(`^\\d{1,3}(\\${sign}\\d{3})+$`).test(text);

/**
 * Reads what somebody typed or pasted, in base units of a token. Comma and point both part the
 * decimals; "1,000.25" and "1.000,25" are the same. "1,234" alone can mean two things: it is
 * refused, because a guess would be wrong for somebody by a factor of a thousand.
 */
export function parseAmount(typed: string, decimals: number): ParsedAmount {
  const text = typed.replace(/[\s'_\u00a0\u202f\u2009]/g, '');
  if (text === '') return refuse('empty');
  if (!/^[\d.,]+$/.test(text) || !/\d/.test(text)) return refuse('not_a_number');

  const split = splitDecimals(text);
  if (split === 'not_a_number' || split === 'ambiguous') return refuse(split);

  const fraction = split.fraction.replace(/0+$/, '');
  if (fraction.length > decimals) return refuse('too_many_decimals');
  const digits = `${split.whole}${fraction.padEnd(decimals, '0')}`.replace(/^0+/, '');
  // 2**256 has 78 digits: more are not worth building a number from.
  if (digits.length > 78) return refuse('too_large');
  const baseUnits = BigInt(digits || '0');
  return baseUnits > MAX_UINT256 ? refuse('too_large') : { ok: true, baseUnits };
}

function splitDecimals(
  text: string,
): { whole: string; fraction: string } | 'not_a_number' | 'ambiguous' {
  const points = text.split('.').length - 1;
  const commas = text.split(',').length - 1;

  if (points > 0 && commas > 0) {
    const decimalSign = text.lastIndexOf('.') > text.lastIndexOf(',') ? '.' : ',';
    const groupSign = decimalSign === '.' ? ',' : '.';
    const at = text.lastIndexOf(decimalSign);
    const whole = text.slice(0, at);
    if (whole.includes(decimalSign) || !isGrouped(whole, groupSign)) return 'not_a_number';
    return { whole: whole.replaceAll(groupSign, ''), fraction: text.slice(at + 1) };
  }
  if (points + commas === 0) return { whole: text, fraction: '' };

  const sign = points > 0 ? '.' : ',';
  if (points + commas > 1)
    return isGrouped(text, sign)
      ? { whole: text.replaceAll(sign, ''), fraction: '' }
      : 'not_a_number';
  const [whole = '', fraction = ''] = text.split(sign);
  if (sign === ',' && /^[1-9]\d{0,2}$/.test(whole) && fraction.length === 3) return 'ambiguous';
  return { whole, fraction };
}
