// SPDX-License-Identifier: Apache-2.0
import { formatVaultNumber } from './formatVaultNumber';
import type { Vault } from './vault';

/** An amount of what a vault holds, with its symbol. */
export function formatVaultAssets(vault: Vault, assets: bigint): string {
  return `${formatVaultNumber(vault, assets)} ${vault.assetSymbol}`;
}
