// SPDX-License-Identifier: Apache-2.0
import { formatHealth } from '../../domain/formatHealth';
import { formatUsd } from '../../domain/formatUsd';
import { healthBand } from '../../domain/healthBand';
import { liquidationLine } from '../../domain/liquidationLine';
import type { ProjectedPosition } from '../../domain/projectPosition';
import { BeforeAfter } from '../../ui/BeforeAfter';
import { healthWords } from '../../ui/healthWords';
import { LiquidationReview } from './LiquidationReview';

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
        name="Borrow limit"
        before={formatUsd(before.borrowLimitUsdWad)}
        after={after && formatUsd(after.borrowLimitUsdWad)}
        explanation="What your pledged collateral allows you to owe when you borrow or withdraw."
      />
      <LiquidationReview before={liquidationLine(before)} after={after && liquidationLine(after)} />
    </>
  );
}
