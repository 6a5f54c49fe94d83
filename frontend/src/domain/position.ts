// SPDX-License-Identifier: Apache-2.0
import { mulDivDown, mulDivUp } from './divide';
import { BPS, MAX_UINT256, WAD } from './units';

/** Pledged shares of one pool, valued, with the terms that the debt pool grants them. */
export interface Collateral {
  valueUsdWad: bigint;
  borrowThresholdBps: bigint;
  liquidationThresholdBps: bigint;
}

export interface Position {
  collaterals: readonly Collateral[];
  debtUsdWad: bigint;
}

export interface PositionSummary {
  collateralUsdWad: bigint;
  debtUsdWad: bigint;
  borrowLimitUsdWad: bigint;
  liquidationLimitUsdWad: bigint;
  /** Liquidation limit over debt; the largest number without debt. */
  healthWad: bigint;
}

/** Value of `assets` of a token, for somebody who has them. */
export function valueUsdWadDown(assets: bigint, priceUsdWad: bigint, decimals: number): bigint {
  return mulDivDown(assets, priceUsdWad, 10n ** BigInt(decimals));
}

/** Value of `assets` of a token, for somebody who owes them. */
export function valueUsdWadUp(assets: bigint, priceUsdWad: bigint, decimals: number): bigint {
  return mulDivUp(assets, priceUsdWad, 10n ** BigInt(decimals));
}

/** Limits and health of a position, rounded against its owner as the contract does. */
export function summarizePosition({ collaterals, debtUsdWad }: Position): PositionSummary {
  const weigh = (threshold: (collateral: Collateral) => bigint) =>
    collaterals.reduce((sum, each) => sum + mulDivDown(each.valueUsdWad, threshold(each), BPS), 0n);
  const liquidationLimitUsdWad = weigh((each) => each.liquidationThresholdBps);
  return {
    collateralUsdWad: collaterals.reduce((sum, each) => sum + each.valueUsdWad, 0n),
    debtUsdWad,
    borrowLimitUsdWad: weigh((each) => each.borrowThresholdBps),
    liquidationLimitUsdWad,
    healthWad:
      debtUsdWad === 0n ? MAX_UINT256 : mulDivDown(liquidationLimitUsdWad, WAD, debtUsdWad),
  };
}
