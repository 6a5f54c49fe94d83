// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { expiryAfter } from './expiryAfter';
import { actionOfFlag, flagOfAction, GRANT_ACTIONS, type Grant } from './grant';
import type { AccountPositions, Market, MarketPosition } from './market';
import { flagOfKind, kindOfFlag, ORDER_KINDS, type Order, type OrderTerms } from './order';
import { orderDefaults } from './orderDefaults';
import { orderEffect } from './orderEffect';
import { grantForOrders, isCovered, orderAction } from './orderGrant';
import { orderHistory } from './orderHistory';
import { lowestTargetWad, orderIssue } from './orderIssue';
import { orderState } from './orderState';
import { orderTrigger } from './orderTrigger';
import type { Pair } from './pair';
import { projectPosition } from './projectPosition';
import { saleRoute, saleShortfallWad, tokenBought } from './saleRoute';
import { MAX_UINT256, WAD } from './units';

const ETH = WAD;
const USD = 1_000_000n;
const percent = (count: bigint) => (count * WAD) / 100n;

const market = (key: string, decimals: number, price: bigint, terms: string[]): Market => ({
  key,
  label: `t${key}`,
  pool: `0x${key}`,
  asset: `0xa${key}`,
  symbol: `t${key}`,
  decimals,
  totalAssets: 0n,
  totalSupply: 0n,
  idle: 0n,
  releasable: 0n,
  totalDebt: 0n,
  utilizationWad: 0n,
  borrowRateWad: 0n,
  supplyRateWad: 0n,
  supplyCap: 0n,
  borrowCap: 0n,
  minDebt: 100n * 10n ** BigInt(decimals),
  reserveFactorBps: 0n,
  priceUsdWad: price * WAD,
  isPriceFresh: true,
  curve: { baseRateWad: 0n, slopeLowWad: 0n, slopeHighWad: 0n, kinkWad: WAD },
  terms: terms.map((each) => ({
    collateralPool: `0x${each}`,
    borrowThresholdBps: 7_500n,
    liquidationThresholdBps: 8_000n,
  })),
});
const eth = market('ETH', 18, 2_000n, ['USD']);
const btc = market('BTC', 8, 60_000n, []);
const usd = market('USD', 6, 1n, ['ETH', 'BTC']);
const markets = [eth, btc, usd];

const held = (pool: Market, assets: bigint, more: Partial<MarketPosition> = {}) => ({
  pool: pool.pool,
  shares: assets,
  assets,
  debtAssets: 0n,
  isPledged: true,
  walletAssets: 0n,
  maxWithdraw: assets,
  allowance: 0n,
  ...more,
});
const loan = (positions: MarketPosition[], debtMarket = usd, debtAssets = 10_000n * USD) =>
  projectPosition({ positions } as unknown as AccountPositions, markets, {
    debtMarket,
    debtAssets,
  });
/** 10,000 tUSD owed against 10 tETH at 2,000: a health of 1.6. */
const position = loan([held(eth, 10n * ETH)]);

const stopLoss: OrderTerms = {
  kind: 'stop_loss',
  pool: eth.pool,
  triggerWad: percent(120n),
  targetHealthWad: percent(150n),
  assets: 10n * ETH,
  maxSlippageBps: 200n,
  bountyBps: 0n,
  expiresAt: 1_000n,
  hops: [],
};
const takeProfit: OrderTerms = {
  ...stopLoss,
  kind: 'take_profit',
  triggerWad: 3_000n * WAD,
  targetHealthWad: MAX_UINT256,
};
const topUp: OrderTerms = { ...stopLoss, kind: 'top_up', pool: usd.pool, assets: 5_000n * USD };

describe('flags', () => {
  it('are the bits of the contracts, and back', () => {
    expect(ORDER_KINDS.map(flagOfKind)).toEqual([1n, 2n, 4n]);
    expect(GRANT_ACTIONS.map(flagOfAction)).toEqual([1n, 2n, 4n, 8n, 16n, 32n]);
    expect(kindOfFlag(4n)).toBe('top_up');
    expect(kindOfFlag(8n)).toBeUndefined();
    expect(actionOfFlag(8n)).toBe('repay');
    expect(actionOfFlag(3n)).toBeUndefined();
  });
});

