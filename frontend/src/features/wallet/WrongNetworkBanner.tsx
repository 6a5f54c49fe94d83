// SPDX-License-Identifier: Apache-2.0
import { useSwitchChain } from 'wagmi';
import { useChain } from '../../chain/ChainProvider';
import { useAccount } from '../../chain/useAccount';
import { problemOf } from '../../errors/problemOf';
import { Button } from '../../ui/Button';
import { Notice } from '../../ui/Notice';

/** Shown while the wallet is on another chain; the wallet learns ours if it has to. */
export function WrongNetworkBanner() {
  const { client, deployment } = useChain();
  const { isWrongNetwork } = useAccount();
  const switchChain = useSwitchChain();
  if (!isWrongNetwork) return null;
  return (
    <div className="mb-4" role="alert">
      <Notice tone="warn" title={`Your wallet is on another network than ${client.chain?.name}.`}>
        <p>You can read everything. To act, switch your wallet.</p>
        <Button
          isSmall
          disabled={switchChain.isPending}
          onClick={() => switchChain.mutate({ chainId: deployment.chainId })}
        >
          Switch network
        </Button>
        {switchChain.error && <p className="text-bad">{problemOf(switchChain.error).title}</p>}
      </Notice>
    </div>
  );
}
