// SPDX-License-Identifier: Apache-2.0
import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { useId } from 'react';
import { formatPercent } from '../domain/formatPercent';
import { borrowRateWad, type RateCurve as Curve, supplyRateWad } from '../domain/rate';
import { WAD } from '../domain/units';
import { useWidth } from './useWidth';

const INITIAL_WIDTH = 560;
const HEIGHT = 240;
const MARGIN = { top: 16, right: 16, bottom: 36, left: 48 };
const POINTS = 100;

const toPixels = (wad: bigint) => Number((wad * 1_000_000n) / WAD) / 1_000_000;

/** Borrow and supply rate over utilization, with where the market is and where it would be. */
export function RateCurve({
  curve,
  reserveFactorBps,
  nowWad,
  afterWad,
}: {
  curve: Curve;
  reserveFactorBps: bigint;
  nowWad: bigint;
  afterWad?: bigint | undefined;
}) {
  const titleId = useId();
  const { ref, width } = useWidth<HTMLElement>(INITIAL_WIDTH);
  const rateAt = (utilization: bigint) => {
    const borrow = borrowRateWad(curve, utilization);
    return { borrow, supply: supplyRateWad(borrow, utilization, reserveFactorBps) };
  };
  // The kink is one of the points, so that the corner is sharp.
  const utilizations = [
    ...Array.from({ length: POINTS + 1 }, (_, index) => (WAD * BigInt(index)) / BigInt(POINTS)),
    curve.kinkWad,
  ].sort((a, b) => (a < b ? -1 : 1));
  const top = toPixels(borrowRateWad(curve, WAD));
  const x = scaleLinear([0, 1], [MARGIN.left, width - MARGIN.right]);
  const y = scaleLinear([0, top || 1], [HEIGHT - MARGIN.bottom, MARGIN.top]).nice(4);
  const draw = (pick: (utilization: bigint) => bigint) =>
    line<bigint>(
      (utilization) => x(toPixels(utilization)),
      (utilization) => y(toPixels(pick(utilization))),
    )(utilizations) ?? '';

  const now = rateAt(nowWad);
  const summary = `At ${formatPercent(nowWad)} utilization borrowers pay ${formatPercent(now.borrow)} and lenders earn ${formatPercent(now.supply)} a year. Above ${formatPercent(curve.kinkWad)} the rate climbs steeply, to ${formatPercent(borrowRateWad(curve, WAD))}.`;
  const hasAfter = afterWad !== undefined && afterWad !== nowWad;
  return (
    <figure ref={ref}>
      <svg
        viewBox={`0 0 ${width} ${HEIGHT}`}
        width={width}
        height={HEIGHT}
        className="block max-w-full"
        role="img"
        aria-labelledby={titleId}
      >
        <title id={titleId}>{`Interest rates over utilization. ${summary}`}</title>
        {y.ticks(4).map((tick) => (
          <g key={tick}>
            <line
              x1={MARGIN.left}
              x2={width - MARGIN.right}
              y1={y(tick)}
              y2={y(tick)}
              className="stroke-line"
            />
            <text
              x={MARGIN.left - 8}
              y={y(tick) + 4}
              textAnchor="end"
              className="figures fill-muted text-[12px]"
            >
              {`${Math.round(tick * 100)}%`}
            </text>
          </g>
        ))}
        {[0, 0.25, 0.5, 0.75, 1].map((tick) => (
          <text
            key={tick}
            x={x(tick)}
            y={HEIGHT - 14}
            textAnchor="middle"
            className="figures fill-muted text-[12px]"
          >
            {`${tick * 100}%`}
          </text>
        ))}
        <line
          x1={x(toPixels(nowWad))}
          x2={x(toPixels(nowWad))}
          y1={MARGIN.top}
          y2={HEIGHT - MARGIN.bottom}
          className="stroke-edge"
          strokeDasharray="3 4"
        />
        <path
          d={draw((each) => rateAt(each).supply)}
          className="fill-none stroke-edge"
          strokeWidth={2}
          strokeDasharray="7 4"
        />
        <path
          d={draw((each) => rateAt(each).borrow)}
          className="fill-none stroke-accent"
          strokeWidth={2.5}
        />
        {hasAfter && (
          <circle
            cx={x(toPixels(afterWad))}
            cy={y(toPixels(rateAt(afterWad).borrow))}
            r={5.5}
            className="fill-surface stroke-accent"
            strokeWidth={2}
          />
        )}
        <circle
          cx={x(toPixels(nowWad))}
          cy={y(toPixels(now.borrow))}
          r={5.5}
          className="fill-accent stroke-surface"
          strokeWidth={2}
        />
      </svg>
      <figcaption className="mt-1 flex flex-wrap gap-x-5 gap-y-1 text-sm text-muted">
        <Key mark="━" name="Borrow rate" color="text-accent" />
        <Key mark="╍" name="Supply rate" color="text-edge" />
        <Key mark="●" name={`Now, at ${formatPercent(nowWad)} utilization`} color="text-accent" />
        {hasAfter && (
          <Key mark="○" name={`After, at ${formatPercent(afterWad)}`} color="text-accent" />
        )}
      </figcaption>
      <p className="mt-2 text-sm text-muted">
        {`Above ${formatPercent(curve.kinkWad).replace('.00', '')} utilization the rate climbs steeply, to ${formatPercent(borrowRateWad(curve, WAD))} when all is lent out. That brings loans back, so that lenders can leave.`}
      </p>
      <details className="mt-2 text-sm">
        <summary className="w-fit rounded text-muted hover:text-ink">As a table</summary>
        <table className="figures mt-2 w-full max-w-sm text-right">
          <thead className="text-muted">
            <tr>
              <th scope="col" className="py-1 text-left font-normal">
                Utilization
              </th>
              <th scope="col" className="font-normal">
                Borrow APR
              </th>
              <th scope="col" className="font-normal">
                Supply APR
              </th>
            </tr>
          </thead>
          <tbody translate="no">
            {[0n, WAD / 4n, WAD / 2n, curve.kinkWad, WAD].map((each) => (
              <tr key={each.toString()}>
                <th scope="row" className="py-0.5 text-left font-normal">
                  {formatPercent(each)}
                </th>
                <td>{formatPercent(rateAt(each).borrow)}</td>
                <td>{formatPercent(rateAt(each).supply)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

function Key({ mark, name, color }: { mark: string; name: string; color: string }) {
  return (
    <span>
      <span aria-hidden="true" className={`mr-1.5 ${color}`}>
        {mark}
      </span>
      {name}
    </span>
  );
}
