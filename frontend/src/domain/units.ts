// SPDX-License-Identifier: Apache-2.0
// The only scales there are. The same numbers as contracts/modules/units.vy.

export const WAD = 10n ** 18n;
export const BPS = 10_000n;
export const SECONDS_PER_YEAR = 31_536_000n;
export const VIRTUAL_SHARES = 10n ** 6n;
export const VIRTUAL_ASSETS = 1n;
export const MAX_UINT256 = 2n ** 256n - 1n;

/** Yearn's scale for the profit unlocking rate: shares per second, times this. */
export const UNLOCKING_SCALE = 10n ** 12n;
