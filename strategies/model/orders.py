# SPDX-License-Identifier: Apache-2.0
"""When an order of a borrower is due, how much it moves, and what is paid to whoever executes it.

Mirrors `contracts/modules/order_sizes.vy`, where the formulas are derived, and the views of
`contracts/lending/Orders.vy`. With debt D, limit L and target h above the health L / D, a sale
of s, of which k repays and which counted t, leaves (L - s * t) / (D - k * s) = h.
"""

from dataclasses import dataclass
from enum import IntEnum

from strategies.model.arithmetic import mul_div_down, mul_div_up, multiply, subtract
from strategies.units import BPS, MAX_UINT256, WAD, Address, Assets, Bps, Timestamp, UsdWad

# The target of who wants to owe nothing.
NO_DEBT_WAD = MAX_UINT256


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
    idle_assets: int
    decimals: int
    price_usd_wad: int
    bid_usd_wad: int
    ask_usd_wad: int


# --- Sizes: `order_sizes.vy` ---


def sale_usd_wad_up(
    debt_usd_wad: int, limit_usd_wad: int, target_wad: int, threshold_bps: int, kept_bps: int
) -> UsdWad:
    """Return s = (h * D - L) / (k * h - t), or what repays all where that is less."""
    whole = _ceil_div(multiply(debt_usd_wad, BPS), kept_bps)
    if target_wad == NO_DEBT_WAD:
        return UsdWad(whole)
    gain_wad = target_wad * kept_bps // BPS
    cost_wad = threshold_bps * WAD // BPS
    if gain_wad <= cost_wad:
        return UsdWad(whole)
    missing = _missing(debt_usd_wad, limit_usd_wad, target_wad)
    return UsdWad(min(whole, _ceil_div(missing, gain_wad - cost_wad)))


def supply_usd_wad_up(
    debt_usd_wad: int, limit_usd_wad: int, target_wad: int, threshold_bps: int
) -> UsdWad:
    """Return s = (h * D - L) / t; zero where it would not count."""
    if threshold_bps == 0:
        return UsdWad(0)
    missing = _missing(debt_usd_wad, limit_usd_wad, target_wad)
    return UsdWad(_ceil_div(missing, threshold_bps * WAD // BPS))


def repayment_usd_wad_up(debt_usd_wad: int, limit_usd_wad: int, target_wad: int) -> UsdWad:
    """Return s = (h * D - L) / h."""
    missing = _missing(debt_usd_wad, limit_usd_wad, target_wad)
    return UsdWad(_ceil_div(missing, target_wad))


def assets_up(usd_wad: int, price_usd_wad: int, decimals: int) -> Assets:
    return Assets(_ceil_div(multiply(usd_wad, 10**decimals), price_usd_wad))


def _missing(debt_usd_wad: int, limit_usd_wad: int, target_wad: int) -> int:
    return subtract(multiply(target_wad, debt_usd_wad), multiply(limit_usd_wad, WAD))


def _ceil_div(numerator: int, denominator: int) -> int:
    # Nothing costs nothing, whatever the price.
    return 0 if numerator == 0 else mul_div_up(numerator, 1, denominator)


# --- Orders: `Orders.vy` ---


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
    return Assets(min(wanted, order.assets, standing.held_assets, standing.idle_assets))


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
