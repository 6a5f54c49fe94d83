// SPDX-License-Identifier: Apache-2.0
import type { AccountPositions, Market } from './market';
import type { Pair } from './pair';
import { valueUsdWadDown, valueUsdWadUp } from './position';
import type { Staking } from './staking';
import { strategyRateWad } from './strategyRate';
import type { TokenPrices } from './tokenPrices';
import { WAD } from './units';
import type { Vault } from './vault';
import { vaultHolding } from './vaultHolding';

export interface AccountTotals {
  suppliedUsdWad: bigint;
  /** Vault deposits, liquidity and stake, as far as they have a price. */
  elsewhereUsdWad: bigint;
  owedUsdWad: bigint;
  netUsdWad: bigint;
  /** Interest of supply and vaults less that of the loan, for a year at today's rates. */
  yearlyUsdWad: bigint;
}

export interface Holdings {
  account: AccountPositions;
  markets: readonly Market[];
  vaults: readonly Vault[];
  pairs: readonly Pair[];
  staking: Staking;
  prices: TokenPrices;
}

/** Everything that an account holds and owes here, in dollars. */
export function accountTotals(holdings: Holdings): AccountTotals {
  const { account, markets, vaults, pairs, staking, prices } = holdings;
  const totals = { suppliedUsdWad: 0n, elsewhereUsdWad: 0n, owedUsdWad: 0n, yearlyUsdWad: 0n };
  for (const position of account.positions) {
    const market = markets.find(({ pool }) => pool === position.pool);
    if (!market) continue;
    const supplied = valueUsdWadDown(position.assets, market.priceUsdWad, market.decimals);
    const owed = valueUsdWadUp(position.debtAssets, market.priceUsdWad, market.decimals);
    totals.suppliedUsdWad += supplied;
    totals.owedUsdWad += owed;
    totals.yearlyUsdWad +=
      (supplied * market.supplyRateWad) / WAD - (owed * market.borrowRateWad) / WAD;
  }
  for (const vault of vaults) {
    const held = valueUsdWadDown(vaultHolding(vault), prices[vault.asset] ?? 0n, vault.decimals);
    totals.elsewhereUsdWad += held;
    totals.yearlyUsdWad += (held * (strategyRateWad(vault, markets) ?? 0n)) / WAD;
  }
  for (const { balance, pair } of pairs)
    totals.elsewhereUsdWad += valueUsdWadDown(balance, prices[pair] ?? 0n, 18);
  totals.elsewhereUsdWad += valueUsdWadDown(staking.assets, prices[staking.head] ?? 0n, 18);
  const { suppliedUsdWad, elsewhereUsdWad, owedUsdWad } = totals;
  return { ...totals, netUsdWad: suppliedUsdWad + elsewhereUsdWad - owedUsdWad };
}
