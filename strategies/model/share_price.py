# SPDX-License-Identifier: Apache-2.0
"""The price of a vault's share, limited upward.

Mirrors `contracts/oracles/SharePriceFeed.vy` without the vault and its asset's feed.
"""

from dataclasses import dataclass

from strategies.model.arithmetic import multiply, require
from strategies.units import SECONDS_PER_YEAR, WAD, PriceUsdWad

PERIOD_SECONDS = 3_600
MAX_SLACK_SECONDS = 604_800
MAX_SHARE_PRICE_WAD = 10**12 * WAD
MAX_PRICE_USD_WAD = 10**12 * WAD


@dataclass(slots=True)
class SharePrice:
    growth_per_year_wad: int
    min_supply: int
    base_wad: int
    base_at: int
    high_wad: int

    def limit_wad_down(self, now: int) -> int:
        slack = min(now - self.base_at, MAX_SLACK_SECONDS)
        gained = self.base_wad * self.growth_per_year_wad * slack // (WAD * SECONDS_PER_YEAR)
        return self.base_wad + gained

    def checkpoint(self, now: int, share_price_wad: int, supply: int) -> None:
        require(supply >= self.min_supply, "feed: too few shares")
        is_in_range = 0 < share_price_wad <= MAX_SHARE_PRICE_WAD
        require(is_in_range, "feed: share price out of range")
        seen = min(share_price_wad, self.limit_wad_down(now))
        high = max(self.high_wad, seen)
        if now < self.base_at + PERIOD_SECONDS:
            self.high_wad = high
            return
        self.base_wad, self.base_at, self.high_wad = high, now, seen

    def price_usd_wad(
        self, now: int, share_price_wad: int, supply: int, asset_usd_wad: int
    ) -> PriceUsdWad:
        if supply < self.min_supply or asset_usd_wad > MAX_PRICE_USD_WAD:
            return PriceUsdWad(0)
        limited = min(share_price_wad, self.limit_wad_down(now))
        return PriceUsdWad(multiply(limited, asset_usd_wad) // WAD)
