// SPDX-License-Identifier: Apache-2.0
import { formatAmount } from '../../domain/formatAmount';
import { formatDateTime } from '../../domain/formatDateTime';
import { formatPercent } from '../../domain/formatPercent';
import { WAD } from '../../domain/units';
import type { Vault } from '../../domain/vault';
import { AddressText } from '../../ui/AddressText';
import { AllocationBar } from '../../ui/AllocationBar';

/** Where a vault's assets are at work, and when each strategy last reported. */
export function VaultStrategies({ vault }: { vault: Vault }) {
  const places = [
    ...vault.strategies.map(({ label, currentDebt }) => ({ name: label, assets: currentDebt })),
    { name: 'Idle in the vault', assets: vault.totalIdle },
  ];
  const whole = vault.totalAssets === 0n ? 1n : vault.totalAssets;
  const parts = places.map(({ name, assets }) => ({
    name,
    part: Number((assets * 1_000_000n) / whole) / 1_000_000,
    shown: `${formatAmount(assets, vault.decimals)} ${vault.assetSymbol} · ${formatPercent((assets * WAD) / whole)}`,
  }));
  return (
    <>
      <AllocationBar parts={parts} />
      <div className="mt-5 overflow-x-auto">
        <table className="figures w-full text-right text-sm">
          <thead className="text-muted">
            <tr>
              <th scope="col" className="py-1.5 text-left font-normal">
                Strategy
              </th>
              <th scope="col" className="px-2 font-normal">
                Contract
              </th>
              <th scope="col" className="font-normal">
                Last report
              </th>
            </tr>
          </thead>
          <tbody className="divide-y divide-line border-y border-line">
            {vault.strategies.map(({ strategy, label, lastReport }) => (
              <tr key={strategy}>
                <th scope="row" className="py-2 text-left font-normal">
                  {label}
                </th>
                <td className="px-2">
                  <AddressText address={strategy} />
                </td>
                <td className="text-muted">
                  {lastReport > 0n ? formatDateTime(lastReport) : 'never'}
                </td>
              </tr>
            ))}
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
