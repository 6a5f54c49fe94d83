// SPDX-License-Identifier: Apache-2.0
import { formatHealth } from '../../domain/formatHealth';
import { ACKNOWLEDGE_BELOW_WAD } from '../../domain/healthBand';
import type { ProjectedPosition } from '../../domain/projectPosition';

/** The sentence to tick when an action lowers health below the comfortable. */
export function acknowledgementFor(
  before: ProjectedPosition,
  after: ProjectedPosition | undefined,
): string | undefined {
  if (!after || after.healthWad >= ACKNOWLEDGE_BELOW_WAD || after.healthWad >= before.healthWad)
    return undefined;
  const health = formatHealth(after.healthWad).slice(0, 4);
  return `My health would be ${health}. A small move of the price can have my collateral sold, and I accept that.`;
}
