// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { useChain } from '../../chain/ChainProvider';
import type { Plan } from '../../chain/plan';
import { useFlow } from '../../chain/useFlow';
import { collateralsOf } from '../../domain/collateralsOf';
import { exactText } from '../../domain/decimalText';
import { formatAmount } from '../../domain/formatAmount';
import { formatPercent } from '../../domain/formatPercent';
import type { HexAddress, Market } from '../../domain/market';
import { maxBorrow } from '../../domain/maxBorrow';
import { projectPosition } from '../../domain/projectPosition';
import { borrowRateWad } from '../../domain/rate';
import { AmountField } from '../../ui/AmountField';
import { BeforeAfter } from '../../ui/BeforeAfter';
import { ConnectPrompt } from '../../ui/ConnectPrompt';
import { FlowPanel } from '../../ui/FlowPanel';
import { PercentChips } from '../../ui/PercentChips';
import { Review } from '../../ui/Review';
import { useAmount } from '../../ui/useAmount';
import type { ActionContext } from './ActionContext';
import { acknowledgementFor } from './acknowledgementFor';
import { borrowCall } from './borrowCall';
import { CollateralChoice } from './CollateralChoice';
import { PositionReview } from './PositionReview';
import { useProjection } from './useProjection';

/** Borrow against supply in other pools: pledge and loan in one transaction. */
export function BorrowForm(context: ActionContext) {
  const { market, markets, owner, account, position } = context;
  const { deployment } = useChain();
  const { text, setText, assets, clear } = useAmount(market.decimals);
  const [declined, setDeclined] = useState<readonly HexAddress[]>([]);
  const options = account ? collateralsOf(account, market, markets) : [];
  const newPledges = options
    .filter((each) => each.assets > 0n && !each.isPledged && !declined.includes(each.market.pool))
    .map((each) => each.market.pool);
  const owed = position?.debtAssets ?? 0n;
  const owedElsewhere = markets.find(
    ({ pool }) => pool === account?.debtPool && pool !== market.pool,
  );
  const project = (extra: bigint) =>
    account &&
    projectPosition(account, markets, {
      debtMarket: market,
      debtAssets: owed + extra,
      newPledges,
    });
  const before = project(0n);
  const most = before
    ? // Half a per cent is kept back: at the very limit the next second of interest is too much.
      (maxBorrow({
        ...market,
        borrowLimitUsdWad: before.borrowLimitUsdWad,
        debtUsdWad: before.debtUsdWad,
      }) *
        995n) /
      1_000n
    : 0n;
  const shown = (value: bigint) => `${formatAmount(value, market.decimals)} ${market.symbol}`;
  const problem = problemOfAmount(market, assets, owed, most, account !== undefined, shown);

  const amount = assets ? shown(assets) : market.symbol;
  const label =
    newPledges.length > 0 && assets ? `Pledge and borrow ${amount}` : `Borrow ${amount}`;
  const accounts = deployment.contracts.Accounts as HexAddress;
  const plan: Plan | undefined =
    assets && owner && account && !problem && !owedElsewhere
      ? borrowPlan(owner, assets)
      : undefined;

  function borrowPlan(borrower: HexAddress, drawn: bigint): Plan {
    const call = borrowCall(accounts, market.pool, borrower, drawn, newPledges);
    return {
      steps: [{ kind: 'call', label, call }],
      rehearsal: [call],
      success: `You borrowed ${amount}.`,
    };
  }

  const flow = useFlow(plan, clear);
  const valid = problem ? undefined : assets;
  const utilization = useProjection(context, valid ? { idle: -valid, debt: valid } : undefined);
  const after = valid ? project(valid) : undefined;
  return (
    <div>
      {account && (
        <CollateralChoice
          accepted={acceptedBy(market, markets)}
          options={options}
          declined={declined}
          onToggle={(pool) =>
            setDeclined((known) =>
              known.includes(pool) ? known.filter((each) => each !== pool) : [...known, pool],
            )
          }
        />
      )}
      <AmountField
        label="Amount to borrow"
        symbol={market.symbol}
        decimals={market.decimals}
        text={text}
        onText={setText}
        max={account && most}
        maxLabel="You can borrow"
        problem={problem}
      />
      {most > 0n && (
        <PercentChips
          of="what you can borrow"
          onPercent={(percent) => setText(exactText((most * percent) / 100n, market.decimals))}
        />
      )}
      <Review>
        <BeforeAfter name="Your debt" before={shown(owed)} after={valid && shown(owed + valid)} />
        <BeforeAfter
          name="Borrow APR"
          before={formatPercent(market.borrowRateWad)}
          after={
            utilization === undefined
              ? undefined
              : formatPercent(borrowRateWad(market.curve, utilization))
          }
          explanation="What borrowers pay a year at this moment. It is charged each second and moves with utilization."
        />
        {before && <PositionReview before={before} after={after} />}
      </Review>
      <FlowPanel
        flow={flow}
        label={label}
        acknowledgement={before && acknowledgementFor(before, after)}
        blocker={
          !owner ? (
            <ConnectPrompt />
          ) : owedElsewhere ? (
            `You borrow from ${owedElsewhere.label}. An account borrows from one market at a time.`
          ) : undefined
        }
      />
    </div>
  );
}

function acceptedBy(market: Market, markets: readonly Market[]): Market[] {
  return market.terms.flatMap(
    ({ collateralPool }) => markets.find(({ pool }) => pool === collateralPool) ?? [],
  );
}

function problemOfAmount(
  market: Market,
  assets: bigint | undefined,
  owed: bigint,
  most: bigint,
  isRead: boolean,
  shown: (value: bigint) => string,
): string | undefined {
  if (!assets || !isRead) return undefined;
  if (!market.isPriceFresh) return 'The price of this token is too old to borrow against.';
  if (assets > market.releasable)
    return `The pool has ${shown(market.releasable)} to lend right now.`;
  if (assets > most) return `Your collateral allows ${shown(most)}.`;
  if (owed + assets < market.minDebt) return `The smallest loan here is ${shown(market.minDebt)}.`;
  return undefined;
}
