// SPDX-License-Identifier: Apache-2.0
import { Link } from 'react-router';
import { minusOrZero } from '../../domain/divide';
import { formatAge } from '../../domain/formatAge';
import { formatDateTime } from '../../domain/formatDateTime';
import { formatPercent } from '../../domain/formatPercent';
import { formatVaultAssets } from '../../domain/formatVaultAssets';
import type { Market } from '../../domain/market';
import type { Pair } from '../../domain/pair';
import { WAD } from '../../domain/units';
import type { Vault, VaultStrategy } from '../../domain/vault';
import { AddressText } from '../../ui/AddressText';
import { AllocationBar } from '../../ui/AllocationBar';

/** Where a vault's assets are at work, what that earns, and when each strategy last reported. */
export function VaultStrategies({
  vault,
  markets,
  pairs,
  chainTime,
}: {
  vault: Vault;
  markets: readonly Market[];
  pairs: readonly Pair[];
  chainTime: bigint;
}) {
  const marketOf = ({ place }: VaultStrategy) =>
    markets.find(({ key }) => place?.kind === 'market' && key === place.key);
  const pairOf = ({ place }: VaultStrategy) =>
    pairs.find(({ key }) => place?.kind === 'pool' && key === place.key);
  const nameOf = (strategy: VaultStrategy) => {
    const pair = pairOf(strategy);
    return (
      marketOf(strategy)?.label ??
      (pair ? `${pair.symbol0} / ${pair.symbol1}` : `${strategy.strategy.slice(0, 6)}…`)
    );
  };
  const places = [
    ...vault.strategies.map((each) => ({ name: nameOf(each), assets: each.currentDebt })),
    { name: 'Idle in the vault', assets: vault.totalIdle },
  ];
  const whole = vault.totalAssets === 0n ? 1n : vault.totalAssets;
  const parts = places.map(({ name, assets }) => ({
    name,
    part: Number((assets * 1_000_000n) / whole) / 1_000_000,
    shown: `${formatVaultAssets(vault, assets)} · ${formatPercent((assets * WAD) / whole)}`,
  }));
  return (
    <>
      <AllocationBar parts={parts} />
      <div className="mt-5">
        <table className="figures w-full text-right text-sm">
          <thead className="text-muted">
            <tr>
              <th scope="col" className="py-1.5 text-left font-normal">
                Strategy
              </th>
              <th scope="col" className="px-2 font-normal">
                Supply APR
              </th>
              <th scope="col" className="hidden px-2 font-normal sm:table-cell">
                Contract
              </th>
              <th scope="col" className="font-normal">
                Last report
              </th>
            </tr>
          </thead>
          <tbody className="divide-y divide-line border-y border-line">
            {vault.strategies.map((strategy) => {
              const market = marketOf(strategy);
              return (
                <tr key={strategy.strategy}>
                  <th scope="row" className="py-2 text-left font-normal">
                    <span className="hidden sm:inline">
                      {market ? 'Lending in ' : 'Liquidity in '}
                    </span>
                    {strategy.place ? (
                      <Link
                        to={`/${market ? 'markets' : 'pools'}/${strategy.place.key}`}
                        className="text-accent underline"
                      >
                        {nameOf(strategy)}
                      </Link>
                    ) : (
                      nameOf(strategy)
                    )}
                  </th>
                  <td className="px-2">{formatPercent(market?.supplyRateWad)}</td>
                  <td className="hidden px-2 sm:table-cell">
                    <AddressText address={strategy.strategy} />
                  </td>
                  <td className="text-muted">
                    {strategy.lastReport > 0n ? (
                      <time title={formatDateTime(strategy.lastReport)}>
                        {formatAge(minusOrZero(chainTime, strategy.lastReport))}
                      </time>
                    ) : (
                      'never'
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p className="mt-3 text-sm text-muted">
        The keeper moves assets only between these strategies, each within its limit. It cannot take
        them out of the vault.
      </p>
    </>
  );
}
