// SPDX-License-Identifier: Apache-2.0
import { valueUsdWadDown } from './position';
import type { Staking } from './staking';
import { streamedWad } from './streamed';
import type { TokenPrices } from './tokenPrices';
import { SECONDS_PER_YEAR, WAD } from './units';

/**
 * What the stake earns a year at this moment, from the fees that are being streamed to it. A
 * reward without a price counts for nothing; unknown where HEAD itself has none.
 */
export function stakeRateWad(
  staking: Staking,
  prices: TokenPrices,
  chainTime: bigint,
): bigint | undefined {
  const stakedUsdWad = valueUsdWadDown(staking.totalAssets, prices[staking.head] ?? 0n, 18);
  if (stakedUsdWad === 0n) return undefined;
  const yearlyUsdWad = staking.rewards.reduce((sum, reward) => {
    const yearly = (streamedWad(reward, chainTime) * SECONDS_PER_YEAR) / WAD;
    return sum + valueUsdWadDown(yearly, prices[reward.token] ?? 0n, reward.decimals);
  }, 0n);
  return (yearlyUsdWad * WAD) / stakedUsdWad;
}
