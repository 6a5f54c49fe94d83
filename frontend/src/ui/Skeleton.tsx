// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from 'react';

const SLOW_MILLISECONDS = 3_000;

/**
 * The place of something that is still being read; says so in words when that takes long. That
 * of a whole page fills the screen, so that nothing jumps when the page arrives.
 */
export function Skeleton({ lines = 3, isPage = false }: { lines?: number; isPage?: boolean }) {
  const [isSlow, setIsSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsSlow(true), SLOW_MILLISECONDS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div role="status" className={`space-y-3 ${isPage ? 'min-h-dvh' : ''}`}>
      <span className={isSlow ? 'text-sm text-muted' : 'sr-only'}>
        {isSlow ? 'Still asking the node…' : 'Asking the node…'}
      </span>
      {Array.from({ length: lines }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike.
        <div key={index} className="h-10 rounded-control bg-sunken" />
      ))}
    </div>
  );
}
