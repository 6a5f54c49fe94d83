// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { accountTotals } from './accountTotals';
import type { AccountPositions, Market } from './market';
import type { Pair } from './pair';
import { pairPriceText } from './pairPriceText';
import { stakeRateWad } from './stakeRate';
import type { Staking } from './staking';
import { strategyRateWad } from './strategyRate';
import { poolValueUsdWad, tokenPrices } from './tokenPrices';
import { SECONDS_PER_YEAR, WAD } from './units';
import type { Vault } from './vault';
import { vaultHolding } from './vaultHolding';

const USD = 10n ** 6n;
const PERCENT = WAD / 100n;

const usd: Market = {
  key: 'usd',
  label: 'tUSD',
  pool: '0xpool',
  asset: '0xusd',
  symbol: 'tUSD',
  decimals: 6,
  totalAssets: 0n,
  totalSupply: 0n,
  idle: 0n,
  releasable: 0n,
  totalDebt: 0n,
  utilizationWad: 0n,
  borrowRateWad: 4n * PERCENT,
  supplyRateWad: 2n * PERCENT,
  supplyCap: 0n,
  borrowCap: 0n,
  minDebt: 0n,
  reserveFactorBps: 0n,
  priceUsdWad: WAD,
  isPriceFresh: true,
  curve: { baseRateWad: 0n, slopeLowWad: 0n, slopeHighWad: 0n, kinkWad: WAD },
  terms: [],
};

/** 1,000 tUSD against 500 HEAD: HEAD is worth two dollars. */
const pair: Pair = {
  key: 'head_usd',
  pair: '0xpair',
  token0: '0xusd',
  token1: '0xhead',
  symbol0: 'tUSD',
  symbol1: 'HEAD',
  decimals0: 6,
  decimals1: 18,
  reserve0: 1_000n * USD,
  reserve1: 500n * WAD,
  totalSupply: 4n * WAD,
  feeBps: 30n,
  balance: WAD,
  claimable0: 0n,
  claimable1: 0n,
};

const vault: Vault = {
  key: 'usd',
  vault: '0xvault',
  asset: '0xusd',
  assetSymbol: 'tUSD',
  decimals: 6,
  isOfPoolTokens: false,
  name: 'USD Vault',
  totalAssets: 1_100n * USD,
  totalSupply: 1_000n * USD,
  totalIdle: 550n * USD,
  totalDebt: 550n * USD,
  pricePerShare: 1_100_000n,
  profitUnlockingRate: 0n,
  fullProfitUnlockDate: 0n,
  depositLimit: 0n,
  balance: 100n * USD,
  maxWithdraw: 0n,
  walletAssets: 0n,
  allowance: 0n,
  strategies: [
    {
      strategy: '0xstrategy',
      place: { kind: 'market', key: 'usd' },
      currentDebt: 550n * USD,
      maxDebt: 0n,
      lastReport: 0n,
    },
  ],
};

const staking: Staking = {
  staking: '0xstaking',
  head: '0xhead',
  totalAssets: 1_000n * WAD,
  totalSupply: 1_000n * WAD,
  balance: 10n * WAD,
  assets: 10n * WAD,
  cooldownShares: 0n,
  opensAt: 0n,
  closesAt: 0n,
  walletAssets: 0n,
  allowance: 0n,
  cooldownSeconds: 0n,
  windowSeconds: 0n,
  rewards: [
    {
      token: '0xusd',
      symbol: 'tUSD',
      decimals: 6,
      claimable: 0n,
      // A hundred dollars a year, to a stake of two thousand.
      rateEndsAt: 1_000n,
      ratePerSecondWad: (100n * USD * WAD) / SECONDS_PER_YEAR + 1n,
    },
  ],
};

const account: AccountPositions = {
  debtPool: '0xpool',
  debtAssets: 0n,
  debtUsdWad: 0n,
  collateralUsdWad: 0n,
  borrowLimitUsdWad: 0n,
  liquidationLimitUsdWad: 0n,
  healthWad: 0n,
  isPriced: true,
  positions: [
    {
      pool: '0xpool',
      shares: 1n,
      assets: 300n * USD,
      debtAssets: 200n * USD,
      isPledged: false,
      walletAssets: 0n,
      maxWithdraw: 0n,
      allowance: 0n,
    },
  ],
};

const prices = tokenPrices([usd], [pair]);

describe('tokenPrices', () => {
  it('prices a token without a market from the pool that trades it', () => {
    expect(prices['0xhead']).toBe(2n * WAD);
  });
  it('prices a pool token by what it can be redeemed for', () => {
    expect(poolValueUsdWad(pair, prices)).toBe(2_000n * WAD);
    expect(prices['0xpair']).toBe(500n * WAD);
  });
  it('knows nothing of a pool with two unpriced tokens', () => {
    expect(tokenPrices([], [pair])).toEqual({});
    expect(poolValueUsdWad(pair, {})).toBeUndefined();
  });
});

describe('pairPriceText', () => {
  it('quotes the dearer token, whichever side it stands on', () => {
    expect(pairPriceText(pair)).toBe('1 HEAD = 2.0000 tUSD');
    const dear = { ...pair, reserve1: 2_000n * WAD };
    expect(pairPriceText(dear)).toBe('1 tUSD = 2.0000 HEAD');
  });
});

describe('strategyRateWad', () => {
  it('weighs the rates of the markets with what is lent there, idle counting nothing', () => {
    expect(strategyRateWad(vault, [usd])).toBe(PERCENT);
  });
  it('is unknown, not zero, where a place has no rate', () => {
    expect(strategyRateWad(vault, [])).toBeUndefined();
    expect(strategyRateWad({ ...vault, totalAssets: 0n }, [usd])).toBeUndefined();
  });
});

describe('stakeRateWad', () => {
  it('is what is streamed in a year over what is staked', () => {
    expect((stakeRateWad(staking, prices, 999n) ?? 0n) / (PERCENT / 1_000n)).toBe(5_000n);
  });
  it('is nothing once the stream has ended', () => {
    expect(stakeRateWad(staking, prices, 1_000n)).toBe(0n);
  });
  it('is unknown without a price of HEAD', () => {
    expect(stakeRateWad(staking, {}, 999n)).toBeUndefined();
  });
});

describe('accountTotals', () => {
  it('adds up what is held and owed, and the interest of a year', () => {
    const totals = accountTotals({
      account,
      markets: [usd],
      vaults: [vault],
      pairs: [pair],
      staking,
      prices,
    });
    expect(vaultHolding(vault)).toBe(110n * USD);
    expect(totals.suppliedUsdWad).toBe(300n * WAD);
    // 110 in the vault, 500 in the pool, 20 staked.
    expect(totals.elsewhereUsdWad).toBe(630n * WAD);
    expect(totals.owedUsdWad).toBe(200n * WAD);
    expect(totals.netUsdWad).toBe(730n * WAD);
    // 2 % of 300, less 4 % of 200, and 1 % of 110.
    expect(totals.yearlyUsdWad).toBe(-9n * (WAD / 10n));
  });
});
