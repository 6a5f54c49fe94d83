// SPDX-License-Identifier: Apache-2.0
import type { HexAddress } from './market';

/** In the order of the flag `Kind` of the contract: each is a bit. */
export const ORDER_KINDS = ['stop_loss', 'take_profit', 'top_up'] as const;

export type OrderKind = (typeof ORDER_KINDS)[number];

/** One pair that a sale goes through, with the token sold to it. */
export interface Hop {
  pair: HexAddress;
  tokenIn: HexAddress;
}

/** What an order does, when, and within which bounds; as `Orders` keeps it. */
export interface OrderTerms {
  kind: OrderKind;
  /** The market whose supply is sold, or that is paid into. */
  pool: HexAddress;
  /** A health; for a profit to take, the price of a whole token in dollars. */
  triggerWad: bigint;
  /** The largest number is to owe nothing. */
  targetHealthWad: bigint;
  /** What may still be moved in all, in base units. */
  assets: bigint;
  maxSlippageBps: bigint;
  bountyBps: bigint;
  expiresAt: bigint;
  hops: readonly Hop[];
}

/** An order that stands. */
export interface Order extends OrderTerms {
  id: bigint;
  /** What an execution would move now; nothing where a price is too old to say. */
  dueAssets: bigint | undefined;
}

/** An account has this many orders at most. */
export const MAX_ORDERS = 8;

/** The bit of a kind. */
export const flagOfKind = (kind: OrderKind): bigint => 1n << BigInt(ORDER_KINDS.indexOf(kind));

/** The kind of a bit; nothing where it is none. */
export const kindOfFlag = (flag: bigint): OrderKind | undefined =>
  ORDER_KINDS.find((kind) => flagOfKind(kind) === flag);
