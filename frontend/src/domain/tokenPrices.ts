// SPDX-License-Identifier: Apache-2.0
import type { HexAddress, Market } from './market';
import { type Pair, sidesOf } from './pair';
import { pairPriceWad } from './pairPrice';
import { valueUsdWadDown } from './position';
import { WAD } from './units';

export type TokenPrices = Readonly<Record<HexAddress, bigint>>;

/**
 * USD of one whole token: from the markets; where those know none, from a pool with one priced
 * side; and for pool tokens from what they can be redeemed for. For reading only: no loan is
 * valued with it.
 */
export function tokenPrices(markets: readonly Market[], pairs: readonly Pair[]): TokenPrices {
  const prices: Record<HexAddress, bigint> = {};
  for (const { asset, priceUsdWad } of markets) if (priceUsdWad > 0n) prices[asset] = priceUsdWad;
  for (const pair of pairs) {
    const [first, second] = sidesOf(pair);
    for (const [side, other] of [
      [first, second],
      [second, first],
    ] as const) {
      const otherPrice = prices[other.token];
      if (prices[side.token] === undefined && otherPrice !== undefined && side.reserve > 0n)
        prices[side.token] = (pairPriceWad(side, other) * otherPrice) / WAD;
    }
  }
  for (const pair of pairs) {
    const valueUsdWad = poolValueUsdWad(pair, prices);
    if (valueUsdWad !== undefined && pair.totalSupply > 0n)
      prices[pair.pair] = (valueUsdWad * WAD) / pair.totalSupply;
  }
  return prices;
}

/** What both sides of a pool are worth; unknown where a side has no price. */
export function poolValueUsdWad(pair: Pair, prices: TokenPrices): bigint | undefined {
  let sumUsdWad = 0n;
  for (const { token, reserve, decimals } of sidesOf(pair)) {
    const price = prices[token];
    if (price === undefined) return undefined;
    sumUsdWad += valueUsdWadDown(reserve, price, decimals);
  }
  return sumUsdWad;
}
