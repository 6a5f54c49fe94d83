// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { encodeFunctionData } from 'viem';
import type { Plan } from '../../chain/plan';
import { planTransfer } from '../../chain/planTransfer';
import { useFlow } from '../../chain/useFlow';
import { formatAmount } from '../../domain/formatAmount';
import { formatPercent } from '../../domain/formatPercent';
import { minReceivedUp } from '../../domain/minReceived';
import { sidesOf } from '../../domain/pair';
import { pairPriceText } from '../../domain/pairPriceText';
import { pairQuote } from '../../domain/pairQuote';
import { type ImpactBand, impactBand, priceImpactWadUp } from '../../domain/priceImpact';
import { BPS, WAD } from '../../domain/units';
import { routerAbi } from '../../generated/routerAbi';
import { AmountField } from '../../ui/AmountField';
import { BeforeAfter, type Tone } from '../../ui/BeforeAfter';
import { Button } from '../../ui/Button';
import { ConnectPrompt } from '../../ui/ConnectPrompt';
import { FlowPanel } from '../../ui/FlowPanel';
import { Review } from '../../ui/Review';
import { useAmount } from '../../ui/useAmount';
import { deadlineAfter } from './deadlineAfter';
import type { PoolContext } from './PoolContext';
import { SlippageField } from './SlippageField';

const TONE: Record<ImpactBand, Tone> = {
  none: 'plain',
  small: 'plain',
  high: 'warn',
  severe: 'bad',
  blocked: 'bad',
};

/** Trade one token of the pool for the other. */
export function SwapForm({ pair, router, owner, holdings, chainTime }: PoolContext) {
  const [isReversed, setIsReversed] = useState(false);
  const [slippageBps, setSlippage] = useState(50n);
  const sides = sidesOf(pair);
  const [from, to] = isReversed ? [sides[1], sides[0]] : sides;
  const { text, setText, assets, clear } = useAmount(from.decimals);
  const holding = holdings?.[from.token];

  const out = assets ? pairQuote(from.reserve, to.reserve, assets, pair.feeBps) : 0n;
  const impactWad = assets
    ? priceImpactWadUp(from.reserve, to.reserve, assets, out, pair.feeBps)
    : 0n;
  const band = impactBand(impactWad);
  const least = minReceivedUp(out, slippageBps);
  const problem =
    assets && holding && assets > holding.balance
      ? `Your wallet holds ${formatAmount(holding.balance, from.decimals)} ${from.symbol}.`
      : assets && out === 0n
        ? 'This amount is too small to buy anything.'
        : band === 'blocked'
          ? 'This trade is too large for the pool: it would move the price by more than 15%.'
          : undefined;
  const amount = assets ? `${formatAmount(assets, from.decimals)} ${from.symbol}` : from.symbol;
  const bought = `${formatAmount(out, to.decimals)} ${to.symbol}`;
  const plan: Plan | undefined =
    assets && owner && holding && !problem
      ? planTransfer({
          label: `Swap ${amount} for ${to.symbol}`,
          success: `You swapped ${amount} for about ${bought}.`,
          payments: [
            {
              token: from.token,
              symbol: from.symbol,
              spender: router,
              assets,
              allowance: holding.allowance,
            },
          ],
          call: {
            to: router,
            data: encodeFunctionData({
              abi: routerAbi,
              functionName: 'swap_exact_in',
              args: [
                [{ pair: pair.pair, token_in: from.token }],
                assets,
                least,
                owner,
                deadlineAfter(chainTime),
              ],
            }),
          },
        })
      : undefined;
  const flow = useFlow(plan, clear);
  return (
    <div>
      <AmountField
        label={`Sell ${from.symbol}`}
        symbol={from.symbol}
        decimals={from.decimals}
        text={text}
        onText={setText}
        max={holding?.balance}
        maxLabel="In your wallet"
        problem={problem}
      />
      <div className="mb-4 flex items-center justify-between gap-4 rounded-control bg-sunken px-3 py-2.5">
        <div>
          <p className="text-sm text-muted">You get about</p>
          <p className="figures text-lg" translate="no" data-testid="swap-out">
            {out > 0n ? bought : `0 ${to.symbol}`}
          </p>
        </div>
        <Button
          look="quiet"
          isSmall
          onClick={() => {
            setIsReversed(!isReversed);
            clear();
          }}
        >
          Turn around
        </Button>
      </div>
      <Review>
        <BeforeAfter name="Price" after={pairPriceText(pair)} />
        <BeforeAfter
          name="Fee"
          after={formatPercent((pair.feeBps * WAD) / BPS)}
          explanation="Taken from what you sell. Most of it goes to those who provide the liquidity."
        />
        <BeforeAfter
          name="Price impact"
          after={assets ? formatPercent(impactWad) : '—'}
          tone={TONE[band]}
          explanation="How much worse than the pool's price your trade fills, because of its own size."
        />
        <BeforeAfter
          name="You get at least"
          after={assets && out > 0n ? `${formatAmount(least, to.decimals)} ${to.symbol}` : '—'}
          explanation="If the price moves against you further than this before your transaction runs, nothing is traded."
        />
      </Review>
      <SlippageField slippageBps={slippageBps} onSlippage={setSlippage} />
      <FlowPanel
        flow={flow}
        label={`Swap ${amount} for ${to.symbol}`}
        acknowledgement={
          band === 'severe'
            ? `This trade moves the price by ${formatPercent(impactWad, 'up').replace(/\..*/, '')}% against me, and I accept that.`
            : undefined
        }
        blocker={owner ? undefined : <ConnectPrompt />}
      />
    </div>
  );
}
