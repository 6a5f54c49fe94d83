// SPDX-License-Identifier: Apache-2.0
import { mulDivDown, mulDivUp, smaller } from './divide';

export interface PairState {
  reserve0: bigint;
  reserve1: bigint;
  totalSupply: bigint;
}

export interface LiquidityQuote {
  assets0: bigint;
  assets1: bigint;
  liquidity: bigint;
}

/** The other side of an addition at the pool's ratio. */
export function matchingAssets(assets: bigint, reserve: bigint, otherReserve: bigint): bigint {
  return reserve === 0n ? 0n : mulDivUp(assets, otherReserve, reserve);
}

/** What adding at most these would take and mint in a pool that has liquidity. */
export function quoteAddLiquidity(
  pair: PairState,
  assets0Max: bigint,
  assets1Max: bigint,
): LiquidityQuote {
  if (pair.totalSupply === 0n || pair.reserve0 === 0n || pair.reserve1 === 0n)
    return { assets0: assets0Max, assets1: assets1Max, liquidity: 0n };
  const liquidity = smaller(
    mulDivDown(assets0Max, pair.totalSupply, pair.reserve0),
    mulDivDown(assets1Max, pair.totalSupply, pair.reserve1),
  );
  return {
    assets0: mulDivUp(liquidity, pair.reserve0, pair.totalSupply),
    assets1: mulDivUp(liquidity, pair.reserve1, pair.totalSupply),
    liquidity,
  };
}

/** What burning `liquidity` pays. */
export function quoteRemoveLiquidity(pair: PairState, liquidity: bigint): LiquidityQuote {
  if (pair.totalSupply === 0n) return { assets0: 0n, assets1: 0n, liquidity };
  return {
    assets0: mulDivDown(liquidity, pair.reserve0, pair.totalSupply),
    assets1: mulDivDown(liquidity, pair.reserve1, pair.totalSupply),
    liquidity,
  };
}
