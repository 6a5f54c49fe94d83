// SPDX-License-Identifier: Apache-2.0
import { mulDivDown } from './divide';
import { SECONDS_PER_YEAR, UNLOCKING_SCALE, WAD } from './units';

/**
 * Annual rate at which the share price of a vault rises now, from the profit that it is
 * unlocking. Nothing when the last profit has unlocked in full.
 */
export function vaultRateWad(
  profitUnlockingRate: bigint,
  fullProfitUnlockDate: bigint,
  totalSupply: bigint,
  chainTime: bigint,
): bigint {
  if (totalSupply === 0n || fullProfitUnlockDate <= chainTime) return 0n;
  const sharesPerYear = (profitUnlockingRate * SECONDS_PER_YEAR) / UNLOCKING_SCALE;
  return mulDivDown(sharesPerYear, WAD, totalSupply);
}
