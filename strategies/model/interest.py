# SPDX-License-Identifier: Apache-2.0
"""Compound interest by three Taylor terms.

Mirrors `contracts/modules/interest.vy`; both are held to `tests/vectors/interest.json`.
"""

from strategies.units import WAD, Wad

MAX_EXPONENT_WAD = 10 * WAD


def growth_wad_down(rate_per_second_wad: int, elapsed_seconds: int) -> Wad:
    """Interest per unit of debt: x + x^2 / 2 + x^3 / 6 with x = rate * time, each term down."""
    x = min(rate_per_second_wad * elapsed_seconds, MAX_EXPONENT_WAD)
    second = x * x // (2 * WAD)
    third = second * x // (3 * WAD)
    return Wad(x + second + third)
