// SPDX-License-Identifier: Apache-2.0
import type { AccountPositions, HexAddress, Market, MarketPosition } from '../../domain/market';

/** What every form of a market is given. */
export interface ActionContext {
  market: Market;
  markets: readonly Market[];
  /** Undefined until somebody is connected and read. */
  owner: HexAddress | undefined;
  account: AccountPositions | undefined;
  position: MarketPosition | undefined;
  /** Tells the rate curve where the market would be. */
  onProjection: (utilizationWad: bigint | undefined) => void;
}
