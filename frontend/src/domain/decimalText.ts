// SPDX-License-Identifier: Apache-2.0

export type Rounding = 'down' | 'up' | 'half_even';

/** Drops `places` decimal digits of a number that is not negative. */
export function dropDigits(value: bigint, places: number, rounding: Rounding): bigint {
  if (places <= 0) return value * 10n ** BigInt(-places);
  const divisor = 10n ** BigInt(places);
  const quotient = value / divisor;
  const rest = value % divisor;
  if (rest === 0n || rounding === 'down') return quotient;
  if (rounding === 'up') return quotient + 1n;
  const twice = rest * 2n;
  const isUp = twice > divisor || (twice === divisor && quotient % 2n === 1n);
  return isUp ? quotient + 1n : quotient;
}

/** `value` with `decimals` decimals, shown with exactly `shown` of them, grouped in threes. */
export function decimalText(
  value: bigint,
  decimals: number,
  shown: number,
  rounding: Rounding,
): string {
  const rounded = dropDigits(value, decimals - shown, rounding);
  const digits = rounded.toString().padStart(shown + 1, '0');
  const whole = digits.slice(0, digits.length - shown).replace(/\B(?=(\d{3})+$)/g, ',');
  return shown === 0 ? whole : `${whole}.${digits.slice(digits.length - shown)}`;
}

/** Every decimal that there is, no grouping: for inputs and for copying. */
export function exactText(value: bigint, decimals: number): string {
  const digits = value.toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return fraction === '' ? whole : `${whole}.${fraction}`;
}
