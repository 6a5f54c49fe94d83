// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { encodeFunctionData } from 'viem';
import type { Plan } from '../../chain/plan';
import { planTransfer } from '../../chain/planTransfer';
import { useFlow } from '../../chain/useFlow';
import { exactText } from '../../domain/decimalText';
import { formatAmount } from '../../domain/formatAmount';
import { formatPoolTokens } from '../../domain/formatPoolTokens';
import { quoteRemoveLiquidity } from '../../domain/liquidity';
import { minReceivedUp } from '../../domain/minReceived';
import { routerAbi } from '../../generated/routerAbi';
import { AmountField } from '../../ui/AmountField';
import { BeforeAfter } from '../../ui/BeforeAfter';
import { ConnectPrompt } from '../../ui/ConnectPrompt';
import { FlowPanel } from '../../ui/FlowPanel';
import { PercentChips } from '../../ui/PercentChips';
import { Review } from '../../ui/Review';
import { useAmount } from '../../ui/useAmount';
import { deadlineAfter } from './deadlineAfter';
import type { PoolContext } from './PoolContext';
import { SlippageField } from './SlippageField';

/** Turn pool tokens back into the two tokens. */
export function RemoveForm({ pair, router, owner, holdings, chainTime }: PoolContext) {
  const [slippageBps, setSlippage] = useState(50n);
  const { text, setText, assets, clear } = useAmount(18);
  const problem =
    assets && owner && assets > pair.balance
      ? `You hold ${formatPoolTokens(pair.balance)} pool tokens.`
      : undefined;
  const valid = problem ? undefined : assets;
  const quote = valid ? quoteRemoveLiquidity(pair, valid) : undefined;
  const least0 = quote ? minReceivedUp(quote.assets0, slippageBps) : 0n;
  const least1 = quote ? minReceivedUp(quote.assets1, slippageBps) : 0n;
  const plan: Plan | undefined =
    valid && owner && holdings
      ? planTransfer({
          label: 'Remove liquidity',
          success: `You removed liquidity from ${pair.symbol0} / ${pair.symbol1}.`,
          payments: [
            {
              token: pair.pair,
              symbol: 'pool tokens',
              spender: router,
              assets: valid,
              allowance: holdings[pair.pair]?.allowance ?? 0n,
            },
          ],
          call: {
            to: router,
            data: encodeFunctionData({
              abi: routerAbi,
              functionName: 'remove_liquidity',
              args: [pair.pair, valid, least0, least1, owner, deadlineAfter(chainTime)],
            }),
          },
        })
      : undefined;
  const flow = useFlow(plan, clear);
  const side = (assetsOut: bigint, decimals: number, symbol: string) =>
    quote ? `${formatAmount(assetsOut, decimals)} ${symbol}` : '—';
  return (
    <div>
      <AmountField
        label="Pool tokens to burn"
        symbol="HW-LP"
        decimals={18}
        text={text}
        onText={setText}
        max={owner && pair.balance}
        maxLabel="You hold"
        shown={formatPoolTokens}
        problem={problem}
      />
      {pair.balance > 0n && (
        <PercentChips
          of="what you hold"
          onPercent={(percent) => setText(exactText((pair.balance * percent) / 100n, 18))}
        />
      )}
      <Review>
        <BeforeAfter
          name={`${pair.symbol0} you get`}
          after={side(quote?.assets0 ?? 0n, pair.decimals0, pair.symbol0)}
        />
        <BeforeAfter
          name={`${pair.symbol1} you get`}
          after={side(quote?.assets1 ?? 0n, pair.decimals1, pair.symbol1)}
        />
      </Review>
      <p className="mt-2 text-sm text-muted">Fees that you earned stay yours to claim.</p>
      <SlippageField slippageBps={slippageBps} onSlippage={setSlippage} />
      <FlowPanel
        flow={flow}
        label="Remove liquidity"
        blocker={
          !owner ? (
            <ConnectPrompt />
          ) : pair.balance === 0n && flow.phase !== 'done' ? (
            'You provide no liquidity to this pool.'
          ) : undefined
        }
      />
    </div>
  );
}
