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
import type { PastOrder } from '../../domain/orderHistory';
import { MAX_UINT256, WAD } from '../../domain/units';
import { operatorsAbi } from '../../generated/operatorsAbi';
import { ordersAbi } from '../../generated/ordersAbi';
import { testTokenAbi } from '../../generated/testTokenAbi';
import ProtectCard from './ProtectCard';

const at = (end: string) => getAddress(`0x${end.padStart(40, '0')}`);
const [ORDERS, OPERATORS, OWNER] = [at('a1'), at('a2'), at('a3')];
const [ETH_POOL, USD_POOL, TETH, TUSD, PAIR] = [at('b1'), at('b2'), at('c1'), at('c2'), at('d1')];
const USD = 1_000_000n;
const NOW = 1_000_000n;

const chain = vi.hoisted(() => ({
  contracts: {} as Record<string, string>,
  orders: [] as Order[],
  grants: [] as Grant[],
  past: [] as PastOrder[],
  plans: [] as Plan[],
}));
const answer = (data: unknown) => ({ data, isError: false, refetch() {} });
vi.mock('../../chain/ChainProvider', () => ({
  useChain: () => ({ deployment: { contracts: chain.contracts } }),
}));
vi.mock('../../chain/useChainTime', () => ({ useChainTime: () => NOW }));
vi.mock('../../chain/useOrders', () => ({ useOrders: () => answer(chain.orders) }));
vi.mock('../../chain/useGrants', () => ({ useGrants: () => answer(chain.grants) }));
vi.mock('../../chain/useOrderHistory', () => ({ useOrderHistory: () => chain.past }));
vi.mock('../../chain/usePairs', () => ({
  usePairs: () =>
    answer([
      {
        pair: PAIR,
        token0: TETH,
        token1: TUSD,
        reserve0: 500n * WAD,
        reserve1: 1_000_000n * USD,
        feeBps: 30n,
      },
    ]),
}));
vi.mock('../../chain/useFlow', () => ({
  useFlow: (plan: Plan | undefined, onDone: () => void): FlowView => {
    if (plan) chain.plans.push(plan);
    const steps = plan?.steps.map(({ label }) => label) ?? [];
    return { phase: plan ? 'ready' : 'idle', steps, stepIndex: 0, start: onDone, dismiss() {} };
  },
}));

const market = (pool: string, asset: string, symbol: string, decimals: number, price: bigint) =>
  ({
    pool,
    asset,
    symbol,
    label: symbol,
    decimals,
    priceUsdWad: price * WAD,
    isPriceFresh: true,
    minDebt: 100n * USD,
    terms: [
      {
        collateralPool: ETH_POOL,
        borrowThresholdBps: 7_500n,
        liquidationThresholdBps: 8_000n,
      },
    ],
  }) as unknown as Market;
const markets = [market(ETH_POOL, TETH, 'tETH', 18, 2_000n), market(USD_POOL, TUSD, 'tUSD', 6, 1n)];
/** 10,000 tUSD owed against 10 tETH at 2,000: a health of 1.6. */
const account = {
  debtPool: USD_POOL,
  debtAssets: 10_000n * USD,
  healthWad: (16n * WAD) / 10n,
  isPriced: true,
  positions: [
    { pool: ETH_POOL, assets: 10n * WAD, isPledged: true, walletAssets: 0n, allowance: 0n },
    { pool: USD_POOL, assets: 0n, isPledged: false, walletAssets: 9_000n * USD, allowance: 0n },
  ],
} as unknown as AccountPositions;
const show = (changes: Partial<AccountPositions> = {}) =>
  render(<ProtectCard account={{ ...account, ...changes }} markets={markets} owner={OWNER} />);

const stopLoss: Order = {
  id: 7n,
  kind: 'stop_loss',
  pool: ETH_POOL,
  triggerWad: (12n * WAD) / 10n,
  targetHealthWad: (15n * WAD) / 10n,
  assets: 4n * WAD,
  maxSlippageBps: 300n,
  bountyBps: 0n,
  expiresAt: NOW + 500n,
  hops: [{ pair: PAIR, tokenIn: TETH }],
  dueAssets: 0n,
};
const grant: Grant = {
  operator: ORDERS,
  action: 'withdraw',
  pool: ETH_POOL,
  assets: 4n * WAD,
  receiver: ORDERS,
  expiresAt: NOW + 500n,
  minHealthWad: WAD,
};
const lastPlan = () => chain.plans.at(-1) as Plan;
const callsOf = ({ rehearsal }: Plan) =>
  rehearsal.map(({ to, data }) =>
    decodeFunctionData({
      abi: [...ordersAbi, ...operatorsAbi, ...testTokenAbi],
      data: data as `0x${string}`,
    }).functionName.concat(` on ${to}`),
  );

