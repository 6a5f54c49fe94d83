// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it, vi } from 'vitest';
import { BlockWatcher } from './blockWatcher';

/** A chain whose block n has n transactions and the time 2 n. */
function chainAt(head: { number: bigint; isDown?: boolean }) {
  return {
    getBlock: vi.fn(async ({ blockNumber }: { blockNumber?: bigint }) => {
      if (head.isDown) throw new Error('down');
      const number = blockNumber ?? head.number;
      return {
        number,
        timestamp: number * 2n,
        transactions: Array.from({ length: Number(number) }, () => '0x'),
      };
    }),
  };
}
const watch = (client: ReturnType<typeof chainAt>, onBlock = vi.fn()) =>
  new BlockWatcher(client as never, onBlock);

describe('BlockWatcher', () => {
  it('counts the transactions of blocks that it was too slow to see', async () => {
    const head = { number: 2n };
    const watcher = watch(chainAt(head));
    await watcher.poll();
    head.number = 5n;
    await watcher.poll();
    // Blocks 1 to 5 hold 15 transactions in 10 seconds, after block 0.
    expect(watcher.read().transactionsPerSecond).toBe(1.5);
  });

  it('tells of a block once', async () => {
    const onBlock = vi.fn();
    const watcher = watch(chainAt({ number: 3n }), onBlock);
    await watcher.poll();
    await watcher.poll();
    expect(onBlock).toHaveBeenCalledTimes(1);
  });

  it('keeps the last block while it reconnects, and recovers', async () => {
    const head = { number: 3n, isDown: false };
    const watcher = watch(chainAt(head));
    await watcher.poll();
    head.isDown = true;
    await watcher.poll();
    expect(watcher.read()).toMatchObject({ status: 'reconnecting', latest: { number: 3n } });
    head.isDown = false;
    await watcher.poll();
    expect(watcher.read().status).toBe('live');
  });

  it('says that the chain was restarted when its number falls', async () => {
    const head = { number: 30n };
    const watcher = watch(chainAt(head));
    await watcher.poll();
    head.number = 2n;
    await watcher.poll();
    expect(watcher.read().status).toBe('restarted');
  });
});