describe('orderTrigger', () => {
  it('names the price of a single collateral', () => {
    // 1.2 x 10,000 is carried by 80 % of 10 tETH at 1,500.
    expect(orderTrigger(stopLoss, eth, position)).toBe('If 1 tETH falls below about 1,500.00 tUSD');
  });
  it('names the price of a debt that rises', () => {
    const short = loan([held(usd, 10_000n * USD)], eth, 2n * ETH);
    // 8,000 over two tETH, for a health of 1.25.
    expect(orderTrigger({ ...topUp, triggerWad: percent(125n) }, usd, short)).toBe(
      'If 1 tETH rises above about 3,200.00 tUSD',
    );
  });
  it('speaks of all collateral, of a price to rise to, and of a trigger that is past', () => {
    const mixed = loan([held(eth, 5n * ETH), held(btc, 16_666_666n)]);
    expect(orderTrigger(stopLoss, eth, mixed)).toMatch(/^If all your collateral falls by about 25/);
    expect(orderTrigger(takeProfit, eth, position)).toBe('If 1 tETH rises to $3,000.00');
    const past = { ...stopLoss, triggerWad: percent(170n) };
    expect(orderTrigger(past, eth, position)).toBe('If your health is below 1.70');
  });
});

describe('orderEffect', () => {
  it('sells at the trigger until the target, as if at the worst price', () => {
    // At 1,500: limit 12,000. (1.5 x 10,000 - 12,000) / (0.98 x 1.5 - 0.8) = 4,477.61 dollars.
    const effect = orderEffect(stopLoss, eth, position, 10n * ETH);
    expect(effect?.healthBeforeWad).toBe(percent(120n));
    expect(effect?.movedAssets).toBe(2_985_074_626_865_671_642n);
    expect(effect?.healthAfterWad).toBeGreaterThanOrEqual(percent(150n));
    expect(effect?.healthAfterWad).toBeLessThan(percent(150n) + 10n ** 6n);
    expect(effect?.debtBefore).toBe(10_000n * USD);
    expect(effect?.debtAfter).toBe(5_611_940_299n);
    expect(effect?.isCapped).toBe(false);
  });
  it('stops at what the order allows and at what is held', () => {
    const capped = orderEffect({ ...stopLoss, assets: ETH }, eth, position, 10n * ETH);
    expect(capped).toMatchObject({ movedAssets: ETH, isCapped: true });
    expect(capped?.healthAfterWad).toBeLessThan(percent(130n));
    expect(orderEffect(stopLoss, eth, position, ETH / 2n)?.movedAssets).toBe(ETH / 2n);
  });
  it('repays everything where the target is to owe nothing', () => {
    const effect = orderEffect(takeProfit, eth, position, 10n * ETH);
    // 10,000 / 0.98 dollars of tETH at 3,000.
    expect(effect?.movedAssets).toBe(3_401_360_544_217_687_075n);
    expect(effect).toMatchObject({ debtAfter: 0n, healthAfterWad: MAX_UINT256 });
    expect(effect?.healthBeforeWad).toBe(percent(240n));
  });
  it('tops up by repaying, at prices that do not move the debt', () => {
    const effect = orderEffect(topUp, usd, position, 50_000n * USD);
    // (1.5 x 10,000 - 12,000) / 1.5 dollars.
    expect(effect?.movedAssets).toBe(2_000n * USD);
    expect(effect).toMatchObject({ healthAfterWad: percent(150n), debtAfter: 8_000n * USD });
  });
  it('tops up by supplying, at the price of the trigger', () => {
    const order = { ...topUp, pool: eth.pool, assets: 100n * ETH };
    const effect = orderEffect(order, eth, position, 100n * ETH);
    // 3,000 / 0.8 dollars of tETH at 1,500.
    expect(effect?.movedAssets).toBe((25n * ETH) / 10n);
    expect(effect).toMatchObject({ healthAfterWad: percent(150n), debtAfter: 10_000n * USD });
  });
  it('follows a debt whose price rises', () => {
    const short = loan([held(usd, 10_000n * USD)], eth, 2n * ETH);
    const order = { ...topUp, pool: eth.pool, triggerWad: percent(125n), assets: ETH };
    const effect = orderEffect(order, eth, short, ETH);
    // The debt is 6,400 dollars at 3,200 by then, and (1.5 x 6,400 - 8,000) / 1.5 are repaid.
    expect(effect?.healthBeforeWad).toBe(percent(125n));
    expect(effect?.debtBefore).toBe(2n * ETH);
    expect(effect?.movedAssets).toBe(333_333_333_333_333_334n);
  });
  it('does nothing beyond the target, nor without a loan', () => {
    const low = { ...takeProfit, targetHealthWad: percent(200n) };
    expect(orderEffect(low, eth, position, 10n * ETH)?.movedAssets).toBe(0n);
    expect(orderEffect(stopLoss, eth, loan([], usd, 0n), ETH)).toBeUndefined();
    expect(orderEffect(takeProfit, { ...eth, priceUsdWad: 0n }, position, ETH)).toBeUndefined();
  });
});

