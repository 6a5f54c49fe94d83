// SPDX-License-Identifier: Apache-2.0
import { formatAmount } from '../../domain/formatAmount';
import { formatHealth } from '../../domain/formatHealth';
import type { Market } from '../../domain/market';
import type { PastOrder } from '../../domain/orderHistory';
import type { Pair } from '../../domain/pair';
import { tokenBought } from '../../domain/saleRoute';
import { MAX_UINT256 } from '../../domain/units';
import { kindWords } from './orderWords';

const SHOWN = 5;

const END_WORDS: Record<PastOrder['end'], { unused: string; used: string }> = {
  standing: { unused: '', used: '' },
  used_up: { unused: 'is used up.', used: 'It is used up.' },
  gone: { unused: 'is gone: cancelled, ended, or without a loan.', used: 'It is gone.' },
};

/** What orders have done, the newest first, and those that are gone without having done anything. */
export function OrderHistory({
  past,
  markets,
  pairs,
}: {
  past: readonly PastOrder[];
  markets: readonly Market[];
  pairs: readonly Pair[];
}) {
  if (past.length === 0) return null;
  return (
    <div className="mt-5 border-t border-line pt-4">
      <h3 className="mb-2 text-sm font-medium">What your orders did</h3>
      <ul className="figures space-y-1 text-sm text-muted" data-testid="order-history">
        {past.slice(0, SHOWN).map((order) => (
          <li key={String(order.id)}>{`${nameOf(order)} ${deedsOf(order, markets, pairs)}`}</li>
        ))}
      </ul>
    </div>
  );
}

const nameOf = ({ terms, id }: PastOrder) =>
  `${terms ? kindWords[terms.kind].name : 'Order'} ${id}`;

function deedsOf(
  { terms, executions, end }: PastOrder,
  markets: readonly Market[],
  pairs: readonly Pair[],
): string {
  const market = markets.find(({ pool }) => pool === terms?.pool);
  const token = terms && market && tokenBought(pairs, market.asset, terms.hops);
  const bought = markets.find(({ asset }) => asset === token);
  const shown = (assets: bigint, of: Market | undefined) =>
    of ? `${formatAmount(assets, of.decimals)} ${of.symbol}` : 'some';
  const deeds = executions.map(({ assets, boughtAssets, healthWad }) => {
    const left = healthWad === MAX_UINT256 ? 'no debt' : `a health of ${formatHealth(healthWad)}`;
    return boughtAssets > 0n
      ? `sold ${shown(assets, market)} for ${shown(boughtAssets, bought)}, which left ${left}`
      : `paid in ${shown(assets, market)}, which left ${left}`;
  });
  const { unused, used } = END_WORDS[end];
  return deeds.length === 0 ? unused : `${deeds.join('; ')}. ${used}`.trimEnd();
}
