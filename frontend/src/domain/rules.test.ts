// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { cooldownStage } from './cooldown';
import { healthBand } from './healthBand';
import { isNearlyAll } from './isNearlyAll';
import { liquidationLine } from './liquidationLine';
import type { AccountPositions, Market } from './market';
import { marketLabel } from './marketLabel';
import { maxBorrow } from './maxBorrow';
import { minReceivedUp } from './minReceived';
import { impactBand, priceImpactWadUp } from './priceImpact';
import { projectPosition } from './projectPosition';
import { repayAllAssets } from './repayAll';
import { MAX_UINT256, WAD } from './units';
import { vaultRateWad } from './vaultRate';

const market = (key: string, price: bigint, terms: Market['terms'] = []): Market => ({
  key,
  label: key,
  pool: `0x${key}`,
  asset: `0xa${key}`,
  symbol: key,
  decimals: 18,
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
  minDebt: 0n,
  reserveFactorBps: 0n,
  priceUsdWad: price * WAD,
  isPriceFresh: true,
  curve: { baseRateWad: 0n, slopeLowWad: 0n, slopeHighWad: 0n, kinkWad: WAD },
  terms,
});
const terms = (key: string) => ({
  collateralPool: `0x${key}` as const,
  borrowThresholdBps: 7_500n,
  liquidationThresholdBps: 8_000n,
});
const eth = market('eth', 3_000n, [terms('usd')]);
const btc = market('btc', 60_000n);
const usd = market('usd', 1n, [terms('eth'), terms('btc')]);
const markets = [eth, btc, usd];

const position = (key: string, assets: bigint, isPledged: boolean) => ({
  pool: `0x${key}` as const,
  shares: assets,
  assets,
  debtAssets: 0n,
  isPledged,
  walletAssets: 0n,
  maxWithdraw: assets,
  allowance: 0n,
});
const account: AccountPositions = {
  debtPool: undefined,
  debtAssets: 0n,
  debtUsdWad: 0n,
  collateralUsdWad: 0n,
  borrowLimitUsdWad: 0n,
  liquidationLimitUsdWad: 0n,
  healthWad: MAX_UINT256,
  isPriced: true,
  positions: [
    position('eth', WAD, true),
    position('btc', WAD, false),
    position('usd', 10_000n * WAD, true),
  ],
};

describe('projectPosition', () => {
  it('counts pledged collateral only, and what the change pledges', () => {
    const change = { debtMarket: usd, debtAssets: 1_200n * WAD };
    expect(projectPosition(account, markets, change).collateralUsdWad).toBe(3_000n * WAD);
    const both = projectPosition(account, markets, { ...change, newPledges: ['0xbtc'] });
    expect(both.collateralUsdWad).toBe(63_000n * WAD);
  });

  it('gives the health that the thresholds say', () => {
    const after = projectPosition(account, markets, { debtMarket: usd, debtAssets: 1_200n * WAD });
    expect(after.healthWad).toBe(2n * WAD);
    expect(after.borrowLimitUsdWad).toBe(2_250n * WAD);
  });

  it('follows a change of supply', () => {
    const after = projectPosition(account, markets, {
      debtMarket: usd,
      debtAssets: 1_200n * WAD,
      assetsAfter: { '0xeth': WAD / 2n },
    });
    expect(after.healthWad).toBe(WAD);
  });
});

describe('liquidationLine', () => {
  it('names the price to which a single collateral falls', () => {
    const line = liquidationLine(
      projectPosition(account, markets, { debtMarket: usd, debtAssets: 1_200n * WAD }),
    );
    expect(line).toEqual({
      kind: 'price',
      base: 'eth',
      quote: 'usd',
      priceWad: 1_500n * WAD,
      nowWad: 3_000n * WAD,
      direction: 'falls',
      changeWad: WAD / 2n,
    });
  });

  it('names the price to which a borrowed token rises', () => {
    const line = liquidationLine(
      projectPosition(account, markets, { debtMarket: eth, debtAssets: WAD }),
    );
    // 10,000 usd at 80 % carry 8,000 usd of ether: one ether may rise to 8,000.
    expect(line).toMatchObject({ kind: 'price', base: 'eth', quote: 'usd', direction: 'rises' });
    expect(line?.kind === 'price' && line.priceWad / WAD).toBe(8_000n);
  });

  it('speaks of all collateral where there are several', () => {
    const line = liquidationLine(
      projectPosition(account, markets, {
        debtMarket: usd,
        debtAssets: 25_200n * WAD,
        newPledges: ['0xbtc'],
      }),
    );
    expect(line).toEqual({ kind: 'all', changeWad: WAD / 2n });
  });

  it('says nothing without debt', () => {
    const line = liquidationLine(
      projectPosition(account, markets, { debtMarket: usd, debtAssets: 0n }),
    );
    expect(line).toBeUndefined();
  });
});

