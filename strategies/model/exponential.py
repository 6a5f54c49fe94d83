# SPDX-License-Identifier: Apache-2.0
"""e to the power of a WAD that is not negative, digit by digit as the contracts have it.

Mirrors `contracts/modules/exponential.vy`.
"""

from strategies.units import WAD, Wad

LN2_UP_WAD = 693_147_180_559_945_310
LAST_TERM = 19


def exp_wad_down(exponent_wad: int) -> Wad:
    """2^q times the Taylor series of what is left below ln 2, each term down."""
    doublings, rest = divmod(exponent_wad, LN2_UP_WAD)
    total = term = WAD
    for number in range(1, LAST_TERM + 1):
        term = term * rest // (number * WAD)
        total += term
    return Wad(total << doublings)
