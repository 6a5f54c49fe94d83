// SPDX-License-Identifier: Apache-2.0
import { mulDivUp } from './divide';
import type { Collateral } from './position';
import { BPS } from './units';

/**
 * The price of one collateral at which the position can be liquidated, all else unchanged.
 * Undefined where no price of it alone can do that.
 */
export function liquidationPriceUsdWad(
  collateral: Collateral,
  priceUsdWad: bigint,
  others: readonly Collateral[],
  debtUsdWad: bigint,
): bigint | undefined {
  if (debtUsdWad === 0n || collateral.valueUsdWad === 0n) return undefined;
  const held = others.reduce(
    (sum, each) => sum + (each.valueUsdWad * each.liquidationThresholdBps) / BPS,
    0n,
  );
  if (held >= debtUsdWad || collateral.liquidationThresholdBps === 0n) return undefined;
  const neededUsdWad = mulDivUp(debtUsdWad - held, BPS, collateral.liquidationThresholdBps);
  return mulDivUp(priceUsdWad, neededUsdWad, collateral.valueUsdWad);
}
