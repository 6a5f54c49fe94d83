// SPDX-License-Identifier: Apache-2.0
import { type ReactNode, useState } from 'react';
import type { FlowPhase, FlowView, Problem } from '../domain/flow';
import { Button } from './Button';
import { Notice } from './Notice';

const PROGRESS: Partial<Record<FlowPhase, string>> = {
  simulating: 'Trying it out on the latest block…',
  signing: 'Waiting for your wallet…',
  sent: 'Sent. Waiting for a block…',
};

/** The end of every form: the button, what stands in its way, and how far the action is. */
export function FlowPanel({
  flow,
  label,
  blocker,
  acknowledgement,
  look = 'primary',
}: {
  flow: FlowView;
  label: string;
  /** Why the form cannot go on yet; takes the place of the button's own reasons. */
  blocker?: ReactNode;
  /** A risk that must be ticked before signing. */
  acknowledgement?: string | undefined;
  /** `quiet` where going on is the lesser choice. */
  look?: 'primary' | 'quiet';
}) {
  const [acknowledged, setAcknowledged] = useState<string>();
  const isBusy = flow.phase === 'signing' || flow.phase === 'sent';
  const isAcknowledged = acknowledgement === undefined || acknowledged === acknowledgement;
  const canStart =
    (flow.phase === 'ready' || flow.phase === 'failed') && isAcknowledged && !blocker;
  return (
    <div className="mt-5 flex flex-col gap-3">
      {acknowledgement && flow.phase !== 'done' && (
        <label className="flex items-start gap-3 rounded-control border border-warn bg-warn-soft p-3 text-sm">
          <input
            type="checkbox"
            className="mt-0.5 size-4 accent-warn"
            checked={isAcknowledged}
            onChange={(event) =>
              setAcknowledged(event.target.checked ? acknowledgement : undefined)
            }
          />
          {acknowledgement}
        </label>
      )}
      {flow.phase === 'refused' && flow.problem && !blocker && (
        <ProblemNotice problem={flow.problem} />
      )}
      <Button
        look={look}
        className="w-full"
        disabled={!canStart}
        onClick={flow.start}
        aria-busy={isBusy}
      >
        {isBusy ? (PROGRESS[flow.phase] ?? label) : label}
      </Button>
      {blocker && <div className="text-sm text-muted">{blocker}</div>}
      {flow.steps.length > 1 && !blocker && <Steps flow={flow} />}
      <div role="status" aria-live="polite" className="text-sm empty:-mt-3">
        {!blocker && flow.phase === 'simulating' && (
          <p className="text-muted">{PROGRESS.simulating}</p>
        )}
        {isBusy && <p className="sr-only">{PROGRESS[flow.phase]}</p>}
        {flow.phase === 'done' && flow.success && (
          <Notice tone="good" title={flow.success}>
            <Button look="plain" isSmall className="-ml-3" onClick={flow.dismiss}>
              Close
            </Button>
          </Notice>
        )}
        {flow.phase === 'failed' && flow.problem && <ProblemNotice problem={flow.problem} />}
      </div>
    </div>
  );
}

function Steps({ flow }: { flow: FlowView }) {
  return (
    <ol className="space-y-1 text-sm text-muted">
      {flow.steps.map((step, index) => {
        const isDone = index < flow.stepIndex;
        const isCurrent = index === flow.stepIndex && flow.phase !== 'done';
        return (
          <li
            key={step}
            className={`flex gap-2 ${isCurrent ? 'text-ink' : ''}`}
            aria-current={isCurrent ? 'step' : undefined}
          >
            <span aria-hidden="true" className="figures w-4 shrink-0 text-center">
              {isDone ? '✓' : index + 1}
            </span>
            <span>
              {step}
              {isDone && <span className="sr-only"> (done)</span>}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function ProblemNotice({ problem }: { problem: Problem }) {
  return (
    <Notice tone="bad" title={problem.title}>
      <p>
        {problem.meaning} {problem.advice}
      </p>
      <details>
        <summary className="w-fit rounded text-muted">Details</summary>
        <code className="mt-1 block break-words text-xs">{problem.details}</code>
      </details>
    </Notice>
  );
}