describe('orderIssue', () => {
  const issueOf = (order: OrderTerms, sold = eth, changes = {}) => {
    const available = 10n * ETH;
    const effect = orderEffect(order, sold, position, available);
    const context = { available, effect, hasRoute: true, orderCount: 0, ...changes };
    return orderIssue(order, sold, position, context);
  };
  it('finds none in what can work', () => {
    expect(issueOf(stopLoss)).toBeUndefined();
    expect(issueOf(takeProfit)).toBeUndefined();
    expect(issueOf(topUp, usd)).toBeUndefined();
  });
  it('asks for a target that ends within the borrow limit', () => {
    // 80 % over 75 %, on two decimals.
    expect(lowestTargetWad(position)).toBe(percent(107n));
    const low = { ...stopLoss, triggerWad: percent(103n), targetHealthWad: percent(106n) };
    expect(issueOf(low)).toBe('target_beyond_limit');
    expect(issueOf({ ...low, targetHealthWad: percent(107n) })).toBeUndefined();
  });
  it.each([
    [{ triggerWad: WAD }, 'trigger_too_low'],
    [{ triggerWad: percent(160n) }, 'trigger_passed'],
    [{ targetHealthWad: percent(120n) }, 'target_too_low'],
    [{ targetHealthWad: 1_001n * WAD }, 'target_too_high'],
    [{ assets: 11n * ETH }, 'more_than_held'],
    [{ assets: ETH / 1_000n, triggerWad: percent(102n) }, 'moves_too_little'],
    // 100 tUSD are the smallest loan.
    [{ targetHealthWad: 100n * WAD }, 'leaves_dust'],
  ] as const)('refuses a stop-loss with %o', (changed, issue) => {
    expect(issueOf({ ...stopLoss, ...changed })).toBe(issue);
  });
  it('refuses a profit that is past, that sells nothing, or that has no way', () => {
    expect(issueOf({ ...takeProfit, triggerWad: 2_000n * WAD })).toBe('trigger_passed');
    expect(issueOf({ ...takeProfit, targetHealthWad: percent(200n) })).toBe('sells_nothing');
    expect(issueOf(takeProfit, eth, { hasRoute: false })).toBe('no_route');
  });
  it('refuses a ninth order, and any by a price that is old', () => {
    expect(issueOf(stopLoss, eth, { orderCount: 8 })).toBe('too_many_orders');
    expect(issueOf(stopLoss, { ...eth, isPriceFresh: false })).toBe('no_price');
  });
});

