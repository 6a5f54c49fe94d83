// SPDX-License-Identifier: Apache-2.0
import type { CooldownStage } from '../../domain/cooldown';
import { minusOrZero } from '../../domain/divide';
import { formatDateTime } from '../../domain/formatDateTime';
import { formatDuration } from '../../domain/formatDuration';
import type { Staking } from '../../domain/staking';

interface Stop {
  name: string;
  note: string;
  state: 'past' | 'current' | 'ahead';
}

/** Cooldown, window, closed: where one stands, by the clock of the chain. */
export function CooldownTimeline({
  staking,
  stage,
  chainTime,
}: {
  staking: Staking;
  stage: CooldownStage;
  chainTime: bigint;
}) {
  return (
    <ol className="mb-5" aria-label="Way out of the stake">
      {stopsOf(staking, stage, chainTime).map(({ name, note, state }, index) => (
        <li
          key={name}
          aria-current={state === 'current' ? 'step' : undefined}
          className={`flex items-baseline justify-between gap-4 border-l-2 py-1 pl-3 text-sm ${state === 'ahead' ? 'border-line' : 'border-accent'}`}
        >
          <p
            className={`shrink-0 whitespace-nowrap ${state === 'current' ? 'font-medium' : 'text-muted'}`}
          >
            <span className="figures">{state === 'past' ? '✓' : `${index + 1}.`}</span> {name}
          </p>
          <p className="figures text-right text-muted">{note}</p>
        </li>
      ))}
    </ol>
  );
}

function stopsOf(staking: Staking, stage: CooldownStage, chainTime: bigint): Stop[] {
  const left = (until: bigint) =>
    `${formatDuration(minusOrZero(until, chainTime))} left · ${formatDateTime(until)}`;
  const isRunning = stage === 'cooling' || stage === 'open';
  return [
    {
      name: 'Cooldown',
      note: stage === 'cooling' ? left(staking.opensAt) : formatDuration(staking.cooldownSeconds),
      state: stage === 'cooling' ? 'current' : stage === 'open' ? 'past' : 'ahead',
    },
    {
      name: 'Unstake',
      note:
        stage === 'open'
          ? left(staking.closesAt)
          : isRunning
            ? `from ${formatDateTime(staking.opensAt)}`
            : `within ${formatDuration(staking.windowSeconds)}`,
      state: stage === 'open' ? 'current' : 'ahead',
    },
    {
      name: 'Closed',
      note: isRunning ? formatDateTime(staking.closesAt) : 'then you stay staked',
      state: 'ahead',
    },
  ];
}
