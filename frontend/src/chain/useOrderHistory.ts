// SPDX-License-Identifier: Apache-2.0
import { useMemo } from 'react';
import { type Address, encodeEventTopics, type Log, parseEventLogs } from 'viem';
import { type OrderEvent, orderHistory } from '../domain/orderHistory';
import { ordersAbi } from '../generated/ordersAbi';
import { useChain } from './ChainProvider';
import { toOrderTerms } from './toOrderTerms';
import { useLogs } from './useLogs';

const TOPICS = (['OrderSet', 'OrderExecuted', 'OrderRemoved'] as const).flatMap(
  (eventName) => encodeEventTopics({ abi: ordersAbi, eventName })[0] ?? [],
);

/** What became of the orders of an account, the newest first. */
export function useOrderHistory(account: Address | undefined) {
  const { deployment } = useChain();
  const { data } = useLogs(deployment.contracts.Orders, TOPICS, 2, account);
  return useMemo(() => data && orderHistory(eventsOf(data.found)), [data]);
}

function eventsOf(logs: readonly Log[]): OrderEvent[] {
  return parseEventLogs({ abi: ordersAbi, logs: [...logs] }).map((log): OrderEvent => {
    const { id } = log.args;
    if (log.eventName === 'OrderSet')
      return { kind: 'set', id, terms: toOrderTerms(log.args.order) };
    if (log.eventName === 'OrderRemoved') return { kind: 'removed', id };
    return {
      kind: 'executed',
      id,
      assets: log.args.assets,
      boughtAssets: log.args.bought_assets,
      bountyAssets: log.args.bounty_assets,
      healthWad: log.args.health_wad,
      block: log.blockNumber ?? 0n,
    };
  });
}
