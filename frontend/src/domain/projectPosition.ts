// SPDX-License-Identifier: Apache-2.0
import { collateralsOf, type NamedCollateral } from './collateralsOf';
import type { AccountPositions, HexAddress, Market } from './market';
import { type PositionSummary, summarizePosition, valueUsdWadUp } from './position';

export interface PositionChange {
  /** The market owed after the change; undefined for an account that owes nothing. */
  debtMarket: Market | undefined;
  debtAssets: bigint;
  /** What is supplied to single pools after the change. */
  assetsAfter?: Readonly<Record<HexAddress, bigint>>;
  /** Pools whose shares are pledged by the change. */
  newPledges?: readonly HexAddress[];
}

export interface ProjectedPosition extends PositionSummary {
  debtMarket: Market | undefined;
  collaterals: readonly NamedCollateral[];
}

/** The position of an account after a change, by the rules of the account layer. */
export function projectPosition(
  account: AccountPositions,
  markets: readonly Market[],
  { debtMarket, debtAssets, assetsAfter = {}, newPledges = [] }: PositionChange,
): ProjectedPosition {
  const collaterals = debtMarket
    ? collateralsOf(account, debtMarket, markets, assetsAfter).filter(
        ({ isPledged, market }) => isPledged || newPledges.includes(market.pool),
      )
    : [];
  const debtUsdWad = debtMarket
    ? valueUsdWadUp(debtAssets, debtMarket.priceUsdWad, debtMarket.decimals)
    : 0n;
  return { ...summarizePosition({ collaterals, debtUsdWad }), debtMarket, collaterals };
}
