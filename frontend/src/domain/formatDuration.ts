// SPDX-License-Identifier: Apache-2.0

const UNITS = [
  ['d', 86_400n],
  ['h', 3_600n],
  ['min', 60n],
  ['s', 1n],
] as const;

/** A time span in its two largest units: "2 h 14 min". Never negative. */
export function formatDuration(seconds: bigint): string {
  let rest = seconds > 0n ? seconds : 0n;
  const first = UNITS.findIndex(([, size]) => rest >= size);
  if (first === -1) return '0 s';
  const parts: string[] = [];
  for (const [word, size] of UNITS.slice(first, first + 2)) {
    if (rest >= size) parts.push(`${rest / size} ${word}`);
    rest %= size;
  }
  return parts.join(' ');
}
