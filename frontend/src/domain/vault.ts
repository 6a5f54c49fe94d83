// SPDX-License-Identifier: Apache-2.0
import type { HexAddress } from './market';

export interface VaultStrategy {
  strategy: HexAddress;
  /** Where it puts what it is given, if this deployment names it. */
  place: { kind: 'market' | 'pool'; key: string } | undefined;
  currentDebt: bigint;
  maxDebt: bigint;
  lastReport: bigint;
}

/** A yield vault, with what one account has in it. */
export interface Vault {
  key: string;
  vault: HexAddress;
  asset: HexAddress;
  assetSymbol: string;
  decimals: number;
  /** Whether it holds tokens of a trading pool. */
  isOfPoolTokens: boolean;
  name: string;
  totalAssets: bigint;
  totalSupply: bigint;
  totalIdle: bigint;
  totalDebt: bigint;
  pricePerShare: bigint;
  profitUnlockingRate: bigint;
  fullProfitUnlockDate: bigint;
  depositLimit: bigint;
  balance: bigint;
  maxWithdraw: bigint;
  walletAssets: bigint;
  allowance: bigint;
  strategies: readonly VaultStrategy[];
}
