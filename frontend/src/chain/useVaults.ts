// SPDX-License-Identifier: Apache-2.0
import { type Address, zeroAddress } from 'viem';
import type { Vault, VaultStrategy } from '../domain/vault';
import { lensAbi } from '../generated/lensAbi';
import { useChain } from './ChainProvider';
import { contractsOf } from './contractsOf';
import type { Deployment } from './deployment';
import { useChainQuery } from './useChainQuery';

/** All vaults, with what an account has in them, in one call. */
export function useVaults(account: Address | undefined) {
  const { deployment } = useChain();
  const named = contractsOf(deployment, 'YieldVault');
  return useChainQuery(['vaults', account ?? ''], async (client): Promise<Vault[]> => {
    const views = await client.readContract({
      address: deployment.contracts.Lens as Address,
      abi: lensAbi,
      functionName: 'vaults',
      args: [named.map(({ address }) => address), account ?? zeroAddress],
    });
    return views.map((view) => ({
      key: named.find(({ address }) => address === view.vault)?.key ?? view.vault,
      vault: view.vault,
      asset: view.asset,
      assetSymbol: view.asset_symbol,
      decimals: Number(view.asset_decimals),
      isOfPoolTokens: contractsOf(deployment, 'VolatilePair').some(
        ({ address }) => address === view.asset,
      ),
      name: view.name,
      totalAssets: view.total_assets,
      totalSupply: view.total_supply,
      totalIdle: view.total_idle,
      totalDebt: view.total_debt,
      pricePerShare: view.price_per_share,
      profitUnlockingRate: view.profit_unlocking_rate,
      fullProfitUnlockDate: view.full_profit_unlock_date,
      depositLimit: view.deposit_limit,
      balance: view.balance,
      maxWithdraw: view.max_withdraw,
      walletAssets: view.wallet_assets,
      allowance: view.allowance,
      strategies: view.strategies.map((each) => ({
        strategy: each.strategy,
        place: placeOf(each.strategy, deployment),
        currentDebt: each.current_debt,
        maxDebt: each.max_debt,
        lastReport: each.last_report,
      })),
    }));
  });
}

const KINDS = { LendingStrategy: 'market', LiquidityStrategy: 'pool' } as const;

/** A strategy is named for its place: LendingStrategy/usd_core lends in LendingPool/usd_core. */
function placeOf(strategy: Address, deployment: Deployment): VaultStrategy['place'] {
  for (const [contract, kind] of Object.entries(KINDS)) {
    const named = contractsOf(deployment, contract).find(({ address }) => address === strategy);
    if (named) return { kind, key: named.key };
  }
  return undefined;
}
