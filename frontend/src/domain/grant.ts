// SPDX-License-Identifier: Apache-2.0
import type { HexAddress } from './market';

/** In the order of the flag `Action` of the contracts: each is a bit. */
export const GRANT_ACTIONS = [
  'supply',
  'withdraw',
  'borrow',
  'repay',
  'pledge',
  'unpledge',
] as const;

export type GrantAction = (typeof GRANT_ACTIONS)[number];

/** What tells the grants of one account apart. */
export interface GrantKey {
  operator: HexAddress;
  action: GrantAction;
  pool: HexAddress;
}

/** How far a grant goes: base units in all, whom it pays, until when, and down to which health. */
export interface GrantBounds {
  /** The largest number is no limit. */
  assets: bigint;
  receiver: HexAddress;
  expiresAt: bigint;
  minHealthWad: bigint;
}

export interface Grant extends GrantKey, GrantBounds {}

/** The bit of an action. */
export const flagOfAction = (action: GrantAction): bigint =>
  1n << BigInt(GRANT_ACTIONS.indexOf(action));

/** The action of a bit; nothing where it is none. */
export const actionOfFlag = (flag: bigint): GrantAction | undefined =>
  GRANT_ACTIONS.find((action) => flagOfAction(action) === flag);

/** Whether two keys are about the same grant. */
export const isSameGrant = (one: GrantKey, other: GrantKey): boolean =>
  one.action === other.action &&
  one.operator.toLowerCase() === other.operator.toLowerCase() &&
  one.pool.toLowerCase() === other.pool.toLowerCase();

/** Whether an action pays somebody, whom the grant must then name. */
export const paysOut = (action: GrantAction): boolean =>
  action === 'withdraw' || action === 'borrow';

/** Whether an action moves no assets. */
export const movesNothing = (action: GrantAction): boolean =>
  action === 'pledge' || action === 'unpledge';
