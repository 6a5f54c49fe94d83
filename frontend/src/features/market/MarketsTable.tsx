// SPDX-License-Identifier: Apache-2.0
import { Link } from 'react-router';
import { formatAmount } from '../../domain/formatAmount';
import { formatPercent } from '../../domain/formatPercent';
import { formatUsd } from '../../domain/formatUsd';
import type { AccountPositions, Market } from '../../domain/market';
import { valueUsdWadDown } from '../../domain/position';
import { type Column, SortableTable } from '../../ui/SortableTable';
import { TokenMark } from '../../ui/TokenMark';
import { UtilizationBar } from '../../ui/UtilizationBar';

const usdOf = (market: Market, assets: bigint) =>
  valueUsdWadDown(assets, market.priceUsdWad, market.decimals);

/** All markets side by side. */
export function MarketsTable({
  markets,
  account,
}: {
  markets: readonly Market[];
  account?: AccountPositions | undefined;
}) {
  const columns: Column<Market>[] = [
    {
      name: 'Market',
      isText: true,
      order: ({ label }) => label,
      cell: ({ key, label, symbol, terms }) => (
        <span className="flex items-center gap-3">
          <TokenMark symbol={symbol} isLarge />
          <span>
            <Link
              to={`/markets/${key}`}
              className="font-medium after:absolute after:inset-0 hover:text-accent hover:underline"
            >
              {label}
            </Link>
            <span className="block text-sm text-muted">
              {`against ${collateralNames(terms, markets)}`}
            </span>
          </span>
        </span>
      ),
    },
    {
      name: 'Supplied',
      order: (market) => usdOf(market, market.totalAssets),
      cell: (market) => formatUsd(usdOf(market, market.totalAssets), { compact: true }),
    },
    {
      name: 'Supply APR',
      order: ({ supplyRateWad }) => supplyRateWad,
      cell: ({ supplyRateWad }) => (
        <span className="font-medium text-good">{formatPercent(supplyRateWad)}</span>
      ),
    },
    {
      name: 'Borrow APR',
      order: ({ borrowRateWad }) => borrowRateWad,
      cell: ({ borrowRateWad }) => formatPercent(borrowRateWad),
    },
    {
      name: 'Utilization',
      order: ({ utilizationWad }) => utilizationWad,
      cell: ({ utilizationWad }) => <UtilizationBar utilizationWad={utilizationWad} />,
    },
  ];
  if (account?.positions.some(({ shares }) => shares > 0n))
    columns.push({
      name: 'Your supply',
      cell: (market) => {
        const assets = account.positions.find(({ pool }) => pool === market.pool)?.assets ?? 0n;
        return assets > 0n ? `${formatAmount(assets, market.decimals)} ${market.symbol}` : '—';
      },
    });
  return (
    <SortableTable
      caption="Lending markets"
      columns={columns}
      rows={markets}
      rowKey={({ pool }) => pool}
    />
  );
}

function collateralNames(terms: Market['terms'], markets: readonly Market[]): string {
  const names = terms.flatMap(
    ({ collateralPool }) => markets.find(({ pool }) => pool === collateralPool)?.label ?? [],
  );
  return names.length > 0 ? names.join(', ') : 'no collateral yet';
}
