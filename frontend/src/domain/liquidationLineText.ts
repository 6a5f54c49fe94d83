// SPDX-License-Identifier: Apache-2.0
import { formatPercent } from './formatPercent';
import { formatPrice } from './formatPrice';
import type { LiquidationLine } from './liquidationLine';

/** The line of liquidation in one phrase: the price, and how far away it is. */
export function liquidationLineText(line: LiquidationLine | undefined): string {
  if (!line) return '—';
  const isRise = line.kind === 'price' && line.direction === 'rises';
  const change = `${isRise ? '+' : '−'}${formatPercent(line.changeWad)}`;
  return line.kind === 'all'
    ? `all collateral ${change}`
    : `1 ${line.base} = ${formatPrice(line.priceWad)} ${line.quote} (${change})`;
}
