// SPDX-License-Identifier: Apache-2.0
import { minusOrZero, mulDivUp } from './divide';
import type { HexAddress, Market } from './market';
import type { Hop } from './order';
import { type Pair, sidesOf } from './pair';
import { pairQuote } from './pairQuote';
import { valueUsdWadDown } from './position';
import { WAD } from './units';

/** As many pairs as a sale may go through. */
const MAX_HOPS = 4;

interface Path {
  hops: readonly Hop[];
  assets: bigint;
}

/**
 * The way from one token to another that pays most for `assets`, over at most four pairs; nothing
 * where there is none. No way where the tokens are the same.
 */
export function saleRoute(
  pairs: readonly Pair[],
  tokenIn: HexAddress,
  tokenOut: HexAddress,
  assets: bigint,
): Path | undefined {
  if (tokenIn === tokenOut) return { hops: [], assets };
  return bestFrom(pairs, tokenIn, tokenOut, { hops: [], assets });
}

function bestFrom(
  pairs: readonly Pair[],
  tokenIn: HexAddress,
  tokenOut: HexAddress,
  path: Path,
): Path | undefined {
  if (tokenIn === tokenOut) return path;
  if (path.hops.length === MAX_HOPS) return undefined;
  let best: Path | undefined;
  for (const pair of pairs) {
    const [side0, side1] = sidesOf(pair);
    const [from, to] = side0.token === tokenIn ? [side0, side1] : [side1, side0];
    if (from.token !== tokenIn || path.hops.some((hop) => hop.pair === pair.pair)) continue;
    const bought = pairQuote(from.reserve, to.reserve, path.assets, pair.feeBps);
    if (bought === 0n) continue;
    const hops = [...path.hops, { pair: pair.pair, tokenIn }];
    const found = bestFrom(pairs, to.token, tokenOut, { hops, assets: bought });
    if (found && (!best || found.assets > best.assets)) best = found;
  }
  return best;
}

/** What `assets` fetch on a way; nothing where one of its pairs is not known. */
function quoteAlong(
  pairs: readonly Pair[],
  hops: readonly Hop[],
  assets: bigint,
): bigint | undefined {
  let bought = assets;
  for (const { pair: address, tokenIn } of hops) {
    const pair = pairs.find((each) => each.pair === address);
    if (!pair) return undefined;
    const [side0, side1] = sidesOf(pair);
    const [from, to] = side0.token === tokenIn ? [side0, side1] : [side1, side0];
    bought = pairQuote(from.reserve, to.reserve, bought, pair.feeBps);
  }
  return bought;
}

/**
 * By how much less than the prices of now the pairs would pay for `assets`, as a ratio; zero
 * where they pay more. Nothing where it cannot be told.
 */
export function saleShortfallWad(
  pairs: readonly Pair[],
  hops: readonly Hop[],
  assets: bigint,
  sold: Market,
  bought: Market,
): bigint | undefined {
  const quoted = quoteAlong(pairs, hops, assets);
  const fairUsdWad = valueUsdWadDown(assets, sold.priceUsdWad, sold.decimals);
  if (quoted === undefined || fairUsdWad === 0n) return undefined;
  const gotUsdWad = valueUsdWadDown(quoted, bought.priceUsdWad, bought.decimals);
  return mulDivUp(minusOrZero(fairUsdWad, gotUsdWad), WAD, fairUsdWad);
}

/** Where a way from `tokenIn` ends; nothing where one of its pairs is not known. */
export function tokenBought(
  pairs: readonly Pair[],
  tokenIn: HexAddress,
  hops: readonly Hop[],
): HexAddress | undefined {
  const last = hops.at(-1);
  if (!last) return tokenIn;
  const pair = pairs.find((each) => each.pair === last.pair);
  return pair && sidesOf(pair).find(({ token }) => token !== last.tokenIn)?.token;
}
