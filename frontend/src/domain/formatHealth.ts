// SPDX-License-Identifier: Apache-2.0
import { decimalText } from './decimalText';
import { MAX_UINT256, WAD } from './units';

/** Health, rounded down: two decimals, four where it is close (under 1.10). */
export function formatHealth(healthWad: bigint): string {
  if (healthWad === MAX_UINT256) return 'no debt';
  if (healthWad >= 100n * WAD) return '>100';
  return decimalText(healthWad, 18, healthWad < (11n * WAD) / 10n ? 4 : 2, 'down');
}
