// SPDX-License-Identifier: Apache-2.0
import { formatAmount } from '../../domain/formatAmount';
import { formatPercent } from '../../domain/formatPercent';
import { formatPrice } from '../../domain/formatPrice';
import { formatUsd } from '../../domain/formatUsd';
import type { Market } from '../../domain/market';
import { valueUsdWadDown } from '../../domain/position';
import { Stat } from '../../ui/Stat';
import { StatRow } from '../../ui/StatRow';

/** The state of one market in five figures. */
export function MarketFigures({ market }: { market: Market }) {
  const usd = (assets: bigint) =>
    formatUsd(valueUsdWadDown(assets, market.priceUsdWad, market.decimals), { compact: true });
  const amount = (assets: bigint) => `${formatAmount(assets, market.decimals)} ${market.symbol}`;
  return (
    <StatRow>
      <Stat name="Supplied" value={usd(market.totalAssets)} note={amount(market.totalAssets)} />
      <Stat name="Borrowed" value={usd(market.totalDebt)} note={amount(market.totalDebt)} />
      <Stat
        name="Supply APR"
        value={formatPercent(market.supplyRateWad)}
        explanation="What lenders earn a year at this moment, without compounding, after the reserve."
      />
      <Stat
        name="Borrow APR"
        value={formatPercent(market.borrowRateWad)}
        explanation="What borrowers pay a year at this moment, charged each second."
      />
      <Stat
        name="Price"
        value={market.priceUsdWad === 0n ? '—' : `$${formatPrice(market.priceUsdWad)}`}
        note={market.isPriceFresh ? undefined : 'Too old to borrow against'}
        explanation="The median of the signed price feeds. When it is too old, borrowing stops; supplying and repaying go on."
      />
    </StatRow>
  );
}
