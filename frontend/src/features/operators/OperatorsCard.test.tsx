// SPDX-License-Identifier: Apache-2.0
import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { decodeFunctionData, getAddress } from 'viem';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Plan } from '../../chain/plan';
import type { FlowView } from '../../domain/flow';
import type { Grant } from '../../domain/grant';
import type { AccountPositions, Market } from '../../domain/market';
import type { Order } from '../../domain/order';
import { WAD } from '../../domain/units';
import { accountsAbi } from '../../generated/accountsAbi';
import { operatorsAbi } from '../../generated/operatorsAbi';
import OperatorsCard from './OperatorsCard';

const at = (end: string) => getAddress(`0x${end.padStart(40, '0')}`);
const [ORDERS, OPERATORS, ACCOUNTS] = [at('a1'), at('a2'), at('a3')];
const [OWNER, BOT] = [at('a4'), at('a5')];
const POOL = at('b1');
const NOW = 1_000_000n;

const chain = vi.hoisted(() => ({
  contracts: {} as Record<string, string>,
  grants: [] as Grant[],
  orders: [] as Order[],
  from: 0n,
  plans: [] as Plan[],
}));
const answer = (data: unknown) => ({ data, isError: false, refetch() {} });
vi.mock('../../chain/ChainProvider', () => ({
  useChain: () => ({ deployment: { contracts: chain.contracts } }),
}));
vi.mock('../../chain/useChainTime', () => ({ useChainTime: () => NOW }));
vi.mock('../../chain/useOrders', () => ({ useOrders: () => answer(chain.orders) }));
vi.mock('../../chain/useGrants', () => ({ useGrants: () => answer(chain.grants) }));
vi.mock('../../chain/useGrantKeys', () => ({
  useGrantKeys: () => ({ granted: { keys: chain.grants, from: chain.from }, isError: false }),
}));
vi.mock('../../chain/useFlow', () => ({
  useFlow: (plan: Plan | undefined, onDone: () => void): FlowView => {
    if (plan) chain.plans.push(plan);
    return { phase: plan ? 'ready' : 'idle', steps: [], stepIndex: 0, start: onDone, dismiss() {} };
  },
}));

const markets = [
  { pool: POOL, asset: at('c1'), symbol: 'tETH', label: 'tETH', decimals: 18 } as Market,
];
const account = {
  debtPool: undefined,
  positions: [{ pool: POOL, allowance: 0n }],
} as unknown as AccountPositions;
const grant: Grant = {
  operator: ORDERS,
  action: 'withdraw',
  pool: POOL,
  assets: 2n * WAD,
  receiver: ORDERS,
  expiresAt: NOW + 86_400n,
  minHealthWad: WAD,
};
const show = () => render(<OperatorsCard account={account} markets={markets} owner={OWNER} />);
const lastCall = () => {
  const data = chain.plans.at(-1)?.rehearsal.at(-1)?.data as `0x${string}`;
  return decodeFunctionData({ abi: [...operatorsAbi, ...accountsAbi], data });
};

