// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from 'react';
import { Explain } from './Explain';

/** One figure with its name, and its meaning on request. */
export function Stat({
  name,
  value,
  note,
  explanation,
}: {
  name: string;
  value: ReactNode;
  note?: ReactNode;
  explanation?: string;
}) {
  return (
    <div className="min-w-0">
      <dt className="flex min-h-6 items-center gap-1 text-sm text-muted">
        {name}
        {explanation && <Explain term={name}>{explanation}</Explain>}
      </dt>
      <dd className="figures mt-0.5 text-lg font-medium" translate="no">
        {value}
      </dd>
      {note && <dd className="figures text-sm text-muted">{note}</dd>}
    </div>
  );
}
