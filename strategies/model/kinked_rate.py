# SPDX-License-Identifier: Apache-2.0
"""The borrow rate as two straight lines that meet at the kink.

Mirrors `contracts/rates/KinkedRate.vy`; both are held to `tests/vectors/kinked_rate.json`.
"""

from dataclasses import dataclass

from strategies.units import SECONDS_PER_YEAR, WAD, RatePerSecondWad, RatePerYearWad, Wad


def utilization_wad(idle: int, total_debt: int) -> Wad:
    """The part of the pool that is lent out, down; zero for an empty pool."""
    total = idle + total_debt
    return Wad(total_debt * WAD // total) if total else Wad(0)


@dataclass(frozen=True, slots=True)
class KinkedRate:
    """Yearly rates by WAD: `base` at rest, `+ slope_low` at the kink, `+ slope_high` when empty."""

    base_rate_wad: RatePerYearWad
    slope_low_wad: RatePerYearWad
    slope_high_wad: RatePerYearWad
    kink_wad: Wad

    def rate_per_year_wad(self, utilization: int) -> RatePerYearWad:
        if utilization <= self.kink_wad:
            return RatePerYearWad(
                self.base_rate_wad + self.slope_low_wad * utilization // self.kink_wad
            )
        above_kink = self.slope_high_wad * (utilization - self.kink_wad) // (WAD - self.kink_wad)
        return RatePerYearWad(self.base_rate_wad + self.slope_low_wad + above_kink)

    def rate_per_second_wad(self, idle: int, total_debt: int) -> RatePerSecondWad:
        """Borrowers' rate, down, for a pool that holds `idle` and is owed `total_debt`."""
        yearly = self.rate_per_year_wad(utilization_wad(idle, total_debt))
        return RatePerSecondWad(yearly // SECONDS_PER_YEAR)
