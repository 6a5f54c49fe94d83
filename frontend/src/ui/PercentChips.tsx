// SPDX-License-Identifier: Apache-2.0

const PERCENTS = [25n, 50n, 75n];

/** Parts of the most, for those who do not think in amounts. */
export function PercentChips({
  of,
  onPercent,
}: {
  of: string;
  onPercent: (percent: bigint) => void;
}) {
  return (
    <div className="mb-4 flex gap-2">
      {PERCENTS.map((percent) => (
        <button
          key={percent.toString()}
          type="button"
          onClick={() => onPercent(percent)}
          className="figures min-h-8 rounded-md border border-line px-3 text-sm text-muted hover:border-edge hover:text-ink"
        >
          {`${percent}%`}
          <span className="sr-only">{` of ${of}`}</span>
        </button>
      ))}
    </div>
  );
}
