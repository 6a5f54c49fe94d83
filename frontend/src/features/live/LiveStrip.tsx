// SPDX-License-Identifier: Apache-2.0
import { useChain } from '../../chain/ChainProvider';
import { usePulse } from '../../chain/usePulse';
import { formatDuration } from '../../domain/formatDuration';
import { useNow } from './useNow';

/** Seconds after which a missing block is said to be late. */
const LATE_SECONDS = 15;

/** The pulse of the chain: block, age, transactions per second, or that it cannot be heard. */
export function LiveStrip() {
  const { client } = useChain();
  const { status, latest, seenAt, transactionsPerSecond } = usePulse();
  const now = useNow();
  // Counted from when this page saw the block: the clock of a test chain may run elsewhere.
  const age = seenAt === undefined ? 0 : Math.max(0, Math.floor((now - seenAt) / 1_000));
  const isLate = status === 'live' && age > LATE_SECONDS;
  const isWell = status === 'live' && !isLate;
  return (
    <div
      data-testid="live"
      className="figures flex flex-wrap items-center gap-x-4 gap-y-0.5 text-xs text-muted"
      translate="no"
    >
      <span className={`flex items-center gap-1.5 ${isWell ? '' : 'text-warn'}`}>
        <span aria-hidden="true">{isWell ? '●' : '○'}</span>
        {status === 'live' ? (isLate ? 'Waiting for a block' : client.chain?.name) : null}
        {status === 'connecting' && 'Connecting…'}
        {status === 'reconnecting' && 'Reconnecting to the node…'}
        {status === 'restarted' && (
          <>
            The chain was restarted.
            <button type="button" className="min-h-6 underline" onClick={() => location.reload()}>
              Reload
            </button>
          </>
        )}
      </span>
      {latest && (
        <>
          <span>
            Block <span data-testid="block">{latest.number.toLocaleString('en')}</span>
          </span>
          <span className="hidden sm:inline">
            {age === 0 ? 'just now' : `${formatDuration(BigInt(age))} ago`}
          </span>
          {transactionsPerSecond !== undefined && (
            <span title="Transactions per second over the last ten blocks">
              {transactionsPerSecond.toFixed(1)} TPS
            </span>
          )}
        </>
      )}
    </div>
  );
}
