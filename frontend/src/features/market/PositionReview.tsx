// SPDX-License-Identifier: Apache-2.0
import { formatHealth } from '../../domain/formatHealth';
import { formatPercent } from '../../domain/formatPercent';
import { formatPrice } from '../../domain/formatPrice';
import { formatUsd } from '../../domain/formatUsd';
import { healthBand } from '../../domain/healthBand';
import { type LiquidationLine, liquidationLine } from '../../domain/liquidationLine';
import type { ProjectedPosition } from '../../domain/projectPosition';
import { BeforeAfter } from '../../ui/BeforeAfter';
import { healthWords } from '../../ui/healthWords';

function lineText(line: LiquidationLine | undefined): string {
  if (!line) return '—';
  const change = `${line.kind === 'price' && line.direction === 'rises' ? '+' : '−'}${formatPercent(line.changeWad)}`;
  return line.kind === 'all'
    ? `all collateral ${change}`
    : `1 ${line.base} = ${formatPrice(line.priceWad)} ${line.quote} (${change})`;
}

/** What an action does to a loan: health, debt, limit, liquidation price, before and after. */
export function PositionReview({
  before,
  after,
}: {
  before: ProjectedPosition;
  after: ProjectedPosition | undefined;
}) {
  if (before.debtUsdWad === 0n && (after === undefined || after.debtUsdWad === 0n)) return null;
  const shown = after ?? before;
  return (
    <>
      <BeforeAfter
        name="Health"
        before={formatHealth(before.healthWad)}
        after={after && formatHealth(after.healthWad)}
        tone={healthWords[healthBand(shown.healthWad)].tone}
        explanation="Your collateral, counted at the liquidation threshold, over your debt. Below 1, anybody may repay part of your debt and take collateral for it, with a bonus."
      />
      <BeforeAfter
        name="Debt"
        before={formatUsd(before.debtUsdWad, { rounding: 'up' })}
        after={after && formatUsd(after.debtUsdWad, { rounding: 'up' })}
      />
      <BeforeAfter
        name="Borrow limit"
        before={formatUsd(before.borrowLimitUsdWad)}
        after={after && formatUsd(after.borrowLimitUsdWad)}
        explanation="What your pledged collateral allows you to owe when you borrow or withdraw."
      />
      <BeforeAfter
        name="Liquidation at"
        before={lineText(liquidationLine(before))}
        after={after && lineText(liquidationLine(after))}
        explanation="The price at which your health reaches 1, if nothing else changes. Interest moves it a little closer each day."
      />
    </>
  );
}
