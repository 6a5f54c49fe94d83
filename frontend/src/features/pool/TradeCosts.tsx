// SPDX-License-Identifier: Apache-2.0
import { formatPercent } from '../../domain/formatPercent';
import { formatUsd } from '../../domain/formatUsd';
import { type Pair, type PairSide, sidesOf } from '../../domain/pair';
import { pairQuote } from '../../domain/pairQuote';
import { priceImpactWadUp } from '../../domain/priceImpact';
import type { TokenPrices } from '../../domain/tokenPrices';
import { BPS, WAD } from '../../domain/units';

/** Sizes for which the cost is shown, in dollars. */
const SIZES_USD = [1_000n, 10_000n, 100_000n];

/** What trades of several sizes would cost here right now: the depth of the pool in a table. */
export function TradeCosts({ pair, prices }: { pair: Pair; prices: TokenPrices }) {
  const sides = sidesOf(pair);
  const [first, second] = sides;
  const feeWad = (pair.feeBps * WAD) / BPS;
  const costWad = (from: PairSide, to: PairSide, sizeUsd: bigint): bigint | undefined => {
    const price = prices[from.token];
    if (!price) return undefined;
    const assets = (sizeUsd * WAD * 10n ** BigInt(from.decimals)) / price;
    const out = pairQuote(from.reserve, to.reserve, assets, pair.feeBps);
    return feeWad + priceImpactWadUp(from.reserve, to.reserve, assets, out, pair.feeBps);
  };
  return (
    <>
      <table className="figures w-full text-right text-sm">
        <caption className="mb-2 text-left text-muted">
          Fee and price impact together, at this block.
        </caption>
        <thead className="text-muted">
          <tr>
            <th scope="col" className="py-1.5 text-left font-normal">
              Trade of
            </th>
            {sides.map(({ symbol }) => (
              <th key={symbol} scope="col" className="pl-2 font-normal">
                {`Sell ${symbol}`}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line border-y border-line" translate="no">
          {SIZES_USD.map((size) => (
            <tr key={size.toString()}>
              <th scope="row" className="py-2 text-left font-normal">
                {formatUsd(size * WAD).replace('.00', '')}
              </th>
              <td className="pl-2">{formatPercent(costWad(first, second, size))}</td>
              <td className="pl-2">{formatPercent(costWad(second, first, size))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-3 text-sm text-muted">
        Those who add liquidity hold both tokens. When the price moves, they end with more of the
        token that fell: the fees have to make up for that.
      </p>
    </>
  );
}
