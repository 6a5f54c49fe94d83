// SPDX-License-Identifier: Apache-2.0
import { formatHealth } from '../domain/formatHealth';
import { healthBand } from '../domain/healthBand';
import { MAX_UINT256, WAD } from '../domain/units';
import { toneText } from './BeforeAfter';
import { healthWords } from './healthWords';

const WIDTH = 300;

// The scale runs from 0.8 to 3; what lies outside sits at the end.
const START = 0.8;
const END = 3;
const place = (health: number) =>
  Math.min(1, Math.max(0, (health - START) / (END - START))) * WIDTH;

/** Health as a number, a word and a place on a scale: liquidation is at 1. */
export function HealthMeter({ healthWad }: { healthWad: bigint }) {
  const band = healthBand(healthWad);
  const { word, tone, mark } = healthWords[band];
  const shown = formatHealth(healthWad);
  const x = healthWad === MAX_UINT256 ? WIDTH : place(Number((healthWad * 1_000n) / WAD) / 1_000);
  return (
    <div>
      <p className="flex items-baseline gap-2">
        {band !== 'no_debt' && (
          <span className="figures text-xl font-semibold" translate="no" data-testid="health">
            {shown}
          </span>
        )}
        <span className={`font-medium ${toneText[tone]}`}>
          <span aria-hidden="true">{mark} </span>
          {word}
        </span>
      </p>
      <svg
        viewBox={`0 0 ${WIDTH} 30`}
        className="mt-1 block w-full max-w-md overflow-visible"
        role="img"
        aria-label={`Health ${shown}: ${word}. Liquidation starts below 1.`}
      >
        <rect x={0} y={8} width={place(1)} height={6} className="fill-bad" rx={3} />
        <rect
          x={place(1) + 2}
          y={8}
          width={place(1.25) - place(1) - 2}
          height={6}
          className="fill-bad"
          opacity={0.55}
        />
        <rect
          x={place(1.25) + 2}
          y={8}
          width={place(2) - place(1.25) - 2}
          height={6}
          className="fill-warn"
          opacity={0.6}
        />
        <rect
          x={place(2) + 2}
          y={8}
          width={WIDTH - place(2) - 2}
          height={6}
          className="fill-good"
          opacity={0.6}
          rx={3}
        />
        {[1, 1.25, 2].map((tick) => (
          <text
            key={tick}
            x={place(tick)}
            y={28}
            textAnchor="middle"
            className="fill-muted text-[10px]"
          >
            {tick}
          </text>
        ))}
        {band !== 'no_debt' && (
          <path d={`M${x} 14 l-5 -9 h10 z`} className="fill-ink stroke-surface" strokeWidth={1} />
        )}
      </svg>
    </div>
  );
}
