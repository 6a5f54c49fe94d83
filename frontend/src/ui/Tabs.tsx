// SPDX-License-Identifier: Apache-2.0
import { Tabs as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

/** Tabs over panels that stay in one place. */
export function Tabs({
  label,
  tabs,
}: {
  label: string;
  tabs: readonly { name: string; content: ReactNode }[];
}) {
  return (
    <Radix.Root defaultValue={tabs[0]?.name}>
      <Radix.List
        aria-label={label}
        className="mb-5 grid auto-cols-fr grid-flow-col gap-1 rounded-control bg-sunken p-1"
      >
        {tabs.map(({ name }) => (
          <Radix.Trigger
            key={name}
            value={name}
            className="min-h-10 rounded-md px-1 text-sm font-medium text-muted hover:text-ink data-[state=active]:bg-raised data-[state=active]:text-ink data-[state=active]:shadow-card"
          >
            {name}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map(({ name, content }) => (
        <Radix.Content key={name} value={name}>
          {content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
