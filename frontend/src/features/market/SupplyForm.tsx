// SPDX-License-Identifier: Apache-2.0
import { encodeFunctionData } from 'viem';
import type { Plan } from '../../chain/plan';
import { planTransfer } from '../../chain/planTransfer';
import { useFlow } from '../../chain/useFlow';
import { usePermitDomain } from '../../chain/usePermitDomain';
import { minusOrZero, smaller } from '../../domain/divide';
import { formatAmount } from '../../domain/formatAmount';
import { formatPercent } from '../../domain/formatPercent';
import { formatUsd } from '../../domain/formatUsd';
import { valueUsdWadDown } from '../../domain/position';
import { projectPosition } from '../../domain/projectPosition';
import { borrowRateWad, supplyRateWad } from '../../domain/rate';
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

/** Lend to the pool. */
export function SupplyForm(context: ActionContext) {
  const { market, markets, owner, account, position } = context;
  const { text, setText, assets, clear } = useAmount(market.decimals);
  const domain = usePermitDomain(market.asset);
  const wallet = position?.walletAssets ?? 0n;
  const room = minusOrZero(market.supplyCap, market.totalAssets);
  const problem = !assets
    ? undefined
    : position && assets > wallet
      ? `Your wallet holds ${formatAmount(wallet, market.decimals)} ${market.symbol}.`
      : assets > room
        ? `The market takes ${formatAmount(room, market.decimals)} ${market.symbol} more before its cap.`
        : undefined;

  const amount = assets
    ? `${formatAmount(assets, market.decimals)} ${market.symbol}`
    : market.symbol;
  const plan: Plan | undefined =
    assets && owner && position && !problem
      ? planTransfer({
          label: `Supply ${amount}`,
          success: `You supplied ${amount}.`,
          payments: [
            {
              token: market.asset,
              symbol: market.symbol,
              spender: market.pool,
              assets,
              allowance: position.allowance,
            },
          ],
          call: {
            to: market.pool,
            data: encodeFunctionData({
              abi: lendingPoolAbi,
              functionName: 'deposit',
              args: [assets, owner],
            }),
          },
          permitted: domain
            ? {
                domain,
                build: ({ deadline, v, r, s }) => ({
                  to: market.pool,
                  data: encodeFunctionData({
                    abi: lendingPoolAbi,
                    functionName: 'deposit_with_permit',
                    args: [assets, owner, deadline, v, r, s],
                  }),
                }),
              }
            : undefined,
        })
      : undefined;
  const flow = useFlow(plan, clear);

  const valid = problem ? undefined : assets;
  const utilization = useProjection(context, valid ? { idle: valid, debt: 0n } : undefined);
  const supplied = position?.assets ?? 0n;
  const debtMarket = markets.find(({ pool }) => pool === account?.debtPool);
  const project = (extra: bigint) =>
    account &&
    projectPosition(account, markets, {
      debtMarket,
      debtAssets: account.debtAssets,
      assetsAfter: { [market.pool]: supplied + extra },
    });
  const before = project(0n);
  return (
    <div>
      <AmountField
        label="Amount to supply"
        symbol={market.symbol}
        decimals={market.decimals}
        text={text}
        onText={setText}
        max={position && smaller(wallet, room)}
        maxLabel="In your wallet"
        problem={problem}
        note={
          assets
            ? formatUsd(valueUsdWadDown(assets, market.priceUsdWad, market.decimals))
            : undefined
        }
      />
      <Review>
        <BeforeAfter
          name="Your supply"
          before={`${formatAmount(supplied, market.decimals)} ${market.symbol}`}
          after={valid && `${formatAmount(supplied + valid, market.decimals)} ${market.symbol}`}
        />
        <BeforeAfter
          name="Supply APR"
          before={formatPercent(market.supplyRateWad)}
          after={
            utilization === undefined
              ? undefined
              : formatPercent(
                  supplyRateWad(
                    borrowRateWad(market.curve, utilization),
                    utilization,
                    market.reserveFactorBps,
                  ),
                )
          }
          explanation="What lenders earn a year at this moment, without compounding, after the reserve. It moves with utilization."
        />
        {before && <PositionReview before={before} after={valid ? project(valid) : undefined} />}
      </Review>
      <FlowPanel
        flow={flow}
        label={`Supply ${amount}`}
        blocker={owner ? undefined : <ConnectPrompt />}
      />
    </div>
  );
}
