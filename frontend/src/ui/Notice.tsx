// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from 'react';

const LOOKS = {
  info: { box: 'border-line bg-sunken', mark: 'i' },
  good: { box: 'border-good bg-good-soft', mark: '✓' },
  warn: { box: 'border-warn bg-warn-soft', mark: '!' },
  bad: { box: 'border-bad bg-bad-soft', mark: '✕' },
} as const;

/** A sentence that must be read; colour, mark and words say the same. */
export function Notice({
  tone = 'info',
  title,
  children,
}: {
  tone?: keyof typeof LOOKS;
  title?: ReactNode;
  children?: ReactNode;
}) {
  const { box, mark } = LOOKS[tone];
  return (
    <div className={`flex gap-3 rounded-control border p-3 text-sm ${box}`}>
      <span
        aria-hidden="true"
        className="mt-0.5 grid size-4 shrink-0 place-items-center rounded-full border border-current text-[0.625rem] leading-none"
      >
        {mark}
      </span>
      <div className="min-w-0 space-y-1">
        {title && <p className="font-medium">{title}</p>}
        {children}
      </div>
    </div>
  );
}
