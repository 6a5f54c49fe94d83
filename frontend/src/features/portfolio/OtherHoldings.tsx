// SPDX-License-Identifier: Apache-2.0
import { Link } from 'react-router';
import { formatAmount } from '../../domain/formatAmount';
import { formatPercent } from '../../domain/formatPercent';
import type { Pair } from '../../domain/pair';
import type { Staking } from '../../domain/staking';
import { WAD } from '../../domain/units';
import type { Vault } from '../../domain/vault';
import { Card } from '../../ui/Card';
import { EmptyState } from '../../ui/EmptyState';

interface Holding {
  to: string;
  name: string;
  kind: string;
  amount: string;
}

/** Vault deposits, pool shares and stake of an account. */
export function OtherHoldings({
  vaults,
  pairs,
  staking,
}: {
  vaults: readonly Vault[];
  pairs: readonly Pair[];
  staking: Staking | undefined;
}) {
  const holdings: Holding[] = [
    ...vaults
      .filter(({ balance }) => balance > 0n)
      .map((vault) => ({
        to: `/vaults/${vault.key}`,
        name: vault.name,
        kind: 'Vault',
        amount: `${formatAmount((vault.balance * vault.pricePerShare) / 10n ** BigInt(vault.decimals), vault.decimals)} ${vault.assetSymbol}`,
      })),
    ...pairs
      .filter(({ balance }) => balance > 0n)
      .map((pair) => ({
        to: `/pools/${pair.key}`,
        name: `${pair.symbol0} / ${pair.symbol1}`,
        kind: 'Pool',
        amount: `${formatPercent((pair.balance * WAD) / pair.totalSupply, 'down')} of the pool`,
      })),
    ...(staking && staking.balance > 0n
      ? [
          {
            to: '/stake',
            name: 'HEAD',
            kind: 'Stake',
            amount: `${formatAmount(staking.assets, 18)} HEAD`,
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
          {holdings.map(({ to, name, kind, amount }) => (
            <li key={to} className="flex items-baseline justify-between gap-4 py-2.5">
              <Link to={to} className="font-medium hover:text-accent hover:underline">
                {name}
                <span className="ml-2 text-sm font-normal text-muted">{kind}</span>
              </Link>
              <span className="figures text-right" translate="no">
                {amount}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
