// SPDX-License-Identifier: Apache-2.0
import type { OrderTerms } from './order';

/** What the chain says of the orders of one account, oldest first. */
export type OrderEvent =
  | { kind: 'set'; id: bigint; terms: OrderTerms | undefined }
  | {
      kind: 'executed';
      id: bigint;
      assets: bigint;
      boughtAssets: bigint;
      bountyAssets: bigint;
      healthWad: bigint;
      block: bigint;
    }
  | { kind: 'removed'; id: bigint };

export interface PastOrder {
  id: bigint;
  /** Nothing where the order was set before what was looked at. */
  terms: OrderTerms | undefined;
  executions: readonly Extract<OrderEvent, { kind: 'executed' }>[];
  /** Used up, or gone for another reason: cancelled, ended, or without a loan to tend. */
  end: 'standing' | 'used_up' | 'gone';
}

/** Orders that did something or are gone, the newest first. */
export function orderHistory(events: readonly OrderEvent[]): PastOrder[] {
  const ids = [...new Set(events.map(({ id }) => id))].sort((a, b) => (a < b ? 1 : -1));
  return ids.flatMap((id): PastOrder[] => {
    const own = events.filter((event) => event.id === id);
    const terms = own.find((event) => event.kind === 'set')?.terms;
    const executions = own.filter((event) => event.kind === 'executed');
    const isRemoved = own.some((event) => event.kind === 'removed');
    if (executions.length === 0 && !isRemoved) return [];
    return [{ id, terms, executions, end: isRemoved ? endOf(terms, executions) : 'standing' }];
  });
}

function endOf(
  terms: OrderTerms | undefined,
  executions: PastOrder['executions'],
): PastOrder['end'] {
  const moved = executions.reduce(
    // A bounty of a top-up is paid in with the rest.
    (sum, each) => sum + each.assets + (terms?.kind === 'top_up' ? each.bountyAssets : 0n),
    0n,
  );
  if (!terms) return 'gone';
  const isTaken = terms.kind === 'take_profit' && executions.length > 0;
  return isTaken || moved >= terms.assets ? 'used_up' : 'gone';
}
