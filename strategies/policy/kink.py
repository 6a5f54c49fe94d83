# SPDX-License-Identifier: Apache-2.0
"""What a deposit earns in a pool whose rate it moves, cut at the kink of the curve.

With S supplied by others, B borrowed, x = S + a and U = B / x, the borrow rate on either side of
the kink is alpha + beta U, and `a` of ours earn

    y(a)  = a (1 - rho) U (alpha + beta U)
    y'(a) = (1 - rho) [ (alpha S - beta B) B / x^2 + 2 S beta B^2 / x^3 ]

Wherever y' >= 0, y is concave: the zero of y' lies before its turning point. At the kink y' jumps
up as `a` grows, so the whole is not concave and each side is treated by itself.
"""

from dataclasses import dataclass

from strategies.policy.snapshot import RateCurve
from strategies.units import BPS, WAD


@dataclass(frozen=True, slots=True)
class Segment:
    """One side of the kink: deposits from `low` to `high`, both possible."""

    others: int  # S
    debt: int  # B
    alpha_wad: int
    beta_wad: int
    keep_bps: int  # 1 - rho
    low: int
    high: int

    def yield_wad(self, deposit: int) -> int:
        """Earned a year, in base units by WAD, down."""
        supplied = self.others + deposit
        if supplied <= 0:
            return 0
        top = self.alpha_wad * supplied + self.beta_wad * self.debt
        return deposit * self.debt * top * self.keep_bps // (supplied * supplied * BPS)

    def marginal_wad(self, deposit: int) -> int:
        """What the next unit adds a year, by WAD, down."""
        supplied = self.others + deposit
        if supplied <= 0:
            return 0
        return (self._linear() * supplied + self._constant()) // (supplied**3 * BPS)

    def deposit_at(self, multiplier_wad: int) -> int:
        """The largest deposit in the segment whose marginal yield is at least the multiplier.

        Solves lambda x^3 - c x - d = 0 by Newton from above, where the cubic is convex.
        """
        if self.marginal_wad(self.high) >= multiplier_wad:
            return self.high
        if self.marginal_wad(self.low) <= multiplier_wad:
            return self.low
        linear, constant, cubic = self._linear(), self._constant(), max(1, multiplier_wad) * BPS
        x = self.others + self.high
        while True:
            value = cubic * x**3 - linear * x - constant
            slope = 3 * cubic * x * x - linear
            if value <= 0 or slope <= 0:
                break
            step = value // slope
            if step == 0:
                break
            x -= step
        return min(max(x - self.others, self.low), self.high)

    def _linear(self) -> int:
        top = self.alpha_wad * self.others - self.beta_wad * self.debt
        return top * self.debt * self.keep_bps

    def _constant(self) -> int:
        return 2 * self.others * self.beta_wad * self.debt * self.debt * self.keep_bps


def segments(
    curve: RateCurve, others: int, debt: int, reserve_factor_bps: int, low: int, high: int
) -> tuple[Segment, ...]:
    """The sides of the kink that deposits from `low` to `high` can reach, used-most first."""
    keep_bps = BPS - reserve_factor_bps
    kink = curve.kink_wad
    # The deposit at which use has fallen to the kink.
    at_kink = -(-debt * WAD // kink) - others
    steep = curve.slope_high_wad * WAD // (WAD - kink) if kink < WAD else 0
    above_alpha = curve.base_rate_wad + curve.slope_low_wad - steep * kink // WAD
    found = []
    if low < at_kink:
        top = min(high, at_kink)
        found.append(Segment(others, debt, above_alpha, steep, keep_bps, low, top))
    if high > at_kink:
        gentle = curve.slope_low_wad * WAD // kink
        bottom = max(low, at_kink)
        found.append(Segment(others, debt, curve.base_rate_wad, gentle, keep_bps, bottom, high))
    if not found:
        gentle = curve.slope_low_wad * WAD // kink
        found.append(Segment(others, debt, curve.base_rate_wad, gentle, keep_bps, low, high))
    return tuple(found)
