// SPDX-License-Identifier: Apache-2.0
import { mulDivUp } from './divide';
import { type LiquidationLine, liquidationLine } from './liquidationLine';
import type { ProjectedPosition } from './projectPosition';
import { WAD } from './units';

/** Where a position comes down to a health, all else unchanged; nothing where it is below already. */
export function triggerLine(
  position: ProjectedPosition,
  healthWad: bigint,
): LiquidationLine | undefined {
  // To have health h with a debt is to have health 1 with h times the debt.
  const debtUsdWad = mulDivUp(position.debtUsdWad, healthWad, WAD);
  return liquidationLine({ ...position, debtUsdWad });
}