describe('grants for orders', () => {
  it('are of the one action that an order takes', () => {
    expect(orderAction(stopLoss, usd.pool)).toBe('withdraw');
    expect(orderAction(takeProfit, usd.pool)).toBe('withdraw');
    expect(orderAction(topUp, usd.pool)).toBe('repay');
    expect(orderAction({ ...topUp, pool: eth.pool }, usd.pool)).toBe('supply');
  });
  const needed = grantForOrders(
    [stopLoss, { ...takeProfit, expiresAt: 3_000n }],
    'withdraw',
    '0x0',
  );
  it('cover what the orders move together, until the last of them ends', () => {
    expect(needed).toEqual({
      assets: 20n * ETH,
      receiver: '0x0',
      expiresAt: 3_000n,
      minHealthWad: WAD,
    });
  });
  it('are not asked for again where one goes as far', () => {
    const grant: Grant = { operator: '0x0', action: 'withdraw', pool: eth.pool, ...needed };
    expect(isCovered(grant, needed)).toBe(true);
    expect(isCovered({ ...grant, assets: MAX_UINT256 }, needed)).toBe(true);
    expect(isCovered({ ...grant, assets: 20n * ETH - 1n }, needed)).toBe(false);
    expect(isCovered({ ...grant, expiresAt: 2_999n }, needed)).toBe(false);
    expect(isCovered({ ...grant, receiver: '0x1' }, needed)).toBe(false);
    expect(isCovered({ ...grant, minHealthWad: WAD + 1n }, needed)).toBe(false);
    expect(isCovered(undefined, needed)).toBe(false);
  });
});

describe('orderState', () => {
  const order: Order = { ...stopLoss, id: 1n, dueAssets: 0n };
  const paying: Order = { ...topUp, id: 2n, dueAssets: 5n };
  const grant = { assets: MAX_UINT256, expiresAt: 900n } as Grant;
  const funded = held(usd, 0n, { walletAssets: 5_000n * USD, allowance: 5_000n * USD });
  it('waits, is due, and expires', () => {
    expect(orderState(order, grant, undefined, 10n)).toEqual({ kind: 'waiting' });
    expect(orderState({ ...order, dueAssets: 1n }, grant, undefined, 10n)).toEqual({ kind: 'due' });
    expect(orderState({ ...order, dueAssets: undefined }, grant, undefined, 10n).kind).toBe(
      'waiting',
    );
    expect(orderState(order, grant, undefined, 1_000n)).toEqual({ kind: 'expired' });
    expect(orderState(paying, grant, funded, 10n)).toEqual({ kind: 'due' });
  });
  it.each([
    [undefined, funded, 'no_grant'],
    [{ ...grant, expiresAt: 10n }, funded, 'grant_ended'],
    [{ ...grant, assets: 1n }, funded, 'grant_short'],
    [grant, { ...funded, allowance: 1n }, 'approval_short'],
    [grant, { ...funded, walletAssets: 1n }, 'wallet_short'],
  ] as const)('says what is missing: %#', (given, wallet, reason) => {
    expect(orderState(paying, given, wallet, 10n)).toEqual({ kind: 'blocked', reason });
  });
});

describe('orderDefaults', () => {
  it('lie between liquidation and now', () => {
    expect(orderDefaults('stop_loss', percent(160n), 0n)).toEqual({
      triggerWad: percent(115n),
      targetHealthWad: percent(150n),
    });
    expect(orderDefaults('top_up', percent(117n), 0n).triggerWad).toBe(percent(108n));
    expect(orderDefaults('take_profit', WAD, 2_111n * WAD).triggerWad).toBe(2_530n * WAD);
  });
});

describe('expiryAfter', () => {
  it('stays the same within an hour, and is never sooner than the days', () => {
    expect(expiryAfter(7_200n, 1n)).toBe(expiryAfter(10_799n, 1n));
    expect(expiryAfter(10_799n, 1n)).toBe(10_800n + 86_400n);
  });
});

