// SPDX-License-Identifier: Apache-2.0
import { formatAmount } from './formatAmount';
import { formatPoolTokens } from './formatPoolTokens';
import type { Vault } from './vault';

/** An amount of what a vault holds, without its symbol. */
export function formatVaultNumber(vault: Vault, assets: bigint): string {
  return vault.isOfPoolTokens ? formatPoolTokens(assets) : formatAmount(assets, vault.decimals);
}
