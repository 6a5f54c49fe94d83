// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from 'react';

/** Figures side by side; two in a row on a phone. */
export function StatRow({ children }: { children: ReactNode }) {
  return (
    <dl className="grid grid-cols-2 gap-x-4 gap-y-5 sm:flex sm:flex-wrap sm:gap-x-12">
      {children}
    </dl>
  );
}
