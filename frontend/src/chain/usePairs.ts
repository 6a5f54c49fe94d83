// SPDX-License-Identifier: Apache-2.0
import { type Address, zeroAddress } from 'viem';
import type { Pair } from '../domain/pair';
import { lensAbi } from '../generated/lensAbi';
import { useChain } from './ChainProvider';
import { contractsOf } from './contractsOf';
import { useChainQuery } from './useChainQuery';

/** All trading pairs, with what an account has in them, in one call. */
export function usePairs(account: Address | undefined) {
  const { deployment } = useChain();
  const named = contractsOf(deployment, 'VolatilePair');
  return useChainQuery(['pairs', account ?? ''], async (client): Promise<Pair[]> => {
    const views = await client.readContract({
      address: deployment.contracts.Lens as Address,
      abi: lensAbi,
      functionName: 'pairs',
      args: [named.map(({ address }) => address), account ?? zeroAddress],
    });
    return views.map((view) => ({
      key: named.find(({ address }) => address === view.pair)?.key ?? view.pair,
      pair: view.pair,
      token0: view.token0,
      token1: view.token1,
      symbol0: view.symbol0,
      symbol1: view.symbol1,
      decimals0: Number(view.decimals0),
      decimals1: Number(view.decimals1),
      reserve0: view.reserve0,
      reserve1: view.reserve1,
      totalSupply: view.total_supply,
      feeBps: view.fee_bps,
      balance: view.balance,
      claimable0: view.claimable0,
      claimable1: view.claimable1,
    }));
  });
}
