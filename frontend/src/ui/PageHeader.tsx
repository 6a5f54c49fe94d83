// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from 'react';

/** The one first-level heading of a page, and the question that the page answers. */
export function PageHeader({
  title,
  lead,
  mark,
}: {
  title: string;
  lead?: ReactNode;
  mark?: ReactNode;
}) {
  return (
    <header className="mb-6">
      <h1 className="flex items-center gap-3 text-xl">
        {mark}
        {title}
      </h1>
      {lead && <p className="mt-1 max-w-2xl text-muted">{lead}</p>}
    </header>
  );
}
