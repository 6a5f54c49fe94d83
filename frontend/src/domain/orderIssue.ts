// SPDX-License-Identifier: Apache-2.0
import { mulDivUp } from './divide';
import type { Market } from './market';
import { MAX_ORDERS, type OrderTerms } from './order';
import type { OrderEffect } from './orderEffect';
import type { ProjectedPosition } from './projectPosition';
import { MAX_UINT256, WAD } from './units';

/** Why an order should not be set: the contract refuses it, or it could never do its work. */
export type OrderIssue =
  | 'too_many_orders'
  | 'no_price'
  | 'trigger_too_low'
  | 'trigger_passed'
  | 'target_too_low'
  | 'target_beyond_limit'
  | 'target_too_high'
  | 'more_than_held'
  | 'no_route'
  | 'sells_nothing'
  | 'moves_too_little'
  | 'leaves_dust';

const MAX_TARGET_WAD = 1_000n * WAD;

/**
 * The lowest health, on two decimals, that a sale may aim for: each sale must end within the
 * borrow limit, which is tighter than the liquidation limit.
 */
export function lowestTargetWad(position: ProjectedPosition): bigint {
  const { liquidationLimitUsdWad, borrowLimitUsdWad } = position;
  if (borrowLimitUsdWad === 0n) return WAD;
  const step = WAD / 100n;
  return mulDivUp(mulDivUp(liquidationLimitUsdWad, WAD, borrowLimitUsdWad), 1n, step) * step;
}

/** The first issue of an order, field by field. */
export function orderIssue(
  order: OrderTerms,
  market: Market,
  position: ProjectedPosition,
  context: {
    available: bigint;
    effect: OrderEffect | undefined;
    hasRoute: boolean;
    orderCount: number;
  },
): OrderIssue | undefined {
  const { available, effect, hasRoute, orderCount } = context;
  if (orderCount >= MAX_ORDERS) return 'too_many_orders';
  if (!market.isPriceFresh || !position.debtMarket?.isPriceFresh) return 'no_price';
  const ofHealth = issueOfHealth(order, market, position);
  if (ofHealth) return ofHealth;
  if (order.assets > available) return 'more_than_held';
  if (!effect || effect.movedAssets === 0n) return 'sells_nothing';
  if (order.kind === 'top_up') return undefined;
  if (!hasRoute) return 'no_route';
  if (effect.healthAfterWad < lowestTargetWad(position)) return 'moves_too_little';
  const { debtAfter } = effect;
  return debtAfter > 0n && debtAfter < position.debtMarket.minDebt ? 'leaves_dust' : undefined;
}

function issueOfHealth(
  { kind, triggerWad, targetHealthWad }: OrderTerms,
  market: Market,
  position: ProjectedPosition,
): OrderIssue | undefined {
  if (kind === 'take_profit') {
    if (triggerWad <= market.priceUsdWad) return 'trigger_passed';
  } else {
    if (triggerWad <= WAD) return 'trigger_too_low';
    if (triggerWad >= position.healthWad) return 'trigger_passed';
    if (targetHealthWad <= triggerWad) return 'target_too_low';
  }
  if (kind !== 'top_up' && targetHealthWad < lowestTargetWad(position))
    return 'target_beyond_limit';
  const isAll = targetHealthWad === MAX_UINT256;
  return !isAll && targetHealthWad > MAX_TARGET_WAD ? 'target_too_high' : undefined;
}
