// SPDX-License-Identifier: Apache-2.0
import { Link } from 'react-router';
import { formatAmount } from '../../domain/formatAmount';
import { formatPercent } from '../../domain/formatPercent';
import { formatShare } from '../../domain/formatShare';
import { formatUsd } from '../../domain/formatUsd';
import type { Pair } from '../../domain/pair';
import { pairPriceText } from '../../domain/pairPriceText';
import { poolValueUsdWad, type TokenPrices } from '../../domain/tokenPrices';
import { BPS, WAD } from '../../domain/units';
import { type Column, SortableTable } from '../../ui/SortableTable';
import { TokenMark } from '../../ui/TokenMark';

/** All trading pools side by side. */
export function PoolsTable({ pairs, prices }: { pairs: readonly Pair[]; prices: TokenPrices }) {
  const columns: Column<Pair>[] = [
    {
      name: 'Pool',
      isText: true,
      order: ({ symbol0, symbol1 }) => `${symbol0}${symbol1}`,
      cell: ({ key, symbol0, symbol1 }) => (
        <span className="flex items-center gap-3">
          <span className="flex -space-x-2">
            <TokenMark symbol={symbol0} isLarge />
            <TokenMark symbol={symbol1} isLarge />
          </span>
          <Link
            to={`/pools/${key}`}
            className="font-medium after:absolute after:inset-0 hover:text-accent hover:underline"
          >
            {`${symbol0} / ${symbol1}`}
          </Link>
        </span>
      ),
    },
    {
      name: 'In the pool',
      order: (pair) => poolValueUsdWad(pair, prices) ?? 0n,
      cell: (pair) => (
        <>
          <span className="block">{valueText(pair, prices)}</span>
          <span className="block text-sm text-muted">
            {`${formatAmount(pair.reserve0, pair.decimals0)} ${pair.symbol0}`}
          </span>
          <span className="block text-sm text-muted">
            {`${formatAmount(pair.reserve1, pair.decimals1)} ${pair.symbol1}`}
          </span>
        </>
      ),
    },
    { name: 'Price', cell: pairPriceText },
    {
      name: 'Fee',
      order: ({ feeBps }) => feeBps,
      cell: ({ feeBps }) => formatPercent((feeBps * WAD) / BPS),
    },
  ];
  if (pairs.some(({ balance }) => balance > 0n))
    columns.push({
      name: 'Your share',
      cell: ({ balance, totalSupply }) =>
        balance > 0n ? formatShare((balance * WAD) / totalSupply) : '—',
    });
  return (
    <SortableTable caption="Pools" columns={columns} rows={pairs} rowKey={({ pair }) => pair} />
  );
}

function valueText(pair: Pair, prices: TokenPrices): string {
  const valueUsdWad = poolValueUsdWad(pair, prices);
  return valueUsdWad === undefined ? '—' : formatUsd(valueUsdWad, { compact: true });
}
