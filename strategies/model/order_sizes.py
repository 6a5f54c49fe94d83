# SPDX-License-Identifier: Apache-2.0
"""How much must be sold, supplied or repaid until an account has a health.

Mirrors `contracts/modules/order_sizes.vy`, where the formulas are derived; both are held to
`tests/vectors/order_sizes.json`.
"""

from strategies.model.arithmetic import mul_div_up, multiply, subtract
from strategies.units import BPS, MAX_UINT256, WAD, Assets, UsdWad

# The target of who wants to owe nothing.
NO_DEBT_WAD = MAX_UINT256


def sale_usd_wad_up(
    debt_usd_wad: int, limit_usd_wad: int, target_wad: int, threshold_bps: int, kept_bps: int
) -> UsdWad:
    """Return s = (h * D - L) / (k * h - t), or D / k where that is less or no s is enough."""
    whole = mul_div_up(debt_usd_wad, BPS, kept_bps)
    if target_wad == NO_DEBT_WAD:
        return UsdWad(whole)
    relief_wad = target_wad * kept_bps // BPS - threshold_bps * WAD // BPS
    if relief_wad <= 0:
        return UsdWad(whole)
    return UsdWad(
        min(whole, mul_div_up(_missing(debt_usd_wad, limit_usd_wad, target_wad), 1, relief_wad))
    )


def supply_usd_wad_up(
    debt_usd_wad: int, limit_usd_wad: int, target_wad: int, threshold_bps: int
) -> UsdWad:
    """Return s = (h * D - L) / t; zero where what is supplied would not count."""
    if threshold_bps == 0:
        return UsdWad(0)
    missing = _missing(debt_usd_wad, limit_usd_wad, target_wad)
    return UsdWad(mul_div_up(missing, 1, threshold_bps * WAD // BPS))


def repayment_usd_wad_up(debt_usd_wad: int, limit_usd_wad: int, target_wad: int) -> UsdWad:
    """Return s = (h * D - L) / h; where nothing is missing, nothing, whatever the target."""
    missing = _missing(debt_usd_wad, limit_usd_wad, target_wad)
    return UsdWad(mul_div_up(missing, 1, target_wad) if missing else 0)


def assets_up(usd_wad: int, price_usd_wad: int, decimals: int) -> Assets:
    """Return the base units that are worth `usd_wad` at a price of the whole token.

    Nothing costs nothing, whatever the price.
    """
    if usd_wad == 0:
        return Assets(0)
    return Assets(mul_div_up(usd_wad, 10**decimals, price_usd_wad))


def _missing(debt_usd_wad: int, limit_usd_wad: int, target_wad: int) -> int:
    return subtract(multiply(target_wad, debt_usd_wad), multiply(limit_usd_wad, WAD))
