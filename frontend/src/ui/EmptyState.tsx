// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from 'react';

/** What would stand here, and how it gets here. */
export function EmptyState({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className="flex flex-col items-start gap-3 py-2 text-muted">
      <p>{children}</p>
      {action}
    </div>
  );
}
