// SPDX-License-Identifier: Apache-2.0
import { encodeFunctionData } from 'viem';
import type { Plan } from '../../chain/plan';
import { useFlow } from '../../chain/useFlow';
import { formatAmount } from '../../domain/formatAmount';
import type { HexAddress } from '../../domain/market';
import type { Staking } from '../../domain/staking';
import { stakingPoolAbi } from '../../generated/stakingPoolAbi';
import { BeforeAfter } from '../../ui/BeforeAfter';
import { ConnectPrompt } from '../../ui/ConnectPrompt';
import { FlowPanel } from '../../ui/FlowPanel';
import { Review } from '../../ui/Review';

/** What the stake has earned of the protocol's fees. */
export function RewardsPanel({
  staking,
  owner,
}: {
  staking: Staking;
  owner: HexAddress | undefined;
}) {
  const hasRewards = staking.rewards.some(({ claimable }) => claimable > 0n);
  const call = owner && {
    to: staking.staking,
    data: encodeFunctionData({
      abi: stakingPoolAbi,
      functionName: 'claim_rewards',
      args: [owner],
    }),
  };
  const plan: Plan | undefined =
    call && hasRewards
      ? {
          steps: [{ kind: 'call', label: 'Claim rewards', call }],
          rehearsal: [call],
          success: 'Your rewards are in your wallet.',
        }
      : undefined;
  const flow = useFlow(plan);
  return (
    <div>
      <Review>
        {staking.rewards.map(({ token, symbol, decimals, claimable }) => (
          <BeforeAfter
            key={token}
            name={symbol || 'Token'}
            after={formatAmount(claimable, decimals)}
          />
        ))}
      </Review>
      <FlowPanel
        flow={flow}
        label="Claim rewards"
        blocker={
          !owner ? (
            <ConnectPrompt />
          ) : !hasRewards && flow.phase !== 'done' ? (
            'There is nothing to claim yet.'
          ) : undefined
        }
      />
    </div>
  );
}
