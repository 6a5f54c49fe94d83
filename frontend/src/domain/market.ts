// SPDX-License-Identifier: Apache-2.0
import type { RateCurve } from './rate';

export type HexAddress = `0x${string}`;

export interface CollateralTerms {
  collateralPool: HexAddress;
  borrowThresholdBps: bigint;
  liquidationThresholdBps: bigint;
}

/** A lending pool as the page shows it. */
export interface Market {
  key: string;
  label: string;
  pool: HexAddress;
  asset: HexAddress;
  symbol: string;
  decimals: number;
  totalAssets: bigint;
  totalSupply: bigint;
  idle: bigint;
  /** Of it, what the outflow limit lets leave now. */
  releasable: bigint;
  totalDebt: bigint;
  utilizationWad: bigint;
  /** Annual, without compounding. */
  borrowRateWad: bigint;
  supplyRateWad: bigint;
  supplyCap: bigint;
  borrowCap: bigint;
  minDebt: bigint;
  reserveFactorBps: bigint;
  priceUsdWad: bigint;
  isPriceFresh: boolean;
  curve: RateCurve;
  terms: readonly CollateralTerms[];
}

/** What an account holds and owes in one pool. */
export interface MarketPosition {
  pool: HexAddress;
  shares: bigint;
  assets: bigint;
  debtAssets: bigint;
  isPledged: boolean;
  walletAssets: bigint;
  maxWithdraw: bigint;
  allowance: bigint;
}

/** An account over all pools. */
export interface AccountPositions {
  debtPool: HexAddress | undefined;
  debtAssets: bigint;
  debtUsdWad: bigint;
  collateralUsdWad: bigint;
  borrowLimitUsdWad: bigint;
  liquidationLimitUsdWad: bigint;
  healthWad: bigint;
  /** False when a price is stale: then the figures in dollars mean nothing. */
  isPriced: boolean;
  positions: readonly MarketPosition[];
}
