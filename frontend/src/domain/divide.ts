// SPDX-License-Identifier: Apache-2.0

/** floor(a * b / divisor). What somebody has or gets is rounded with this one. */
export function mulDivDown(a: bigint, b: bigint, divisor: bigint): bigint {
  return (a * b) / divisor;
}

/** ceil(a * b / divisor). What somebody owes or pays is rounded with this one. */
export function mulDivUp(a: bigint, b: bigint, divisor: bigint): bigint {
  return (a * b + divisor - 1n) / divisor;
}

/** The smaller of two. */
export function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/** The larger of two. */
export function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

/** a - b, or nothing where that would be negative. */
export function minusOrZero(a: bigint, b: bigint): bigint {
  return a > b ? a - b : 0n;
}
