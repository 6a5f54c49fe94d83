// SPDX-License-Identifier: Apache-2.0
import { decimalText } from './decimalText';
import { formatPercent } from './formatPercent';
import { WAD } from './units';

/**
 * Somebody's part of a pool, rounded down: two decimals of a per cent, and below that two
 * significant digits, since a fair sum can be a tiny part of a large pool.
 */
export function formatShare(ratioWad: bigint): string {
  if (ratioWad === 0n || ratioWad * 1_000n >= WAD) return formatPercent(ratioWad, 'down');
  if (ratioWad * 10n ** 8n < WAD) return '<0.000001%';
  const zeros = 16 - ratioWad.toString().length;
  return `${decimalText(ratioWad, 16, zeros + 2, 'down')}%`;
}
