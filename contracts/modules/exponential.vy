# pragma version 0.4.3
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title exponential
@license AGPL-3.0-only
@notice e to the power of a number that is not negative, to the last digits of a WAD.
@dev With q = x // ln 2 and r = x - q * ln 2, both down,

         e**x = 2**q * e**r,    e**r ~ 1 + r + r**2 / 2! + ... + r**19 / 19!

     For r below ln 2 the terms left out are below 10**-21. ln 2 is taken up by less
     than 10**-18, so that r, and with it the result, stays below the true value.
"""

from . import units

# ln 2 = 0.693147180559945309417..., up.
LN2_UP_WAD: constant(uint256) = 693_147_180_559_945_310

LAST_TERM: constant(uint256) = 19


@internal
@pure
def exp_wad_down(exponent_wad: uint256) -> uint256:
    """
    @notice e to the power of `exponent_wad`.
    @dev The caller keeps the exponent at or below 100 WAD: the result is then below 2**206.
    @custom:rounding Down, each term by itself.
    """
    doublings: uint256 = exponent_wad // LN2_UP_WAD
    rest_wad: uint256 = exponent_wad % LN2_UP_WAD
    total_wad: uint256 = units.WAD
    term_wad: uint256 = units.WAD
    for i: uint256 in range(1, LAST_TERM + 1):
        term_wad = term_wad * rest_wad // (i * units.WAD)
        total_wad += term_wad
    return total_wad << doublings
