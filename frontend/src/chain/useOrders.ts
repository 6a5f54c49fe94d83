// SPDX-License-Identifier: Apache-2.0
import type { Address } from 'viem';
import type { Order } from '../domain/order';
import { ordersAbi } from '../generated/ordersAbi';
import { useChain } from './ChainProvider';
import { toOrderTerms } from './toOrderTerms';
import { useChainQuery } from './useChainQuery';

/** The orders of an account, with what each would move now; nothing where none can be set. */
export function useOrders(account: Address | undefined) {
  const { deployment } = useChain();
  const orders = deployment.contracts.Orders;
  return useChainQuery(
    ['orders', account ?? ''],
    async (client): Promise<Order[]> => {
      const contract = { address: orders as Address, abi: ordersAbi } as const;
      const ids = await client.readContract({
        ...contract,
        functionName: 'orders_of',
        args: [account as Address],
      });
      const read = async (id: bigint): Promise<Order | undefined> => {
        const args = [id] as const;
        const [view, dueAssets] = await Promise.all([
          // One that was executed in between is gone.
          client.readContract({ ...contract, functionName: 'order_of', args }).catch(nothing),
          client.readContract({ ...contract, functionName: 'due_assets', args }).catch(nothing),
        ]);
        const terms = view && toOrderTerms(view);
        return terms && { ...terms, id, dueAssets };
      };
      const all = await Promise.all(ids.map(read));
      return all.filter((order) => order !== undefined);
    },
    { isEnabled: orders !== undefined && account !== undefined },
  );
}

const nothing = () => undefined;
