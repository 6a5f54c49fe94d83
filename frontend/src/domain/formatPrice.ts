// SPDX-License-Identifier: Apache-2.0
import { decimalText } from './decimalText';
import { WAD } from './units';

/** A price with four to six significant digits. */
export function formatPrice(priceWad: bigint): string {
  if (priceWad === 0n) return '0';
  if (priceWad >= 10_000n * WAD) return decimalText(priceWad, 18, 0, 'half_even');
  if (priceWad >= 10n * WAD) return decimalText(priceWad, 18, 2, 'half_even');
  if (priceWad >= WAD) return decimalText(priceWad, 18, 4, 'half_even');
  const zeros = 18 - priceWad.toString().length;
  return decimalText(priceWad, 18, Math.min(18, zeros + 4), 'half_even');
}
