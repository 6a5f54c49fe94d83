// SPDX-License-Identifier: Apache-2.0
import { mulDivUp } from './divide';
import { BPS } from './units';

/** The least to accept: the quote less the tolerated slippage, rounded up for its receiver. */
export function minReceivedUp(quotedAssets: bigint, slippageBps: bigint): bigint {
  return mulDivUp(quotedAssets, BPS - slippageBps, BPS);
}
