# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title PairTwapFeed
@license AGPL-3.0-only
@notice Prices one token of a pair by the mean of its trades over a window of time.
@dev The pair sums its price over time, and a trade counts only from its own block on.
     Anybody checkpoints the sums; the mean runs from a checkpoint to now, over at least
     the shortest window. It is no answer where the newest checkpoint old enough is older
     than the longest window.

     The pair sums the price p of the asset and its inverse. Of them come two means:

         upper = mean(p)    >=    lower = 1 / mean(1 / p)

     They part as p varies within the window, by about its squared variation. Where they
     part by more than the bound s, or where the pair holds too little of the quote token
     to be worth asking, the feed gives no answer, and the other feeds of the asset
     decide. Else the answer is the middle of the two: a price that was forced for a part
     x of the window moves it by a factor of at most 1 + (s + sqrt(s**2 + 4 s x)) / 2 (1 - x).

     It reads a feed for the quote token, not the oracle: the oracle asks feeds while it
     is locked. An overflow is no answer.
@custom:invariants ORC-3
@custom:kill Nothing to stop. Without checkpoints the feed falls silent; the oracle's owner
    replaces it.
"""

from ethereum.ercs import IERC20
from ethereum.ercs import IERC20Detailed

from ..interfaces import IPairTwapFeed
from ..interfaces import IPriceFeed
from ..interfaces import IVolatilePair
from ..modules import units

implements: IPairTwapFeed
implements: IPriceFeed

# Shorter, and one builder of blocks may own most of a window; longer, and it is history.
MIN_WINDOW_SECONDS: constant(uint256) = 600
MAX_WINDOW_SECONDS: constant(uint256) = 604_800

MAX_SPREAD_BPS: constant(uint256) = 2_000
MAX_DECIMALS: constant(uint8) = 36

# Means are cut to whole numbers in the pair: from here on that is a hundredth of a percent.
MIN_MEAN_WAD: constant(uint256) = 10_000

# As in the oracle: a feed that says so is broken.
MAX_PRICE_USD_WAD: constant(uint256) = 10**12 * units.WAD

PAIR: immutable(address)
ASSET: immutable(address)
QUOTE: immutable(address)

# Prices the quote token in USD.
QUOTE_FEED: immutable(address)

# Base units that make a whole token.
ASSET_BASE_UNITS: immutable(uint256)
QUOTE_BASE_UNITS: immutable(uint256)

# Least and largest age of the checkpoint that a mean starts from.
SHORTEST_SECONDS: immutable(uint256)
LONGEST_SECONDS: immutable(uint256)

# How far the two means may part, and the least of the quote token in the pair, base units.
SPREAD_BPS: immutable(uint256)
MIN_QUOTE_RESERVE: immutable(uint256)

# The last two checkpoints, at least the shortest window apart.
_newest: IPairTwapFeed.Checkpoint
_previous: IPairTwapFeed.Checkpoint


@deploy
def __init__(
    pair: address,
    asset: address,
    quote_feed: address,
    shortest_seconds: uint256,
    longest_seconds: uint256,
    spread_bps: uint256,
    min_quote_reserve: uint256,
):
    """
    @notice Opens a feed for one token of `pair`, without a checkpoint.
    @custom:reverts
        "feed: asset not in the pair"
        "feed: not a feed"
        "feed: window out of range" unless 10 minutes <= shortest, twice shortest <= longest
            and longest <= 7 days
        "feed: spread out of range"
        "feed: zero minimum reserve"
        "feed: too many decimals"
    @param pair VolatilePair that trades the token.
    @param asset The token priced.
    @param quote_feed Feed that prices the pair's other token.
    @param shortest_seconds Least time that a mean covers.
    @param longest_seconds Most time that a mean covers.
    @param spread_bps How far the two means may part, above 0, at most 20 %.
    @param min_quote_reserve Least of the other token in the pair.
    """
    token0: address = staticcall IVolatilePair(pair).token0()
    token1: address = staticcall IVolatilePair(pair).token1()
    assert asset == token0 or asset == token1, "feed: asset not in the pair"
    quote: address = token0
    if asset == token0:
        quote = token1
    assert quote_feed.is_contract, "feed: not a feed"
    assert (
        shortest_seconds >= MIN_WINDOW_SECONDS
        and longest_seconds <= MAX_WINDOW_SECONDS
        and shortest_seconds <= longest_seconds // 2
    ), "feed: window out of range"
    assert spread_bps > 0 and spread_bps <= MAX_SPREAD_BPS, "feed: spread out of range"
    assert min_quote_reserve > 0, "feed: zero minimum reserve"
    asset_decimals: uint8 = staticcall IERC20Detailed(asset).decimals()
    quote_decimals: uint8 = staticcall IERC20Detailed(quote).decimals()
    assert (
        asset_decimals <= MAX_DECIMALS and quote_decimals <= MAX_DECIMALS
    ), "feed: too many decimals"

    PAIR = pair
    ASSET = asset
    QUOTE = quote
    QUOTE_FEED = quote_feed
    ASSET_BASE_UNITS = 10 ** convert(asset_decimals, uint256)
    QUOTE_BASE_UNITS = 10 ** convert(quote_decimals, uint256)
    SHORTEST_SECONDS = shortest_seconds
    LONGEST_SECONDS = longest_seconds
    SPREAD_BPS = spread_bps
    MIN_QUOTE_RESERVE = min_quote_reserve


@external
def checkpoint():
    """
    @notice Note the sums of the pair, for later means to start from.
    @custom:access Anyone.
    @custom:reverts
        "feed: pair without liquidity" for no time may count in which there was no price
        "feed: checkpoint too soon" within the shortest window after the newest
    """
    liquidity: uint256 = staticcall IERC20(PAIR).totalSupply()
    assert liquidity > 0, "feed: pair without liquidity"
    newest: IPairTwapFeed.Checkpoint = self._newest
    assert block.timestamp >= newest.taken_at + SHORTEST_SECONDS, "feed: checkpoint too soon"

    taken: IPairTwapFeed.Checkpoint = self._now()
    self._previous = newest
    self._newest = taken

    log IPairTwapFeed.CheckpointTaken(
        asset_cumulative=taken.asset_cumulative, quote_cumulative=taken.quote_cumulative
    )


@external
@view
def latest(asset: address) -> (uint256, uint256):
    """
    @notice The mean price of `asset`; zeros where there is none to rely on.
    @custom:rounding Down.
    @return USD of one whole token, WAD.
    @return When the quote token's price was observed, Unix seconds; never after now.
    """
    if asset != ASSET:
        return 0, 0
    if self._quote_reserve() < MIN_QUOTE_RESERVE:
        return 0, 0

    upper_wad: uint256 = 0
    lower_wad: uint256 = 0
    upper_wad, lower_wad = self._means_wad_down()
    if lower_wad == 0:
        return 0, 0
    # The pair cuts both sums: by a digit upper may lie below lower.
    parted_wad: uint256 = max(upper_wad, lower_wad) - min(upper_wad, lower_wad)
    if parted_wad * units.BPS > min(upper_wad, lower_wad) * SPREAD_BPS:
        return 0, 0

    quote_usd_wad: uint256 = 0
    observed_at: uint256 = 0
    quote_usd_wad, observed_at = staticcall IPriceFeed(QUOTE_FEED).latest(QUOTE)
    if quote_usd_wad > MAX_PRICE_USD_WAD:
        return 0, 0

    # Base units of the quote for a base unit of the asset become whole tokens for a whole one.
    whole_wad: uint256 = (upper_wad + lower_wad) // 2 * ASSET_BASE_UNITS // QUOTE_BASE_UNITS
    return whole_wad * quote_usd_wad // units.WAD, min(observed_at, block.timestamp)


@external
@view
def mean_prices_wad() -> (uint256, uint256):
    """
    @notice The two means of the asset's price in the quote token over the window.
    @custom:rounding Down.
    @return Mean of the price, WAD, in base units of both; zero without a window.
    @return Inverse of the mean of the inverse price, likewise.
    """
    return self._means_wad_down()


@external
@view
def checkpoints() -> (IPairTwapFeed.Checkpoint, IPairTwapFeed.Checkpoint):
    """
    @notice The newest checkpoint and the one before; zeros where there is none.
    """
    return self._newest, self._previous


@external
@view
def window() -> (uint256, uint256, uint256, uint256):
    """
    @notice When the feed answers, as given at birth.
    @return Shortest and longest time of a mean in seconds, the bound on how far the means
        part in basis points, and the least of the quote token, base units.
    """
    return SHORTEST_SECONDS, LONGEST_SECONDS, SPREAD_BPS, MIN_QUOTE_RESERVE


@external
@view
def sources() -> (address, address, address, address):
    """
    @notice What the price is made of.
    @return The pair, the token priced, the quote token and the feed of the quote token.
    """
    return PAIR, ASSET, QUOTE, QUOTE_FEED


# --- Internals ---


@internal
@view
def _now() -> IPairTwapFeed.Checkpoint:
    sum0: uint256 = 0
    sum1: uint256 = 0
    sum0, sum1 = staticcall IVolatilePair(PAIR).current_price_cumulatives()
    if self._is_asset_first():
        return IPairTwapFeed.Checkpoint(
            asset_cumulative=sum0, quote_cumulative=sum1, taken_at=block.timestamp
        )
    return IPairTwapFeed.Checkpoint(
        asset_cumulative=sum1, quote_cumulative=sum0, taken_at=block.timestamp
    )


@internal
@view
def _quote_reserve() -> uint256:
    reserve0: uint256 = 0
    reserve1: uint256 = 0
    reserve0, reserve1 = staticcall IVolatilePair(PAIR).reserves()
    if self._is_asset_first():
        return reserve1
    return reserve0


@internal
@view
def _is_asset_first() -> bool:
    # A pair orders its tokens by address.
    return convert(ASSET, uint160) < convert(QUOTE, uint160)


@internal
@view
def _means_wad_down() -> (uint256, uint256):
    start: IPairTwapFeed.Checkpoint = self._newest
    if block.timestamp < start.taken_at + SHORTEST_SECONDS:
        start = self._previous
    if start.taken_at == 0 or block.timestamp > start.taken_at + LONGEST_SECONDS:
        return 0, 0

    # The newest is old enough, or the previous one is: they are a shortest window apart.
    end: IPairTwapFeed.Checkpoint = self._now()
    elapsed_seconds: uint256 = end.taken_at - start.taken_at
    upper_wad: uint256 = (end.asset_cumulative - start.asset_cumulative) // elapsed_seconds
    inverse_wad: uint256 = (end.quote_cumulative - start.quote_cumulative) // elapsed_seconds
    if upper_wad < MIN_MEAN_WAD or inverse_wad < MIN_MEAN_WAD:
        return 0, 0
    return upper_wad, units.WAD * units.WAD // inverse_wad