describe('ProtectCard', () => {
  beforeEach(() => {
    chain.contracts = { Orders: ORDERS, Operators: OPERATORS };
    chain.orders = [];
    chain.grants = [];
    chain.past = [];
    chain.plans = [];
  });

  it('is not there without a loan, nor where no order can be set', () => {
    const { container } = show({ debtPool: undefined });
    expect(container).toBeEmptyDOMElement();
    chain.contracts = {};
    expect(show().container).toBeEmptyDOMElement();
  });

  it('opens with a stop-loss that can be set as it is: one grant, one order', async () => {
    show();
    await userEvent.click(screen.getByRole('button', { name: 'Add an order' }));
    expect(screen.getByTestId('order-sentence')).toHaveTextContent(
      /^If 1 tETH falls below about 1,437\.50 tUSD, about 3\.\d+ tETH is sold to bring your health back to 1\.\d+\. In all it sells at most 10\.00 tETH\.$/,
    );
    expect(screen.getByRole('button', { name: 'Set the stop-loss' })).toBeEnabled();
    expect(callsOf(lastPlan())).toEqual([`grant on ${OPERATORS}`, `set_order on ${ORDERS}`]);

    const [granting, setting] = lastPlan().rehearsal;
    const given = decodeFunctionData({ abi: operatorsAbi, data: granting?.data as `0x${string}` });
    const expiresAt = 1_000_800n + 30n * 86_400n;
    expect(given.args).toEqual([
      OWNER,
      ORDERS,
      2n,
      ETH_POOL,
      { assets: 10n * WAD, receiver: ORDERS, expires_at: expiresAt, min_health_wad: WAD },
    ]);
    const { args } = decodeFunctionData({ abi: ordersAbi, data: setting?.data as `0x${string}` });
    expect(args?.[0]).toMatchObject({
      kind: 1n,
      trigger_wad: (115n * WAD) / 100n,
      target_health_wad: (150n * WAD) / 100n,
      assets: 10n * WAD,
      max_slippage_bps: 300n,
      bounty_bps: 0n,
      expires_at: expiresAt,
      hops: [{ pair: PAIR, token_in: TETH }],
    });
  });

  it('warns where the pools pay too little for the limit', async () => {
    show();
    await userEvent.click(screen.getByRole('button', { name: 'Add an order' }));
    expect(screen.queryByText(/the sale would wait/)).toBeNull();
    await userEvent.click(screen.getByLabelText('Repay the whole loan instead'));
    await userEvent.click(screen.getByLabelText('1%'));
    expect(screen.getByText(/pay 1\.\d+% less than the price for this much/)).toBeVisible();
  });

  it('grants what the orders of one market need together, where there is not enough', async () => {
    chain.orders = [stopLoss];
    chain.grants = [grant];
    const { rerender } = show();
    await userEvent.click(screen.getByRole('button', { name: 'Add an order' }));
    const data = lastPlan().rehearsal[0]?.data as `0x${string}`;
    const { args } = decodeFunctionData({ abi: operatorsAbi, data });
    expect(args?.[4]).toMatchObject({ assets: 14n * WAD });
    chain.grants = [{ ...grant, assets: MAX_UINT256, expiresAt: MAX_UINT256 }];
    rerender(<ProtectCard account={account} markets={markets} owner={OWNER} />);
    expect(callsOf(lastPlan())).toEqual([`set_order on ${ORDERS}`]);
  });

  it('says beside the field what cannot be', async () => {
    show();
    await userEvent.click(screen.getByRole('button', { name: 'Add an order' }));
    const trigger = screen.getByLabelText('When health falls below');
    await userEvent.clear(trigger);
    await userEvent.type(trigger, '1.7');
    expect(screen.getByText('Choose less than your health now, 1.60.')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Set the stop-loss' })).toBeDisabled();
    await userEvent.clear(trigger);
    await userEvent.type(trigger, '1.2');
    const target = screen.getByLabelText('Back to a health of');
    await userEvent.clear(target);
    await userEvent.type(target, '1.2');
    expect(screen.getByText('Choose more than the health at which it starts.')).toBeVisible();
    await userEvent.click(screen.getByLabelText('Repay the whole loan instead'));
    expect(screen.getByTestId('order-sentence')).toHaveTextContent('to repay the whole loan');
  });

  it('tops up from the wallet, after an approval of exactly that', async () => {
    show();
    await userEvent.click(screen.getByRole('button', { name: 'Add an order' }));
    await userEvent.click(screen.getByRole('tab', { name: 'Top-up' }));
    expect(screen.getByTestId('order-sentence')).toHaveTextContent(
      'about 2,187.50 tUSD from your wallet repays part of the loan',
    );
    expect(callsOf(lastPlan())).toEqual([
      `approve on ${TUSD}`,
      `grant on ${OPERATORS}`,
      `set_order on ${ORDERS}`,
    ]);
    expect(lastPlan().steps[0]?.label).toBe('Approve exactly 2,200.00 tUSD for the market');
  });

  it('takes an order back with the grant that nothing else needs', async () => {
    chain.orders = [stopLoss];
    chain.grants = [grant];
    show();
    const row = screen.getByTestId('order');
    expect(row).toHaveTextContent('Waiting');
    expect(row).toHaveTextContent('If 1 tETH falls below about 1,500.00 tUSD');
    await userEvent.click(within(row).getByRole('button', { name: 'Cancel…' }));
    expect(callsOf(lastPlan())).toEqual([`revoke on ${OPERATORS}`, `cancel_order on ${ORDERS}`]);
    await userEvent.click(within(row).getByRole('button', { name: 'Cancel the order' }));
    expect(screen.getByText('The order is cancelled.')).toBeInTheDocument();
  });

  it('leaves the grant where another order needs it, and says so', async () => {
    chain.orders = [
      stopLoss,
      { ...stopLoss, id: 8n, kind: 'take_profit', triggerWad: 3_000n * WAD },
    ];
    chain.grants = [{ ...grant, assets: 8n * WAD }];
    show();
    const [row] = screen.getAllByTestId('order');
    await userEvent.click(within(row as HTMLElement).getByRole('button', { name: 'Cancel…' }));
    expect(callsOf(lastPlan())).toEqual([`cancel_order on ${ORDERS}`]);
    expect(screen.getByText(/Another order needs the same grant/)).toBeInTheDocument();
  });

  it('says why an order could not run, and mends it', () => {
    chain.orders = [{ ...stopLoss, dueAssets: WAD }];
    show();
    expect(screen.getByTestId('order')).toHaveTextContent('Could not run');
    expect(screen.getByText('The grant that it needs was revoked.')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Grant it again' })).toBeEnabled();
    expect(callsOf(lastPlan())).toEqual([`grant on ${OPERATORS}`]);
  });

  it('says that an order is due, and lets its owner run it', () => {
    chain.orders = [{ ...stopLoss, dueAssets: WAD }];
    chain.grants = [grant];
    show();
    expect(screen.getByTestId('order')).toHaveTextContent('Due: the chain runs it');
    expect(screen.getByRole('button', { name: 'Run it now' })).toBeEnabled();
    expect(callsOf(lastPlan())).toEqual([`execute on ${ORDERS}`]);
  });

  it('tells what orders did, even when the loan is gone', () => {
    const execution = {
      kind: 'executed' as const,
      id: 7n,
      assets: 3n * WAD,
      boughtAssets: 4_400n * USD,
      bountyAssets: 0n,
      healthWad: (151n * WAD) / 100n,
      block: 9n,
    };
    chain.past = [
      { id: 9n, terms: stopLoss, executions: [], end: 'gone' },
      { id: 7n, terms: stopLoss, executions: [execution], end: 'standing' },
    ];
    show({ debtPool: undefined });
    const [gone, done] = within(screen.getByTestId('order-history')).getAllByRole('listitem');
    expect(gone).toHaveTextContent('Stop-loss 9 is gone: cancelled, ended, or without a loan.');
    expect(done).toHaveTextContent(
      'Stop-loss 7 sold 3.00 tETH for 4,400.00 tUSD, which left a health of 1.51.',
    );
  });
});
