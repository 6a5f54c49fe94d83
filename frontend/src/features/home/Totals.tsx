// SPDX-License-Identifier: Apache-2.0
import { formatUsd } from '../../domain/formatUsd';
import type { Market } from '../../domain/market';
import { valueUsdWadDown } from '../../domain/position';
import { Stat } from '../../ui/Stat';
import { StatRow } from '../../ui/StatRow';

/** The size of the whole, from the markets alone. */
export function Totals({ markets }: { markets: readonly Market[] }) {
  const sum = (pick: (market: Market) => bigint) =>
    formatUsd(
      markets.reduce(
        (total, market) =>
          total + valueUsdWadDown(pick(market), market.priceUsdWad, market.decimals),
        0n,
      ),
      { compact: true },
    );
  return (
    <StatRow>
      <Stat name="Supplied" value={sum(({ totalAssets }) => totalAssets)} />
      <Stat name="Borrowed" value={sum(({ totalDebt }) => totalDebt)} />
      <Stat name="Ready to lend" value={sum(({ idle }) => idle)} />
      <Stat name="Markets" value={String(markets.length)} />
    </StatRow>
  );
}
