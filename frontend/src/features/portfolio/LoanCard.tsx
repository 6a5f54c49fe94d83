// SPDX-License-Identifier: Apache-2.0
import { useId, useState } from 'react';
import { Link } from 'react-router';
import { mulDivDown } from '../../domain/divide';
import { formatAmount } from '../../domain/formatAmount';
import { formatHealth } from '../../domain/formatHealth';
import { formatPercent } from '../../domain/formatPercent';
import { formatUsd } from '../../domain/formatUsd';
import { healthBand } from '../../domain/healthBand';
import { liquidationLine } from '../../domain/liquidationLine';
import { liquidationLineText } from '../../domain/liquidationLineText';
import type { AccountPositions, Market } from '../../domain/market';
import { projectPosition } from '../../domain/projectPosition';
import { toneText } from '../../ui/BeforeAfter';
import { Card } from '../../ui/Card';
import { HealthMeter } from '../../ui/HealthMeter';
import { healthWords } from '../../ui/healthWords';
import { Notice } from '../../ui/Notice';

/** The loan of an account: health, debt, and what a fall of prices would do. */
export function LoanCard({
  account,
  markets,
}: {
  account: AccountPositions;
  markets: readonly Market[];
}) {
  const id = useId();
  const [fallPercent, setFallPercent] = useState(0);
  const market = markets.find(({ pool }) => pool === account.debtPool);
  if (!market) return null;
  const position = projectPosition(account, markets, {
    debtMarket: market,
    debtAssets: account.debtAssets,
  });
  const healthAfter = mulDivDown(account.healthWad, BigInt(100 - fallPercent), 100n);
  const { word, tone } =
    fallPercent === 0 ? { word: '', tone: 'plain' as const } : healthWords[healthBand(healthAfter)];
  return (
    <Card
      title="Your loan"
      aside={
        <Link to={`/markets/${market.key}`} className="text-sm font-medium text-accent underline">
          Repay or borrow more
        </Link>
      }
    >
      {account.isPriced ? (
        <div className="grid gap-6 sm:grid-cols-2">
          <div>
            <p className="text-sm text-muted">Health</p>
            <HealthMeter healthWad={account.healthWad} />
            <p className="mt-2 text-sm text-muted">
              Below 1, anybody may repay part of your debt and take your collateral for it, with a
              bonus.
            </p>
          </div>
          <div>
            <dl className="figures space-y-1 text-sm" translate="no">
              <div className="flex justify-between gap-4">
                <dt className="shrink-0 text-muted">You owe</dt>
                <dd>
                  {`${formatAmount(account.debtAssets, market.decimals, 'up')} ${market.symbol} · ${formatUsd(account.debtUsdWad, { rounding: 'up' })}`}
                </dd>
              </div>
              <div className="flex justify-between gap-4">
                <dt className="shrink-0 text-muted">It costs</dt>
                <dd>{formatPercent(market.borrowRateWad)} a year</dd>
              </div>
              <div className="flex justify-between gap-4">
                <dt className="shrink-0 text-muted">Collateral</dt>
                <dd>{formatUsd(account.collateralUsdWad)}</dd>
              </div>
              <div className="flex justify-between gap-4">
                <dt className="shrink-0 text-muted">Liquidation at</dt>
                <dd className="text-right">{liquidationLineText(liquidationLine(position))}</dd>
              </div>
            </dl>
            <label htmlFor={id} className="mt-4 block text-sm font-medium">
              What if the collateral falls
              {fallPercent === 0 ? '?' : ` by ${fallPercent}%?`}
            </label>
            <input
              id={id}
              type="range"
              min={0}
              max={60}
              step={1}
              value={fallPercent}
              onChange={(event) => setFallPercent(Number(event.target.value))}
              aria-valuetext={`${fallPercent}%`}
              className="mt-2 w-full accent-accent"
            />
            <output htmlFor={id} className={`figures block text-sm ${toneText[tone]}`}>
              {fallPercent === 0
                ? 'Move the slider to see your health after a fall.'
                : `Health ${formatHealth(healthAfter)}: ${word.toLowerCase()}`}
            </output>
          </div>
        </div>
      ) : (
        <Notice tone="warn" title="A price is too old to say how healthy your loan is.">
          <p>Repaying and supplying work as ever.</p>
        </Notice>
      )}
    </Card>
  );
}
