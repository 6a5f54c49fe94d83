# pragma version 0.4.3
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title liquidation
@license AGPL-3.0-only
@notice How much of a loan may be repaid by another, and what for.
@dev With debt D and liquidation limit L in USD, health is h = L / D. A liquidator who
     repays R takes collateral worth R * (1 + b), whose threshold is t:

         bonus      b = clamp(MIN + (1 - h), MIN, MAX), and no more than h / t - 1
         health after = (L - t * (1 + b) * R) / (D - R)

     which is not below h exactly if t * (1 + b) <= h: hence the second bound. Below
     h = t * (1 + MIN) the loan is close to insolvent; MIN is paid all the same, or
     nobody would come. Setting the health after to TARGET gives

         R = (TARGET * D - L) / (TARGET - t * (1 + b))
"""

from . import units

MIN_BONUS_BPS: constant(uint256) = 200
MAX_BONUS_BPS: constant(uint256) = 1_000

# Repaying stops where the loan stands well again: 1.10.
TARGET_HEALTH_WAD: constant(uint256) = 11 * units.WAD // 10

# A loan below this, or one that would fall below it, is closed whole: the rest would
# be too small for anybody to come back for. 100 USD.
DUST_USD_WAD: constant(uint256) = 100 * units.WAD


@internal
@pure
def bonus_bps_down(health_wad: uint256, threshold_bps: uint256) -> uint256:
    """
    @notice What the liquidator gets on top of what was repaid.
    @dev `health_wad` is below 1 and `threshold_bps` above 0.
    @custom:rounding Down. The borrower keeps the fraction.
    """
    linear_bps: uint256 = MIN_BONUS_BPS + (units.WAD - health_wad) * units.BPS // units.WAD
    bonus: uint256 = min(linear_bps, MAX_BONUS_BPS)
    harmless_bps: uint256 = health_wad * units.BPS * units.BPS // (threshold_bps * units.WAD)
    if harmless_bps >= units.BPS + bonus:
        return bonus
    if harmless_bps <= units.BPS + MIN_BONUS_BPS:
        return MIN_BONUS_BPS
    return harmless_bps - units.BPS


@internal
@pure
def closable_assets_up(
    debt_assets: uint256,
    debt_usd_wad: uint256,
    limit_usd_wad: uint256,
    threshold_bps: uint256,
    bonus_bps: uint256,
) -> uint256:
    """
    @notice How much of `debt_assets` may be repaid for collateral.
    @dev The denominator is at least 1.10 - 0.95 * 1.10 > 0.
    @custom:rounding Up, to the next base unit of debt, and never above the debt.
    """
    if debt_usd_wad < DUST_USD_WAD:
        return debt_assets

    lack_usd_wad: uint256 = TARGET_HEALTH_WAD * debt_usd_wad // units.WAD - limit_usd_wad
    relief_wad: uint256 = TARGET_HEALTH_WAD - (
        threshold_bps * (units.BPS + bonus_bps) * units.WAD // (units.BPS * units.BPS)
    )
    repay_usd_wad: uint256 = self._ceil_div(lack_usd_wad * units.WAD, relief_wad)
    if repay_usd_wad + DUST_USD_WAD > debt_usd_wad:
        return debt_assets
    return self._ceil_div(debt_assets * repay_usd_wad, debt_usd_wad)


@internal
@pure
def covered_assets_up(
    debt_assets: uint256, debt_usd_wad: uint256, collateral_usd_wad: uint256, bonus_bps: uint256
) -> uint256:
    """
    @notice What must be repaid for the whole of a collateral.
    @custom:rounding Up, twice. The liquidator owes the fraction, so that collateral
        of any value costs at least one base unit.
    """
    repay_usd_wad: uint256 = self._ceil_div(
        collateral_usd_wad * units.BPS, units.BPS + bonus_bps
    )
    return self._ceil_div(debt_assets * repay_usd_wad, debt_usd_wad)


@internal
@pure
def _ceil_div(numerator: uint256, denominator: uint256) -> uint256:
    if numerator == 0:
        return 0
    return (numerator - 1) // denominator + 1
