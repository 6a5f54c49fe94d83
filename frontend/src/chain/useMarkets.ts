// SPDX-License-Identifier: Apache-2.0
import type { ContractFunctionReturnType } from 'viem';
import type { Market } from '../domain/market';
import { marketLabel } from '../domain/marketLabel';
import { annualRateWad } from '../domain/rate';
import { lensAbi } from '../generated/lensAbi';
import { useChain } from './ChainProvider';
import { contractsOf } from './contractsOf';
import type { Deployment } from './deployment';
import { useChainQuery } from './useChainQuery';

type MarketView = ContractFunctionReturnType<typeof lensAbi, 'view', 'markets'>[number];

/** All markets, in the order of the deployment file, in one call. */
export function useMarkets() {
  const { deployment } = useChain();
  const pools = contractsOf(deployment, 'LendingPool').map(({ address }) => address);
  return useChainQuery(['markets'], async (client) => {
    const views = await client.readContract({
      address: deployment.contracts.Lens as `0x${string}`,
      abi: lensAbi,
      functionName: 'markets',
      args: [pools],
    });
    return views.map((view) => toMarket(view, deployment));
  });
}

function toMarket(view: MarketView, deployment: Deployment): Market {
  const named = contractsOf(deployment, 'LendingPool').find(({ address }) => address === view.pool);
  const key = named?.key ?? view.pool;
  return {
    key,
    label: marketLabel(key, view.asset_symbol),
    pool: view.pool,
    asset: view.asset,
    symbol: view.asset_symbol,
    decimals: Number(view.asset_decimals),
    totalAssets: view.total_assets,
    totalSupply: view.total_supply,
    idle: view.idle,
    releasable: view.releasable,
    totalDebt: view.total_debt,
    utilizationWad: view.utilization_wad,
    borrowRateWad: annualRateWad(view.borrow_rate_per_second_wad),
    supplyRateWad: annualRateWad(view.supply_rate_per_second_wad),
    supplyCap: view.supply_cap,
    borrowCap: view.borrow_cap,
    minDebt: view.min_debt,
    reserveFactorBps: view.reserve_factor_bps,
    priceUsdWad: view.price_usd_wad,
    isPriceFresh: view.is_price_fresh,
    curve: {
      baseRateWad: view.base_rate_wad,
      slopeLowWad: view.slope_low_wad,
      slopeHighWad: view.slope_high_wad,
      kinkWad: view.kink_wad,
    },
    terms: view.terms.map((terms) => ({
      collateralPool: terms.collateral_pool,
      borrowThresholdBps: terms.borrow_threshold_bps,
      liquidationThresholdBps: terms.liquidation_threshold_bps,
    })),
  };
}
