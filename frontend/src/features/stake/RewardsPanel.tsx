// SPDX-License-Identifier: Apache-2.0
import { encodeFunctionData } from 'viem';
import type { Plan } from '../../chain/plan';
import { useFlow } from '../../chain/useFlow';
import { formatAmount } from '../../domain/formatAmount';
import type { HexAddress } from '../../domain/market';
import type { Staking } from '../../domain/staking';
import { streamedWad } from '../../domain/streamed';
import { WAD } from '../../domain/units';
import { stakingPoolAbi } from '../../generated/stakingPoolAbi';
import { ConnectPrompt } from '../../ui/ConnectPrompt';
import { FlowPanel } from '../../ui/FlowPanel';
import { TokenMark } from '../../ui/TokenMark';

const SECONDS_PER_DAY = 86_400n;

/** What the stake has earned of the protocol's fees. */
export function RewardsPanel({
  staking,
  owner,
  chainTime,
}: {
  staking: Staking;
  owner: HexAddress | undefined;
  chainTime: bigint;
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
      <table className="figures w-full text-right text-sm">
        <thead className="text-muted">
          <tr>
            <th scope="col" className="py-1.5 text-left font-normal">
              Token
            </th>
            <th scope="col" className="px-2 font-normal">
              All stakers get, a day
            </th>
            <th scope="col" className="font-normal">
              Yours to claim
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line border-y border-line" translate="no">
          {staking.rewards.map((reward) => {
            const { token, symbol, decimals, claimable } = reward;
            return (
              <tr key={token}>
                <th scope="row" className="flex items-center gap-2 py-2 text-left font-normal">
                  <TokenMark symbol={symbol} />
                  {symbol || 'Token'}
                </th>
                <td className="px-2 text-muted">
                  {formatAmount((streamedWad(reward, chainTime) * SECONDS_PER_DAY) / WAD, decimals)}
                </td>
                <td className="font-medium">{formatAmount(claimable, decimals)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
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
