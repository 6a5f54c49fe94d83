# pragma version 0.4.3
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title interest
@license AGPL-3.0-only
@notice Compounds a rate per second over an interval, and never reverts.
@dev With rate r and time t, x = min(r * t, MAX_EXPONENT) and

         growth = e**x - 1  ~  x + x**2 / 2 + x**3 / 6          (each term down)

     Three terms stay below the true value, so nobody is charged more than compound
     interest; at 100 % a year left alone for a month they miss it by 2 parts in a
     million.
"""

from . import units

# A pool that nobody touched for so long that r * t passes 10 is charged as if it had
# stopped there: growth is then 226-fold, far above anything collateral can cover.
MAX_EXPONENT_WAD: constant(uint256) = 10 * units.WAD


@internal
@pure
def growth_wad_down(rate_per_second_wad: uint256, elapsed_seconds: uint256) -> uint256:
    """
    @notice Interest per unit of debt over `elapsed_seconds`.
    @dev The caller keeps the rate below 2**128 and the time below 2**64: the product
         then fits, and x**3 is at most 10**57.
    @custom:rounding Down, each term by itself.
    """
    x: uint256 = min(rate_per_second_wad * elapsed_seconds, MAX_EXPONENT_WAD)
    second: uint256 = x * x // (2 * units.WAD)
    third: uint256 = second * x // (3 * units.WAD)
    return x + second + third
