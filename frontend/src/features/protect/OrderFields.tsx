// SPDX-License-Identifier: Apache-2.0
import { useFlow } from '../../chain/useFlow';
import { expiryAfter } from '../../domain/expiryAfter';
import { formatHealth } from '../../domain/formatHealth';
import { formatUsd } from '../../domain/formatUsd';
import type { Market } from '../../domain/market';
import type { OrderKind, OrderTerms } from '../../domain/order';
import { orderEffect } from '../../domain/orderEffect';
import { orderIssue } from '../../domain/orderIssue';
import { saleRoute } from '../../domain/saleRoute';
import { AmountField } from '../../ui/AmountField';
import { Choice } from '../../ui/Choice';
import { FlowPanel } from '../../ui/FlowPanel';
import { OrderReview } from './OrderReview';
import { planSetOrder } from './orderPlans';
import { type IssueField, issueWords, kindWords } from './orderWords';
import type { ProtectContext } from './ProtectContext';
import { useOrderFields, WAD_DECIMALS } from './useOrderFields';

const SLIPPAGE_CHOICES_BPS = [100n, 300n, 500n] as const;
const DAYS_CHOICES = [30n, 90n, 365n] as const;

/** Trigger, target and bounds of a new order, what it will do, and the way to set it. */
export function OrderFields({
  kind,
  market,
  onDone,
  ...context
}: ProtectContext & { kind: OrderKind; market: Market; onDone: (success: string) => void }) {
  const { account, position, pairs, debtMarket, chainTime } = context;
  const isSale = kind !== 'top_up';
  const held = account.positions.find(({ pool }) => pool === market.pool);
  const available = (isSale ? held?.assets : held?.walletAssets) ?? 0n;
  const fields = useOrderFields(kind, market, context, available);

  const draft = fields.draft;
  const route = isSale
    ? saleRoute(pairs, market.asset, debtMarket.asset, draft?.assets ?? 0n)
    : undefined;
  const order: OrderTerms | undefined = draft && {
    ...draft,
    kind,
    pool: market.pool,
    bountyBps: 0n,
    expiresAt: expiryAfter(chainTime, fields.days),
    hops: route?.hops ?? [],
  };
  const effect = order && orderEffect(order, market, position, available);
  const issue =
    order &&
    orderIssue(order, market, position, {
      available,
      effect,
      hasRoute: route !== undefined,
      orderCount: context.orders.length,
    });
  const fault = order && issue && issueWords(issue, order, market, position, { available, effect });
  const problemOf = (field: IssueField) => (fault?.field === field ? fault.words : undefined);

  const { noun } = kindWords[kind];
  const label = `Set the ${noun}`;
  const success = `The ${noun} is set.`;
  const plan =
    order && !issue ? planSetOrder(order, market, { label, success }, context) : undefined;
  const flow = useFlow(plan, () => onDone(success));
  return (
    <div className="grid gap-x-8 gap-y-4 md:grid-cols-2">
      <div>
        <AmountField
          label={
            kind === 'take_profit' ? `When 1 ${market.symbol} costs` : 'When health falls below'
          }
          symbol={kind === 'take_profit' ? 'USD' : ''}
          decimals={WAD_DECIMALS}
          text={fields.trigger}
          onText={fields.setTrigger}
          note={`Now ${kind === 'take_profit' ? formatUsd(market.priceUsdWad) : formatHealth(position.healthWad)}`}
          problem={problemOf('trigger')}
        />
        <AmountField
          label="Back to a health of"
          symbol=""
          decimals={WAD_DECIMALS}
          text={fields.isAll ? '' : fields.target}
          onText={fields.setTarget}
          problem={problemOf('target')}
          isDisabled={fields.isAll}
        />
        {isSale && (
          <label className="-mt-2 mb-4 flex min-h-8 items-center gap-2 text-sm">
            <input
              type="checkbox"
              className="size-4 accent-accent"
              checked={fields.isAll}
              onChange={(event) => fields.setIsAll(event.target.checked)}
            />
            Repay the whole loan instead
          </label>
        )}
        <AmountField
          label={isSale ? 'Sell at most' : 'Pay in at most'}
          symbol={market.symbol}
          decimals={market.decimals}
          text={fields.assets}
          onText={fields.setAssets}
          max={available}
          maxLabel={isSale ? 'Supplied' : 'In your wallet'}
          problem={problemOf('assets')}
        />
        {isSale && (
          <Choice
            name="Slippage limit"
            explanation="If the pools pay less than the price of that moment by more than this, their fee included, the sale waits. In a fast fall pools may lag behind, and a tight limit may hold the sale up."
            options={SLIPPAGE_CHOICES_BPS.map((bps) => ({
              value: bps,
              label: `${Number(bps) / 100}%`,
            }))}
            chosen={fields.slippageBps}
            onChoose={fields.setSlippageBps}
          />
        )}
        <Choice
          name="Ends after"
          options={DAYS_CHOICES.map((days) => ({
            value: days,
            label: days === 365n ? '1 year' : `${days} days`,
          }))}
          chosen={fields.days}
          onChoose={fields.setDays}
        />
      </div>
      <div>
        {order && !issue && (
          <OrderReview
            order={order}
            market={market}
            position={position}
            effect={effect}
            available={available}
            pairs={pairs}
          />
        )}
        <FlowPanel flow={flow} label={label} blocker={problemOf('form')} />
      </div>
    </div>
  );
}
