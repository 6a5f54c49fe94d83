// SPDX-License-Identifier: Apache-2.0
import { useAccount } from '../../chain/useAccount';
import { Button } from '../../ui/Button';
import { useDemoAccount } from './useDemoAccount';

/** The way in for somebody without a wallet. */
export function DemoCard() {
  const { address } = useAccount();
  const { isOffered, phase, start } = useDemoAccount();
  if (!isOffered || address) return null;
  const isBusy = phase === 'creating' || phase === 'funding';
  return (
    <div className="flex flex-col items-start gap-3">
      <Button
        data-testid="demo"
        className="w-full sm:w-auto"
        disabled={isBusy}
        aria-busy={isBusy}
        onClick={() => void start()}
      >
        {isBusy ? 'Making a key…' : 'Use a demo account'}
      </Button>
      <p className="max-w-md text-sm text-muted">
        The key is made in this browser and works on this test network only. Never send real funds
        to it.
      </p>
    </div>
  );
}
