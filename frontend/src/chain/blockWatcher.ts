// SPDX-License-Identifier: Apache-2.0
import type { PublicClient } from 'viem';

export interface BlockFact {
  number: bigint;
  timestamp: bigint;
  transactionCount: number;
}

export interface Pulse {
  /** `restarted`: the block number fell, so the chain is not the one that the page knows. */
  status: 'connecting' | 'live' | 'reconnecting' | 'restarted';
  latest?: BlockFact | undefined;
  /** When this page first saw the latest block, on the clock of this machine (milliseconds). */
  seenAt?: number | undefined;
  transactionsPerSecond?: number | undefined;
}

const POLL_MILLISECONDS = 1_000;
const WINDOW_BLOCKS = 10;

/** Follows the head of the chain by polling, filling gaps, so that no block's count is missed. */
export class BlockWatcher {
  private pulse: Pulse = { status: 'connecting' };
  private window: BlockFact[] = [];
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isStopped = false;

  constructor(
    private readonly client: Pick<PublicClient, 'getBlock'>,
    private readonly onBlock: (block: BlockFact) => void,
  ) {}

  start(): () => void {
    this.isStopped = false;
    void this.loop();
    return () => {
      this.isStopped = true;
      clearTimeout(this.timer);
    };
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  read = (): Pulse => this.pulse;

  private async loop(): Promise<void> {
    if (!document.hidden || this.pulse.status !== 'live') await this.poll();
    if (!this.isStopped) this.timer = setTimeout(() => void this.loop(), POLL_MILLISECONDS);
  }

  /** One look at the head; public for tests. */
  async poll(): Promise<void> {
    try {
      const head = await this.fact();
      const known = this.pulse.latest;
      if (known && head.number < known.number) {
        this.publish({ ...this.pulse, status: 'restarted' });
        return;
      }
      if (known && head.number === known.number) {
        if (this.pulse.status !== 'live') this.publish({ ...this.pulse, status: 'live' });
        return;
      }
      await this.fillGap(head);
      this.publish({
        status: 'live',
        latest: head,
        seenAt: Date.now(),
        transactionsPerSecond: this.transactionsPerSecond(),
      });
      this.onBlock(head);
    } catch {
      this.publish({ ...this.pulse, status: this.pulse.latest ? 'reconnecting' : 'connecting' });
    }
  }

  private async fillGap(head: BlockFact): Promise<void> {
    const last = this.window.at(-1)?.number ?? head.number - BigInt(WINDOW_BLOCKS);
    const oldest = head.number - BigInt(WINDOW_BLOCKS);
    const numbers: bigint[] = [];
    for (let next = last + 1n; next < head.number; next += 1n)
      if (next >= 0n && next >= oldest) numbers.push(next);
    const missed = await Promise.all(numbers.map((number) => this.fact(number)));
    this.window = [...this.window, ...missed, head].slice(-(WINDOW_BLOCKS + 1));
  }

  private async fact(blockNumber?: bigint): Promise<BlockFact> {
    const block = await this.client.getBlock(
      blockNumber === undefined ? { blockTag: 'latest' } : { blockNumber },
    );
    if (block.number === null) throw new Error('the node gave a pending block');
    return {
      number: block.number,
      timestamp: block.timestamp,
      transactionCount: block.transactions.length,
    };
  }

  /** Transactions of the window after its first block, over the time between first and last. */
  private transactionsPerSecond(): number | undefined {
    const [first, ...rest] = this.window;
    const last = rest.at(-1);
    if (!first || !last) return undefined;
    const seconds = Number(last.timestamp - first.timestamp);
    const count = rest.reduce((sum, block) => sum + block.transactionCount, 0);
    return seconds > 0 ? count / seconds : undefined;
  }

  private publish(pulse: Pulse): void {
    this.pulse = pulse;
    for (const listener of this.listeners) listener();
  }
}
