// SPDX-License-Identifier: Apache-2.0
import type { Grant } from '../../domain/grant';
import type { AccountPositions, HexAddress, Market } from '../../domain/market';
import type { Order } from '../../domain/order';
import type { Pair } from '../../domain/pair';
import type { ProjectedPosition } from '../../domain/projectPosition';

/** What every part of the card that protects a loan is given. */
export interface ProtectContext {
  owner: HexAddress;
  account: AccountPositions;
  markets: readonly Market[];
  debtMarket: Market;
  /** Where the loan stands now. */
  position: ProjectedPosition;
  pairs: readonly Pair[];
  orders: readonly Order[];
  /** What the contract of the orders may do for the account. */
  grants: readonly Grant[];
  contracts: { orders: HexAddress; operators: HexAddress };
  chainTime: bigint;
}
