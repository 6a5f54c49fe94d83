// SPDX-License-Identifier: Apache-2.0
import { larger } from './divide';
import type { Grant, GrantAction, GrantBounds } from './grant';
import type { HexAddress } from './market';
import type { OrderTerms } from './order';
import { MAX_UINT256, WAD } from './units';

/** What an order does for its owner, and must be granted. */
export function orderAction(
  { kind, pool }: Pick<OrderTerms, 'kind' | 'pool'>,
  debtPool: HexAddress | undefined,
): GrantAction {
  if (kind !== 'top_up') return 'withdraw';
  return pool === debtPool ? 'repay' : 'supply';
}

/**
 * The one grant that covers all of `orders`, which do the same on one market: what they may move
 * together, until the last of them ends, paid to `receiver` and to nobody else.
 */
export function grantForOrders(
  orders: readonly OrderTerms[],
  action: GrantAction,
  receiver: HexAddress,
): GrantBounds {
  return {
    assets: orders.reduce((sum, { assets }) => sum + assets, 0n),
    receiver,
    expiresAt: orders.reduce((last, { expiresAt }) => larger(last, expiresAt), 0n),
    // A sale has to leave a loan within its borrow limit anyway, which is above 1.
    minHealthWad: action === 'withdraw' ? WAD : 0n,
  };
}

/** Whether a grant that stands goes as far as another would. */
export function isCovered(grant: Grant | undefined, needed: GrantBounds): boolean {
  if (!grant) return false;
  const isEnough = grant.assets === MAX_UINT256 || grant.assets >= needed.assets;
  const isPaidRight = grant.receiver.toLowerCase() === needed.receiver.toLowerCase();
  return (
    isEnough &&
    isPaidRight &&
    grant.expiresAt >= needed.expiresAt &&
    grant.minHealthWad <= needed.minHealthWad
  );
}
