# SPDX-License-Identifier: Apache-2.0
"""How much of a loan may be repaid by another, and what for.

Mirrors `contracts/modules/liquidation.vy`, where the formulas are derived. With debt D, limit
L, health h = L / D, collateral threshold t and bonus b, a liquidator who repays R takes
R * (1 + b) of collateral.
"""

from strategies.model.arithmetic import mul_div_up, subtract
from strategies.units import BPS, WAD, Assets, Bps, UsdWad

MIN_BONUS_BPS = 200
MAX_BONUS_BPS = 1_000
TARGET_HEALTH_WAD = 11 * WAD // 10
DUST_USD_WAD = 100 * WAD


def bonus_bps_down(health_wad: int, threshold_bps: int) -> Bps:
    """Return b = clamp(MIN + 1 - h, MIN, MAX), and no more than h / t - 1, but at least MIN."""
    bonus = min(MIN_BONUS_BPS + (WAD - health_wad) * BPS // WAD, MAX_BONUS_BPS)
    harmless = health_wad * BPS * BPS // (threshold_bps * WAD) - BPS
    return Bps(max(MIN_BONUS_BPS, min(bonus, harmless)))


def closable_assets_up(
    debt_assets: int, debt_usd_wad: int, limit_usd_wad: int, threshold_bps: int, bonus_bps: int
) -> Assets:
    """Return R = (target * D - L) / (target - t * (1 + b)), or all that would leave dust."""
    if debt_usd_wad < DUST_USD_WAD:
        return Assets(debt_assets)
    lack_usd_wad = subtract(TARGET_HEALTH_WAD * debt_usd_wad // WAD, limit_usd_wad)
    relief_wad = TARGET_HEALTH_WAD - threshold_bps * (BPS + bonus_bps) * WAD // (BPS * BPS)
    repay_usd_wad = mul_div_up(lack_usd_wad, WAD, relief_wad)
    if repay_usd_wad + DUST_USD_WAD > debt_usd_wad:
        return Assets(debt_assets)
    return Assets(mul_div_up(debt_assets, repay_usd_wad, debt_usd_wad))


def covered_assets_up(
    debt_assets: int, debt_usd_wad: int, collateral_usd_wad: int, bonus_bps: int
) -> Assets:
    """What must be repaid for the whole of a collateral; the liquidator owes both fractions."""
    repay_usd_wad = UsdWad(mul_div_up(collateral_usd_wad, BPS, BPS + bonus_bps))
    return Assets(mul_div_up(debt_assets, repay_usd_wad, debt_usd_wad))
