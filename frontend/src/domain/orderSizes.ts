// SPDX-License-Identifier: Apache-2.0
import { mulDivUp, smaller } from './divide';
import { BPS, MAX_UINT256, WAD } from './units';

// Mirrors contracts/modules/order_sizes.vy, where the formulas are derived. All round up, so that
// the target is reached.

/** Where a loan stands in dollars: debt, liquidation limit, and the health wanted. */
interface Wanted {
  debtUsdWad: bigint;
  limitUsdWad: bigint;
  targetWad: bigint;
}

const missingOf = ({ debtUsdWad, limitUsdWad, targetWad }: Wanted) =>
  targetWad * debtUsdWad - limitUsdWad * WAD;

/** The value to sell if `keptBps` of it repay: never more than repays all. */
export function saleUsdWadUp(wanted: Wanted, thresholdBps: bigint, keptBps: bigint): bigint {
  const whole = mulDivUp(wanted.debtUsdWad, BPS, keptBps);
  if (wanted.targetWad === MAX_UINT256) return whole;
  const gainWad = (wanted.targetWad * keptBps) / BPS;
  const costWad = (thresholdBps * WAD) / BPS;
  if (gainWad <= costWad) return whole;
  return smaller(whole, mulDivUp(missingOf(wanted), 1n, gainWad - costWad));
}

/** The value to supply; zero where it would not count. */
export function supplyUsdWadUp(wanted: Wanted, thresholdBps: bigint): bigint {
  if (thresholdBps === 0n) return 0n;
  return mulDivUp(missingOf(wanted), 1n, (thresholdBps * WAD) / BPS);
}

/** The value to repay. */
export function repaymentUsdWadUp(wanted: Wanted): bigint {
  return mulDivUp(missingOf(wanted), 1n, wanted.targetWad);
}

/** Base units that are worth `usdWad` at a price of the whole token. */
export function assetsUp(usdWad: bigint, priceUsdWad: bigint, decimals: number): bigint {
  return mulDivUp(usdWad, 10n ** BigInt(decimals), priceUsdWad);
}
