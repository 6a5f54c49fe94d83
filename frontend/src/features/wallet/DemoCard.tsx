// SPDX-License-Identifier: Apache-2.0
import { useAccount } from '../../chain/useAccount';
import { Button } from '../../ui/Button';
import { Notice } from '../../ui/Notice';
import { useDemoAccount } from './useDemoAccount';

const WORDS = {
  idle: 'Use a demo account',
  creating: 'Making a key…',
  funding: 'Sending you test money…',
  ready: 'Your demo account is ready',
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
      <Button
        data-testid="demo"
        className="w-full sm:w-auto"
        disabled={isBusy || phase === 'ready'}
        aria-busy={isBusy}
        onClick={() => void start()}
      >
        {WORDS[phase]}
      </Button>
      <p className="max-w-md text-sm text-muted">
        The key is made in this browser and works on this test network only. Never send real funds
        to it.
      </p>
      <div role="status" className="empty:-mt-3">
        {phase === 'ready' && (
          <p className="text-sm text-good">Test ether and test tokens have arrived.</p>
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
