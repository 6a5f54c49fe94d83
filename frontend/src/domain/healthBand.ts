// SPDX-License-Identifier: Apache-2.0
import { MAX_UINT256, WAD } from './units';

export type HealthBand = 'no_debt' | 'safe' | 'watch' | 'danger' | 'liquidatable';

/** Below this a projected health must be acknowledged before signing. */
export const ACKNOWLEDGE_BELOW_WAD = (125n * WAD) / 100n;

/** Which of the bands a health lies in; each has a word, a colour and a place on the meter. */
export function healthBand(healthWad: bigint): HealthBand {
  if (healthWad === MAX_UINT256) return 'no_debt';
  if (healthWad < WAD) return 'liquidatable';
  if (healthWad < ACKNOWLEDGE_BELOW_WAD) return 'danger';
  return healthWad < 2n * WAD ? 'watch' : 'safe';
}
