// SPDX-License-Identifier: Apache-2.0
import { usePulse } from '../../chain/usePulse';
import { Notice } from '../../ui/Notice';
import { useNow } from './useNow';

/** A node that misses a poll or two is not worth a word. */
const SILENT_MILLISECONDS = 5_000;

/** Says that the figures stand still, and since which block. */
export function StaleBanner() {
  const { status, latest, seenAt } = usePulse();
  const now = useNow();
  const isSilent = seenAt !== undefined && now - seenAt > SILENT_MILLISECONDS;
  if (status !== 'reconnecting' || !latest || !isSilent) return null;
  return (
    <div className="mb-4" role="status">
      <Notice
        tone="warn"
        title={`The node is silent. What you see is of block ${latest.number.toLocaleString('en')}.`}
      >
        <p>Your funds are not affected. The page goes on by itself once the node answers.</p>
      </Notice>
    </div>
  );
}
