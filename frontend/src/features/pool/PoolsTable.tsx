// SPDX-License-Identifier: Apache-2.0
import { Link } from 'react-router';
import { formatAmount } from '../../domain/formatAmount';
import { formatPercent } from '../../domain/formatPercent';
import { formatPrice } from '../../domain/formatPrice';
import { type Pair, sidesOf } from '../../domain/pair';
import { pairPriceWad } from '../../domain/pairPrice';
import { BPS, WAD } from '../../domain/units';
import { type Column, SortableTable } from '../../ui/SortableTable';
import { TokenMark } from '../../ui/TokenMark';

/** All trading pools side by side. */
export function PoolsTable({ pairs }: { pairs: readonly Pair[] }) {
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
      name: 'Reserves',
      cell: ({ reserve0, reserve1, decimals0, decimals1, symbol0, symbol1 }) => (
        <>
          {`${formatAmount(reserve0, decimals0)} ${symbol0}`}
          <br />
          {`${formatAmount(reserve1, decimals1)} ${symbol1}`}
        </>
      ),
    },
    { name: 'Price', cell: priceText },
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
        balance > 0n ? formatPercent((balance * WAD) / totalSupply, 'down') : '—',
    });
  return (
    <SortableTable caption="Pools" columns={columns} rows={pairs} rowKey={({ pair }) => pair} />
  );
}

/** The dearer token priced in the cheaper one. */
function priceText(pair: Pair): string {
  const [first, second] = sidesOf(pair);
  const isFirstDearer = pairPriceWad(first, second) >= WAD;
  const [base, quote] = isFirstDearer ? [first, second] : [second, first];
  return `1 ${base.symbol} = ${formatPrice(pairPriceWad(base, quote))} ${quote.symbol}`;
}
