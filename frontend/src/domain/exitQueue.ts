// SPDX-License-Identifier: Apache-2.0

/** One wait in a market's exit queue. */
export interface QueueTicket {
  ticket: bigint;
  /** Shares that wait, and what they are worth now. */
  shares: bigint;
  assets: bigint;
  /** What the ticket was served and its owner has not claimed. */
  claimable: bigint;
}

/** A market's exit queue, with what an account has in it. */
export interface ExitQueue {
  queue: `0x${string}`;
  /** Shares of everybody that wait. */
  waitingShares: bigint;
  /** Shares of the market that the queue may take from the account. */
  allowance: bigint;
  tickets: readonly QueueTicket[];
}
