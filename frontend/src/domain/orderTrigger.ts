// SPDX-License-Identifier: Apache-2.0
import { formatHealth } from './formatHealth';
import { formatPercent } from './formatPercent';
import { formatPrice } from './formatPrice';
import { formatUsd } from './formatUsd';
import type { Market } from './market';
import type { OrderTerms } from './order';
import type { ProjectedPosition } from './projectPosition';
import { triggerLine } from './triggerLine';

/** When an order comes due, as the start of a sentence: "If 1 tETH falls below about 2,150 tUSD". */
export function orderTrigger(
  { kind, triggerWad }: OrderTerms,
  market: Market,
  position: ProjectedPosition,
): string {
  if (kind === 'take_profit') return `If 1 ${market.symbol} rises to ${formatUsd(triggerWad)}`;
  const line = triggerLine(position, triggerWad);
  if (!line) return `If your health is below ${formatHealth(triggerWad)}`;
  if (line.kind === 'all')
    return `If all your collateral falls by about ${formatPercent(line.changeWad)}`;
  const way = line.direction === 'falls' ? 'falls below' : 'rises above';
  return `If 1 ${line.base} ${way} about ${formatPrice(line.priceWad)} ${line.quote}`;
}
