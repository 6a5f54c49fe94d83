// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import type { Market } from '../../domain/market';
import type { OrderKind } from '../../domain/order';
import { Choice } from '../../ui/Choice';
import { OrderFields } from './OrderFields';
import { kindWords } from './orderWords';
import type { ProtectContext } from './ProtectContext';

/** A new order of one kind: first on which market, then the rest. */
export function OrderForm({
  kind,
  onDone,
  ...context
}: ProtectContext & { kind: OrderKind; onDone: (success: string) => void }) {
  const { position, debtMarket } = context;
  // What there is most of comes first.
  const collaterals = position.collaterals
    .filter(({ valueUsdWad }) => valueUsdWad > 0n)
    .sort((one, other) => (one.valueUsdWad < other.valueUsdWad ? 1 : -1))
    .map(({ market }) => market);
  const markets = kind === 'top_up' ? [debtMarket, ...collaterals] : collaterals;
  const [pool, setPool] = useState(markets[0]?.pool);
  const market = markets.find((each) => each.pool === pool) ?? markets[0];
  if (!market) return <p className="text-sm text-muted">Nothing is pledged for this loan.</p>;
  const labelOf = (each: Market) =>
    kind !== 'top_up'
      ? each.label
      : each === debtMarket
        ? `${each.symbol}, to repay`
        : `${each.symbol}, to supply`;
  return (
    <>
      <p className="mb-4 text-sm text-muted">{kindWords[kind].lead}</p>
      {markets.length > 1 && (
        <Choice
          name={kind === 'top_up' ? 'Pay in' : 'Sell'}
          options={markets.map((each) => ({ value: each.pool, label: labelOf(each) }))}
          chosen={market.pool}
          onChoose={setPool}
        />
      )}
      <OrderFields key={market.pool} kind={kind} market={market} onDone={onDone} {...context} />
    </>
  );
}
