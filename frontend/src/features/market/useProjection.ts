// SPDX-License-Identifier: Apache-2.0
import { useEffect } from 'react';
import { utilizationWad } from '../../domain/rate';
import type { ActionContext } from './ActionContext';

/** Reports the utilization after a change of cash and debt; nothing while there is no change. */
export function useProjection(
  { market, onProjection }: ActionContext,
  change: { idle: bigint; debt: bigint } | undefined,
): bigint | undefined {
  const idle = change ? market.idle + change.idle : 0n;
  const debt = change ? market.totalDebt + change.debt : 0n;
  const after = change && idle >= 0n && debt >= 0n ? utilizationWad(idle, debt) : undefined;
  useEffect(() => {
    onProjection(after);
    return () => onProjection(undefined);
  }, [after, onProjection]);
  return after;
}
