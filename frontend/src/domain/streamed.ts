// SPDX-License-Identifier: Apache-2.0
import type { StakingReward } from './staking';

/** What all stakers get of a reward now, a second, in WAD: nothing once its stream has ended. */
export function streamedWad(reward: StakingReward, chainTime: bigint): bigint {
  return chainTime < reward.rateEndsAt ? reward.ratePerSecondWad : 0n;
}
