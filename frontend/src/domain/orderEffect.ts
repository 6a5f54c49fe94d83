// SPDX-License-Identifier: Apache-2.0
import { minusOrZero, mulDivDown, mulDivUp, smaller } from './divide';
import type { Market } from './market';
import type { OrderTerms } from './order';
import { assetsUp, repaymentUsdWadUp, saleUsdWadUp, supplyUsdWadUp } from './orderSizes';
import { valueUsdWadDown } from './position';
import type { ProjectedPosition } from './projectPosition';
import { triggerLine } from './triggerLine';
import { BPS, MAX_UINT256, WAD } from './units';

/** What one execution would do at the moment when the order comes due. */
export interface OrderEffect {
  healthBeforeWad: bigint;
  /** At worst: a sale may fetch more than its bound. */
  healthAfterWad: bigint;
  /** Sold or paid in, in base units of the order's market. */
  movedAssets: bigint;
  /** In base units of the market owed. */
  debtBefore: bigint;
  debtAfter: bigint;
  /** Whether less is moved than the target asks for. */
  isCapped: boolean;
}

/** Debt, liquidation limit and prices at the moment when an order comes due. */
interface Moment {
  debtUsdWad: bigint;
  limitUsdWad: bigint;
  priceUsdWad: bigint;
  debtPriceUsdWad: bigint;
}

/**
 * What an order does, if prices come straight to its trigger: the price that it names, or that of
 * all collateral (of the debt, where that is the dearer token). `available` bounds what is moved.
 */
export function orderEffect(
  order: OrderTerms,
  market: Market,
  position: ProjectedPosition,
  available: bigint,
): OrderEffect | undefined {
  const { debtMarket } = position;
  const isValued = position.debtUsdWad > 0n && position.liquidationLimitUsdWad > 0n;
  if (!debtMarket || !isValued || market.priceUsdWad === 0n) return undefined;
  const moment = momentOf(order, market, position);
  if (moment.priceUsdWad === 0n || moment.debtPriceUsdWad === 0n) return undefined;
  const healthBeforeWad = mulDivDown(moment.limitUsdWad, WAD, moment.debtUsdWad);
  const wantedAssets =
    healthBeforeWad >= order.targetHealthWad
      ? 0n
      : assetsUp(
          wantedUsdWad(order, market, position, moment),
          moment.priceUsdWad,
          market.decimals,
        );
  const movedAssets = smaller(wantedAssets, smaller(order.assets, available));
  const after = afterwards(order, market, position, moment, movedAssets);
  const debtOf = (usdWad: bigint) =>
    mulDivUp(usdWad, 10n ** BigInt(debtMarket.decimals), moment.debtPriceUsdWad);
  return {
    healthBeforeWad,
    healthAfterWad:
      after.debtUsdWad === 0n ? MAX_UINT256 : mulDivDown(after.limitUsdWad, WAD, after.debtUsdWad),
    movedAssets,
    debtBefore: debtOf(moment.debtUsdWad),
    debtAfter: debtOf(after.debtUsdWad),
    isCapped: movedAssets < wantedAssets,
  };
}

function momentOf(order: OrderTerms, market: Market, position: ProjectedPosition): Moment {
  const now = {
    debtUsdWad: position.debtUsdWad,
    limitUsdWad: position.liquidationLimitUsdWad,
    priceUsdWad: market.priceUsdWad,
    debtPriceUsdWad: position.debtMarket?.priceUsdWad ?? 0n,
  };
  if (order.kind === 'take_profit') {
    const { valueUsdWad, thresholdBps } = pledgedIn(market, position);
    const then = mulDivDown(valueUsdWad, order.triggerWad, market.priceUsdWad);
    const gained = ((then - valueUsdWad) * thresholdBps) / BPS;
    return { ...now, limitUsdWad: now.limitUsdWad + gained, priceUsdWad: order.triggerWad };
  }
  if (position.healthWad <= order.triggerWad) return now;
  const line = triggerLine(position, order.triggerWad);
  const isRepayment = market.pool === position.debtMarket?.pool;
  if (line?.kind === 'price' && line.direction === 'rises') {
    const rise = (value: bigint) => mulDivUp(value, position.healthWad, order.triggerWad);
    const debtPriceUsdWad = rise(now.debtPriceUsdWad);
    const priceUsdWad = isRepayment ? debtPriceUsdWad : now.priceUsdWad;
    return { ...now, debtUsdWad: rise(now.debtUsdWad), debtPriceUsdWad, priceUsdWad };
  }
  const fall = (value: bigint) => mulDivDown(value, order.triggerWad, position.healthWad);
  const priceUsdWad = isRepayment ? now.priceUsdWad : fall(now.priceUsdWad);
  return { ...now, limitUsdWad: fall(now.limitUsdWad), priceUsdWad };
}

function pledgedIn(market: Market, { collaterals }: ProjectedPosition) {
  const collateral = collaterals.find((each) => each.market.pool === market.pool);
  return {
    valueUsdWad: collateral?.valueUsdWad ?? 0n,
    thresholdBps: collateral?.liquidationThresholdBps ?? 0n,
  };
}

const keptBpsOf = ({ maxSlippageBps, bountyBps }: OrderTerms) =>
  ((BPS - maxSlippageBps) * (BPS - bountyBps)) / BPS;

function wantedUsdWad(
  order: OrderTerms,
  market: Market,
  position: ProjectedPosition,
  moment: Moment,
): bigint {
  const wanted = { ...moment, targetWad: order.targetHealthWad };
  const { thresholdBps } = pledgedIn(market, position);
  if (order.kind !== 'top_up') return saleUsdWadUp(wanted, thresholdBps, keptBpsOf(order));
  return market.pool === position.debtMarket?.pool
    ? repaymentUsdWadUp(wanted)
    : supplyUsdWadUp(wanted, thresholdBps);
}

/** Debt and limit once `assets` are moved. */
function afterwards(
  order: OrderTerms,
  market: Market,
  position: ProjectedPosition,
  moment: Moment,
  assets: bigint,
) {
  const { debtUsdWad, limitUsdWad } = moment;
  const movedUsdWad = valueUsdWadDown(assets, moment.priceUsdWad, market.decimals);
  const countedUsdWad = (movedUsdWad * pledgedIn(market, position).thresholdBps) / BPS;
  if (order.kind === 'top_up')
    return market.pool === position.debtMarket?.pool
      ? { debtUsdWad: minusOrZero(debtUsdWad, movedUsdWad), limitUsdWad }
      : { debtUsdWad, limitUsdWad: limitUsdWad + countedUsdWad };
  return {
    debtUsdWad: minusOrZero(debtUsdWad, (movedUsdWad * keptBpsOf(order)) / BPS),
    limitUsdWad: minusOrZero(limitUsdWad, countedUsdWad),
  };
}
