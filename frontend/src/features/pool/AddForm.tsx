// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { encodeFunctionData } from 'viem';
import type { Plan } from '../../chain/plan';
import { planTransfer } from '../../chain/planTransfer';
import { useFlow } from '../../chain/useFlow';
import { exactText } from '../../domain/decimalText';
import { formatAmount } from '../../domain/formatAmount';
import { formatPoolTokens } from '../../domain/formatPoolTokens';
import { formatShare } from '../../domain/formatShare';
import { matchingAssets, quoteAddLiquidity } from '../../domain/liquidity';
import { sidesOf } from '../../domain/pair';
import { parseAmount } from '../../domain/parseAmount';
import { BPS, WAD } from '../../domain/units';
import { routerAbi } from '../../generated/routerAbi';
import { AmountField } from '../../ui/AmountField';
import { BeforeAfter } from '../../ui/BeforeAfter';
import { ConnectPrompt } from '../../ui/ConnectPrompt';
import { FlowPanel } from '../../ui/FlowPanel';
import { Review } from '../../ui/Review';
import { useAmount } from '../../ui/useAmount';
import { deadlineAfter } from './deadlineAfter';
import type { PoolContext } from './PoolContext';
import { SlippageField } from './SlippageField';

/** Provide both tokens of the pool, at its ratio. */
export function AddForm({ pair, router, owner, holdings, chainTime }: PoolContext) {
  const [slippageBps, setSlippage] = useState(50n);
  const sides = sidesOf(pair);
  const first = useAmount(sides[0].decimals);
  const second = useAmount(sides[1].decimals);
  const fields = [first, second] as const;
  const clear = () => {
    first.clear();
    second.clear();
  };

  // The other side follows what is typed, at the ratio of the pool.
  const type = (index: 0 | 1, text: string) => {
    fields[index].setText(text);
    const [own, other] = index === 0 ? sides : [sides[1], sides[0]];
    const parsed = parseAmount(text, own.decimals);
    const matching = parsed.ok ? matchingAssets(parsed.baseUnits, own.reserve, other.reserve) : 0n;
    fields[1 - index]?.setText(matching > 0n ? exactText(matching, other.decimals) : '');
  };

  const problemOf = (index: 0 | 1) => {
    const holding = holdings?.[sides[index].token];
    const { assets } = fields[index];
    return assets && holding && assets > holding.balance
      ? `Your wallet holds ${formatAmount(holding.balance, sides[index].decimals)} ${sides[index].symbol}.`
      : undefined;
  };
  const quote =
    first.assets && second.assets
      ? quoteAddLiquidity(pair, first.assets, second.assets)
      : undefined;
  const hasProblem = problemOf(0) !== undefined || problemOf(1) !== undefined;
  const minLiquidity = quote ? (quote.liquidity * (BPS - slippageBps)) / BPS : 0n;
  const plan: Plan | undefined =
    first.assets && second.assets && owner && holdings && !hasProblem
      ? planTransfer({
          label: 'Add liquidity',
          success: `You added liquidity to ${pair.symbol0} / ${pair.symbol1}.`,
          payments: ([0, 1] as const).map((index) => ({
            token: sides[index].token,
            symbol: sides[index].symbol,
            spender: router,
            assets: fields[index].assets ?? 0n,
            allowance: holdings[sides[index].token]?.allowance ?? 0n,
          })),
          call: {
            to: router,
            data: encodeFunctionData({
              abi: routerAbi,
              functionName: 'add_liquidity',
              args: [
                pair.pair,
                first.assets,
                second.assets,
                minLiquidity,
                owner,
                deadlineAfter(chainTime),
              ],
            }),
          },
        })
      : undefined;
  const flow = useFlow(plan, clear);
  const partOf = (liquidity: bigint, supply: bigint) =>
    formatShare(supply === 0n ? 0n : (liquidity * WAD) / supply);
  return (
    <div>
      {([0, 1] as const).map((index) => (
        <AmountField
          key={sides[index].token}
          label={`${sides[index].symbol} to add`}
          symbol={sides[index].symbol}
          decimals={sides[index].decimals}
          text={fields[index].text}
          onText={(text) => type(index, text)}
          max={holdings?.[sides[index].token]?.balance}
          maxLabel="In your wallet"
          problem={problemOf(index)}
        />
      ))}
      <Review>
        <BeforeAfter
          name="Your share of the pool"
          before={partOf(pair.balance, pair.totalSupply)}
          after={
            quote && partOf(pair.balance + quote.liquidity, pair.totalSupply + quote.liquidity)
          }
        />
        <BeforeAfter
          name="Pool tokens you get"
          after={quote ? formatPoolTokens(quote.liquidity) : '—'}
        />
        <BeforeAfter name="At least" after={quote ? formatPoolTokens(minLiquidity) : '—'} />
      </Review>
      <SlippageField slippageBps={slippageBps} onSlippage={setSlippage} />
      <FlowPanel
        flow={flow}
        label="Add liquidity"
        blocker={owner ? undefined : <ConnectPrompt />}
      />
    </div>
  );
}
