// SPDX-License-Identifier: Apache-2.0
import { Link } from 'react-router';
import { formatAmount } from '../../domain/formatAmount';
import { formatPercent } from '../../domain/formatPercent';
import type { Market } from '../../domain/market';
import { BPS, WAD } from '../../domain/units';
import { AddressText } from '../../ui/AddressText';
import { BeforeAfter } from '../../ui/BeforeAfter';
import { Review } from '../../ui/Review';

const percentOfBps = (bps: bigint) => formatPercent((bps * WAD) / BPS).replace('.00', '');

/** The rules of a market: what it accepts, its limits, its contract. */
export function MarketTerms({ market, markets }: { market: Market; markets: readonly Market[] }) {
  const amount = (assets: bigint) =>
    `${formatAmount(assets, market.decimals).replace(/\.00$/, '')} ${market.symbol}`;
  return (
    <>
      <div className="mb-4 overflow-x-auto">
        <table className="figures w-full text-right text-sm">
          <thead className="text-muted">
            <tr>
              <th scope="col" className="py-1.5 text-left font-normal">
                Accepted collateral
              </th>
              <th scope="col" className="px-2 font-normal">
                Borrow up to
              </th>
              <th scope="col" className="font-normal">
                Liquidated at
              </th>
            </tr>
          </thead>
          <tbody className="divide-y divide-line border-y border-line">
            {market.terms.map(({ collateralPool, borrowThresholdBps, liquidationThresholdBps }) => {
              const collateral = markets.find(({ pool }) => pool === collateralPool);
              return (
                <tr key={collateralPool}>
                  <th scope="row" className="py-2 text-left font-normal">
                    {collateral ? (
                      <Link to={`/markets/${collateral.key}`} className="text-accent underline">
                        {collateral.label}
                      </Link>
                    ) : (
                      <AddressText address={collateralPool} />
                    )}
                  </th>
                  <td className="px-2">{percentOfBps(borrowThresholdBps)}</td>
                  <td>{percentOfBps(liquidationThresholdBps)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <Review>
        <BeforeAfter name="Supply cap" after={amount(market.supplyCap)} />
        <BeforeAfter name="Borrow cap" after={amount(market.borrowCap)} />
        <BeforeAfter name="Smallest loan" after={amount(market.minDebt)} />
        <BeforeAfter
          name="Reserve"
          after={percentOfBps(market.reserveFactorBps)}
          explanation="The part of the interest that goes to stakers and the treasury instead of the lenders."
        />
        <BeforeAfter name="Contract" after={<AddressText address={market.pool} />} />
      </Review>
    </>
  );
}
