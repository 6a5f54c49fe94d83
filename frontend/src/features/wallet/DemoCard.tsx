// SPDX-License-Identifier: Apache-2.0
import { useAccount } from '../../chain/useAccount';
import { Button } from '../../ui/Button';
import { Notice } from '../../ui/Notice';
import { useDemoAccount } from './useDemoAccount';

const WORDS = {
  idle: 'Use a demo account',
  creating: 'Making a key…',
  funding: 'Sending you test money…',
  ready: '',
  failed: 'Try again',
} as const;

/** The way in for somebody without a wallet. */
export function DemoCard() {
  const { address } = useAccount();
  const { isOffered, phase, problem, start } = useDemoAccount();
  if (!isOffered || (address && phase === 'idle')) return null;
  const isBusy = phase === 'creating' || phase === 'funding';
  return (
    <div className="flex flex-col items-start gap-3">
      {phase !== 'ready' && (
        <>
          <Button
            data-testid="demo"
            className="w-full sm:w-auto"
            disabled={isBusy}
            aria-busy={isBusy}
            onClick={() => void start()}
          >
            {WORDS[phase]}
          </Button>
          <p className="max-w-md text-sm text-muted">
            The key is made in this browser and works on this test network only. Never send real
            funds to it.
          </p>
        </>
      )}
      <div role="status" className="empty:-mt-3">
        {phase === 'ready' && (
          <Notice tone="good" title="Your demo account is ready.">
            <p>
              Test ether and test tokens have arrived. The key lives in this browser and works on
              this test network only: never send real funds to it.
            </p>
          </Notice>
        )}
        {problem && (
          <Notice tone="bad" title={problem.title}>
            <p>{problem.advice}</p>
          </Notice>
        )}
      </div>
    </div>
  );
}
