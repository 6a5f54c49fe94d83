// SPDX-License-Identifier: Apache-2.0

const VALID_SECONDS = 1_200n;

/**
 * Twenty to twenty-five minutes of chain time ahead, on a grid of five minutes: so the same
 * form gives the same call from block to block.
 */
export function deadlineAfter(chainTime: bigint): bigint {
  const grid = 300n;
  return (chainTime / grid + 1n) * grid + VALID_SECONDS;
}
