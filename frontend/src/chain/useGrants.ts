// SPDX-License-Identifier: Apache-2.0
import type { Address } from 'viem';
import { flagOfAction, type Grant, type GrantKey } from '../domain/grant';
import { operatorsAbi } from '../generated/operatorsAbi';
import { useChain } from './ChainProvider';
import { useChainQuery } from './useChainQuery';

/** Those of the named grants of an account that stand, ended ones among them. */
export function useGrants(account: Address | undefined, keys: readonly GrantKey[] | undefined) {
  const { deployment } = useChain();
  const operators = deployment.contracts.Operators;
  const names = keys?.map(({ operator, action, pool }) => `${operator} ${action} ${pool}`) ?? [];
  return useChainQuery(
    ['grants', account ?? '', ...names],
    async (client): Promise<Grant[]> => {
      const read = async (key: GrantKey): Promise<Grant> => {
        const view = await client.readContract({
          address: operators as Address,
          abi: operatorsAbi,
          functionName: 'grant_of',
          args: [account as Address, key.operator, flagOfAction(key.action), key.pool],
        });
        return {
          ...key,
          assets: view.assets,
          receiver: view.receiver,
          expiresAt: view.expires_at,
          minHealthWad: view.min_health_wad,
        };
      };
      const all = await Promise.all((keys ?? []).map(read));
      return all.filter(({ expiresAt }) => expiresAt > 0n);
    },
    {
      isEnabled: operators !== undefined && account !== undefined && keys !== undefined,
      keepsPrevious: true,
    },
  );
}
