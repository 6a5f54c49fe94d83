// SPDX-License-Identifier: Apache-2.0
import type { HexAddress } from './market';

/** A trading pair, with what one account has in it. */
export interface Pair {
  key: string;
  pair: HexAddress;
  token0: HexAddress;
  token1: HexAddress;
  symbol0: string;
  symbol1: string;
  decimals0: number;
  decimals1: number;
  reserve0: bigint;
  reserve1: bigint;
  totalSupply: bigint;
  feeBps: bigint;
  balance: bigint;
  claimable0: bigint;
  claimable1: bigint;
}

/** One side of a pair, seen as the token that goes in. */
export interface PairSide {
  token: HexAddress;
  symbol: string;
  decimals: number;
  reserve: bigint;
}

/** Both sides of a pair, token 0 first. */
export function sidesOf(pair: Pair): [PairSide, PairSide] {
  return [
    { token: pair.token0, symbol: pair.symbol0, decimals: pair.decimals0, reserve: pair.reserve0 },
    { token: pair.token1, symbol: pair.symbol1, decimals: pair.decimals1, reserve: pair.reserve1 },
  ];
}
