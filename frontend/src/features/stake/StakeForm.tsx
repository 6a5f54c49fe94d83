// SPDX-License-Identifier: Apache-2.0
import { encodeFunctionData } from 'viem';
import type { Plan } from '../../chain/plan';
import { planTransfer } from '../../chain/planTransfer';
import { useFlow } from '../../chain/useFlow';
import { formatAmount } from '../../domain/formatAmount';
import type { HexAddress } from '../../domain/market';
import type { Staking } from '../../domain/staking';
import { stakingPoolAbi } from '../../generated/stakingPoolAbi';
import { AmountField } from '../../ui/AmountField';
import { BeforeAfter } from '../../ui/BeforeAfter';
import { ConnectPrompt } from '../../ui/ConnectPrompt';
import { FlowPanel } from '../../ui/FlowPanel';
import { Review } from '../../ui/Review';
import { useAmount } from '../../ui/useAmount';

const DECIMALS = 18;

/** Stake HEAD. */
export function StakeForm({ staking, owner }: { staking: Staking; owner: HexAddress | undefined }) {
  const { text, setText, assets, clear } = useAmount(DECIMALS);
  const shown = (value: bigint) => `${formatAmount(value, DECIMALS)} HEAD`;
  const problem =
    assets && owner && assets > staking.walletAssets
      ? `Your wallet holds ${shown(staking.walletAssets)}.`
      : undefined;
  const valid = problem ? undefined : assets;
  const amount = assets ? shown(assets) : 'HEAD';
  const plan: Plan | undefined =
    valid && owner
      ? planTransfer({
          label: `Stake ${amount}`,
          success: `You staked ${amount}.`,
          payments: [
            {
              token: staking.head,
              symbol: 'HEAD',
              spender: staking.staking,
              assets: valid,
              allowance: staking.allowance,
            },
          ],
          call: {
            to: staking.staking,
            data: encodeFunctionData({
              abi: stakingPoolAbi,
              functionName: 'deposit',
              args: [valid, owner],
            }),
          },
        })
      : undefined;
  const flow = useFlow(plan, clear);
  return (
    <div>
      <AmountField
        label="Amount to stake"
        symbol="HEAD"
        decimals={DECIMALS}
        text={text}
        onText={setText}
        max={owner && staking.walletAssets}
        maxLabel="In your wallet"
        problem={problem}
      />
      <Review>
        <BeforeAfter
          name="Your stake"
          before={shown(staking.assets)}
          after={valid && shown(staking.assets + valid)}
        />
      </Review>
      <FlowPanel
        flow={flow}
        label={`Stake ${amount}`}
        blocker={owner ? undefined : <ConnectPrompt />}
      />
    </div>
  );
}
