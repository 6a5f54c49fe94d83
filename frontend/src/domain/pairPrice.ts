// SPDX-License-Identifier: Apache-2.0
import { WAD } from './units';

/** Price of one whole base token in whole quote tokens, from the reserves. */
export function pairPriceWad(
  base: { reserve: bigint; decimals: number },
  quote: { reserve: bigint; decimals: number },
): bigint {
  if (base.reserve === 0n) return 0n;
  const scaled = quote.reserve * WAD * 10n ** BigInt(base.decimals);
  return scaled / (base.reserve * 10n ** BigInt(quote.decimals));
}
