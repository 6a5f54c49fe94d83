// SPDX-License-Identifier: Apache-2.0
import { useEffect } from 'react';
import { useLocation } from 'react-router';
import { useAccount } from '../../chain/useAccount';
import { Button } from '../../ui/Button';
import { Notice } from '../../ui/Notice';
import { demoStore } from './demoStore';
import { useDemoAccount } from './useDemoAccount';

/** On every page: whether the test money is on its way, has arrived, or failed to come. */
export function DemoBanner() {
  const { address, isDemo } = useAccount();
  const { phase, problem, start, fundConnected, dismiss } = useDemoAccount();
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: good news is over on the next page.
  useEffect(() => {
    if (demoStore.read().phase === 'ready') demoStore.write({ phase: 'idle' });
  }, [pathname]);
  return (
    <div role="status" className="not-empty:mb-6">
      {phase === 'funding' && <Notice title="Sending you test money…" />}
      {phase === 'ready' && (
        <Notice
          tone="good"
          title={isDemo ? 'Your demo account is ready.' : 'Your account is funded.'}
        >
          <p>
            Test ether and test tokens have arrived.
            {isDemo &&
              ' The key lives in this browser and works on this test network only: never send real funds to it.'}
          </p>
          <Button look="plain" isSmall className="-ml-3" onClick={dismiss}>
            Close
          </Button>
        </Notice>
      )}
      {phase === 'failed' && problem && (
        <Notice tone="bad" title={problem.title}>
          <p>
            {problem.meaning} {problem.advice}
          </p>
          <Button look="quiet" isSmall onClick={() => void (address ? fundConnected() : start())}>
            Try again
          </Button>
        </Notice>
      )}
    </div>
  );
}
