// SPDX-License-Identifier: Apache-2.0
import { Link } from 'react-router';
import { formatAmount } from '../../domain/formatAmount';
import { formatUsd } from '../../domain/formatUsd';
import type { AccountPositions, HexAddress, Market } from '../../domain/market';
import { valueUsdWadDown } from '../../domain/position';
import { Card } from '../../ui/Card';
import { EmptyState } from '../../ui/EmptyState';
import { TokenMark } from '../../ui/TokenMark';

/** What lies in the wallet and could be put to work. */
export function WalletCard({
  account,
  markets,
}: {
  account: AccountPositions;
  markets: readonly Market[];
}) {
  // Several markets lend the same token: the one that pays most is where it would go.
  const best = new Map<HexAddress, { market: Market; assets: bigint }>();
  for (const { pool, walletAssets } of account.positions) {
    const market = markets.find((each) => each.pool === pool);
    if (!market || walletAssets === 0n) continue;
    const known = best.get(market.asset);
    if (!known || known.market.supplyRateWad < market.supplyRateWad)
      best.set(market.asset, { market, assets: walletAssets });
  }
  return (
    <Card title="In your wallet">
      {best.size === 0 ? (
        <EmptyState>Tokens that a market here takes show here.</EmptyState>
      ) : (
        <ul className="divide-y divide-line">
          {[...best.values()].map(({ market, assets }) => (
            <li key={market.asset} className="flex items-center gap-3 py-3">
              <TokenMark symbol={market.symbol} isLarge />
              <span>
                <span className="block font-medium" translate="no">
                  {`${formatAmount(assets, market.decimals)} ${market.symbol}`}
                </span>
                <span className="figures block text-sm text-muted" translate="no">
                  {formatUsd(valueUsdWadDown(assets, market.priceUsdWad, market.decimals))}
                </span>
              </span>
              <Link
                to={`/markets/${market.key}`}
                className="ml-auto text-right text-sm font-medium text-accent underline"
              >
                {`Supply to ${market.label}`}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
