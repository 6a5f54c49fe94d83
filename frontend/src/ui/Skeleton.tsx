// SPDX-License-Identifier: Apache-2.0

/** The place of something that is still being read. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  return (
    <div role="status" className="space-y-3">
      <span className="sr-only">Asking the node…</span>
      {Array.from({ length: lines }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike.
        <div key={index} className="h-10 rounded-control bg-sunken" />
      ))}
    </div>
  );
}
