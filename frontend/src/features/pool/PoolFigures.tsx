// SPDX-License-Identifier: Apache-2.0
import { formatAmount } from '../../domain/formatAmount';
import { formatPercent } from '../../domain/formatPercent';
import { formatPrice } from '../../domain/formatPrice';
import { type Pair, sidesOf } from '../../domain/pair';
import { pairPriceWad } from '../../domain/pairPrice';
import { BPS, WAD } from '../../domain/units';
import { Stat } from '../../ui/Stat';
import { StatRow } from '../../ui/StatRow';

/** The state of a pool, and what of it is yours. */
export function PoolFigures({ pair }: { pair: Pair }) {
  const [first, second] = sidesOf(pair);
  return (
    <StatRow>
      <Stat
        name={`1 ${first.symbol}`}
        value={`${formatPrice(pairPriceWad(first, second))} ${second.symbol}`}
      />
      <Stat
        name={`1 ${second.symbol}`}
        value={`${formatPrice(pairPriceWad(second, first))} ${first.symbol}`}
      />
      <Stat
        name="In the pool"
        value={`${formatAmount(first.reserve, first.decimals)} ${first.symbol}`}
        note={`${formatAmount(second.reserve, second.decimals)} ${second.symbol}`}
      />
      <Stat name="Fee" value={formatPercent((pair.feeBps * WAD) / BPS)} />
      {pair.balance > 0n && (
        <Stat
          name="Your share"
          value={formatPercent((pair.balance * WAD) / pair.totalSupply, 'down')}
        />
      )}
    </StatRow>
  );
}
