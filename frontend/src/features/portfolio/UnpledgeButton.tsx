// SPDX-License-Identifier: Apache-2.0
import { encodeFunctionData } from 'viem';
import { useChain } from '../../chain/ChainProvider';
import { useFlow } from '../../chain/useFlow';
import type { HexAddress, Market } from '../../domain/market';
import { accountsAbi } from '../../generated/accountsAbi';
import { Button } from '../../ui/Button';

/** Takes a pledge back, where the loan stays healthy without it. */
export function UnpledgeButton({ market, owner }: { market: Market; owner: HexAddress }) {
  const { deployment } = useChain();
  const call = {
    to: deployment.contracts.Accounts as HexAddress,
    data: encodeFunctionData({
      abi: accountsAbi,
      functionName: 'unpledge',
      args: [owner, market.pool],
    }),
  };
  const flow = useFlow({
    steps: [{ kind: 'call', label: 'Take the pledge back', call }],
    rehearsal: [call],
    success: 'The pledge is taken back.',
  });
  if (flow.phase === 'refused')
    return <span className="text-sm text-muted">secures your loan</span>;
  const isBusy = flow.phase === 'signing' || flow.phase === 'sent';
  return (
    <Button
      look="plain"
      isSmall
      disabled={flow.phase !== 'ready' && flow.phase !== 'failed'}
      onClick={flow.start}
      title={flow.problem?.title}
    >
      {isBusy ? 'Working…' : flow.phase === 'failed' ? 'Failed: try again' : 'Take pledge back'}
    </Button>
  );
}
