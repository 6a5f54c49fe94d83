// SPDX-License-Identifier: Apache-2.0

/**
 * Whether somebody who typed `assets` means all of `held`: what they have or owe grows from
 * second to second while they read and sign, so that within a basis point counts as all.
 */
export function isNearlyAll(assets: bigint, held: bigint): boolean {
  return assets > 0n && held > 0n && assets + held / 10_000n + 1n >= held;
}
