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
     no price, and neither is one whose feeds lie further apart than the asset's bound.

     Collateral is valued at the bid and debt at the ask. With m the median, E a mean of
     its past and w the width of the asset's band,

         bid = max(min(m, E), m * (1 - w)),    ask = min(max(m, E), m * (1 + w)):

     a price that leaps counts at once against whoever owes, and for them as E follows.
     Anybody refreshes E. It decays towards the median of the last refresh, never towards
     that of the moment, so that nothing within a transaction moves it:

         E(t) = last + (E - last) * exp(-(t - refreshed_at) / mean_seconds)

     A new asset has neither bound nor band, and bid and ask are the median.
@custom:invariants ORC-1, ORC-5
@custom:kill The owner points an asset to feeds that never answer. Borrowing against
    it, and liquidation, then stop; deposit, repay and withdrawal without debt go on.
"""

from ethereum.ercs import IERC20Detailed
from snekmate.auth import ownable
from snekmate.auth import ownable_2step

from ..interfaces import IPriceFeed
from ..interfaces import IPriceOracle
from ..modules import exponential
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

# Feeds that may differ by more than half, and a band wider than a fifth, guard nothing.
MAX_DEVIATION_BPS: constant(uint256) = 5_000
MAX_BAND_BPS: constant(uint256) = 2_000
MIN_MEAN_SECONDS: constant(uint256) = 60
MAX_MEAN_SECONDS: constant(uint256) = 86_400

# e**-70 of any price is less than a wei.
MAX_EXPONENT_WAD: constant(uint256) = 70 * units.WAD

# What is set for an asset shares a word, for every value reads it and a cold word costs
# 2,100 gas. From the low bits up: deviation 16, band 16, time of the mean 32, and, set
# with the feeds, age 32, decimals 8.
BAND_SHIFT: constant(uint256) = 16
TIME_SHIFT: constant(uint256) = 32
AGE_SHIFT: constant(uint256) = 64
DECIMALS_SHIFT: constant(uint256) = 96
FIELD_MASK: constant(uint256) = 2**16 - 1
TIME_MASK: constant(uint256) = 2**32 - 1
GUARDS_MASK: constant(uint256) = 2**64 - 1

# What the feeds of one asset say, taken together. Without any price all is zero.
struct Reading:
    price_usd_wad: uint256
    observed_at: uint256
    is_fresh: bool
    is_disputed: bool

# A mean of past medians and the median that it decays towards, USD WAD; since when.
struct Mean:
    mean_usd_wad: uint256
    last_usd_wad: uint256
    refreshed_at: uint256

# Where the price of an asset comes from.
_feeds: HashMap[address, DynArray[address, MAX_FEEDS]]

# The bound on how far feeds lie apart and the width of the band, basis points, the time of
# the mean, seconds; zero is none. How old an observation may be, seconds, and the decimals
# of the token. See BAND_SHIFT.
_settings: HashMap[address, uint256]
_means: HashMap[address, Mean]


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
        "oracle: feeds disagree"
    @return USD of one whole token, WAD.
    """
    return self._price_usd_wad(asset)


@external
@view
def bid_usd_wad(asset: address) -> uint256:
    """
    @notice What `asset` fetches when it must be sold: values collateral.
    @custom:rounding Down.
    @custom:reverts
        "oracle: no feed"
        "oracle: stale price"
        "oracle: feeds disagree"
    @return USD of one whole token, WAD.
    """
    return self._bid_usd_wad_down(asset)


@external
@view
def ask_usd_wad(asset: address) -> uint256:
    """
    @notice What `asset` costs when it must be bought: values debt.
    @custom:rounding Up.
    @custom:reverts
        "oracle: no feed"
        "oracle: stale price"
        "oracle: feeds disagree"
    @return USD of one whole token, WAD.
    """
    return self._ask_usd_wad_up(asset)


@external
@view
def value_usd_wad_down(asset: address, assets: uint256) -> uint256:
    """
    @notice The value of `assets` base units at the bid.
    @custom:rounding Down: collateral counts for less.
    @custom:reverts
        "oracle: no feed"
        "oracle: stale price"
        "oracle: feeds disagree"
    @return USD, WAD.
    """
    return assets * self._bid_usd_wad_down(asset) // self._base_units(asset)


