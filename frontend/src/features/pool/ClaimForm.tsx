// SPDX-License-Identifier: Apache-2.0
import { encodeFunctionData } from 'viem';
import type { Plan } from '../../chain/plan';
import { useFlow } from '../../chain/useFlow';
import { formatAmount } from '../../domain/formatAmount';
import { volatilePairAbi } from '../../generated/volatilePairAbi';
import { BeforeAfter } from '../../ui/BeforeAfter';
import { ConnectPrompt } from '../../ui/ConnectPrompt';
import { FlowPanel } from '../../ui/FlowPanel';
import { Review } from '../../ui/Review';
import type { PoolContext } from './PoolContext';

/** Take the trading fees that one's liquidity has earned. */
export function ClaimForm({ pair, owner }: PoolContext) {
  const hasFees = pair.claimable0 > 0n || pair.claimable1 > 0n;
  const plan = owner && hasFees ? claimPlan(owner) : undefined;

  function claimPlan(receiver: `0x${string}`): Plan {
    const call = {
      to: pair.pair,
      data: encodeFunctionData({
        abi: volatilePairAbi,
        functionName: 'claim_fees',
        args: [receiver],
      }),
    };
    return {
      steps: [{ kind: 'call', label: 'Claim fees', call }],
      rehearsal: [call],
      success: 'Your fees are in your wallet.',
    };
  }

  const flow = useFlow(plan);
  return (
    <div>
      <p className="mb-3 text-sm text-muted">
        Traders pay a fee on each swap. Your part of it is kept apart from the pool until you claim
        it.
      </p>
      <Review>
        <BeforeAfter name={pair.symbol0} after={formatAmount(pair.claimable0, pair.decimals0)} />
        <BeforeAfter name={pair.symbol1} after={formatAmount(pair.claimable1, pair.decimals1)} />
      </Review>
      <FlowPanel
        flow={flow}
        label="Claim fees"
        blocker={
          !owner ? (
            <ConnectPrompt />
          ) : !hasFees && flow.phase !== 'done' ? (
            'There are no fees to claim yet.'
          ) : undefined
        }
      />
    </div>
  );
}
