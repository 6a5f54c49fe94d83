// SPDX-License-Identifier: Apache-2.0
import { formatAmount } from '../../domain/formatAmount';
import { formatPercent } from '../../domain/formatPercent';
import { formatShare } from '../../domain/formatShare';
import { formatUsd } from '../../domain/formatUsd';
import { type Pair, sidesOf } from '../../domain/pair';
import { pairPriceText } from '../../domain/pairPriceText';
import { poolValueUsdWad, type TokenPrices } from '../../domain/tokenPrices';
import { BPS, WAD } from '../../domain/units';
import { Stat } from '../../ui/Stat';
import { StatRow } from '../../ui/StatRow';

/** The state of a pool, and what of it is yours. */
export function PoolFigures({ pair, prices }: { pair: Pair; prices: TokenPrices }) {
  const [first, second] = sidesOf(pair);
  const [base, quoted] = pairPriceText(pair).split(' = ');
  const valueUsdWad = poolValueUsdWad(pair, prices);
  const usd = (value: bigint) => formatUsd(value, { compact: true });
  return (
    <StatRow>
      <Stat name={`Price of ${base}`} value={quoted} />
      <Stat
        name="In the pool"
        value={valueUsdWad === undefined ? '—' : usd(valueUsdWad)}
        note={`${formatAmount(first.reserve, first.decimals)} ${first.symbol} + ${formatAmount(second.reserve, second.decimals)} ${second.symbol}`}
      />
      <Stat
        name="Fee"
        value={formatPercent((pair.feeBps * WAD) / BPS)}
        note="of each swap"
        explanation="Taken from what a trader sells. Most of it goes to those who provide the liquidity, kept apart from the pool until they claim it."
      />
      {pair.balance > 0n && (
        <Stat
          name="Your share"
          value={formatShare((pair.balance * WAD) / pair.totalSupply)}
          note={
            valueUsdWad === undefined
              ? undefined
              : formatUsd((valueUsdWad * pair.balance) / pair.totalSupply)
          }
        />
      )}
    </StatRow>
  );
}
