# SPDX-License-Identifier: Apache-2.0
"""The mean price of a token in a pair over a window, and when it is to be relied on.

Mirrors `contracts/oracles/PairTwapFeed.vy` without the pair and the quote token's feed.
"""

from dataclasses import dataclass, field

from strategies.model.arithmetic import multiply, require
from strategies.units import BPS, WAD, PriceUsdWad, Seconds

MIN_MEAN_WAD = 10_000
MAX_PRICE_USD_WAD = 10**12 * WAD


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Sums of the asset's price in the quote token, of its inverse, and their time."""

    asset_cumulative: int = 0
    quote_cumulative: int = 0
    taken_at: int = 0


@dataclass(slots=True)
class PairTwap:
    asset_base_units: int
    quote_base_units: int
    shortest: Seconds
    longest: Seconds
    spread_bps: int
    min_quote_reserve: int
    newest: Checkpoint = field(default_factory=Checkpoint)
    previous: Checkpoint = field(default_factory=Checkpoint)

    def checkpoint(self, current: Checkpoint, liquidity: int) -> None:
        require(liquidity > 0, "feed: pair without liquidity")
        is_due = current.taken_at >= self.newest.taken_at + self.shortest
        require(is_due, "feed: checkpoint too soon")
        self.previous, self.newest = self.newest, current

    def means_wad_down(self, current: Checkpoint) -> tuple[int, int]:
        """mean(p) and 1 / mean(1 / p), or zeros without a window."""
        start = self.newest
        if current.taken_at < start.taken_at + self.shortest:
            start = self.previous
        if start.taken_at == 0 or current.taken_at > start.taken_at + self.longest:
            return 0, 0
        elapsed = current.taken_at - start.taken_at
        upper = (current.asset_cumulative - start.asset_cumulative) // elapsed
        inverse = (current.quote_cumulative - start.quote_cumulative) // elapsed
        if min(upper, inverse) < MIN_MEAN_WAD:
            return 0, 0
        return upper, WAD * WAD // inverse

    def price_usd_wad(
        self, current: Checkpoint, quote_reserve: int, quote_usd_wad: int
    ) -> PriceUsdWad:
        """The middle of the two means, in dollars for a whole token; 0 where it is not to be had."""
        upper, lower = self.means_wad_down(current)
        if quote_reserve < self.min_quote_reserve or lower == 0:
            return PriceUsdWad(0)
        if abs(upper - lower) * BPS > min(upper, lower) * self.spread_bps:
            return PriceUsdWad(0)
        if quote_usd_wad > MAX_PRICE_USD_WAD:
            return PriceUsdWad(0)
        scaled = multiply((upper + lower) // 2, self.asset_base_units)
        return PriceUsdWad(multiply(scaled // self.quote_base_units, quote_usd_wad) // WAD)
