// SPDX-License-Identifier: Apache-2.0
import { type Address, zeroAddress } from 'viem';
import type { ExitQueue } from '../domain/exitQueue';
import { exitQueueAbi } from '../generated/exitQueueAbi';
import { lensAbi } from '../generated/lensAbi';
import { testTokenAbi } from '../generated/testTokenAbi';
import { useChain } from './ChainProvider';
import { useChainQuery } from './useChainQuery';

const PAGE = 20n;

/** The exit queue of a market; nothing where none is deployed. */
export function useExitQueue(pool: Address, owner: Address | undefined) {
  const { deployment } = useChain();
  const queue = deployment.contracts.ExitQueue as Address | undefined;
  const lens = { address: deployment.contracts.Lens as Address, abi: lensAbi } as const;
  return useChainQuery(
    ['exit queue', pool, owner ?? ''],
    async (client): Promise<ExitQueue> => {
      const account = owner ?? zeroAddress;
      const at = queue as Address;
      const [waitingShares, allowance, first] = await Promise.all([
        client.readContract({
          address: at,
          abi: exitQueueAbi,
          functionName: 'waiting_shares',
          args: [pool],
        }),
        client.readContract({
          address: pool,
          abi: testTokenAbi,
          functionName: 'allowance',
          args: [account, at],
        }),
        ticketsFrom(0n),
      ]);
      const all = [...first];
      for (let page = first; BigInt(page.length) === PAGE; ) {
        page = await ticketsFrom(BigInt(all.length));
        all.push(...page);
      }
      return {
        queue: at,
        waitingShares,
        allowance,
        tickets: all.filter((each) => each.pool === pool),
      };

      function ticketsFrom(start: bigint) {
        return client.readContract({
          ...lens,
          functionName: 'queue_tickets',
          args: [at, account, start, PAGE],
        });
      }
    },
    { isEnabled: queue !== undefined },
  );
}
