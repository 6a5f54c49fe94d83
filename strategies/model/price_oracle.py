# SPDX-License-Identifier: Apache-2.0
"""One asset's price out of what its feeds say, and the bid and ask around it.

Mirrors `contracts/oracles/PriceOracle.vy` for one asset.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from strategies.model.arithmetic import require
from strategies.model.exponential import exp_wad_down
from strategies.units import BPS, WAD, PriceUsdWad

MAX_EXPONENT_WAD = 70 * WAD
MAX_PRICE_USD_WAD = 10**12 * WAD

# What a feed says: a price and when it was observed.
Report = tuple[int, int]


def median_down(prices: Sequence[int]) -> int:
    ordered, middle = sorted(prices), len(prices) // 2
    if len(prices) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) // 2


@dataclass(slots=True)
class PriceOracle:
    max_age_seconds: int
    deviation_bps: int = 0
    band_bps: int = 0
    mean_seconds: int = 0
    mean_usd_wad: int = 0
    last_usd_wad: int = 0
    refreshed_at: int = 0

    def price_usd_wad(self, now: int, reports: Sequence[Report]) -> PriceUsdWad:
        """The median of fresh reports: half of the feeds at least, and not too far apart."""
        heard = [each for each in reports if 0 < each[0] <= MAX_PRICE_USD_WAD]
        fresh = [price for price, at in heard if at + self.max_age_seconds >= now]
        is_fresh = bool(fresh) and 2 * len(fresh) >= len(reports)
        require(is_fresh, "oracle: stale price")
        median = median_down(fresh)
        parted = (max(fresh) - min(fresh)) * BPS
        is_disputed = self.deviation_bps > 0 and parted > median * self.deviation_bps
        require(not is_disputed, "oracle: feeds disagree")
        return PriceUsdWad(median)

    def mean_at(self, now: int) -> int:
        """last + (mean - last) * exp(-t / T), the distance down."""
        if self.band_bps == 0:
            return 0
        elapsed = (now - self.refreshed_at) * WAD // self.mean_seconds
        factor = exp_wad_down(min(elapsed, MAX_EXPONENT_WAD))
        distance = abs(self.mean_usd_wad - self.last_usd_wad) * WAD // factor
        is_above = self.mean_usd_wad >= self.last_usd_wad
        return self.last_usd_wad + (distance if is_above else -distance)

    def bid_usd_wad_down(self, now: int, reports: Sequence[Report]) -> PriceUsdWad:
        price = self.price_usd_wad(now, reports)
        if self.band_bps == 0:
            return price
        lowest = price * (BPS - self.band_bps) // BPS
        return PriceUsdWad(max(min(price, self.mean_at(now)), lowest))

    def ask_usd_wad_up(self, now: int, reports: Sequence[Report]) -> PriceUsdWad:
        price = self.price_usd_wad(now, reports)
        if self.band_bps == 0:
            return price
        highest = -(-price * (BPS + self.band_bps) // BPS)
        return PriceUsdWad(min(max(price, self.mean_at(now)), highest))

    def refresh(self, now: int, reports: Sequence[Report]) -> None:
        price = self.price_usd_wad(now, reports)
        if self.band_bps:
            self.mean_usd_wad = self.mean_at(now)
            self.last_usd_wad, self.refreshed_at = price, now

    def set_guards(self, now: int, reports: Sequence[Report], guards: tuple[int, int, int]) -> None:
        self.deviation_bps, self.band_bps, self.mean_seconds = guards
        price = self.price_usd_wad(now, reports)
        self.mean_usd_wad = self.last_usd_wad = price
        self.refreshed_at = now