describe('OperatorsCard', () => {
  beforeEach(() => {
    chain.contracts = { Orders: ORDERS, Operators: OPERATORS, Accounts: ACCOUNTS };
    chain.grants = [];
    chain.orders = [];
    chain.from = 0n;
    chain.plans = [];
  });

  it('is not there where nothing can be granted', () => {
    chain.contracts = {};
    expect(show().container).toBeEmptyDOMElement();
  });

  it('says that there is nobody, and how far back it looked', () => {
    chain.from = 500n;
    show();
    expect(screen.getByText(/^Nobody but you/)).toBeInTheDocument();
    expect(screen.getByText(/Looked up from block 500 on/)).toBeInTheDocument();
  });

  it('names known contracts, and shows others by address', () => {
    chain.grants = [grant, { ...grant, operator: BOT, receiver: OWNER, expiresAt: NOW }];
    show();
    const [known, unknown] = screen.getAllByTestId('grant') as [HTMLElement, HTMLElement];
    expect(known).toHaveTextContent('Withdraw your supply · tETH');
    expect(known).toHaveTextContent(/OperatorOrders/);
    expect(known).toHaveTextContent(/Left2\.00 tETH/);
    expect(known).toHaveTextContent(/Leaving a health of1\.00 or more/);
    expect(unknown).toHaveTextContent(/Operator0x0000…00[aA]5/);
    expect(unknown).toHaveTextContent(/Paid toYou/);
    expect(unknown).toHaveTextContent('Ended');
  });

  it('revokes one, with a word where an order needs it', async () => {
    chain.grants = [grant];
    chain.orders = [{ kind: 'stop_loss', pool: POOL } as Order];
    show();
    const row = screen.getByTestId('grant');
    await userEvent.click(within(row).getByRole('button', { name: 'Revoke…' }));
    expect(row).toHaveTextContent('An order of yours needs this grant');
    expect(lastCall()).toMatchObject({ functionName: 'revoke' });
    expect(lastCall().args?.[2]).toBe(2n);
    await userEvent.click(within(row).getByRole('button', { name: 'Revoke at once' }));
    expect(screen.getByText('The grant is revoked.')).toBeInTheDocument();
  });

  it('revokes everything at once, whatever it could list', async () => {
    show();
    await userEvent.click(screen.getByRole('button', { name: 'Revoke everything…' }));
    await userEvent.click(screen.getByRole('button', { name: 'Revoke everything at once' }));
    expect(lastCall().functionName).toBe('revoke_all');
    expect(screen.getByText('Nobody but you may act for this account.')).toBeInTheDocument();
  });

  it('grants within bounds, as a step of a batch', async () => {
    show();
    await userEvent.click(screen.getByRole('button', { name: 'Add an operator…' }));
    await userEvent.type(screen.getByLabelText('Operator'), 'nobody');
    expect(screen.getByText('This is not an address.')).toBeInTheDocument();
    await userEvent.clear(screen.getByLabelText('Operator'));
    await userEvent.type(screen.getByLabelText('Operator'), BOT);
    await userEvent.click(screen.getByLabelText('Withdraw your supply'));
    await userEvent.type(screen.getByLabelText('At most, in all'), '0.5');
    expect(screen.getByRole('button', { name: 'Grant this' })).toBeEnabled();

    const { functionName, args } = lastCall();
    expect(functionName).toBe('batch');
    const [[step]] = args as unknown as [
      [{ target: string; account: string; data: `0x${string}` }],
    ];
    expect([step.target, step.account]).toEqual([OPERATORS, OWNER]);
    const inner = decodeFunctionData({ abi: operatorsAbi, data: step.data });
    expect(inner.functionName).toBe('grant');
    expect(inner.args?.[2]).toBe(2n);
    expect(inner.args?.[4]).toEqual({
      assets: WAD / 2n,
      receiver: OWNER,
      expires_at: 1_000_800n + 7n * 86_400n,
      min_health_wad: (125n * WAD) / 100n,
    });
  });

  it('has what an operator pays in approved first', async () => {
    show();
    await userEvent.click(screen.getByRole('button', { name: 'Add an operator…' }));
    await userEvent.type(screen.getByLabelText('Operator'), BOT);
    await userEvent.type(screen.getByLabelText('At most, in all'), '0.5');
    expect(chain.plans.at(-1)?.steps.map(({ label }) => label)).toEqual([
      'Approve exactly this amount of tETH',
      'Grant this',
    ]);
  });

  it('grants nothing to oneself', async () => {
    show();
    await userEvent.click(screen.getByRole('button', { name: 'Add an operator…' }));
    await userEvent.type(screen.getByLabelText('Operator'), OWNER);
    expect(screen.getByText('This is you: you need no grant.')).toBeInTheDocument();
    expect(chain.plans).toEqual([]);
  });
});
