// SPDX-License-Identifier: Apache-2.0
import type { Grant } from './grant';
import type { MarketPosition } from './market';
import type { Order } from './order';

/** Why an order could not run, although it may be due. */
export type OrderBlock =
  | 'no_grant'
  | 'grant_ended'
  | 'grant_short'
  | 'approval_short'
  | 'wallet_short';

export type OrderState =
  | { kind: 'waiting' | 'due' | 'expired' }
  | { kind: 'blocked'; reason: OrderBlock };

/** Where an order stands. What it needs of its owner comes before the question of its trigger. */
export function orderState(
  order: Order,
  grant: Grant | undefined,
  position: MarketPosition | undefined,
  chainTime: bigint,
): OrderState {
  if (order.expiresAt <= chainTime) return { kind: 'expired' };
  const reason = blockOf(order, grant, position, chainTime);
  if (reason) return { kind: 'blocked', reason };
  return { kind: order.dueAssets ? 'due' : 'waiting' };
}

function blockOf(
  order: Order,
  grant: Grant | undefined,
  position: MarketPosition | undefined,
  chainTime: bigint,
): OrderBlock | undefined {
  if (!grant) return 'no_grant';
  if (grant.expiresAt <= chainTime) return 'grant_ended';
  if (grant.assets < order.assets) return 'grant_short';
  if (order.kind !== 'top_up' || !position) return undefined;
  if (position.allowance < order.assets) return 'approval_short';
  return position.walletAssets < order.assets ? 'wallet_short' : undefined;
}
