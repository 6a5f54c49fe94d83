// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { scanLogs } from './scanLogs';

/** A node that has one log in each of some blocks, and remembers what it was asked. */
function node(blocks: readonly bigint[], keptFrom = 0n) {
  const asked: [bigint, bigint][] = [];
  const read = async (from: bigint, to: bigint) => {
    asked.push([from, to]);
    if (from < keptFrom) throw new Error(`block ${from} is no longer kept`);
    return blocks.filter((block) => block >= from && block <= to);
  };
  return { asked, read };
}

describe('scanLogs', () => {
  it('asks once for a young chain', async () => {
    const { asked, read } = node([0n, 7n]);
    expect(await scanLogs(read, 9n)).toEqual({ from: 0n, to: 9n, found: [0n, 7n] });
    expect(asked).toEqual([[0n, 9n]]);
  });

  it('goes back span by span, without a gap, and keeps the order', async () => {
    const { asked, read } = node([3n, 60_000n, 119_999n]);
    const scan = await scanLogs(read, 119_999n);
    expect(scan).toEqual({ from: 0n, to: 119_999n, found: [3n, 60_000n, 119_999n] });
    expect(asked).toEqual([
      [70_000n, 119_999n],
      [20_000n, 69_999n],
      [0n, 19_999n],
    ]);
  });

  it('then asks only for what is new', async () => {
    const { asked, read } = node([5n, 11n]);
    const scan = await scanLogs(read, 12n, { from: 0n, to: 9n, found: [5n] });
    expect(scan).toEqual({ from: 0n, to: 12n, found: [5n, 11n] });
    expect(asked).toEqual([[10n, 12n]]);
    expect(await scanLogs(read, 12n, scan)).toBe(scan);
    expect(asked).toHaveLength(1);
  });

  it('begins anew where the head fell', async () => {
    const { read } = node([1n]);
    const known = { from: 0n, to: 90n, found: [50n] };
    expect(await scanLogs(read, 4n, known)).toEqual({ from: 0n, to: 4n, found: [1n] });
  });

  it('stops at a million blocks, and where the node keeps no more', async () => {
    const old = node([]);
    expect((await scanLogs(old.read, 5_000_000n)).from).toBe(4_000_001n);
    expect(old.asked).toHaveLength(20);
    const pruned = node([80_000n], 60_000n);
    const scan = await scanLogs(pruned.read, 149_999n);
    expect(scan).toEqual({ from: 100_000n, to: 149_999n, found: [] });
  });

  it('fails where the node does not answer at all', async () => {
    const { read } = node([], 100n);
    await expect(scanLogs(read, 9n)).rejects.toThrow('no longer kept');
  });
});
