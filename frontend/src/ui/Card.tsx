// SPDX-License-Identifier: Apache-2.0
import { type ReactNode, useId } from 'react';

/** A titled section on its own surface. */
export function Card({
  title,
  aside,
  children,
  className = '',
}: {
  title?: string;
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  const id = useId();
  return (
    <section
      aria-labelledby={title ? id : undefined}
      className={`rounded-card border border-line bg-surface p-4 shadow-card sm:p-6 ${className}`}
    >
      {title && (
        <div className="mb-4 flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
          <h2 id={id} className="text-base">
            {title}
          </h2>
          {aside}
        </div>
      )}
      {children}
    </section>
  );
}
