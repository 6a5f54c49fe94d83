// SPDX-License-Identifier: Apache-2.0
import { liquidationPriceUsdWad } from './liquidationPrice';
import type { ProjectedPosition } from './projectPosition';
import { WAD } from './units';

export type LiquidationLine =
  | {
      kind: 'price';
      /** One of this token ... */
      base: string;
      /** ... is priced in this one. */
      quote: string;
      priceWad: bigint;
      nowWad: bigint;
      direction: 'falls' | 'rises';
      changeWad: bigint;
    }
  /** Several collaterals: how far all of them have to fall together. */
  | { kind: 'all'; changeWad: bigint };

/** Where liquidation starts: as a price between collateral and debt, or as a common fall. */
export function liquidationLine(position: ProjectedPosition): LiquidationLine | undefined {
  const { debtMarket, debtUsdWad, liquidationLimitUsdWad } = position;
  const counted = position.collaterals.filter(({ valueUsdWad }) => valueUsdWad > 0n);
  const [only] = counted;
  if (!debtMarket || !only || debtUsdWad === 0n || liquidationLimitUsdWad < debtUsdWad)
    return undefined;
  const fallWad = WAD - (debtUsdWad * WAD) / liquidationLimitUsdWad;
  if (counted.length > 1) return { kind: 'all', changeWad: fallWad };

  const { market } = only;
  const atUsdWad = liquidationPriceUsdWad(only, market.priceUsdWad, [], debtUsdWad);
  if (!atUsdWad || debtMarket.priceUsdWad === 0n) return undefined;
  // The dearer token is priced in the cheaper one, as people quote them.
  if (market.priceUsdWad >= debtMarket.priceUsdWad)
    return {
      kind: 'price',
      base: market.symbol,
      quote: debtMarket.symbol,
      priceWad: (atUsdWad * WAD) / debtMarket.priceUsdWad,
      nowWad: (market.priceUsdWad * WAD) / debtMarket.priceUsdWad,
      direction: 'falls',
      changeWad: fallWad,
    };
  const priceWad = (debtMarket.priceUsdWad * WAD) / atUsdWad;
  const nowWad = (debtMarket.priceUsdWad * WAD) / market.priceUsdWad;
  return {
    kind: 'price',
    base: debtMarket.symbol,
    quote: market.symbol,
    priceWad,
    nowWad,
    direction: 'rises',
    changeWad: (priceWad * WAD) / nowWad - WAD,
  };
}
