# SPDX-License-Identifier: Apache-2.0
"""From the configuration to what each policy takes."""

from strategies.config import Configuration, amount_of_token
from strategies.errors import ConfigurationInvalid
from strategies.keeper.catalog import Catalog
from strategies.keeper.decide import Parameters
from strategies.policy.allocator import AllocatorParameters
from strategies.policy.compounder import CompounderParameters
from strategies.policy.inventory import InventoryParameters
from strategies.policy.liquidator import LiquidatorParameters
from strategies.policy.orders import POLICY as ORDERS
from strategies.policy.orders import OrdersParameters
from strategies.policy.reporter import ReporterParameters
from strategies.risk.limits import RiskLimits


def parameters_of(configuration: Configuration, catalog: Catalog) -> Parameters:
    _check_names(configuration, catalog)
    _check_contracts(configuration, catalog)
    compounder, allocator = configuration.compounder, configuration.allocator
    risk = configuration.risk
    return Parameters(
        policies=configuration.keeper.policies,
        sample_seconds=configuration.keeper.sample_seconds,
        compounder=CompounderParameters(
            cost_usd_wad=compounder.cost_usd,
            max_delay_seconds=compounder.max_delay_seconds,
            slippage_bps=compounder.slippage_bps,
            harvest_gas=compounder.harvest_gas,
            report_gas=compounder.report_gas,
            expected_gas=compounder.expected_gas,
        ),
        reporter=ReporterParameters(
            cost_multiple=compounder.report_cost_multiple,
            cost_usd_wad=compounder.cost_usd,
            max_delay_seconds=compounder.report_max_delay_seconds,
            report_gas=compounder.report_gas,
            stream_gas=compounder.stream_gas,
        ),
        allocator=AllocatorParameters(
            horizon_seconds=allocator.horizon_seconds,
            half_life_seconds=allocator.half_life_seconds,
            cost_usd_wad=allocator.cost_usd,
            margin_usd_wad=allocator.margin_usd,
            min_move_usd_wad=allocator.min_move_usd,
            max_move_usd_wad=allocator.max_move_usd,
            deposit_buffer_bps=allocator.deposit_buffer_bps,
            move_gas=allocator.move_gas,
            weight_caps_bps=allocator.weight_caps_bps,
        ),
        liquidator=_liquidator(configuration),
        inventory=_inventory(configuration, catalog),
        orders=_orders(configuration),
        risk=RiskLimits(
            halt_gas_wei=risk.halt_gas_wei,
            low_gas_wei=risk.low_gas_wei,
            max_failed_in_a_row=risk.max_failed_in_a_row,
            failure_memory_seconds=risk.failure_memory_seconds,
            max_share_price_drop_bps=risk.max_share_price_drop_bps,
        ),
    )


def _liquidator(configuration: Configuration) -> LiquidatorParameters:
    section = configuration.liquidator
    return LiquidatorParameters(
        min_profit_usd_wad=section.min_profit_usd,
        cost_usd_wad=section.cost_usd,
        slippage_bps=section.slippage_bps,
        liquidate_gas=section.liquidate_gas,
        approve_gas=section.approve_gas,
    )


def _inventory(configuration: Configuration, catalog: Catalog) -> InventoryParameters:
    section = configuration.liquidator
    decimals = {token.unit.symbol: token.unit.decimals for token in catalog.tokens}
    return InventoryParameters(
        working_symbol=section.working_symbol,
        min_value_usd_wad=section.min_inventory_usd,
        slippage_bps=section.inventory_slippage_bps,
        deadline_seconds=section.deadline_seconds,
        redeem_gas=section.redeem_gas,
        swap_gas=section.swap_gas,
        approve_gas=section.approve_gas,
        keep_assets={
            symbol: amount_of_token(
                configuration.path, f"liquidator.keep.{symbol}", text, decimals[symbol]
            )
            for symbol, text in section.keep.items()
        },
    )


def _orders(configuration: Configuration) -> OrdersParameters:
    section = configuration.orders
    return OrdersParameters(
        min_profit_usd_wad=section.min_profit_usd,
        cost_usd_wad=section.cost_usd,
        heartbeat_blocks=section.heartbeat_blocks,
        execute_gas=section.execute_gas,
        expected_gas=section.expected_gas,
    )


def _check_contracts(configuration: Configuration, catalog: Catalog) -> None:
    """A policy without its contract would silently do nothing."""
    if ORDERS not in configuration.keeper.policies:
        return
    needed = {
        "Orders": catalog.order_book,
        "Operators": catalog.operators,
        "Router": catalog.router,
        "Lens": catalog.lens,
    }
    missing = [name for name, address in needed.items() if address is None]
    if missing:
        fact = f"names {ORDERS!r}, but the deployment has no {', '.join(missing)}"
        raise ConfigurationInvalid(str(configuration.path), "keeper.policies", fact)


def _check_names(configuration: Configuration, catalog: Catalog) -> None:
    """A name that the deployment does not know would silently bound nothing."""
    path = str(configuration.path)
    symbols = {token.unit.symbol for token in catalog.tokens}
    strategies = {one.key for vault in catalog.vaults for one in vault.lending}
    named = [
        ("fees.gas_priced_as", configuration.fees.gas_priced_as, symbols),
        ("liquidator.working_symbol", configuration.liquidator.working_symbol, symbols),
    ]
    named += [(f"liquidator.keep.{one}", one, symbols) for one in configuration.liquidator.keep]
    named += [
        (f"allocator.weight_caps_bps.{one}", one, strategies)
        for one in configuration.allocator.weight_caps_bps
    ]
    for key, name, known in named:
        if name and name not in known:
            raise ConfigurationInvalid(
                path, key, f"names {name!r}, which is none of {', '.join(sorted(known))}"
            )
