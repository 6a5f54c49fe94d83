// SPDX-License-Identifier: Apache-2.0
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { decodeFunctionData } from 'viem';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Plan } from '../../chain/plan';
import type { ExitQueue } from '../../domain/exitQueue';
import type { FlowView } from '../../domain/flow';
import { exitQueueAbi } from '../../generated/exitQueueAbi';
import type { ActionContext } from './ActionContext';
import ExitQueueCard from './ExitQueueCard';

const POOL = '0x00000000000000000000000000000000000000aa';
const QUEUE = '0x00000000000000000000000000000000000000bb';
const OWNER = '0x00000000000000000000000000000000000000cc';

const chain = vi.hoisted(() => ({
  queue: undefined as ExitQueue | undefined,
  plans: [] as Plan[],
}));
vi.mock('../../chain/useExitQueue', () => ({ useExitQueue: () => ({ data: chain.queue }) }));
vi.mock('../../chain/useFlow', () => ({
  useFlow: (plan: Plan | undefined): FlowView => {
    if (plan) chain.plans.push(plan);
    return { phase: plan ? 'ready' : 'idle', steps: [], stepIndex: 0, start() {}, dismiss() {} };
  },
}));

const USD = 1_000_000n;
const SHARES = 1_000_000n;
const context = (supplied: bigint) =>
  ({
    market: {
      pool: POOL,
      symbol: 'tUSD',
      decimals: 6,
      idle: 30n * USD,
      releasable: 20n * USD,
      totalAssets: 1_000n * USD,
      totalSupply: 1_000n * USD * SHARES,
    },
    owner: OWNER,
    position: { assets: supplied, shares: supplied * SHARES },
  }) as unknown as ActionContext;
const queue = (changes: Partial<ExitQueue> = {}): ExitQueue => ({
  queue: QUEUE,
  waitingShares: 250n * USD * SHARES,
  allowance: 0n,
  tickets: [],
  ...changes,
});
const lastCall = () => {
  const data = chain.plans.at(-1)?.rehearsal.at(-1)?.data;
  return decodeFunctionData({ abi: exitQueueAbi, data: data as `0x${string}` });
};

describe('ExitQueueCard', () => {
  beforeEach(() => {
    chain.queue = queue();
    chain.plans = [];
  });

  it('is not there for who has nothing here, nor where there is no queue', () => {
    const { container, rerender } = render(<ExitQueueCard {...context(0n)} />);
    expect(container).toBeEmptyDOMElement();
    chain.queue = undefined;
    rerender(<ExitQueueCard {...context(5n * USD)} />);
    expect(container).toBeEmptyDOMElement();
  });

  it('says how much waits in all', () => {
    render(<ExitQueueCard {...context(5n * USD)} />);
    expect(screen.getByTestId('queue-waiting')).toHaveTextContent('250.00 tUSD waiting in all');
  });

  it('says what may leave now, which can be less than the cash there is', () => {
    render(<ExitQueueCard {...context(5n * USD)} />);
    expect(screen.getByText('Can leave the market now')).toBeInTheDocument();
    expect(screen.getByText('20.00 tUSD')).toBeInTheDocument();
  });

  it('queues a part by what it is worth in shares, after an approval of exactly those', async () => {
    render(<ExitQueueCard {...context(100n * USD)} />);
    await userEvent.type(screen.getByLabelText('Amount to queue'), '40');
    expect(screen.getByRole('button', { name: 'Queue 40.00 tUSD' })).toBeEnabled();
    const { functionName, args } = lastCall();
    expect(functionName).toBe('join');
    expect(args?.[1]).toBe(40n * USD * SHARES);
    expect(chain.plans.at(-1)?.steps.map(({ label }) => label)).toEqual([
      'Approve exactly this amount of your tUSD supply',
      'Queue 40.00 tUSD',
    ]);
  });

  it('queues everything by the shares held, so that no dust stays', async () => {
    render(<ExitQueueCard {...context(100n * USD)} />);
    await userEvent.type(screen.getByLabelText('Amount to queue'), '100');
    expect(lastCall().args?.[1]).toBe(100n * USD * SHARES);
  });

  it('refuses more than is supplied, in words', async () => {
    render(<ExitQueueCard {...context(5n * USD)} />);
    await userEvent.type(screen.getByLabelText('Amount to queue'), '6');
    expect(screen.getByText('You have supplied 5.00 tUSD.')).toBeInTheDocument();
    expect(chain.plans).toEqual([]);
  });

  it('offers what was served, and the way back, for each ticket', () => {
    const ticket = { ticket: 7n, shares: 60n * USD * SHARES, assets: 60n * USD };
    chain.queue = queue({
      tickets: [
        { ...ticket, claimable: 40n * USD },
        { ...ticket, ticket: 8n, claimable: 0n },
      ],
    });
    render(<ExitQueueCard {...context(0n)} />);
    expect(screen.getAllByRole('listitem')).toHaveLength(2);
    expect(screen.getAllByRole('button', { name: /^Claim/ })).toHaveLength(1);
    expect(screen.getByRole('button', { name: 'Claim 40.00 tUSD' })).toBeEnabled();
    expect(screen.getAllByRole('button', { name: 'Leave the queue' })).toHaveLength(2);
    expect(chain.plans.map(({ rehearsal }) => rehearsal[0]?.to)).toEqual([QUEUE, QUEUE, QUEUE]);
  });
});
