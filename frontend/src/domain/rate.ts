// SPDX-License-Identifier: Apache-2.0
import { mulDivDown } from './divide';
import { BPS, SECONDS_PER_YEAR, WAD } from './units';

/** The four parameters of contracts/rates/KinkedRate.vy; rates are annual. */
export interface RateCurve {
  baseRateWad: bigint;
  slopeLowWad: bigint;
  slopeHighWad: bigint;
  kinkWad: bigint;
}

/** Share of a pool's assets that is lent out. */
export function utilizationWad(idle: bigint, totalDebt: bigint): bigint {
  const totalAssets = idle + totalDebt;
  return totalAssets === 0n ? 0n : mulDivDown(totalDebt, WAD, totalAssets);
}

/** Annual borrow rate at a utilization. */
export function borrowRateWad(curve: RateCurve, utilization: bigint): bigint {
  const { baseRateWad, slopeLowWad, slopeHighWad, kinkWad } = curve;
  if (utilization <= kinkWad)
    return kinkWad === 0n
      ? baseRateWad
      : baseRateWad + mulDivDown(slopeLowWad, utilization, kinkWad);
  const beyond = utilization < WAD ? utilization - kinkWad : WAD - kinkWad;
  return baseRateWad + slopeLowWad + mulDivDown(slopeHighWad, beyond, WAD - kinkWad);
}

/** The same, as the contract charges it. */
export function ratePerSecondWadDown(annualRateWad: bigint): bigint {
  return annualRateWad / SECONDS_PER_YEAR;
}

/** Annual rate of a rate per second, without compounding (APR). */
export function annualRateWad(ratePerSecondWad: bigint): bigint {
  return ratePerSecondWad * SECONDS_PER_YEAR;
}

/** What lenders get of the borrow rate: the lent share of it, less the reserve. */
export function supplyRateWad(
  borrowRate: bigint,
  utilization: bigint,
  reserveFactorBps: bigint,
): bigint {
  return mulDivDown(mulDivDown(borrowRate, utilization, WAD), BPS - reserveFactorBps, BPS);
}
