// SPDX-License-Identifier: Apache-2.0
import { formatAmount } from '../../domain/formatAmount';
import { formatHealth } from '../../domain/formatHealth';
import { formatUsd } from '../../domain/formatUsd';
import type { Market } from '../../domain/market';
import type { OrderKind, OrderTerms } from '../../domain/order';
import type { OrderEffect } from '../../domain/orderEffect';
import { lowestTargetWad, type OrderIssue } from '../../domain/orderIssue';
import type { OrderBlock, OrderState } from '../../domain/orderState';
import { orderTrigger } from '../../domain/orderTrigger';
import type { ProjectedPosition } from '../../domain/projectPosition';
import { MAX_UINT256 } from '../../domain/units';
import type { Tone } from '../../ui/BeforeAfter';

export const kindWords: Record<OrderKind, { name: string; noun: string; lead: string }> = {
  stop_loss: {
    name: 'Stop-loss',
    noun: 'stop-loss',
    lead: 'When your health falls, some collateral is sold to repay, before a liquidator takes it with a bonus.',
  },
  take_profit: {
    name: 'Take profit',
    noun: 'profit order',
    lead: 'When a collateral rises, enough of it is sold to repay.',
  },
  top_up: {
    name: 'Top-up',
    noun: 'top-up',
    lead: 'When your health falls, tokens of your wallet are paid in, and nothing is sold.',
  },
};

export const stateWords: Record<OrderState['kind'], { word: string; tone: Tone }> = {
  waiting: { word: 'Waiting', tone: 'plain' },
  due: { word: 'Due: the chain runs it as soon as it can', tone: 'warn' },
  expired: { word: 'Expired', tone: 'plain' },
  blocked: { word: 'Could not run', tone: 'bad' },
};

export const blockWords: Record<OrderBlock, string> = {
  no_grant: 'The grant that it needs was revoked.',
  grant_ended: 'The grant that it needs has ended.',
  grant_short: 'The grant that it needs covers less than the order may move.',
  approval_short: 'The market may no longer take this much from your wallet.',
  wallet_short: 'Your wallet holds less than the order may pay in.',
};

const shownIn = (market: Market) => (assets: bigint, rounding?: 'down' | 'up') =>
  `${formatAmount(assets, market.decimals, rounding)} ${market.symbol}`;

/** What an order will do, in one sentence. */
export function orderSentence(
  order: OrderTerms,
  market: Market,
  position: ProjectedPosition,
  effect: OrderEffect | undefined,
): string {
  const trigger = orderTrigger(order, market, position);
  const shown = shownIn(market);
  const about =
    effect && effect.movedAssets > 0n ? `about ${shown(effect.movedAssets, 'up')}` : market.symbol;
  if (order.kind === 'top_up') {
    const deed =
      market.pool === position.debtMarket?.pool
        ? `${about} from your wallet repays part of the loan`
        : `${about} from your wallet is supplied`;
    return `${trigger}, ${deed}, ${purposeOf(order, effect)}. In all it pays in at most ${shown(order.assets)}.`;
  }
  const most = order.kind === 'take_profit' ? 'It sells' : 'In all it sells';
  return `${trigger}, ${about} is sold ${purposeOf(order, effect)}. ${most} at most ${shown(order.assets)}.`;
}

function purposeOf(order: OrderTerms, effect: OrderEffect | undefined): string {
  if (order.targetHealthWad === MAX_UINT256 && effect?.debtAfter === 0n)
    return 'to repay the whole loan';
  const to = effect ? effect.healthAfterWad : order.targetHealthWad;
  return order.kind === 'take_profit'
    ? `to bring your health to ${formatHealth(to)}`
    : `to bring your health back to ${formatHealth(to)}`;
}

export type IssueField = 'trigger' | 'target' | 'assets' | 'form';

/** Why an order cannot be set, in words, and beside which field they belong. */
export function issueWords(
  issue: OrderIssue,
  order: OrderTerms,
  market: Market,
  position: ProjectedPosition,
  context: { available: bigint; effect: OrderEffect | undefined },
): { field: IssueField; words: string } {
  const shown = shownIn(market);
  const debt = position.debtMarket;
  const isTopUp = order.kind === 'top_up';
  switch (issue) {
    case 'too_many_orders':
      return { field: 'form', words: 'An account has eight orders at most. Cancel one first.' };
    case 'no_price':
      return { field: 'form', words: 'A price is too old to set an order by.' };
    case 'trigger_too_low':
      return { field: 'trigger', words: 'Choose more than 1: below, the loan can be liquidated.' };
    case 'trigger_passed':
      return {
        field: 'trigger',
        words:
          order.kind === 'take_profit'
            ? `Choose more than the price now, ${formatUsd(market.priceUsdWad)}.`
            : `Choose less than your health now, ${formatHealth(position.healthWad)}.`,
      };
    case 'target_too_low':
      return { field: 'target', words: 'Choose more than the health at which it starts.' };
    case 'target_beyond_limit':
      return {
        field: 'target',
        words: `Choose at least ${formatHealth(lowestTargetWad(position))}: a sale has to end within your borrow limit.`,
      };
    case 'target_too_high':
      return { field: 'target', words: 'Choose 1,000 at most, or repay the whole loan.' };
    case 'more_than_held':
      return {
        field: 'assets',
        words: isTopUp
          ? `Your wallet holds ${shown(context.available)}.`
          : `You have supplied ${shown(context.available)}.`,
      };
    case 'no_route':
      return { field: 'form', words: `No pool here sells ${market.symbol} for ${debt?.symbol}.` };
    case 'sells_nothing':
      return {
        field: 'form',
        words: 'By then your health would be above the one you aim for, and nothing would happen.',
      };
    case 'moves_too_little':
      return {
        field: 'assets',
        words: `Too little: health would be ${formatHealth(context.effect?.healthAfterWad ?? 0n)}, beyond your borrow limit, and the sale would be refused.`,
      };
    case 'leaves_dust':
      return {
        field: 'target',
        words: `This would leave a loan of ${debt && shownIn(debt)(context.effect?.debtAfter ?? 0n, 'up')}; the smallest is ${debt && shownIn(debt)(debt.minDebt)}.`,
      };
  }
}
