// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from 'react';

/** The list of lines that say what an action changes. */
export function Review({ children }: { children: ReactNode }) {
  return <dl className="divide-y divide-line border-y border-line">{children}</dl>;
}
