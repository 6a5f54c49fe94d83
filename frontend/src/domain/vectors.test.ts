// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { quoteAddLiquidity } from './liquidity';
import { assetsUp, repaymentUsdWadUp, saleUsdWadUp, supplyUsdWadUp } from './orderSizes';
import { pairQuote } from './pairQuote';
import { summarizePosition, valueUsdWadDown, valueUsdWadUp } from './position';
import { borrowRateWad, ratePerSecondWadDown, utilizationWad } from './rate';
import { toAssetsDown, toAssetsUp, toSharesDown, toSharesUp } from './shares';
import { MAX_UINT256 } from './units';

// The same vectors hold the contracts and the Python model: see tests/vectors.
const folder = join(dirname(fileURLToPath(import.meta.url)), '../../../tests/vectors');

type Fields = Record<string, string>;
interface Case {
  in: Fields & { collaterals?: Fields[] };
  out: Fields;
}

function casesOf(name: string): Case[] {
  const file = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as { cases: Case[] };
  expect(file.cases.length).toBeGreaterThan(10);
  return file.cases;
}

const number = (fields: Fields, name: string): bigint => {
  const text = fields[name];
  if (text === undefined) throw new Error(`the vector has no ${name}`);
  return BigInt(text);
};

describe('vectors shared with the contracts', () => {
  it('converts shares to the wei', () => {
    for (const { in: given, out } of casesOf('shares')) {
      const of = (convert: typeof toSharesDown) =>
        convert(
          number(given, 'quantity'),
          number(given, 'total_assets'),
          number(given, 'total_shares'),
        ).toString();
      expect({
        to_shares_down: of(toSharesDown),
        to_shares_up: of(toSharesUp),
        to_assets_down: of(toAssetsDown),
        to_assets_up: of(toAssetsUp),
      }).toEqual(out);
    }
  });

  it('follows the rate curve to the wei', () => {
    for (const { in: given, out } of casesOf('kinked_rate')) {
      const utilization = utilizationWad(number(given, 'idle'), number(given, 'total_debt'));
      const curve = {
        baseRateWad: number(given, 'base_rate_wad'),
        slopeLowWad: number(given, 'slope_low_wad'),
        slopeHighWad: number(given, 'slope_high_wad'),
        kinkWad: number(given, 'kink_wad'),
      };
      expect({
        utilization_wad: utilization.toString(),
        rate_per_second_wad: ratePerSecondWadDown(borrowRateWad(curve, utilization)).toString(),
      }).toEqual(out);
    }
  });

  it('values positions and their health to the wei', () => {
    for (const { in: given, out } of casesOf('health')) {
      const collaterals = (given.collaterals ?? []).map((each) => ({
        valueUsdWad: valueUsdWadDown(
          number(each, 'assets'),
          number(each, 'price_usd_wad'),
          Number(each.decimals),
        ),
        borrowThresholdBps: number(each, 'borrow_threshold_bps'),
        liquidationThresholdBps: number(each, 'liquidation_threshold_bps'),
      }));
      const debtUsdWad = valueUsdWadUp(
        number(given, 'debt_assets'),
        number(given, 'debt_price_usd_wad'),
        Number(given.debt_decimals),
      );
      const summary = summarizePosition({ collaterals, debtUsdWad });
      expect(summary).toEqual({
        debtUsdWad: number(out, 'debt_usd_wad'),
        collateralUsdWad: number(out, 'collateral_usd_wad'),
        borrowLimitUsdWad: number(out, 'borrow_limit_usd_wad'),
        liquidationLimitUsdWad: number(out, 'liquidation_limit_usd_wad'),
        healthWad: number(out, 'health_wad'),
      });
    }
  });

  it('quotes swaps to the wei', () => {
    let quoted = 0;
    for (const { in: given, out } of casesOf('pair_swap')) {
      if (out.refused) continue;
      const assetsOut = pairQuote(
        number(given, 'reserve_in'),
        number(given, 'reserve_out'),
        number(given, 'assets_in'),
        number(given, 'fee_bps'),
      );
      expect(assetsOut).toBe(number(out, 'assets_out'));
      quoted += 1;
    }
    expect(quoted).toBeGreaterThan(10);
  });

  it('sizes what an order moves to the wei', () => {
    for (const { in: given, out } of casesOf('order_sizes')) {
      const loan = {
        debtUsdWad: number(given, 'debt_usd_wad'),
        limitUsdWad: number(given, 'limit_usd_wad'),
        targetWad: number(given, 'target_wad'),
      };
      const whole = { ...loan, targetWad: MAX_UINT256 };
      const thresholdBps = number(given, 'threshold_bps');
      const keptBps = number(given, 'kept_bps');
      expect({
        sale_usd_wad_up: saleUsdWadUp(loan, thresholdBps, keptBps).toString(),
        whole_sale_usd_wad_up: saleUsdWadUp(whole, thresholdBps, keptBps).toString(),
        supply_usd_wad_up: supplyUsdWadUp(loan, thresholdBps).toString(),
        repayment_usd_wad_up: repaymentUsdWadUp(loan).toString(),
        assets_up: assetsUp(
          number(given, 'usd_wad'),
          number(given, 'price_usd_wad'),
          Number(given.decimals),
        ).toString(),
      }).toEqual(out);
    }
  });

  it('quotes liquidity to the wei', () => {
    let quoted = 0;
    for (const { in: given, out } of casesOf('pair_liquidity')) {
      if (out.refused || given.total_supply === '0') continue;
      const pair = {
        reserve0: number(given, 'reserve0'),
        reserve1: number(given, 'reserve1'),
        totalSupply: number(given, 'total_supply'),
      };
      const quote = quoteAddLiquidity(
        pair,
        number(given, 'assets0_max'),
        number(given, 'assets1_max'),
      );
      expect(quote).toEqual({
        assets0: number(out, 'assets0'),
        assets1: number(out, 'assets1'),
        liquidity: number(out, 'liquidity'),
      });
      quoted += 1;
    }
    expect(quoted).toBeGreaterThan(10);
  });
});
