// SPDX-License-Identifier: Apache-2.0

export interface Allocation {
  name: string;
  /** Part of the whole, from 0 to 1: pixels only. */
  part: number;
  shown: string;
}

const SHADES = ['fill-accent', 'fill-accent/60', 'fill-warn/70', 'fill-good/60', 'fill-muted/60'];
const TEXT = ['text-accent', 'text-accent/60', 'text-warn/70', 'text-good/60', 'text-muted/60'];

/** How a whole is split, as one bar and a list beside it. */
export function AllocationBar({ parts }: { parts: readonly Allocation[] }) {
  const starts = parts.map((_, index) =>
    parts.slice(0, index).reduce((sum, { part }) => sum + part, 0),
  );
  return (
    <div>
      <svg
        viewBox="0 0 1000 16"
        className="block h-3 w-full"
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <rect width={1000} height={16} className="fill-line" />
        {parts.map(({ name, part }, index) => (
          <rect
            key={name}
            x={(starts[index] ?? 0) * 1_000}
            width={Math.max(0, part * 1_000 - 3)}
            height={16}
            className={SHADES[index % SHADES.length]}
          />
        ))}
      </svg>
      <ul className="mt-3 space-y-1.5 text-sm">
        {parts.map(({ name, shown }, index) => (
          <li key={name} className="flex items-baseline justify-between gap-4">
            <span className="min-w-0 truncate">
              <span aria-hidden="true" className={`mr-2 ${TEXT[index % TEXT.length]}`}>
                ■
              </span>
              {name}
            </span>
            <span className="figures text-muted" translate="no">
              {shown}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
