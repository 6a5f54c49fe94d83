// SPDX-License-Identifier: Apache-2.0
import { mulDivUp } from './divide';
import { BPS } from './units';

const SIGNIFICANT_DIGITS = 5;

/**
 * What to hand over so that nothing is left of a debt that grows until the transaction is in a
 * block: a basis point more, rounded up to five digits, so that the figure holds still from
 * block to block. The pool takes only what is owed then.
 */
export function repayAllAssets(debtAssets: bigint): bigint {
  const withMargin = mulDivUp(debtAssets, BPS + 1n, BPS) + 1n;
  const spare = Math.max(0, withMargin.toString().length - SIGNIFICANT_DIGITS);
  const unit = 10n ** BigInt(spare);
  return mulDivUp(withMargin, 1n, unit) * unit;
}
