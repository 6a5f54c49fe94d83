// SPDX-License-Identifier: Apache-2.0

const DAY_SECONDS = 86_400n;
const GRID_SECONDS = 3_600n;

/**
 * So many days of chain time ahead, up to an hour more: on a grid of an hour, so that the same
 * form gives the same call from block to block.
 */
export function expiryAfter(chainTime: bigint, days: bigint): bigint {
  return (chainTime / GRID_SECONDS + 1n) * GRID_SECONDS + days * DAY_SECONDS;
}
