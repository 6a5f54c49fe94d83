# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title SharePriceFeed
@license AGPL-3.0-only
@notice Prices a share of an ERC-4626 vault by its assets, which may rise only so fast.
@dev With s(t) what one whole share converts to, the base b and the growth g per second,

         limit(t) = b * (1 + g * min(t - base_at, MAX_SLACK_SECONDS))
         price(t) = min(s(t), limit(t)) * price of the asset

     A fall of s shows at once. A donation, or whatever else lifts s at a stroke, shows
     no faster than the limit grows.

     Anybody checkpoints. The base moves up and down to the highest min(s, limit) that a
     checkpoint saw since it last moved, at most once in PERIOD_SECONDS: a true loss lowers
     the limit within two periods, a dip of a moment lowers it only if no checkpoint of
     the period saw anything else. However many checkpoints there are, the limit never
     passes an earlier base compounded at g.
@custom:invariants ORC-4
@custom:kill Nothing to stop. Without checkpoints the limit stands still after a week; the
    oracle's owner replaces the feed.
"""

from ethereum.ercs import IERC20
from ethereum.ercs import IERC20Detailed
from ethereum.ercs import IERC4626

from ..interfaces import IPriceFeed
from ..interfaces import ISharePriceFeed
from ..modules import units

implements: IPriceFeed
implements: ISharePriceFeed

# A share that doubles in a year is the fastest that is still believed.
MAX_GROWTH_PER_YEAR_WAD: constant(uint256) = units.WAD

# How often the base moves, and for how long the limit grows while it does not.
PERIOD_SECONDS: constant(uint256) = 3_600
MAX_SLACK_SECONDS: constant(uint256) = 604_800

MAX_DECIMALS: constant(uint8) = 42

# A vault is asked for a billion whole shares: one may convert to few base units.
SHARES_ASKED: constant(uint256) = 10**9

# As in the oracle: a feed that says so is broken. Bounds the share price likewise.
MAX_PRICE_USD_WAD: constant(uint256) = 10**12 * units.WAD
MAX_SHARE_PRICE_WAD: constant(uint256) = 10**12 * units.WAD

VAULT: immutable(address)
ASSET: immutable(address)

# Prices the vault's asset in USD.
ASSET_FEED: immutable(address)

# Base units that make a whole share and a whole token.
SHARE_BASE_UNITS: immutable(uint256)
ASSET_BASE_UNITS: immutable(uint256)

# What the limit gains of the base in a year.
GROWTH_PER_YEAR_WAD: immutable(uint256)

# Fewer shares than this have no price: that of an empty vault is anybody's to set.
MIN_SUPPLY: immutable(uint256)

# What the limit grows from, assets of one whole share, WAD; and since when, Unix seconds.
base_wad: public(uint256)
base_at: public(uint256)

# The highest share price within the limit seen since then.
high_wad: public(uint256)


@deploy
def __init__(vault: address, asset_feed: address, growth_per_year_wad: uint256, min_supply: uint256):
    """
    @notice Opens a feed for the shares of `vault`; the base is what they convert to now.
    @custom:reverts
        "feed: not a feed"
        "feed: growth out of range"
        "feed: zero minimum supply"
        "feed: too many decimals"
        "feed: too few shares"
        "feed: share price out of range"
    @param vault ERC-4626 vault.
    @param asset_feed Feed that prices the vault's asset.
    @param growth_per_year_wad Most that a share may gain in a year, at most all of itself.
    @param min_supply Least shares in being for there to be a price, base units.
    """
    assert asset_feed.is_contract, "feed: not a feed"
    assert (
        growth_per_year_wad > 0 and growth_per_year_wad <= MAX_GROWTH_PER_YEAR_WAD
    ), "feed: growth out of range"
    assert min_supply > 0, "feed: zero minimum supply"
    asset: address = staticcall IERC4626(vault).asset()
    share_decimals: uint8 = staticcall IERC20Detailed(vault).decimals()
    asset_decimals: uint8 = staticcall IERC20Detailed(asset).decimals()
    assert (
        share_decimals <= MAX_DECIMALS and asset_decimals <= MAX_DECIMALS
    ), "feed: too many decimals"

    VAULT = vault
    ASSET = asset
    ASSET_FEED = asset_feed
    SHARE_BASE_UNITS = 10 ** convert(share_decimals, uint256)
    ASSET_BASE_UNITS = 10 ** convert(asset_decimals, uint256)
    GROWTH_PER_YEAR_WAD = growth_per_year_wad
    MIN_SUPPLY = min_supply

    share_price_wad: uint256 = self._checked_share_price_wad()
    self.base_wad = share_price_wad
    self.base_at = block.timestamp
    self.high_wad = share_price_wad
    log ISharePriceFeed.BaseMoved(old_base_wad=0, new_base_wad=share_price_wad)


@external
def checkpoint():
    """
    @notice Note the share price, and after a period let the limit grow from the highest
        one of it.
    @custom:access Anyone.
    @custom:reverts
        "feed: too few shares"
        "feed: share price out of range" when a share converts to nothing, or to anything
    """
    share_price_wad: uint256 = self._checked_share_price_wad()
    share_price_wad = min(share_price_wad, self._limit_wad_down())

    old_high_wad: uint256 = self.high_wad
    high_wad: uint256 = max(old_high_wad, share_price_wad)
    if block.timestamp < self.base_at + PERIOD_SECONDS:
        self.high_wad = high_wad
        log ISharePriceFeed.HighNoted(old_high_wad=old_high_wad, new_high_wad=high_wad)
        return

    old_base_wad: uint256 = self.base_wad
    self.base_wad = high_wad
    self.base_at = block.timestamp
    self.high_wad = share_price_wad
    log ISharePriceFeed.BaseMoved(old_base_wad=old_base_wad, new_base_wad=high_wad)


@external
@view
def latest(asset: address) -> (uint256, uint256):
    """
    @notice The price of a whole share of the vault; zeros where there is none.
    @custom:rounding Down.
    @param asset The vault: its share is the token priced.
    @return USD of one whole share, WAD.
    @return When the price of the vault's asset was observed, Unix seconds; never after now.
    """
    if asset != VAULT:
        return 0, 0
    supply: uint256 = staticcall IERC20(VAULT).totalSupply()
    if supply < MIN_SUPPLY:
        return 0, 0

    asset_usd_wad: uint256 = 0
    observed_at: uint256 = 0
    asset_usd_wad, observed_at = staticcall IPriceFeed(ASSET_FEED).latest(ASSET)
    if asset_usd_wad > MAX_PRICE_USD_WAD:
        return 0, 0
    share_price_wad: uint256 = self._share_price_wad_down()
    share_price_wad = min(share_price_wad, self._limit_wad_down())
    return share_price_wad * asset_usd_wad // units.WAD, min(observed_at, block.timestamp)


@external
@view
def share_price_wad() -> uint256:
    """
    @notice What one whole share converts to, without the limit.
    @custom:rounding Down.
    @return Whole tokens, WAD.
    """
    return self._share_price_wad_down()


@external
@view
def limit_wad() -> uint256:
    """
    @notice The most that one whole share counts for at this second.
    @custom:rounding Down.
    @return Whole tokens, WAD.
    """
    return self._limit_wad_down()


@external
@view
def terms() -> (uint256, uint256):
    """
    @notice The bounds of the feed, as given at birth.
    @return Most growth in a year, WAD, and the least shares in being, base units.
    """
    return GROWTH_PER_YEAR_WAD, MIN_SUPPLY


@external
@view
def sources() -> (address, address, address):
    """
    @notice What the price is made of.
    @return The vault, its asset and the feed of the asset.
    """
    return VAULT, ASSET, ASSET_FEED


# --- Internals ---


@internal
@view
def _checked_share_price_wad() -> uint256:
    """
    @custom:reverts
        "feed: too few shares"
        "feed: share price out of range"
    """
    supply: uint256 = staticcall IERC20(VAULT).totalSupply()
    assert supply >= MIN_SUPPLY, "feed: too few shares"
    share_price_wad: uint256 = self._share_price_wad_down()
    assert (
        share_price_wad > 0 and share_price_wad <= MAX_SHARE_PRICE_WAD
    ), "feed: share price out of range"
    return share_price_wad


@internal
@view
def _share_price_wad_down() -> uint256:
    assets: uint256 = staticcall IERC4626(VAULT).convertToAssets(SHARES_ASKED * SHARE_BASE_UNITS)
    return assets * units.WAD // (SHARES_ASKED * ASSET_BASE_UNITS)


@internal
@view
def _limit_wad_down() -> uint256:
    base_wad: uint256 = self.base_wad
    slack_seconds: uint256 = min(block.timestamp - self.base_at, MAX_SLACK_SECONDS)
    return base_wad + base_wad * GROWTH_PER_YEAR_WAD * slack_seconds // (
        units.WAD * units.SECONDS_PER_YEAR
    )
