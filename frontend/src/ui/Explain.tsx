// SPDX-License-Identifier: Apache-2.0
import { Popover } from 'radix-ui';
import type { ReactNode } from 'react';

/** The meaning of a word, behind a small button beside it. */
export function Explain({ term, children }: { term: string; children: ReactNode }) {
  return (
    <Popover.Root>
      <Popover.Trigger
        aria-label={`What is: ${term}`}
        className="inline-grid size-6 place-items-center rounded-full text-muted hover:text-accent"
      >
        <span
          aria-hidden="true"
          className="grid size-4 place-items-center rounded-full border border-edge text-[0.625rem] leading-none"
        >
          ?
        </span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          sideOffset={4}
          collisionPadding={12}
          aria-label={term}
          className="z-40 max-w-72 rounded-control border border-line bg-surface p-3 text-sm shadow-card"
        >
          {children}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