@external
@view
def value_usd_wad_up(asset: address, assets: uint256) -> uint256:
    """
    @notice The value of `assets` base units at the ask.
    @custom:rounding Up: debt counts for more.
    @custom:reverts
        "oracle: no feed"
        "oracle: stale price"
        "oracle: feeds disagree"
    @return USD, WAD.
    """
    base_units: uint256 = self._base_units(asset)
    return (assets * self._ask_usd_wad_up(asset) + base_units - 1) // base_units


@external
@view
def peek(asset: address) -> (uint256, uint256, bool):
    """
    @notice What is known about `asset`, without ever reverting.
    @dev A price that is not fresh is the median of what the feeds still say; one that
         they dispute is not to be relied on either.
    @return USD of one whole token, WAD; zero if nothing is known.
    @return The oldest observation that went into it, Unix seconds.
    @return Whether the price may be relied on.
    """
    reading: Reading = self._read(asset, self._feeds[asset], self._max_age_seconds(asset))
    return reading.price_usd_wad, reading.observed_at, reading.is_fresh and not reading.is_disputed


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
    return self._max_age_seconds(asset)


@external
@view
def guards_of(asset: address) -> (uint256, uint256, uint256):
    """
    @notice How the price of `asset` is guarded; zeros where it is not.
    @return How far the feeds may lie apart, basis points of the median.
    @return The width of the band on either side, basis points.
    @return The time in which the mean comes within 1 / e of a new price, seconds.
    """
    guards: uint256 = self._settings[asset]
    return self._deviation_bps(guards), self._band_bps(guards), self._mean_seconds(guards)


@external
@view
def mean_usd_wad(asset: address) -> uint256:
    """
    @notice The mean of past prices of `asset` at this second; zero without a band.
    @return USD of one whole token, WAD.
    """
    guards: uint256 = self._settings[asset]
    if self._band_bps(guards) == 0:
        return 0
    return self._mean_usd_wad(asset, self._mean_seconds(guards))


# --- For anybody ---


@external
def refresh(asset: address):
    """
    @notice Let the mean of `asset` decay up to now, and from now on towards its price.
    @dev Without a band there is no mean, and nothing happens.
    @custom:access Anyone.
    @custom:reverts
        "oracle: no feed"
        "oracle: stale price"
        "oracle: feeds disagree"
    @param asset Token priced.
    """
    price_usd_wad: uint256 = self._price_usd_wad(asset)
    guards: uint256 = self._settings[asset]
    if self._band_bps(guards) == 0:
        return
    mean_usd_wad: uint256 = self._mean_usd_wad(asset, self._mean_seconds(guards))
    self._means[asset] = Mean(
        mean_usd_wad=mean_usd_wad, last_usd_wad=price_usd_wad, refreshed_at=block.timestamp
    )

    log IPriceOracle.MeanRefreshed(
        asset=asset, mean_usd_wad=mean_usd_wad, price_usd_wad=price_usd_wad
    )


# --- For the owner ---


