// SPDX-License-Identifier: Apache-2.0
import { Link } from 'react-router';
import { formatAmount } from '../../domain/formatAmount';
import { formatPercent } from '../../domain/formatPercent';
import { formatUsd } from '../../domain/formatUsd';
import type { AccountPositions, HexAddress, Market, MarketPosition } from '../../domain/market';
import { valueUsdWadDown } from '../../domain/position';
import { Card } from '../../ui/Card';
import { EmptyState } from '../../ui/EmptyState';
import { type Column, SortableTable } from '../../ui/SortableTable';
import { TokenMark } from '../../ui/TokenMark';
import { UnpledgeButton } from './UnpledgeButton';

interface Row {
  market: Market;
  position: MarketPosition;
}

/** What an account has supplied, and what of it secures the loan. */
export function SuppliesCard({
  account,
  markets,
  owner,
}: {
  account: AccountPositions;
  markets: readonly Market[];
  owner: HexAddress;
}) {
  const rows = account.positions.flatMap((position): Row[] => {
    const market = markets.find(({ pool }) => pool === position.pool);
    return market && position.shares > 0n ? [{ market, position }] : [];
  });
  const columns: Column<Row>[] = [
    {
      name: 'Market',
      isText: true,
      cell: ({ market }) => (
        <span className="flex items-center gap-3">
          <TokenMark symbol={market.symbol} />
          <Link
            to={`/markets/${market.key}`}
            className="font-medium after:absolute after:inset-0 hover:text-accent hover:underline"
          >
            {market.label}
          </Link>
        </span>
      ),
    },
    {
      name: 'Supplied',
      cell: ({ market, position }) =>
        `${formatAmount(position.assets, market.decimals)} ${market.symbol}`,
    },
    {
      name: 'Value',
      cell: ({ market, position }) =>
        formatUsd(valueUsdWadDown(position.assets, market.priceUsdWad, market.decimals)),
    },
    { name: 'APR', cell: ({ market }) => formatPercent(market.supplyRateWad) },
    {
      name: 'Collateral',
      cell: ({ market, position }) =>
        position.isPledged ? (
          // Above the row's own link.
          <span className="relative z-10">
            <UnpledgeButton market={market} owner={owner} />
          </span>
        ) : (
          <span className="text-sm text-muted">not pledged</span>
        ),
    },
  ];
  return (
    <Card title="Your supply">
      {rows.length === 0 ? (
        <EmptyState
          action={
            <Link to="/markets" className="font-medium text-accent underline">
              Choose a market
            </Link>
          }
        >
          What you lend shows here, with what it earns.
        </EmptyState>
      ) : (
        <SortableTable
          caption="Your supply"
          columns={columns}
          rows={rows}
          rowKey={({ market }) => market.pool}
        />
      )}
    </Card>
  );
}
