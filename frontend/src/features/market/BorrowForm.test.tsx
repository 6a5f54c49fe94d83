// SPDX-License-Identifier: Apache-2.0
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import type { Plan } from '../../chain/plan';
import type { FlowView } from '../../domain/flow';
import type { AccountPositions, Market } from '../../domain/market';
import { WAD } from '../../domain/units';
import type { ActionContext } from './ActionContext';
import { BorrowForm } from './BorrowForm';

const POOL = '0x00000000000000000000000000000000000000aa';
const ETH_POOL = '0x00000000000000000000000000000000000000bb';
const OWNER = '0x00000000000000000000000000000000000000cc';

const chain = vi.hoisted(() => ({ plan: undefined as Plan | undefined }));
vi.mock('../../chain/ChainProvider', () => ({
  useChain: () => ({
    deployment: { contracts: { Accounts: '0x00000000000000000000000000000000000000dd' } },
  }),
}));
vi.mock('../../chain/useFlow', () => ({
  useFlow: (plan: Plan | undefined): FlowView => {
    chain.plan = plan;
    return { phase: plan ? 'ready' : 'idle', steps: [], stepIndex: 0, start() {}, dismiss() {} };
  },
}));

const USD = 1_000_000n;
const ETH = WAD;
const market = (fields: Partial<Market>) =>
  ({
    decimals: 6,
    totalDebt: 0n,
    borrowCap: 10n ** 30n,
    minDebt: 0n,
    isPriceFresh: true,
    terms: [],
    curve: { baseRateWad: 0n, slopeLowWad: 0n, slopeHighWad: 0n, kinkWad: WAD },
    borrowRateWad: 0n,
    ...fields,
  }) as unknown as Market;
/** Ten tETH back the loan; the pool holds 1,000 tUSD and lets 50 of them leave. */
const context = () => {
  const terms = [
    { collateralPool: ETH_POOL, borrowThresholdBps: 7_500n, liquidationThresholdBps: 8_000n },
  ] as const;
  const usd = market({
    pool: POOL,
    symbol: 'tUSD',
    priceUsdWad: WAD,
    idle: 1_000n * USD,
    releasable: 50n * USD,
    terms,
  });
  const eth = market({ pool: ETH_POOL, symbol: 'tETH', decimals: 18, priceUsdWad: 2_000n * WAD });
  const position = { pool: ETH_POOL, shares: ETH, assets: 10n * ETH, debtAssets: 0n };
  const account = {
    debtPool: undefined,
    debtAssets: 0n,
    isPriced: true,
    positions: [{ ...position, isPledged: true, walletAssets: 0n, maxWithdraw: 0n, allowance: 0n }],
  } as unknown as AccountPositions;
  return {
    market: usd,
    markets: [usd, eth],
    owner: OWNER,
    account,
    position: undefined,
    onProjection() {},
  } as ActionContext;
};

describe('BorrowForm', () => {
  it('lends what the outflow limit lets leave, and says so of more', async () => {
    render(<BorrowForm {...context()} />);
    const field = screen.getByLabelText('Amount to borrow');
    await userEvent.type(field, '49');
    expect(screen.getByRole('button', { name: 'Borrow 49.00 tUSD' })).toBeEnabled();
    expect(chain.plan?.steps).toHaveLength(1);
    await userEvent.clear(field);
    await userEvent.type(field, '51');
    expect(screen.getByText('The pool has 50.00 tUSD to lend right now.')).toBeInTheDocument();
    expect(chain.plan).toBeUndefined();
  });
});
