# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title KinkedRate
@license AGPL-3.0-only
@notice Prices borrowing by two straight lines that meet at the kink.
@dev With utilization U = debt / (idle + debt):

         rate(U) = base + slope_low * U / kink                           U <= kink
                 = base + slope_low + slope_high * (U - kink) / (1 - kink)   else

     It holds no funds and has no owner: a pool that wants another curve points to
     another contract.
@custom:invariants RATE-1, RATE-2
@custom:kill Nothing to stop. A pool's owner replaces the model; a pool whose model
    fails goes on at the last good rate.
"""

from ..interfaces import IRateModel
from ..modules import units

implements: IRateModel

# 1,000 % a year at full utilization. Pools clamp to the same bound.
MAX_ANNUAL_RATE_WAD: constant(uint256) = 10 * units.WAD

# Annual rate of an idle pool.
BASE_RATE_WAD: immutable(uint256)

# What the rate gains, per year, from empty to the kink, and from the kink to full.
SLOPE_LOW_WAD: immutable(uint256)
SLOPE_HIGH_WAD: immutable(uint256)

# Utilization at which the lines meet.
KINK_WAD: immutable(uint256)


@deploy
def __init__(
    base_rate_wad: uint256, slope_low_wad: uint256, slope_high_wad: uint256, kink_wad: uint256
):
    """
    @notice Fixes the curve for good.
    @custom:reverts
        "rate: kink out of range"
        "rate: above the maximum"
    @param base_rate_wad Annual rate at utilization 0.
    @param slope_low_wad Annual rate gained up to the kink.
    @param slope_high_wad Annual rate gained beyond it.
    @param kink_wad Utilization of the kink, between 0 and 1, neither included.
    """
    assert kink_wad > 0 and kink_wad < units.WAD, "rate: kink out of range"
    assert (
        base_rate_wad <= MAX_ANNUAL_RATE_WAD
        and slope_low_wad <= MAX_ANNUAL_RATE_WAD
        and slope_high_wad <= MAX_ANNUAL_RATE_WAD
        and base_rate_wad + slope_low_wad + slope_high_wad <= MAX_ANNUAL_RATE_WAD
    ), "rate: above the maximum"

    BASE_RATE_WAD = base_rate_wad
    SLOPE_LOW_WAD = slope_low_wad
    SLOPE_HIGH_WAD = slope_high_wad
    KINK_WAD = kink_wad


@external
@view
def rate_per_second_wad(idle: uint256, total_debt: uint256) -> uint256:
    """
    @notice What a unit of debt pays per second in a pool in this state.
    @custom:rounding Down at each division. The borrower keeps the fraction.
    @param idle Base units that the pool could lend now.
    @param total_debt Base units that it has lent.
    @return Interest per second per unit of debt, WAD.
    """
    return self._annual_rate_wad(idle, total_debt) // units.SECONDS_PER_YEAR


@external
@view
def curve() -> (uint256, uint256, uint256, uint256):
    """
    @notice The four numbers of the curve, as given at birth.
    @return Base rate, low slope, high slope (annual, WAD) and the kink (WAD).
    """
    return BASE_RATE_WAD, SLOPE_LOW_WAD, SLOPE_HIGH_WAD, KINK_WAD


@internal
@view
def _annual_rate_wad(idle: uint256, total_debt: uint256) -> uint256:
    if total_debt == 0:
        return BASE_RATE_WAD

    utilization_wad: uint256 = total_debt * units.WAD // (idle + total_debt)
    if utilization_wad <= KINK_WAD:
        return BASE_RATE_WAD + SLOPE_LOW_WAD * utilization_wad // KINK_WAD

    above_kink_wad: uint256 = utilization_wad - KINK_WAD
    return (
        BASE_RATE_WAD + SLOPE_LOW_WAD + SLOPE_HIGH_WAD * above_kink_wad // (units.WAD - KINK_WAD)
    )
