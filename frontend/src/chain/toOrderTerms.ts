// SPDX-License-Identifier: Apache-2.0
import type { ContractFunctionReturnType } from 'viem';
import { kindOfFlag, type OrderTerms } from '../domain/order';
import type { ordersAbi } from '../generated/ordersAbi';

type OrderView = ContractFunctionReturnType<typeof ordersAbi, 'view', 'order_of'>;

/** An order as the contract gives it, in views and in logs; nothing for a kind that is unknown. */
export function toOrderTerms(view: OrderView): OrderTerms | undefined {
  const kind = kindOfFlag(view.kind);
  if (!kind) return undefined;
  return {
    kind,
    pool: view.pool,
    triggerWad: view.trigger_wad,
    targetHealthWad: view.target_health_wad,
    assets: view.assets,
    maxSlippageBps: view.max_slippage_bps,
    bountyBps: view.bounty_bps,
    expiresAt: view.expires_at,
    hops: view.hops.map(({ pair, token_in }) => ({ pair, tokenIn: token_in })),
  };
}
