// SPDX-License-Identifier: Apache-2.0
import { encodeFunctionData } from 'viem';
import type { Plan } from '../../chain/plan';
import { useFlow } from '../../chain/useFlow';
import { minusOrZero } from '../../domain/divide';
import { formatAmount } from '../../domain/formatAmount';
import { isNearlyAll } from '../../domain/isNearlyAll';
import { projectPosition } from '../../domain/projectPosition';
import { lendingPoolAbi } from '../../generated/lendingPoolAbi';
import { AmountField } from '../../ui/AmountField';
import { BeforeAfter } from '../../ui/BeforeAfter';
import { ConnectPrompt } from '../../ui/ConnectPrompt';
import { FlowPanel } from '../../ui/FlowPanel';
import { Review } from '../../ui/Review';
import { useAmount } from '../../ui/useAmount';
import type { ActionContext } from './ActionContext';
import { acknowledgementFor } from './acknowledgementFor';
import { PositionReview } from './PositionReview';
import { useProjection } from './useProjection';

/** Take supply back. */
export function WithdrawForm(context: ActionContext) {
  const { market, markets, owner, account, position } = context;
  const { text, setText, assets, clear } = useAmount(market.decimals);
  const supplied = position?.assets ?? 0n;
  const most = position?.maxWithdraw ?? 0n;
  const shown = (value: bigint) => `${formatAmount(value, market.decimals)} ${market.symbol}`;
  // What secures a loan loses room with each second of its interest: half a per cent is kept back.
  const isHeld = most < supplied && position?.isPledged && account?.debtPool !== undefined;
  const offered = isHeld ? (most * 995n) / 1_000n : most;
  const heldBack =
    market.releasable < market.idle
      ? 'secures your loan, is lent out, or has to wait, as much has left the market today'
      : 'secures your loan or is lent out';
  const problem =
    assets && position && assets > supplied
      ? `You have supplied ${shown(supplied)}.`
      : assets && position && assets > most
        ? `At most ${shown(offered)} can leave now: the rest ${heldBack}.`
        : undefined;

  // Everything goes by shares: an amount would leave the interest of the last second behind.
  const isAll = assets !== undefined && isNearlyAll(assets, supplied) && most + 1n >= supplied;
  const amount = isAll ? 'everything' : assets ? shown(assets) : market.symbol;
  const plan: Plan | undefined =
    assets && owner && position && !problem ? withdrawPlan(owner, isAll) : undefined;

  function withdrawPlan(receiver: `0x${string}`, isEverything: boolean): Plan {
    const data = isEverything
      ? encodeFunctionData({
          abi: lendingPoolAbi,
          functionName: 'redeem',
          args: [position?.shares ?? 0n, receiver, receiver],
        })
      : encodeFunctionData({
          abi: lendingPoolAbi,
          functionName: 'withdraw',
          args: [assets ?? 0n, receiver, receiver],
        });
    const call = { to: market.pool, data };
    return {
      steps: [{ kind: 'call', label: `Withdraw ${amount}`, call }],
      rehearsal: [call],
      success: `You withdrew ${amount}.`,
    };
  }

  const flow = useFlow(plan, clear);
  const valid = problem ? undefined : isAll ? supplied : assets;
  useProjection(context, valid ? { idle: -valid, debt: 0n } : undefined);
  const debtMarket = markets.find(({ pool }) => pool === account?.debtPool);
  const project = (taken: bigint) =>
    account &&
    projectPosition(account, markets, {
      debtMarket,
      debtAssets: account.debtAssets,
      assetsAfter: { [market.pool]: minusOrZero(supplied, taken) },
    });
  const before = project(0n);
  const after = valid ? project(valid) : undefined;
  return (
    <div>
      <AmountField
        label="Amount to withdraw"
        symbol={market.symbol}
        decimals={market.decimals}
        text={text}
        onText={setText}
        max={position && offered}
        maxLabel="Can leave now"
        problem={problem}
        note={
          position && most < supplied
            ? `${shown(supplied)} supplied; the rest ${heldBack}.`
            : undefined
        }
      />
      <Review>
        <BeforeAfter
          name="Your supply"
          before={shown(supplied)}
          after={valid && shown(minusOrZero(supplied, valid))}
        />
        {before && <PositionReview before={before} after={after} />}
      </Review>
      <FlowPanel
        flow={flow}
        label={`Withdraw ${amount}`}
        acknowledgement={before && acknowledgementFor(before, after)}
        blocker={
          !owner ? (
            <ConnectPrompt />
          ) : position && supplied === 0n && flow.phase !== 'done' ? (
            `You have not supplied ${market.symbol} here.`
          ) : undefined
        }
      />
    </div>
  );
}
