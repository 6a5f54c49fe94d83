// SPDX-License-Identifier: Apache-2.0
import { Link } from 'react-router';
import { formatAmount } from '../../domain/formatAmount';
import { formatShare } from '../../domain/formatShare';
import { formatUsd } from '../../domain/formatUsd';
import { formatVaultAssets } from '../../domain/formatVaultAssets';
import type { HexAddress } from '../../domain/market';
import type { Pair } from '../../domain/pair';
import { valueUsdWadDown } from '../../domain/position';
import type { Staking } from '../../domain/staking';
import type { TokenPrices } from '../../domain/tokenPrices';
import { WAD } from '../../domain/units';
import type { Vault } from '../../domain/vault';
import { vaultHolding } from '../../domain/vaultHolding';
import { Card } from '../../ui/Card';
import { EmptyState } from '../../ui/EmptyState';

interface Holding {
  to: string;
  name: string;
  kind: string;
  amount: string;
  valueUsdWad: bigint | undefined;
}

/** Vault deposits, pool shares and stake of an account. */
export function OtherHoldings({
  vaults,
  pairs,
  staking,
  prices,
}: {
  vaults: readonly Vault[];
  pairs: readonly Pair[];
  staking: Staking;
  prices: TokenPrices;
}) {
  const worth = (token: HexAddress, assets: bigint, decimals: number) => {
    const price = prices[token];
    return price === undefined ? undefined : valueUsdWadDown(assets, price, decimals);
  };
  const holdings: Holding[] = [
    ...vaults
      .filter(({ balance }) => balance > 0n)
      .map((vault) => ({
        to: `/vaults/${vault.key}`,
        name: vault.name,
        kind: 'Vault',
        amount: formatVaultAssets(vault, vaultHolding(vault)),
        valueUsdWad: worth(vault.asset, vaultHolding(vault), vault.decimals),
      })),
    ...pairs
      .filter(({ balance }) => balance > 0n)
      .map((pair) => ({
        to: `/pools/${pair.key}`,
        name: `${pair.symbol0} / ${pair.symbol1}`,
        kind: 'Pool',
        amount: `${formatShare((pair.balance * WAD) / pair.totalSupply)} of the pool`,
        valueUsdWad: worth(pair.pair, pair.balance, 18),
      })),
    ...(staking.balance > 0n
      ? [
          {
            to: '/stake',
            name: 'HEAD',
            kind: 'Stake',
            amount: `${formatAmount(staking.assets, 18)} HEAD`,
            valueUsdWad: worth(staking.head, staking.assets, 18),
          },
        ]
      : []),
  ];
  return (
    <Card title="Vaults, pools, stake">
      {holdings.length === 0 ? (
        <EmptyState
          action={
            <Link to="/vaults" className="font-medium text-accent underline">
              See the vaults
            </Link>
          }
        >
          Vault deposits, liquidity and stake show here.
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line">
          {holdings.map(({ to, name, kind, amount, valueUsdWad }) => (
            <li key={to} className="relative flex items-center justify-between gap-4 py-3">
              <span>
                <Link
                  to={to}
                  className="font-medium after:absolute after:inset-0 hover:text-accent hover:underline"
                >
                  {name}
                </Link>
                <span className="block text-sm text-muted">{kind}</span>
              </span>
              <span className="figures text-right" translate="no">
                <span className="block">
                  {valueUsdWad === undefined ? '—' : formatUsd(valueUsdWad)}
                </span>
                <span className="block text-sm text-muted">{amount}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
