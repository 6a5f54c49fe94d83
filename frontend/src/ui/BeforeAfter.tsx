// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from 'react';
import { Explain } from './Explain';

export type Tone = 'good' | 'warn' | 'bad' | 'plain';

export const toneText: Record<Tone, string> = {
  good: 'text-good',
  warn: 'text-warn',
  bad: 'text-bad',
  plain: '',
};

/** One line of a review: what a figure is and what it becomes. */
export function BeforeAfter({
  name,
  before,
  after,
  tone = 'plain',
  explanation,
}: {
  name: string;
  before?: ReactNode;
  after?: ReactNode;
  tone?: Tone;
  explanation?: string;
}) {
  // What was unknown before has nothing to change from.
  const hasChange =
    before !== undefined && before !== '—' && after !== undefined && before !== after;
  return (
    <div className="flex items-baseline justify-between gap-4 py-1.5 text-sm">
      <dt className="flex shrink-0 items-center gap-1 whitespace-nowrap text-muted">
        {name}
        {explanation && <Explain term={name}>{explanation}</Explain>}
      </dt>
      <dd className="figures text-right" translate="no">
        {hasChange && (
          <>
            <span className="text-muted">{before}</span>
            <span aria-hidden="true" className="px-1.5 text-muted">
              →
            </span>
            <span className="sr-only">becomes</span>
          </>
        )}
        <span className={`font-medium ${toneText[tone]}`}>{after ?? before}</span>
      </dd>
    </div>
  );
}
