// SPDX-License-Identifier: Apache-2.0
import { type Address, zeroAddress } from 'viem';
import type { AccountPositions } from '../domain/market';
import { lensAbi } from '../generated/lensAbi';
import { useChain } from './ChainProvider';
import { contractsOf } from './contractsOf';
import { useChainQuery } from './useChainQuery';

/** What an account holds and owes over all pools, in one call. */
export function usePositions(account: Address | undefined) {
  const { deployment } = useChain();
  const pools = contractsOf(deployment, 'LendingPool').map(({ address }) => address);
  return useChainQuery(
    ['positions', account ?? ''],
    async (client): Promise<AccountPositions> => {
      const { status, is_priced, positions } = await client.readContract({
        address: deployment.contracts.Lens as Address,
        abi: lensAbi,
        functionName: 'account',
        args: [account as Address, pools],
      });
      return {
        debtPool: status.debt_pool === zeroAddress ? undefined : status.debt_pool,
        debtAssets: status.debt_assets,
        debtUsdWad: status.debt_usd_wad,
        collateralUsdWad: status.collateral_usd_wad,
        borrowLimitUsdWad: status.borrow_limit_usd_wad,
        liquidationLimitUsdWad: status.liquidation_limit_usd_wad,
        healthWad: status.health_wad,
        isPriced: is_priced,
        positions: positions.map((view) => ({
          pool: view.pool,
          shares: view.shares,
          assets: view.assets,
          debtAssets: view.debt_assets,
          isPledged: view.is_pledged,
          walletAssets: view.wallet_assets,
          maxWithdraw: view.max_withdraw,
          allowance: view.allowance,
        })),
      };
    },
    { isEnabled: account !== undefined },
  );
}
