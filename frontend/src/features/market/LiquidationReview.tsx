// SPDX-License-Identifier: Apache-2.0
import { formatPercent } from '../../domain/formatPercent';
import { formatPrice } from '../../domain/formatPrice';
import type { LiquidationLine } from '../../domain/liquidationLine';
import { BeforeAfter } from '../../ui/BeforeAfter';

const PRICE_WORDS =
  'The price at which your health reaches 1, if nothing else changes. Interest moves it a little closer each day.';
const DISTANCE_WORDS =
  'How far the price can move from where it is now until your loan can be liquidated.';

const distanceName = (line: LiquidationLine) =>
  line.kind === 'all'
    ? 'Collateral may fall'
    : `${line.base} may ${line.direction === 'falls' ? 'fall' : 'rise'}`;

/** Where liquidation starts, before and after: as a price, and as the way there. */
export function LiquidationReview({
  before,
  after,
}: {
  before: LiquidationLine | undefined;
  after: LiquidationLine | undefined;
}) {
  const shown = after ?? before;
  if (!shown) return null;
  // Another collateral or another direction is another figure: only like is set against like.
  const past = after && before && distanceName(before) === distanceName(after) ? before : undefined;
  return (
    <>
      {shown.kind === 'price' && (
        <BeforeAfter
          name="Liquidated at"
          before={past?.kind === 'price' ? formatPrice(past.priceWad) : undefined}
          after={`${formatPrice(shown.priceWad)} ${shown.quote}`}
          explanation={PRICE_WORDS}
        />
      )}
      <BeforeAfter
        name={distanceName(shown)}
        before={past && formatPercent(past.changeWad)}
        after={formatPercent(shown.changeWad)}
        explanation={DISTANCE_WORDS}
      />
    </>
  );
}