describe('maxBorrow', () => {
  const room = {
    borrowLimitUsdWad: 3_000n * WAD,
    debtUsdWad: 0n,
    priceUsdWad: 3_000n * WAD,
    decimals: 18,
    releasable: 10n * WAD,
    totalDebt: 0n,
    borrowCap: 10n * WAD,
  };
  it('is bounded by collateral, by what may leave and by the cap', () => {
    expect(maxBorrow(room)).toBe(WAD);
    expect(maxBorrow({ ...room, releasable: 5n })).toBe(5n);
    expect(maxBorrow({ ...room, borrowCap: 7n })).toBe(7n);
    expect(maxBorrow({ ...room, debtUsdWad: 3_001n * WAD })).toBe(0n);
    expect(maxBorrow({ ...room, priceUsdWad: 0n })).toBe(0n);
  });
});

describe('repayAllAssets', () => {
  it('covers more than the debt, by two basis points at most, and holds still for a while', () => {
    const debt = 123_456_789_012n;
    const offered = repayAllAssets(debt);
    expect(offered).toBeGreaterThan(debt + debt / 10_001n);
    expect(offered).toBeLessThan(debt + (debt * 3n) / 10_000n);
    expect(repayAllAssets(debt + 1_000n)).toBe(offered);
  });
  it('covers a debt of one unit', () => {
    expect(repayAllAssets(1n)).toBeGreaterThan(1n);
  });
});

describe('priceImpactWadUp', () => {
  it('leaves the fee out and grows with the size', () => {
    const reserve = 1_000_000n * WAD;
    const impactOf = (assetsIn: bigint) => {
      const net = assetsIn - (assetsIn * 30n) / 10_000n;
      return priceImpactWadUp(reserve, reserve, assetsIn, (reserve * net) / (reserve + net), 30n);
    };
    expect(impactBand(impactOf(10n * WAD))).toBe('none');
    expect(impactBand(impactOf(1_000n * WAD))).toBe('small');
    expect(impactBand(impactOf(20_000n * WAD))).toBe('high');
    expect(impactBand(impactOf(80_000n * WAD))).toBe('severe');
    expect(impactBand(impactOf(500_000n * WAD))).toBe('blocked');
  });
});

describe('minReceivedUp', () => {
  it('rounds for its receiver', () => {
    expect(minReceivedUp(1_001n, 50n)).toBe(996n);
    expect(minReceivedUp(1_000n, 0n)).toBe(1_000n);
  });
});

describe('cooldownStage', () => {
  it('counts both ends of the window as open', () => {
    expect(cooldownStage(0n, 10n, 20n, 15n)).toBe('none');
    expect(cooldownStage(1n, 10n, 20n, 9n)).toBe('cooling');
    expect(cooldownStage(1n, 10n, 20n, 10n)).toBe('open');
    expect(cooldownStage(1n, 10n, 20n, 20n)).toBe('open');
    expect(cooldownStage(1n, 10n, 20n, 21n)).toBe('closed');
  });
});

describe('vaultRateWad', () => {
  it('is the unlocking of a year over the supply, and nothing after the end', () => {
    // One share a year of ten.
    const perSecond = (WAD * 10n ** 12n) / 31_536_000n;
    const rate = vaultRateWad(perSecond, 100n, 10n * WAD, 50n);
    expect(rate).toBeGreaterThan(WAD / 10n - 10n ** 9n);
    expect(rate).toBeLessThanOrEqual(WAD / 10n);
    expect(vaultRateWad(perSecond, 100n, 10n * WAD, 100n)).toBe(0n);
    expect(vaultRateWad(perSecond, 100n, 0n, 50n)).toBe(0n);
  });
});

describe('healthBand', () => {
  it('changes exactly at 1, 1.25 and 2', () => {
    expect(healthBand(WAD - 1n)).toBe('liquidatable');
    expect(healthBand(WAD)).toBe('danger');
    expect(healthBand((125n * WAD) / 100n)).toBe('watch');
    expect(healthBand(2n * WAD)).toBe('safe');
    expect(healthBand(MAX_UINT256)).toBe('no_debt');
  });
});

describe('marketLabel', () => {
  it('adds what tells markets of one token apart', () => {
    expect(marketLabel('usd_core', 'tUSD')).toBe('tUSD Core');
    expect(marketLabel('btc', 'tBTC')).toBe('tBTC');
  });
});

describe('isNearlyAll', () => {
  it('takes what grew by less than a basis point while somebody read for all of it', () => {
    expect(isNearlyAll(1_000_000n, 1_000_000n)).toBe(true);
    expect(isNearlyAll(1_000_000n, 1_000_099n)).toBe(true);
    expect(isNearlyAll(1_000_000n, 1_000_102n)).toBe(false);
  });
  it('is never true of nothing', () => {
    expect(isNearlyAll(0n, 0n)).toBe(false);
    expect(isNearlyAll(0n, 5n)).toBe(false);
  });
});
