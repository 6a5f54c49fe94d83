// SPDX-License-Identifier: Apache-2.0
import type { Market } from './market';
import type { Vault } from './vault';

/**
 * What the places of a vault earn a year at this moment, on all of its assets and before fees.
 * Unknown as soon as something is at work in a place without a rate.
 */
export function strategyRateWad(vault: Vault, markets: readonly Market[]): bigint | undefined {
  if (vault.totalAssets === 0n) return undefined;
  let earnedWad = 0n;
  for (const { currentDebt, place } of vault.strategies) {
    if (currentDebt === 0n) continue;
    const market = markets.find(({ key }) => place?.kind === 'market' && key === place.key);
    if (!market) return undefined;
    earnedWad += currentDebt * market.supplyRateWad;
  }
  return earnedWad / vault.totalAssets;
}
