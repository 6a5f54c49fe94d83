// SPDX-License-Identifier: Apache-2.0
import type { AccountPositions, HexAddress, Market } from './market';
import { type Collateral, valueUsdWadDown } from './position';

export interface NamedCollateral extends Collateral {
  market: Market;
  assets: bigint;
  isPledged: boolean;
}

/**
 * What of an account's supply a debt pool accepts, valued with that pool's terms; the pledged
 * and the not yet pledged. `assetsAfter` replaces what is supplied to single pools.
 */
export function collateralsOf(
  account: AccountPositions,
  debtMarket: Market,
  markets: readonly Market[],
  assetsAfter: Readonly<Record<HexAddress, bigint>> = {},
): NamedCollateral[] {
  return debtMarket.terms.flatMap((terms) => {
    const market = markets.find((each) => each.pool === terms.collateralPool);
    const position = account.positions.find((each) => each.pool === terms.collateralPool);
    if (!market || !position) return [];
    const assets = assetsAfter[market.pool] ?? position.assets;
    return [
      {
        market,
        assets,
        isPledged: position.isPledged,
        valueUsdWad: valueUsdWadDown(assets, market.priceUsdWad, market.decimals),
        borrowThresholdBps: terms.borrowThresholdBps,
        liquidationThresholdBps: terms.liquidationThresholdBps,
      },
    ];
  });
}
