// SPDX-License-Identifier: Apache-2.0
import { mulDivDown } from './divide';
import { WAD } from './units';

/**
 * What one vault share is worth, finer than the vault's own figure, which has only the decimals
 * of the token. Shares and assets have the same decimals; an empty vault starts at one to one.
 */
export function sharePriceWadDown(totalAssets: bigint, totalSupply: bigint): bigint {
  return totalSupply === 0n ? WAD : mulDivDown(totalAssets, WAD, totalSupply);
}
