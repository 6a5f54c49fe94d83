// SPDX-License-Identifier: Apache-2.0
import { minusOrZero, mulDivUp } from './divide';
import { BPS, WAD } from './units';

export type ImpactBand = 'none' | 'small' | 'high' | 'blocked' | 'severe';

/**
 * How much worse than the pool's price this trade fills, because of its own size. The fee is
 * not part of it: it is shown by itself.
 */
export function priceImpactWadUp(
  reserveIn: bigint,
  reserveOut: bigint,
  assetsIn: bigint,
  assetsOut: bigint,
  feeBps: bigint,
): bigint {
  const netIn = assetsIn - mulDivUp(assetsIn, feeBps, BPS);
  if (netIn <= 0n || reserveIn === 0n) return 0n;
  const atPoolPrice = (netIn * reserveOut) / reserveIn;
  if (atPoolPrice === 0n) return 0n;
  return mulDivUp(minusOrZero(atPoolPrice, assetsOut), WAD, atPoolPrice);
}

/** Shown from 0.01 %, amber from 1 %, to be acknowledged from 5 %, refused from 15 %. */
export function impactBand(impactWad: bigint): ImpactBand {
  if (impactWad >= (15n * WAD) / 100n) return 'blocked';
  if (impactWad >= (5n * WAD) / 100n) return 'severe';
  if (impactWad >= WAD / 100n) return 'high';
  return impactWad >= WAD / 10_000n ? 'small' : 'none';
}
