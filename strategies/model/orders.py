# SPDX-License-Identifier: Apache-2.0
"""When an order of a borrower is due, how much it moves, and what is paid to whoever executes it.

Mirrors `contracts/lending/Orders.vy` on the sizes of `strategies.model.order_sizes`.
"""

from dataclasses import dataclass
from enum import IntEnum

from strategies.model.arithmetic import mul_div_down
from strategies.model.order_sizes import (
    assets_up,
    repayment_usd_wad_up,
    sale_usd_wad_up,
    supply_usd_wad_up,
)
from strategies.units import BPS, Address, Assets, Bps, Timestamp


class Kind(IntEnum):
    """The flags of `IOrders.Kind`; an order has one of them."""

    STOP_LOSS = 1
    TAKE_PROFIT = 2
    TOP_UP = 4


@dataclass(frozen=True, slots=True)
class Order:
    """As the contract keeps it; `assets` is what may still be moved, in all."""

    account: Address
    kind: Kind
    pool: Address
    trigger_wad: int  # a health; for a profit the USD price of a whole token
    target_health_wad: int
    assets: int
    max_slippage_bps: int
    bounty_bps: int
    expires_at: int
    hops: tuple[tuple[Address, Address], ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an order's account and its pool stand; the prices are of the pool's asset."""

    debt_usd_wad: int
    liquidation_limit_usd_wad: int
    health_wad: int
    is_debt_pool: bool
    threshold_bps: int  # for which the pool's shares count; 0 if they are not pledged
    held_assets: int  # of the account in the pool
    releasable: int  # assets that may leave the pool now, whoever takes them
    decimals: int
    price_usd_wad: int
    bid_usd_wad: int
    ask_usd_wad: int


def is_due(order: Order, standing: Standing) -> bool:
    """Whether the trigger is met, expiry and sizes aside."""
    if standing.debt_usd_wad == 0 or standing.health_wad >= order.target_health_wad:
        return False
    if order.kind == Kind.TAKE_PROFIT:
        return standing.price_usd_wad >= order.trigger_wad
    return standing.health_wad < order.trigger_wad


def due_assets(now: Timestamp, order: Order, standing: Standing) -> Assets:
    """What an execution sells or pays in, without the bounty; zero if it is not due."""
    if order.expires_at <= now or not is_due(order, standing):
        return Assets(0)
    if order.kind == Kind.TOP_UP:
        return _top_up_assets(order, standing)
    return _sale_assets(order, standing)


def kept_bps_down(order: Order) -> Bps:
    """The part of a sale that repays if it ends at its bound."""
    return Bps((BPS - order.max_slippage_bps) * (BPS - order.bounty_bps) // BPS)


def bounty_assets_down(order: Order, assets: int) -> Assets:
    """Of what a sale fetched, or of what is paid in."""
    return Assets(mul_div_down(assets, order.bounty_bps, BPS))


def is_fair_sale(sold_usd_wad_down: int, bought_usd_wad_up: int, max_slippage_bps: int) -> bool:
    """Whether a sale fetched its worth but for the bound: collateral at the bid, debt at the ask."""
    return bought_usd_wad_up * BPS >= sold_usd_wad_down * (BPS - max_slippage_bps)


def _sale_assets(order: Order, standing: Standing) -> Assets:
    usd_wad = sale_usd_wad_up(
        standing.debt_usd_wad,
        standing.liquidation_limit_usd_wad,
        order.target_health_wad,
        standing.threshold_bps,
        kept_bps_down(order),
    )
    wanted = assets_up(usd_wad, standing.bid_usd_wad, standing.decimals)
    return Assets(min(wanted, order.assets, standing.held_assets, standing.releasable))


def _top_up_assets(order: Order, standing: Standing) -> Assets:
    figures = (
        standing.debt_usd_wad,
        standing.liquidation_limit_usd_wad,
        order.target_health_wad,
    )
    if standing.is_debt_pool:
        usd_wad, price = repayment_usd_wad_up(*figures), standing.ask_usd_wad
    else:
        usd_wad, price = supply_usd_wad_up(*figures, standing.threshold_bps), standing.bid_usd_wad
    wanted = assets_up(usd_wad, price, standing.decimals)
    # The bounty is paid in too.
    return Assets(min(wanted, mul_div_down(order.assets, BPS, BPS + order.bounty_bps)))
