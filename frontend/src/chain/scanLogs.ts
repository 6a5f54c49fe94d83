// SPDX-License-Identifier: Apache-2.0

/** Blocks that one question covers; nodes answer for a hundred thousand at most. */
const SPAN = 50_000n;
/** How often it is asked at most: what is older than a million blocks is not looked for. */
const MOST_SPANS = 20;

/** Logs of blocks `from` to `to`, oldest first. */
export interface LogScan<Log> {
  from: bigint;
  to: bigint;
  found: readonly Log[];
}

/**
 * Logs up to block `head`: what follows a scan that is known, or else backwards from `head` as
 * far as the bound, or as the node still keeps blocks.
 */
export async function scanLogs<Log>(
  read: (from: bigint, to: bigint) => Promise<readonly Log[]>,
  head: bigint,
  known?: LogScan<Log>,
): Promise<LogScan<Log>> {
  // A head that fell, or that is far ahead, is looked at anew.
  if (known && known.to === head) return known;
  if (known && known.to < head && head - known.to <= SPAN)
    return { ...known, to: head, found: [...known.found, ...(await read(known.to + 1n, head))] };

  const firstOf = (to: bigint) => (to >= SPAN ? to - SPAN + 1n : 0n);
  let from = firstOf(head);
  let found = await read(from, head);
  for (let spans = 1; spans < MOST_SPANS && from > 0n; spans += 1) {
    const to = from - 1n;
    const older = await read(firstOf(to), to).catch(() => undefined);
    if (!older) break;
    from = firstOf(to);
    found = [...older, ...found];
  }
  return { from, to: head, found };
}
