# SPDX-License-Identifier: Apache-2.0
"""The borrow rate as a curve that moves until a pool is lent out to its target.

Mirrors `contracts/rates/AdaptiveRate.vy` for one pool.
"""

from dataclasses import dataclass

from strategies.model.arithmetic import add, multiply
from strategies.model.exponential import exp_wad_down
from strategies.units import (
    SECONDS_PER_YEAR,
    WAD,
    RatePerSecondWad,
    RatePerYearWad,
    Seconds,
    Wad,
)

MAX_EXPONENT_WAD = 17 * WAD


@dataclass(frozen=True, slots=True)
class Shape:
    target_wad: int
    steepness_wad: int
    speed_per_year_wad: int
    initial_rate_wad: int
    min_rate_wad: int
    max_rate_wad: int


def utilization_wad(idle: int, total_debt: int) -> Wad:
    """The part of the pool that is lent out, down; what overflows uint256 is refused."""
    if total_debt == 0:
        return Wad(0)
    return Wad(multiply(total_debt, WAD) // add(idle, total_debt))


@dataclass(slots=True)
class AdaptiveRate:
    shape: Shape
    rate_at_target_wad: RatePerYearWad
    checkpointed_at: int = 0

    @classmethod
    def of(cls, shape: Shape) -> "AdaptiveRate":
        return cls(shape, RatePerYearWad(shape.initial_rate_wad))

    def rate_per_year_wad(self, utilization: int) -> RatePerYearWad:
        """Two straight lines through R / C, R at the target and C * R."""
        rate, target = self.rate_at_target_wad, self.shape.target_wad
        if utilization <= target:
            empty = rate * WAD // self.shape.steepness_wad
            return RatePerYearWad(empty + (rate - empty) * utilization // target)
        full = rate * self.shape.steepness_wad // WAD
        return RatePerYearWad(rate + (full - rate) * (utilization - target) // (WAD - target))

    def rate_per_second_wad(self, idle: int, total_debt: int) -> RatePerSecondWad:
        yearly = self.rate_per_year_wad(utilization_wad(idle, total_debt))
        return RatePerSecondWad(yearly // SECONDS_PER_YEAR)

    def checkpoint(
        self, now: int, last_accrued_at: int, idle: int, total_debt: int
    ) -> RatePerYearWad:
        """Move R by the time for which this state is known to have stood."""
        seen_at, self.checkpointed_at = self.checkpointed_at, now
        witnessed = now - max(seen_at, last_accrued_at)
        if seen_at > 0 and witnessed > 0:
            utilization = utilization_wad(idle, total_debt)
            self.rate_at_target_wad = self.moved_rate_wad_down(utilization, Seconds(witnessed))
        return self.rate_at_target_wad

    def moved_rate_wad_down(self, utilization: int, elapsed: Seconds) -> RatePerYearWad:
        """R * exp(speed * error * time) within the bounds."""
        shape = self.shape
        target = shape.target_wad
        distance, largest = abs(utilization - target), target
        if utilization > target:
            largest = WAD - target
        exponent = shape.speed_per_year_wad * distance * elapsed // (largest * SECONDS_PER_YEAR)
        factor = exp_wad_down(min(exponent, MAX_EXPONENT_WAD))
        if utilization > target:
            risen = self.rate_at_target_wad * factor // WAD
            return RatePerYearWad(min(risen, shape.max_rate_wad))
        return RatePerYearWad(max(self.rate_at_target_wad * WAD // factor, shape.min_rate_wad))
