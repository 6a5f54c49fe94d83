// SPDX-License-Identifier: Apache-2.0
import { mulDivUp } from './divide';
import { BPS } from './units';

/** What a swap pays out: the fee is taken from the input and rounded up, as in VolatilePair. */
export function pairQuote(
  reserveIn: bigint,
  reserveOut: bigint,
  assetsIn: bigint,
  feeBps: bigint,
): bigint {
  const netIn = assetsIn - mulDivUp(assetsIn, feeBps, BPS);
  if (netIn <= 0n || reserveIn === 0n || reserveOut === 0n) return 0n;
  return (reserveOut * netIn) / (reserveIn + netIn);
}
