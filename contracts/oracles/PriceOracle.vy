# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title PriceOracle
@license AGPL-3.0-only
@notice One price per asset: the median of its fresh feeds, or no price at all.
@dev Staleness is decided here, in the core, and not in adapters. A feed that fails,
     answers nonsense or is too old does not count; fewer than half of them left is
     no price. Collateral is valued at the bid and debt at the ask; both are the
     median as long as no feed reports a spread.
@custom:invariants ORC-1
@custom:kill The owner points an asset to feeds that never answer. Borrowing against
    it, and liquidation, then stop; deposit, repay and withdrawal without debt go on.
"""

from ethereum.ercs import IERC20Detailed
from snekmate.auth import ownable
from snekmate.auth import ownable_2step

from ..interfaces import IPriceFeed
from ..interfaces import IPriceOracle
from ..modules import units

implements: IPriceOracle

initializes: ownable
initializes: ownable_2step[ownable := ownable]

exports: (
    ownable_2step.owner,
    ownable_2step.pending_owner,
    ownable_2step.transfer_ownership,
    ownable_2step.accept_ownership,
)

MAX_FEEDS: constant(uint256) = 5
MAX_DECIMALS: constant(uint8) = 36

# A price that may be a week old is no price.
MAX_AGE_SECONDS: constant(uint256) = 604_800

# No token of ours is worth a trillion dollars: a feed that says so is broken. The
# bound also keeps assets * price inside 256 bits.
MAX_PRICE_USD_WAD: constant(uint256) = 10**12 * units.WAD

# Enough for a feed that reads a few slots; a feed cannot burn a caller's gas.
FEED_GAS: constant(uint256) = 150_000

# What the feeds of one asset say, taken together. Without any price all is zero.
struct Reading:
    price_usd_wad: uint256
    observed_at: uint256
    is_fresh: bool

# Where the price of an asset comes from.
_feeds: HashMap[address, DynArray[address, MAX_FEEDS]]

# How old an observation may be, and how many base units make a whole token.
_max_age_seconds: HashMap[address, uint256]
_base_units: HashMap[address, uint256]


@deploy
def __init__(owner: address):
    """
    @notice Starts without any asset.
    @param owner Who may choose feeds.
    """
    ownable.__init__()
    ownable_2step.__init__()
    ownable_2step._transfer_ownership(owner)


# --- Prices ---


@external
@view
def price_usd_wad(asset: address) -> uint256:
    """
    @notice The median price of `asset`.
    @custom:reverts
        "oracle: no feed"
        "oracle: stale price"
    @return USD of one whole token, WAD.
    """
    return self._price_usd_wad(asset)


@external
@view
def bid_usd_wad(asset: address) -> uint256:
    """
    @notice What `asset` fetches when it must be sold: values collateral.
    @custom:reverts
        "oracle: no feed"
        "oracle: stale price"
    @return USD of one whole token, WAD.
    """
    return self._price_usd_wad(asset)


@external
@view
def ask_usd_wad(asset: address) -> uint256:
    """
    @notice What `asset` costs when it must be bought: values debt.
    @custom:reverts
        "oracle: no feed"
        "oracle: stale price"
    @return USD of one whole token, WAD.
    """
    return self._price_usd_wad(asset)


@external
@view
def value_usd_wad_down(asset: address, assets: uint256) -> uint256:
    """
    @notice The value of `assets` base units at the bid.
    @custom:rounding Down: collateral counts for less.
    @custom:reverts
        "oracle: no feed"
        "oracle: stale price"
    @return USD, WAD.
    """
    return assets * self._price_usd_wad(asset) // self._base_units[asset]


@external
@view
def value_usd_wad_up(asset: address, assets: uint256) -> uint256:
    """
    @notice The value of `assets` base units at the ask.
    @custom:rounding Up: debt counts for more.
    @custom:reverts
        "oracle: no feed"
        "oracle: stale price"
    @return USD, WAD.
    """
    base_units: uint256 = self._base_units[asset]
    return (assets * self._price_usd_wad(asset) + base_units - 1) // base_units


@external
@view
def peek(asset: address) -> (uint256, uint256, bool):
    """
    @notice What is known about `asset`, without ever reverting.
    @dev A price that is not fresh is the median of what the feeds still say.
    @return USD of one whole token, WAD; zero if nothing is known.
    @return The oldest observation that went into it, Unix seconds.
    @return Whether the price may be relied on.
    """
    reading: Reading = self._read(asset, self._feeds[asset], self._max_age_seconds[asset])
    return reading.price_usd_wad, reading.observed_at, reading.is_fresh


@external
@view
def feeds_of(asset: address) -> DynArray[address, 5]:
    """
    @notice The feeds whose median prices `asset`.
    """
    return self._feeds[asset]


@external
@view
def max_age_seconds_of(asset: address) -> uint256:
    """
    @notice How old an observation of `asset` may be.
    """
    return self._max_age_seconds[asset]


# --- For the owner ---


@external
def set_feeds(
    asset: address, feeds: DynArray[address, 5], max_age_seconds: uint256, max_change_bps: uint256
):
    """
    @notice Choose the feeds of `asset`, and refuse a choice that does not answer or
        that moves the price by too much.
    @custom:access The owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "oracle: no feeds given"
        "oracle: duplicate feed"
        "oracle: max age out of range"
        "oracle: too many decimals"
        "oracle: stale price" when the new feeds give no fresh median
        "oracle: price moves too far" from what the replaced feeds say
    @param asset Token to be priced.
    @param feeds Sources that answer `latest(asset)`.
    @param max_age_seconds How old an observation may be.
    @param max_change_bps Bound on the move of the price by this very change.
    """
    ownable._check_owner()
    assert len(feeds) > 0, "oracle: no feeds given"
    seen: DynArray[address, MAX_FEEDS] = []
    for feed: address in feeds:
        assert feed not in seen, "oracle: duplicate feed"
        seen.append(feed)
    assert (
        max_age_seconds > 0 and max_age_seconds <= MAX_AGE_SECONDS
    ), "oracle: max age out of range"
    decimals: uint8 = staticcall IERC20Detailed(asset).decimals()
    assert decimals <= MAX_DECIMALS, "oracle: too many decimals"

    old: Reading = self._read(asset, self._feeds[asset], self._max_age_seconds[asset])
    new: Reading = self._read(asset, feeds, max_age_seconds)
    assert new.is_fresh, "oracle: stale price"
    if old.price_usd_wad > 0:
        change_usd_wad: uint256 = max(old.price_usd_wad, new.price_usd_wad) - min(
            old.price_usd_wad, new.price_usd_wad
        )
        assert (
            change_usd_wad * units.BPS <= old.price_usd_wad * max_change_bps
        ), "oracle: price moves too far"

    log IPriceOracle.FeedsChanged(
        asset=asset,
        old_feeds=self._feeds[asset],
        new_feeds=feeds,
        old_max_age_seconds=self._max_age_seconds[asset],
        new_max_age_seconds=max_age_seconds,
    )
    self._feeds[asset] = feeds
    self._max_age_seconds[asset] = max_age_seconds
    self._base_units[asset] = 10 ** convert(decimals, uint256)


# --- Internals ---


@internal
@view
def _price_usd_wad(asset: address) -> uint256:
    """
    @custom:reverts
        "oracle: no feed"
        "oracle: stale price"
    """
    feeds: DynArray[address, MAX_FEEDS] = self._feeds[asset]
    assert len(feeds) > 0, "oracle: no feed"
    reading: Reading = self._read(asset, feeds, self._max_age_seconds[asset])
    assert reading.is_fresh, "oracle: stale price"
    return reading.price_usd_wad


@internal
@view
def _read(
    asset: address, feeds: DynArray[address, MAX_FEEDS], max_age_seconds: uint256
) -> Reading:
    fresh: DynArray[uint256, MAX_FEEDS] = []
    stale: DynArray[uint256, MAX_FEEDS] = []
    oldest_fresh: uint256 = max_value(uint256)
    oldest: uint256 = max_value(uint256)

    for feed: address in feeds:
        price_usd_wad: uint256 = 0
        observed_at: uint256 = 0
        price_usd_wad, observed_at = self._ask_feed(feed, asset)
        if price_usd_wad == 0:
            continue
        oldest = min(oldest, observed_at)
        # Both are seconds below 2**64 (see _ask_feed and set_feeds): no overflow.
        if observed_at + max_age_seconds >= block.timestamp:
            fresh.append(price_usd_wad)
            oldest_fresh = min(oldest_fresh, observed_at)
        else:
            stale.append(price_usd_wad)

    if len(fresh) > 0 and 2 * len(fresh) >= len(feeds):
        return Reading(
            price_usd_wad=self._median_down(fresh), observed_at=oldest_fresh, is_fresh=True
        )

    for price_usd_wad: uint256 in fresh:
        stale.append(price_usd_wad)
    if len(stale) == 0:
        return empty(Reading)
    return Reading(price_usd_wad=self._median_down(stale), observed_at=oldest, is_fresh=False)


@internal
@view
def _ask_feed(feed: address, asset: address) -> (uint256, uint256):
    # Zeros stand for a feed that fails, answers too little or names an absurd price.
    is_answered: bool = False
    answer: Bytes[64] = b""
    is_answered, answer = raw_call(
        feed,
        abi_encode(asset, method_id=method_id("latest(address)")),
        max_outsize=64,
        gas=FEED_GAS,
        is_static_call=True,
        revert_on_failure=False,
    )
    if not is_answered or len(answer) < 64:
        return 0, 0

    price_usd_wad: uint256 = extract32(answer, 0, output_type=uint256)
    observed_at: uint256 = extract32(answer, 32, output_type=uint256)
    if price_usd_wad > MAX_PRICE_USD_WAD or observed_at >= 2**64:
        return 0, 0
    return price_usd_wad, observed_at


@internal
@pure
def _median_down(prices_usd_wad: DynArray[uint256, MAX_FEEDS]) -> uint256:
    # Insertion sort of at most five numbers.
    ordered: DynArray[uint256, MAX_FEEDS] = prices_usd_wad
    count: uint256 = len(ordered)
    for i: uint256 in range(1, count, bound=MAX_FEEDS):
        key: uint256 = ordered[i]
        j: uint256 = i
        for _step: uint256 in range(MAX_FEEDS):
            if j == 0 or ordered[j - 1] <= key:
                break
            ordered[j] = ordered[j - 1]
            j -= 1
        ordered[j] = key

    middle: uint256 = count // 2
    if count % 2 == 1:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) // 2
