// SPDX-License-Identifier: Apache-2.0
import { formatPercent } from '../domain/formatPercent';
import { WAD } from '../domain/units';

/** How much of a pool is lent out, as a figure and a bar. */
export function UtilizationBar({ utilizationWad }: { utilizationWad: bigint }) {
  const width = Number((utilizationWad * 100n) / WAD);
  return (
    <span className="inline-flex items-center gap-2">
      <span className="figures" translate="no">
        {formatPercent(utilizationWad)}
      </span>
      <svg viewBox="0 0 100 8" className="h-1.5 w-14" preserveAspectRatio="none" aria-hidden="true">
        <rect width={100} height={8} className="fill-line" />
        <rect width={width} height={8} className="fill-accent" />
      </svg>
    </span>
  );
}
