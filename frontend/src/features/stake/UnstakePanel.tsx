// SPDX-License-Identifier: Apache-2.0
import { encodeFunctionData } from 'viem';
import type { Plan } from '../../chain/plan';
import { useFlow } from '../../chain/useFlow';
import { type CooldownStage, cooldownStage } from '../../domain/cooldown';
import { formatAmount } from '../../domain/formatAmount';
import { formatDuration } from '../../domain/formatDuration';
import { isNearlyAll } from '../../domain/isNearlyAll';
import type { HexAddress } from '../../domain/market';
import { toAssetsDown, toSharesDown } from '../../domain/shares';
import type { Staking } from '../../domain/staking';
import { stakingPoolAbi } from '../../generated/stakingPoolAbi';
import { AmountField } from '../../ui/AmountField';
import { BeforeAfter } from '../../ui/BeforeAfter';
import { ConnectPrompt } from '../../ui/ConnectPrompt';
import { FlowPanel } from '../../ui/FlowPanel';
import { Review } from '../../ui/Review';
import { useAmount } from '../../ui/useAmount';
import { CooldownTimeline } from './CooldownTimeline';

const DECIMALS = 18;

/** The way out of the stake: cooldown, window, unstake. */
export function UnstakePanel({
  staking,
  owner,
  chainTime,
}: {
  staking: Staking;
  owner: HexAddress | undefined;
  chainTime: bigint;
}) {
  const { text, setText, assets, clear } = useAmount(DECIMALS);
  const stage = cooldownStage(staking.cooldownShares, staking.opensAt, staking.closesAt, chainTime);
  const isFree = stage === 'none' || stage === 'closed';
  const shown = (value: bigint) => `${formatAmount(value, DECIMALS)} HEAD`;
  const coolingAssets = toAssetsDown(
    staking.cooldownShares,
    staking.totalAssets,
    staking.totalSupply,
  );
  const problem =
    assets && owner && assets > staking.assets
      ? `You have staked ${shown(staking.assets)}.`
      : undefined;
  const valid = problem ? undefined : assets;
  const shares =
    valid && isNearlyAll(valid, staking.assets)
      ? staking.balance
      : toSharesDown(valid ?? 0n, staking.totalAssets, staking.totalSupply);

  const flow = useFlow(
    owner
      ? planFor(stage, { owner, staking, shares, amount: shown(valid ?? coolingAssets) })
      : undefined,
    clear,
  );
  const cancelFlow = useFlow(
    owner && stage === 'cooling'
      ? simplePlan(
          staking.staking,
          encodeFunctionData({ abi: stakingPoolAbi, functionName: 'cancel_cooldown' }),
          'Cancel the cooldown',
          'The cooldown is cancelled; you stay staked.',
        )
      : undefined,
  );
  return (
    <div>
      <CooldownTimeline staking={staking} stage={stage} chainTime={chainTime} />
      {isFree && (
        <AmountField
          label="Amount to cool down"
          symbol="HEAD"
          decimals={DECIMALS}
          text={text}
          onText={setText}
          max={owner && staking.assets}
          maxLabel="Staked"
          problem={problem}
        />
      )}
      <Review>
        {isFree ? (
          <BeforeAfter name="Ready to unstake in" after={formatDuration(staking.cooldownSeconds)} />
        ) : (
          <BeforeAfter name="Cooling down" after={shown(coolingAssets)} />
        )}
      </Review>
      {stage === 'cooling' ? (
        <FlowPanel flow={cancelFlow} label="Cancel the cooldown" look="quiet" />
      ) : (
        <FlowPanel
          flow={flow}
          label={stage === 'open' ? `Unstake ${shown(coolingAssets)}` : 'Start the cooldown'}
          blocker={
            !owner ? (
              <ConnectPrompt />
            ) : staking.balance === 0n && flow.phase !== 'done' ? (
              'You have nothing staked.'
            ) : undefined
          }
        />
      )}
    </div>
  );
}

function simplePlan(to: HexAddress, data: HexAddress, label: string, success: string): Plan {
  const call = { to, data };
  return { steps: [{ kind: 'call', label, call }], rehearsal: [call], success };
}

function planFor(
  stage: CooldownStage,
  {
    owner,
    staking,
    shares,
    amount,
  }: { owner: HexAddress; staking: Staking; shares: bigint; amount: string },
): Plan | undefined {
  if (stage === 'open')
    return simplePlan(
      staking.staking,
      encodeFunctionData({
        abi: stakingPoolAbi,
        functionName: 'redeem',
        args: [staking.cooldownShares, owner, owner],
      }),
      `Unstake ${amount}`,
      `You unstaked ${amount}.`,
    );
  if (stage === 'cooling' || shares === 0n) return undefined;
  return simplePlan(
    staking.staking,
    encodeFunctionData({ abi: stakingPoolAbi, functionName: 'start_cooldown', args: [shares] }),
    'Start the cooldown',
    `The cooldown of ${amount} has begun.`,
  );
}
