// SPDX-License-Identifier: Apache-2.0

import { smaller } from './divide';
import type { OrderKind } from './order';
import { roundDigitsNear } from './roundDigits';
import { MAX_UINT256, WAD } from './units';

const percent = (count: bigint) => (count * WAD) / 100n;

const TRIGGERS: Record<'stop_loss' | 'top_up', bigint> = {
  stop_loss: percent(115n),
  top_up: percent(125n),
};

/** A profit is taken this much above the price of now. */
const PROFIT_PERCENT = 120n;

/** What a form opens with: trigger and target of an order for a loan of this health. */
export function orderDefaults(
  kind: OrderKind,
  healthWad: bigint,
  priceUsdWad: bigint,
): { triggerWad: bigint; targetHealthWad: bigint } {
  if (kind === 'take_profit')
    return {
      triggerWad: roundDigitsNear((priceUsdWad * PROFIT_PERCENT) / 100n, 3),
      targetHealthWad: MAX_UINT256,
    };
  // A loan that is close already has its trigger half-way between here and liquidation.
  const halfway = healthWad > WAD ? WAD + (healthWad - WAD) / 2n : WAD;
  const triggerWad = smaller(TRIGGERS[kind], halfway - (halfway % percent(1n)));
  return { triggerWad, targetHealthWad: triggerWad + percent(35n) };
}
