// SPDX-License-Identifier: Apache-2.0
import { Link } from 'react-router';
import { decimalText } from '../../domain/decimalText';
import { formatAmount } from '../../domain/formatAmount';
import { formatPercent } from '../../domain/formatPercent';
import { sharePriceWadDown } from '../../domain/sharePrice';
import type { Vault } from '../../domain/vault';
import { vaultRateWad } from '../../domain/vaultRate';
import { type Column, SortableTable } from '../../ui/SortableTable';
import { TokenMark } from '../../ui/TokenMark';

/** All vaults side by side. */
export function VaultsTable({
  vaults,
  chainTime,
}: {
  vaults: readonly Vault[];
  chainTime: bigint;
}) {
  const rateOf = (vault: Vault) =>
    vaultRateWad(
      vault.profitUnlockingRate,
      vault.fullProfitUnlockDate,
      vault.totalSupply,
      chainTime,
    );
  const columns: Column<Vault>[] = [
    {
      name: 'Vault',
      isText: true,
      order: ({ name }) => name,
      cell: ({ key, name, assetSymbol, strategies }) => (
        <span className="flex items-center gap-3">
          <TokenMark symbol={assetSymbol} isLarge />
          <span>
            <Link
              to={`/vaults/${key}`}
              className="font-medium after:absolute after:inset-0 hover:text-accent hover:underline"
            >
              {name}
            </Link>
            <span className="block text-sm text-muted">
              {`${assetSymbol} · ${strategies.length} ${strategies.length === 1 ? 'strategy' : 'strategies'}`}
            </span>
          </span>
        </span>
      ),
    },
    {
      name: 'In the vault',
      cell: ({ totalAssets, decimals, assetSymbol }) =>
        `${formatAmount(totalAssets, decimals)} ${assetSymbol}`,
    },
    {
      name: 'Share price',
      cell: ({ totalAssets, totalSupply }) =>
        decimalText(sharePriceWadDown(totalAssets, totalSupply), 18, 6, 'down'),
    },
    {
      name: 'APR now',
      order: rateOf,
      cell: (vault) => (
        <span className="font-medium text-good">{formatPercent(rateOf(vault))}</span>
      ),
    },
  ];
  if (vaults.some(({ balance }) => balance > 0n))
    columns.push({
      name: 'Your deposit',
      cell: ({ balance, pricePerShare, decimals, assetSymbol }) =>
        balance > 0n
          ? `${formatAmount((balance * pricePerShare) / 10n ** BigInt(decimals), decimals)} ${assetSymbol}`
          : '—',
    });
  return (
    <SortableTable caption="Vaults" columns={columns} rows={vaults} rowKey={({ vault }) => vault} />
  );
}
