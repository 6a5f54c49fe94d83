// SPDX-License-Identifier: Apache-2.0
import { Link } from 'react-router';
import { decimalText } from '../../domain/decimalText';
import { formatPercent } from '../../domain/formatPercent';
import { formatUsd } from '../../domain/formatUsd';
import { formatVaultAssets } from '../../domain/formatVaultAssets';
import type { Market } from '../../domain/market';
import { valueUsdWadDown } from '../../domain/position';
import { sharePriceWadDown } from '../../domain/sharePrice';
import { strategyRateWad } from '../../domain/strategyRate';
import type { TokenPrices } from '../../domain/tokenPrices';
import type { Vault } from '../../domain/vault';
import { vaultHolding } from '../../domain/vaultHolding';
import { type Column, SortableTable } from '../../ui/SortableTable';
import { TokenMark } from '../../ui/TokenMark';

const rateLook = (rateWad: bigint | undefined) =>
  rateWad === undefined ? 'text-muted' : 'font-medium text-good';

/** All vaults side by side. */
export function VaultsTable({
  vaults,
  markets,
  prices,
}: {
  vaults: readonly Vault[];
  markets: readonly Market[];
  prices: TokenPrices;
}) {
  const usdOf = ({ asset, totalAssets, decimals }: Vault) =>
    valueUsdWadDown(totalAssets, prices[asset] ?? 0n, decimals);
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
      order: usdOf,
      cell: (vault) => (
        <>
          {prices[vault.asset] !== undefined && (
            <span className="block">{formatUsd(usdOf(vault), { compact: true })}</span>
          )}
          <span className="block text-sm text-muted">
            {formatVaultAssets(vault, vault.totalAssets)}
          </span>
        </>
      ),
    },
    {
      name: 'Share price',
      cell: ({ totalAssets, totalSupply }) =>
        decimalText(sharePriceWadDown(totalAssets, totalSupply), 18, 6, 'down'),
    },
    {
      name: 'Earning now, APR',
      order: (vault) => strategyRateWad(vault, markets) ?? 0n,
      cell: (vault) => (
        <span className={rateLook(strategyRateWad(vault, markets))}>
          {formatPercent(strategyRateWad(vault, markets))}
        </span>
      ),
    },
  ];
  if (vaults.some(({ balance }) => balance > 0n))
    columns.push({
      name: 'Your deposit',
      cell: (vault) => (vault.balance > 0n ? formatVaultAssets(vault, vaultHolding(vault)) : '—'),
    });
  return (
    <SortableTable caption="Vaults" columns={columns} rows={vaults} rowKey={({ vault }) => vault} />
  );
}
