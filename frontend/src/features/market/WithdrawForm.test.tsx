// SPDX-License-Identifier: Apache-2.0
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import type { Plan } from '../../chain/plan';
import type { FlowView } from '../../domain/flow';
import type { ActionContext } from './ActionContext';
import { WithdrawForm } from './WithdrawForm';

const chain = vi.hoisted(() => ({ plan: undefined as Plan | undefined }));
vi.mock('../../chain/useFlow', () => ({
  useFlow: (plan: Plan | undefined): FlowView => {
    chain.plan = plan;
    return { phase: plan ? 'ready' : 'idle', steps: [], stepIndex: 0, start() {}, dismiss() {} };
  },
}));

const USD = 1_000_000n;
/** 100 tUSD supplied, of which the outflow limit lets `releasable` of 500 tUSD idle leave. */
const context = (releasable: bigint) =>
  ({
    market: {
      pool: '0x00000000000000000000000000000000000000aa',
      symbol: 'tUSD',
      decimals: 6,
      idle: 500n * USD,
      releasable,
      totalDebt: 500n * USD,
    },
    markets: [],
    owner: '0x00000000000000000000000000000000000000cc',
    position: { assets: 100n * USD, shares: 100n * USD, maxWithdraw: 40n * USD },
    onProjection() {},
  }) as unknown as ActionContext;

describe('WithdrawForm', () => {
  it('takes what may leave, and no more', async () => {
    render(<WithdrawForm {...context(40n * USD)} />);
    const field = screen.getByLabelText('Amount to withdraw');
    await userEvent.type(field, '40');
    expect(screen.getByRole('button', { name: 'Withdraw 40.00 tUSD' })).toBeEnabled();
    expect(chain.plan?.steps).toHaveLength(1);
    await userEvent.type(field, '.1');
    expect(screen.getByText(/^At most 40\.00 tUSD can leave now/)).toBeInTheDocument();
    expect(chain.plan).toBeUndefined();
  });

  it('names the outflow limit where one holds something back, and only there', () => {
    const { rerender } = render(<WithdrawForm {...context(40n * USD)} />);
    expect(screen.getByText(/as much has left the market today\.$/)).toBeInTheDocument();
    rerender(<WithdrawForm {...context(500n * USD)} />);
    expect(screen.getByText(/the rest secures your loan or is lent out\.$/)).toBeInTheDocument();
  });
});
