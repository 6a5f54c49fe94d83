// SPDX-License-Identifier: Apache-2.0
import { minusOrZero } from '../../domain/divide';
import { formatAmount } from '../../domain/formatAmount';
import { formatDateTime } from '../../domain/formatDateTime';
import { formatHealth } from '../../domain/formatHealth';
import { formatPercent } from '../../domain/formatPercent';
import { healthBand } from '../../domain/healthBand';
import type { Market } from '../../domain/market';
import type { OrderTerms } from '../../domain/order';
import type { OrderEffect } from '../../domain/orderEffect';
import type { Pair } from '../../domain/pair';
import type { ProjectedPosition } from '../../domain/projectPosition';
import { saleShortfallWad } from '../../domain/saleRoute';
import { BPS, WAD } from '../../domain/units';
import { BeforeAfter } from '../../ui/BeforeAfter';
import { healthWords } from '../../ui/healthWords';
import { Notice } from '../../ui/Notice';
import { Review } from '../../ui/Review';
import { orderSentence } from './orderWords';

/** What an order will do: the sentence, and the figures at its trigger, before and after. */
export function OrderReview({
  order,
  market,
  position,
  effect,
  available,
  pairs,
}: {
  order: OrderTerms;
  market: Market;
  position: ProjectedPosition;
  effect: OrderEffect | undefined;
  available: bigint;
  pairs: readonly Pair[];
}) {
  const { debtMarket } = position;
  if (!effect || !debtMarket) return null;
  const isSale = order.kind !== 'top_up';
  const shortfallWad = isSale
    ? saleShortfallWad(pairs, order.hops, effect.movedAssets, market, debtMarket)
    : undefined;
  const shown = (assets: bigint) => `${formatAmount(assets, market.decimals)} ${market.symbol}`;
  const owed = (assets: bigint) => formatAmount(assets, debtMarket.decimals, 'up');
  return (
    <>
      <p className="mb-3" data-testid="order-sentence">
        {orderSentence(order, market, position, effect)}
      </p>
      <Review>
        <BeforeAfter
          name="Health then"
          before={formatHealth(effect.healthBeforeWad)}
          after={formatHealth(effect.healthAfterWad)}
          tone={healthWords[healthBand(effect.healthAfterWad)].tone}
          explanation="When the order comes due, and once it has run. A sale that fetches more than its limit leaves more."
        />
        <BeforeAfter
          name="Your debt"
          before={owed(effect.debtBefore)}
          after={`${owed(effect.debtAfter)} ${debtMarket.symbol}`}
        />
        <BeforeAfter
          name={isSale ? 'Your supply' : 'In your wallet'}
          before={formatAmount(available, market.decimals)}
          after={shown(minusOrZero(available, effect.movedAssets))}
        />
        <BeforeAfter name="Ends" after={formatDateTime(order.expiresAt)} />
      </Review>
      <div className="mt-3 space-y-3 empty:hidden">
        {effect.isCapped && (
          <Notice tone="warn">
            <p>The most that you allow is moved before your health is where you want it.</p>
          </Notice>
        )}
        {shortfallWad !== undefined && shortfallWad * BPS > order.maxSlippageBps * WAD && (
          <Notice tone="warn">
            <p>
              {`Pools as full as today pay ${formatPercent(shortfallWad, 'up')} less than the price for this much: with your slippage limit the sale would wait.`}
            </p>
          </Notice>
        )}
      </div>
    </>
  );
}
