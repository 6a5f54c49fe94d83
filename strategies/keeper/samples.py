# SPDX-License-Identifier: Apache-2.0
"""Figures of a block that the report plots, named `<deployment key>.<quantity>`."""

from strategies.policy.snapshot import Snapshot
from strategies.units import WAD


def sample(snapshot: Snapshot, risk_state: str) -> dict[str, int | str]:
    values: dict[str, int | str] = {
        "risk.state": str(risk_state),
        "keeper.gas_wei": snapshot.keeper.gas_wei,
        "chain.base_fee_wei": snapshot.base_fee_wei,
    }
    for token in snapshot.tokens:
        values[f"{token.symbol}.price_usd_wad"] = token.price_usd_wad
        values[f"{token.symbol}.keeper_assets"] = token.keeper_assets
    for pool in snapshot.pools:
        supplied = pool.idle + pool.total_debt
        values[f"{pool.key}.idle"] = pool.idle
        values[f"{pool.key}.total_debt"] = pool.total_debt
        values[f"{pool.key}.utilization_wad"] = pool.total_debt * WAD // supplied if supplied else 0
    for pair in snapshot.pairs:
        values[f"{pair.key}.reserve0"] = pair.reserve0
        values[f"{pair.key}.reserve1"] = pair.reserve1
        values[f"{pair.key}.total_supply"] = pair.total_supply
        values[f"{pair.key}.fees_paid0"] = pair.fees_paid0
        values[f"{pair.key}.fees_paid1"] = pair.fees_paid1
        values[f"{pair.key}.liquidity_usd_wad"] = snapshot.liquidity_usd_wad(pair, WAD)
    for vault in snapshot.vaults:
        values[f"{vault.key}.total_idle"] = vault.total_idle
        values[f"{vault.key}.total_assets"] = vault.total_assets
        values[f"{vault.key}.total_supply"] = vault.total_supply
        values[f"{vault.key}.locked_shares"] = vault.locked_shares
        values[f"{vault.key}.price_per_share"] = vault.price_per_share
        for lending in vault.lending:
            values[f"{lending.key}.assets"] = lending.assets
        for liquidity in vault.liquidity:
            values[f"{liquidity.key}.assets"] = liquidity.assets
            values[f"{liquidity.key}.pending0"] = liquidity.pending0
            values[f"{liquidity.key}.pending1"] = liquidity.pending1
    debtors = [one.health_wad for one in snapshot.debtors if one.health_wad is not None]
    values["accounts.debtors"] = len(snapshot.debtors)
    values["accounts.lowest_health_wad"] = min(debtors, default=0)
    values["accounts.unhealthy"] = sum(1 for health in debtors if health < WAD)
    return values
