// SPDX-License-Identifier: Apache-2.0
import { formatAmount } from './formatAmount';
import { formatPoolTokens } from './formatPoolTokens';
import type { Vault } from './vault';

/** An amount of what a vault holds, with its symbol. */
export function formatVaultAssets(vault: Vault, assets: bigint): string {
  const shown = vault.isOfPoolTokens
    ? formatPoolTokens(assets)
    : formatAmount(assets, vault.decimals);
  return `${shown} ${vault.assetSymbol}`;
}
