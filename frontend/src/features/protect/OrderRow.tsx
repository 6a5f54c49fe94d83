// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { useFlow } from '../../chain/useFlow';
import { formatAmount } from '../../domain/formatAmount';
import { formatDateTime } from '../../domain/formatDateTime';
import { isSameGrant } from '../../domain/grant';
import type { Market } from '../../domain/market';
import type { Order } from '../../domain/order';
import { orderEffect } from '../../domain/orderEffect';
import { type OrderBlock, orderState } from '../../domain/orderState';
import { toneText } from '../../ui/BeforeAfter';
import { Button } from '../../ui/Button';
import { FlowPanel } from '../../ui/FlowPanel';
import { Notice } from '../../ui/Notice';
import { grantKeyOf, othersWith, planCancelOrder, planExecute, planRepair } from './orderPlans';
import { blockWords, kindWords, orderSentence, stateWords } from './orderWords';
import type { ProtectContext } from './ProtectContext';

interface Parts {
  order: Order;
  market: Market;
  /** Hears what was done: by then the order itself may be gone. */
  onDone: (success: string) => void;
}

/** One order that stands: what it will do, whether it can, and the ways on. */
export function OrderRow({ order, market, onDone, ...context }: ProtectContext & Parts) {
  const { account, grants, position, chainTime } = context;
  const [isCancelling, setIsCancelling] = useState(false);
  const grant = grants.find((each) => isSameGrant(each, grantKeyOf(order, context)));
  const held = account.positions.find(({ pool }) => pool === market.pool);
  const available = (order.kind === 'top_up' ? held?.walletAssets : held?.assets) ?? 0n;
  const state = orderState(order, grant, held, chainTime);
  const { word, tone } = stateWords[state.kind];
  const left = `${formatAmount(order.assets, market.decimals)} ${market.symbol} left`;
  return (
    <li className="rounded-control border border-line p-3" data-testid="order">
      <div className="mb-1 flex flex-wrap items-baseline justify-between gap-x-4">
        <h3 className="font-medium">{kindWords[order.kind].name}</h3>
        <p className={`text-sm ${tone === 'plain' ? 'text-muted' : toneText[tone]}`}>{word}</p>
      </div>
      <p className="text-sm">
        {orderSentence(order, market, position, orderEffect(order, market, position, available))}
      </p>
      <div className="mt-1 flex items-center justify-between gap-x-4">
        <p className="figures min-w-0 text-sm text-muted">
          {`${left} · ends ${formatDateTime(order.expiresAt)}`}
        </p>
        <Button
          look="plain"
          isSmall
          className="-mr-2 shrink-0"
          aria-expanded={isCancelling}
          onClick={() => setIsCancelling(!isCancelling)}
        >
          {isCancelling ? 'Keep it' : 'Cancel…'}
        </Button>
      </div>
      {state.kind === 'blocked' && (
        <RepairOrder
          {...context}
          order={order}
          market={market}
          onDone={onDone}
          reason={state.reason}
        />
      )}
      {state.kind === 'due' && (
        <RunOrder {...context} order={order} market={market} onDone={onDone} />
      )}
      {isCancelling && <CancelOrder {...context} order={order} market={market} onDone={onDone} />}
    </li>
  );
}

function RepairOrder({
  order,
  market,
  onDone,
  reason,
  ...context
}: ProtectContext & Parts & { reason: OrderBlock }) {
  const success = 'The order has what it needs again.';
  const plan = planRepair(order, market, success, context);
  const flow = useFlow(plan, () => onDone(success));
  return (
    <div className="mt-2">
      <Notice tone="bad" title={blockWords[reason]}>
        {!plan && <p>The order runs as soon as there is enough.</p>}
      </Notice>
      {plan && <FlowPanel flow={flow} label="Grant it again" />}
    </div>
  );
}

/** For who does not want to wait for the chain; says also why a run would be refused. */
function RunOrder({ order, onDone, ...context }: ProtectContext & Parts) {
  const label = 'Run it now';
  const plan = planExecute(order, label, context);
  const flow = useFlow(plan, () => onDone(plan.success));
  return <FlowPanel flow={flow} label={label} look="quiet" />;
}

function CancelOrder({ order, onDone, ...context }: ProtectContext & Parts) {
  const success = 'The order is cancelled.';
  const flow = useFlow(planCancelOrder(order, success, context), () => onDone(success));
  return (
    <>
      <FlowPanel flow={flow} label="Cancel the order" look="quiet" />
      {othersWith(order, context).length > 0 && (
        <p className="mt-2 text-sm text-muted">
          Another order needs the same grant, so the grant stays.
        </p>
      )}
    </>
  );
}
