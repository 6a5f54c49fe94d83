// SPDX-License-Identifier: Apache-2.0
import type { HexAddress } from './market';

export interface StakingReward {
  token: HexAddress;
  symbol: string;
  decimals: number;
  claimable: bigint;
  /** What all stakers together get of it until `rateEndsAt`: base units a second, in WAD. */
  ratePerSecondWad: bigint;
  rateEndsAt: bigint;
}

/** The stake, with what one account has in it. */
export interface Staking {
  staking: HexAddress;
  head: HexAddress;
  totalAssets: bigint;
  totalSupply: bigint;
  balance: bigint;
  assets: bigint;
  cooldownShares: bigint;
  opensAt: bigint;
  closesAt: bigint;
  walletAssets: bigint;
  allowance: bigint;
  cooldownSeconds: bigint;
  windowSeconds: bigint;
  rewards: readonly StakingReward[];
}
