// SPDX-License-Identifier: Apache-2.0
import { dropDigits, type Rounding } from './decimalText';

function roundDigits(value: bigint, digits: number, rounding: Rounding): bigint {
  const places = value.toString().length - digits;
  return places <= 0 ? value : dropDigits(value, places, rounding) * 10n ** BigInt(places);
}

/** The number that is nearest with so many significant digits. */
export const roundDigitsNear = (value: bigint, digits: number): bigint =>
  roundDigits(value, digits, 'half_even');

/** The next number up with so many significant digits. */
export const roundDigitsUp = (value: bigint, digits: number): bigint =>
  roundDigits(value, digits, 'up');