describe('orderHistory', () => {
  const set = (id: bigint, terms: OrderTerms) => ({ kind: 'set' as const, id, terms });
  const done = (id: bigint, assets: bigint, bountyAssets = 0n) =>
    ({
      kind: 'executed',
      id,
      assets,
      boughtAssets: 1n,
      bountyAssets,
      healthWad: WAD,
      block: 5n,
    }) as const;
  const gone = (id: bigint) => ({ kind: 'removed' as const, id });
  it('leaves out what only waits', () => {
    expect(orderHistory([set(1n, stopLoss)])).toEqual([]);
  });
  it('tells what is used up from what is gone, the newest first', () => {
    const past = orderHistory([
      set(1n, stopLoss),
      set(2n, takeProfit),
      set(3n, topUp),
      set(4n, stopLoss),
      done(1n, 4n * ETH),
      done(1n, 6n * ETH),
      gone(1n),
      done(2n, 1n),
      gone(2n),
      done(3n, 4_990n * USD, 10n * USD),
      gone(3n),
      done(4n, ETH),
      gone(5n),
    ]);
    expect(past.map(({ id, end }) => [id, end])).toEqual([
      [5n, 'gone'],
      [4n, 'standing'],
      [3n, 'used_up'],
      [2n, 'used_up'],
      [1n, 'used_up'],
    ]);
    expect(past[4]?.executions).toHaveLength(2);
    const [cancelled] = orderHistory([set(1n, stopLoss), done(1n, ETH), gone(1n)]);
    expect(cancelled?.end).toBe('gone');
  });
});

describe('saleRoute', () => {
  const pair = (key: string, token0: Market, token1: Market, reserves: [bigint, bigint]) =>
    ({
      pair: `0x${key}`,
      token0: token0.asset,
      token1: token1.asset,
      reserve0: reserves[0],
      reserve1: reserves[1],
      feeBps: 30n,
    }) as Pair;
  const ethUsd = pair('1', eth, usd, [1_000n * ETH, 2_000_000n * USD]);
  const ethBtc = pair('2', btc, eth, [10n ** 10n, 3_000n * ETH]);
  const btcUsd = pair('3', btc, usd, [10n ** 10n, 6_000_000n * USD]);
  const goes = (pairs: Pair[], assets: bigint) =>
    saleRoute(pairs, eth.asset, usd.asset, assets)?.hops.map((hop) => hop.pair);
  it('is none for the same token, and nothing where there is no way', () => {
    expect(saleRoute([], usd.asset, usd.asset, 5n)).toEqual({ hops: [], assets: 5n });
    expect(saleRoute([btcUsd], eth.asset, usd.asset, ETH)).toBeUndefined();
  });
  it('takes the pair between the two, and the longer way where it pays more', () => {
    expect(goes([ethUsd, ethBtc, btcUsd], ETH)).toEqual(['0x1']);
    const drained = { ...ethUsd, reserve1: 1_000_000n * USD };
    expect(saleRoute([drained, ethBtc, btcUsd], eth.asset, usd.asset, ETH)?.hops).toEqual([
      { pair: '0x2', tokenIn: eth.asset },
      { pair: '0x3', tokenIn: btc.asset },
    ]);
  });
  it('says how much less than the price a sale would fetch', () => {
    const hops = [{ pair: ethUsd.pair, tokenIn: eth.asset }];
    const shortfallOf = (assets: bigint, pairs = [ethUsd]) =>
      saleShortfallWad(pairs, hops, assets, eth, usd);
    // The fee of 0.3 % and the way that a hundredth of the reserve moves the price.
    const little = shortfallOf(10n * ETH) as bigint;
    expect(little).toBeGreaterThan(percent(1n));
    expect(little).toBeLessThan(percent(2n));
    expect(shortfallOf(1_000n * ETH)).toBeGreaterThan(percent(50n));
    const generous = { ...ethUsd, reserve1: 3_000_000n * USD };
    expect(shortfallOf(ETH, [generous])).toBe(0n);
    expect(shortfallOf(ETH, [])).toBeUndefined();
    expect(shortfallOf(0n)).toBeUndefined();
  });
  it('knows what a way buys', () => {
    const hops = saleRoute([ethUsd], eth.asset, usd.asset, ETH)?.hops ?? [];
    expect(tokenBought([ethUsd], eth.asset, hops)).toBe(usd.asset);
    expect(tokenBought([], eth.asset, hops)).toBeUndefined();
    expect(tokenBought([], eth.asset, [])).toBe(eth.asset);
  });
});
