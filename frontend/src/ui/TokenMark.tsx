// SPDX-License-Identifier: Apache-2.0

const HUES: Record<string, string> = {
  USD: 'fill-good',
  BTC: 'fill-warn',
  ETH: 'fill-accent',
  HEAD: 'fill-accent-strong',
};

/** A token's initial in a disc; the symbol itself always stands beside it. */
export function TokenMark({ symbol, isLarge = false }: { symbol: string; isLarge?: boolean }) {
  const root = symbol.replace(/^t/, '');
  return (
    <svg
      viewBox="0 0 24 24"
      className={`shrink-0 ${isLarge ? 'size-9' : 'size-6'}`}
      aria-hidden="true"
    >
      <circle cx={12} cy={12} r={12} className={HUES[root] ?? 'fill-muted'} />
      <text x={12} y={16} textAnchor="middle" className="fill-surface text-[11px] font-semibold">
        {root === 'USD' ? '$' : root.charAt(0)}
      </text>
    </svg>
  );
}
