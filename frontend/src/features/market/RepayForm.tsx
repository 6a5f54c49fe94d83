// SPDX-License-Identifier: Apache-2.0
import { encodeFunctionData } from 'viem';
import type { Plan } from '../../chain/plan';
import { planTransfer } from '../../chain/planTransfer';
import { useFlow } from '../../chain/useFlow';
import { usePermitDomain } from '../../chain/usePermitDomain';
import { minusOrZero, smaller } from '../../domain/divide';
import { formatAmount } from '../../domain/formatAmount';
import { isNearlyAll } from '../../domain/isNearlyAll';
import { projectPosition } from '../../domain/projectPosition';
import { repayAllAssets } from '../../domain/repayAll';
import { lendingPoolAbi } from '../../generated/lendingPoolAbi';
import { AmountField } from '../../ui/AmountField';
import { BeforeAfter } from '../../ui/BeforeAfter';
import { ConnectPrompt } from '../../ui/ConnectPrompt';
import { FlowPanel } from '../../ui/FlowPanel';
import { Review } from '../../ui/Review';
import { useAmount } from '../../ui/useAmount';
import type { ActionContext } from './ActionContext';
import { PositionReview } from './PositionReview';
import { useProjection } from './useProjection';

/** Pay a loan back, in part or in full. */
export function RepayForm(context: ActionContext) {
  const { market, markets, owner, account, position } = context;
  const { text, setText, assets, clear } = useAmount(market.decimals);
  const domain = usePermitDomain(market.asset);
  const owed = position?.debtAssets ?? 0n;
  const wallet = position?.walletAssets ?? 0n;
  const shown = (value: bigint) => `${formatAmount(value, market.decimals, 'up')} ${market.symbol}`;

  const isAll = assets !== undefined && isNearlyAll(assets, owed);
  const paid = assets === undefined ? undefined : isAll ? repayAllAssets(owed) : assets;
  const canCover = paid !== undefined && paid <= wallet;
  const problem =
    paid !== undefined && position && !canCover
      ? `Your wallet holds ${formatAmount(wallet, market.decimals)} ${market.symbol}${isAll ? ': not enough for the whole debt' : ''}.`
      : undefined;

  const label = isAll ? 'Repay everything' : `Repay ${paid ? shown(paid) : market.symbol}`;
  const plan: Plan | undefined =
    paid && owner && position && owed > 0n && !problem
      ? planTransfer({
          label,
          success: isAll ? 'You owe nothing here any more.' : `You repaid ${shown(paid)}.`,
          payments: [
            {
              token: market.asset,
              symbol: market.symbol,
              spender: market.pool,
              assets: paid,
              allowance: position.allowance,
            },
          ],
          call: {
            to: market.pool,
            data: encodeFunctionData({
              abi: lendingPoolAbi,
              functionName: 'repay',
              args: [paid, owner],
            }),
          },
          permitted: domain
            ? {
                domain,
                build: ({ deadline, v, r, s }) => ({
                  to: market.pool,
                  data: encodeFunctionData({
                    abi: lendingPoolAbi,
                    functionName: 'repay_with_permit',
                    args: [paid, owner, deadline, v, r, s],
                  }),
                }),
              }
            : undefined,
        })
      : undefined;
  const flow = useFlow(plan, clear);

  const valid = problem || assets === undefined ? undefined : smaller(assets, owed);
  useProjection(context, valid && owed > 0n ? { idle: valid, debt: -valid } : undefined);
  const project = (returned: bigint) =>
    account &&
    projectPosition(account, markets, {
      debtMarket: market,
      debtAssets: isAll && returned > 0n ? 0n : minusOrZero(owed, returned),
    });
  const before = project(0n);
  return (
    <div>
      <AmountField
        label="Amount to repay"
        symbol={market.symbol}
        decimals={market.decimals}
        text={text}
        onText={setText}
        max={position && smaller(wallet, owed)}
        maxLabel={owed > wallet ? 'In your wallet' : 'You owe'}
        problem={problem}
        note={
          isAll
            ? 'A hair more is offered, for the interest until the block; the pool takes only what you owe.'
            : undefined
        }
      />
      <Review>
        <BeforeAfter
          name="Your debt"
          before={shown(owed)}
          after={valid && shown(isAll ? 0n : minusOrZero(owed, valid))}
        />
        {before && owed > 0n && (
          <PositionReview before={before} after={valid ? project(valid) : undefined} />
        )}
      </Review>
      <FlowPanel
        flow={flow}
        label={label}
        blocker={
          !owner ? (
            <ConnectPrompt />
          ) : position && owed === 0n && flow.phase !== 'done' ? (
            `You owe no ${market.symbol} here.`
          ) : undefined
        }
      />
    </div>
  );
}