@external
def set_feeds(
    asset: address,
    feeds: DynArray[address, 5],
    max_age_seconds: uint256,
    max_change_bps: uint256,
    expected_price_usd_wad: uint256,
):
    """
    @notice Choose the feeds of `asset`, and refuse a choice that does not answer, that
        says another price than expected, or that moves the price by too much.
    @dev The price expected is for a whole token: feeds that are wrong about decimals, or
        miss a factor, show here, at the first listing as well.
    @custom:access The owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "oracle: no feeds given"
        "oracle: duplicate feed"
        "oracle: max age out of range"
        "oracle: too many decimals"
        "oracle: decimals changed" since the asset was listed: its values would leap
        "oracle: stale price" when the new feeds give no fresh median
        "oracle: feeds disagree"
        "oracle: price not as expected"
        "oracle: price moves too far" from what the replaced feeds say
    @param asset Token to be priced.
    @param feeds Sources that answer `latest(asset)`.
    @param max_age_seconds How old an observation may be.
    @param max_change_bps Bound on the difference from the price expected, and on the move
        of the price by this very change.
    @param expected_price_usd_wad What the owner holds a whole token to be worth, USD WAD.
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
    old_settings: uint256 = self._settings[asset]
    old_feeds: DynArray[address, MAX_FEEDS] = self._feeds[asset]
    assert (
        len(old_feeds) == 0
        or old_settings >> DECIMALS_SHIFT == convert(decimals, uint256)
    ), "oracle: decimals changed"

    old: Reading = self._read(asset, old_feeds, self._max_age_seconds(asset))
    new: Reading = self._read(asset, feeds, max_age_seconds)
    assert new.is_fresh, "oracle: stale price"
    assert not new.is_disputed, "oracle: feeds disagree"
    assert self._is_within(
        new.price_usd_wad, expected_price_usd_wad, max_change_bps
    ), "oracle: price not as expected"
    if old.price_usd_wad > 0:
        assert self._is_within(
            new.price_usd_wad, old.price_usd_wad, max_change_bps
        ), "oracle: price moves too far"

    log IPriceOracle.FeedsChanged(
        asset=asset,
        old_feeds=old_feeds,
        new_feeds=feeds,
        old_max_age_seconds=self._max_age_seconds(asset),
        new_max_age_seconds=max_age_seconds,
    )
    self._feeds[asset] = feeds
    self._settings[asset] = (
        (old_settings & GUARDS_MASK)
        | (max_age_seconds << AGE_SHIFT)
        | (convert(decimals, uint256) << DECIMALS_SHIFT)
    )


@external
def set_guards(asset: address, deviation_bps: uint256, band_bps: uint256, mean_seconds: uint256):
    """
    @notice Choose how the price of `asset` is guarded, all of it together.
    @dev The mean starts anew at the price of this second: bid and ask are that price
         until it moves, so that a band makes no healthy loan liquidatable by being set.
    @custom:access The owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "oracle: deviation out of range" above 50 %
        "oracle: band out of range" above 20 %
        "oracle: mean time out of range" unless 1 minute to 1 day, or 0 without a band
        "oracle: no feed"
        "oracle: stale price"
        "oracle: feeds disagree" under the new bound
    @param asset Token priced.
    @param deviation_bps How far fresh feeds may lie apart, of the median; 0 for any.
    @param band_bps How far bid and ask may lie from the median; 0 for not at all.
    @param mean_seconds How slowly bid and ask follow.
    """
    ownable._check_owner()
    assert deviation_bps <= MAX_DEVIATION_BPS, "oracle: deviation out of range"
    assert band_bps <= MAX_BAND_BPS, "oracle: band out of range"
    if band_bps == 0:
        assert mean_seconds == 0, "oracle: mean time out of range"
    else:
        assert (
            mean_seconds >= MIN_MEAN_SECONDS and mean_seconds <= MAX_MEAN_SECONDS
        ), "oracle: mean time out of range"

    old_guards: uint256 = self._settings[asset]
    self._settings[asset] = (
        (old_guards & ~GUARDS_MASK)
        | deviation_bps
        | (band_bps << BAND_SHIFT)
        | (mean_seconds << TIME_SHIFT)
    )
    price_usd_wad: uint256 = self._price_usd_wad(asset)
    self._means[asset] = Mean(
        mean_usd_wad=price_usd_wad, last_usd_wad=price_usd_wad, refreshed_at=block.timestamp
    )

    log IPriceOracle.GuardsChanged(
        asset=asset,
        old_deviation_bps=self._deviation_bps(old_guards),
        new_deviation_bps=deviation_bps,
        old_band_bps=self._band_bps(old_guards),
        new_band_bps=band_bps,
        old_mean_seconds=self._mean_seconds(old_guards),
        new_mean_seconds=mean_seconds,
    )


# --- Internals ---


@internal
@view
def _bid_usd_wad_down(asset: address) -> uint256:
    """
    @custom:reverts
        "oracle: no feed"
        "oracle: stale price"
        "oracle: feeds disagree"
    """
    price_usd_wad: uint256 = self._price_usd_wad(asset)
    guards: uint256 = self._settings[asset]
    band_bps: uint256 = self._band_bps(guards)
    if band_bps == 0:
        return price_usd_wad
    mean_usd_wad: uint256 = self._mean_usd_wad(asset, self._mean_seconds(guards))
    floor_usd_wad: uint256 = price_usd_wad * (units.BPS - band_bps) // units.BPS
    return max(min(price_usd_wad, mean_usd_wad), floor_usd_wad)


@internal
@view
def _ask_usd_wad_up(asset: address) -> uint256:
    """
    @custom:reverts
        "oracle: no feed"
        "oracle: stale price"
        "oracle: feeds disagree"
    """
    price_usd_wad: uint256 = self._price_usd_wad(asset)
    guards: uint256 = self._settings[asset]
    band_bps: uint256 = self._band_bps(guards)
    if band_bps == 0:
        return price_usd_wad
    mean_usd_wad: uint256 = self._mean_usd_wad(asset, self._mean_seconds(guards))
    ceiling_usd_wad: uint256 = (
        price_usd_wad * (units.BPS + band_bps) + units.BPS - 1
    ) // units.BPS
    return min(max(price_usd_wad, mean_usd_wad), ceiling_usd_wad)


@internal
@view
def _mean_usd_wad(asset: address, mean_seconds: uint256) -> uint256:
    # last + (mean - last) * exp(-t / mean_seconds), the distance down: at most a wei too
    # near to the median of the last refresh. Prices are below 2**100.
    mean: Mean = self._means[asset]
    elapsed_seconds: uint256 = block.timestamp - mean.refreshed_at
    growth_wad: uint256 = exponential.exp_wad_down(
        min(elapsed_seconds * units.WAD // mean_seconds, MAX_EXPONENT_WAD)
    )
    if mean.mean_usd_wad >= mean.last_usd_wad:
        above_usd_wad: uint256 = mean.mean_usd_wad - mean.last_usd_wad
        return mean.last_usd_wad + above_usd_wad * units.WAD // growth_wad
    below_usd_wad: uint256 = mean.last_usd_wad - mean.mean_usd_wad
    return mean.last_usd_wad - below_usd_wad * units.WAD // growth_wad


@internal
@view
def _max_age_seconds(asset: address) -> uint256:
    return (self._settings[asset] >> AGE_SHIFT) & TIME_MASK


@internal
@view
def _base_units(asset: address) -> uint256:
    # Of a whole token. Decimals are at most MAX_DECIMALS, so that the power fits.
    return 10 ** (self._settings[asset] >> DECIMALS_SHIFT)


@internal
@pure
def _mean_seconds(guards: uint256) -> uint256:
    return (guards >> TIME_SHIFT) & TIME_MASK


@internal
@pure
def _deviation_bps(guards: uint256) -> uint256:
    return guards & FIELD_MASK


@internal
@pure
def _band_bps(guards: uint256) -> uint256:
    return (guards >> BAND_SHIFT) & FIELD_MASK


@internal
@pure
def _is_within(price_usd_wad: uint256, other_usd_wad: uint256, bound_bps: uint256) -> bool:
    difference_usd_wad: uint256 = max(price_usd_wad, other_usd_wad) - min(
        price_usd_wad, other_usd_wad
    )
    return difference_usd_wad * units.BPS <= other_usd_wad * bound_bps


@internal
@view
def _price_usd_wad(asset: address) -> uint256:
    """
    @custom:reverts
        "oracle: no feed"
        "oracle: stale price"
        "oracle: feeds disagree"
    """
    feeds: DynArray[address, MAX_FEEDS] = self._feeds[asset]
    assert len(feeds) > 0, "oracle: no feed"
    reading: Reading = self._read(asset, feeds, self._max_age_seconds(asset))
    assert not reading.is_disputed, "oracle: feeds disagree"
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
        median_usd_wad: uint256 = self._median_down(fresh)
        return Reading(
            price_usd_wad=median_usd_wad,
            observed_at=oldest_fresh,
            is_fresh=True,
            is_disputed=self._is_disputed(asset, fresh, median_usd_wad),
        )

    for price_usd_wad: uint256 in fresh:
        stale.append(price_usd_wad)
    if len(stale) == 0:
        return empty(Reading)
    return Reading(
        price_usd_wad=self._median_down(stale),
        observed_at=oldest,
        is_fresh=False,
        is_disputed=False,
    )


@internal
@view
def _is_disputed(
    asset: address, fresh: DynArray[uint256, MAX_FEEDS], median_usd_wad: uint256
) -> bool:
    deviation_bps: uint256 = self._deviation_bps(self._settings[asset])
    if deviation_bps == 0:
        return False
    least_usd_wad: uint256 = fresh[0]
    most_usd_wad: uint256 = fresh[0]
    for price_usd_wad: uint256 in fresh:
        least_usd_wad = min(least_usd_wad, price_usd_wad)
        most_usd_wad = max(most_usd_wad, price_usd_wad)
    return (most_usd_wad - least_usd_wad) * units.BPS > median_usd_wad * deviation_bps


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
