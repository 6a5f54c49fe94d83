// SPDX-License-Identifier: Apache-2.0
import { mulDivDown } from './divide';
import type { Vault } from './vault';

/** What the shares of an account are worth in assets of the vault. */
export function vaultHolding({ balance, totalAssets, totalSupply }: Vault): bigint {
  return totalSupply === 0n ? 0n : mulDivDown(balance, totalAssets, totalSupply);
}
