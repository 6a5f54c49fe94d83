// SPDX-License-Identifier: Apache-2.0
import type { HexAddress } from '../../domain/market';
import type { Pair } from '../../domain/pair';

/** What every form of a pool is given. */
export interface PoolContext {
  pair: Pair;
  router: HexAddress;
  owner: HexAddress | undefined;
  /** Balances of the owner, and what the router may take, by token. */
  holdings: Record<HexAddress, { balance: bigint; allowance: bigint }> | undefined;
  chainTime: bigint;
}
