// SPDX-License-Identifier: Apache-2.0
import { formatPrice } from './formatPrice';
import { type Pair, sidesOf } from './pair';
import { pairPriceWad } from './pairPrice';
import { WAD } from './units';

/** The price of a pool as people quote it: the dearer token in the cheaper one. */
export function pairPriceText(pair: Pair): string {
  const [first, second] = sidesOf(pair);
  const isFirstDearer = pairPriceWad(first, second) >= WAD;
  const [base, quote] = isFirstDearer ? [first, second] : [second, first];
  return `1 ${base.symbol} = ${formatPrice(pairPriceWad(base, quote))} ${quote.symbol}`;
}
