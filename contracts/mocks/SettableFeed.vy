# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title SettableFeed
@license AGPL-3.0-only
@notice A price feed that says what a test tells it, or refuses to answer.
"""

from ..interfaces import IPriceFeed

implements: IPriceFeed

struct Price:
    price_usd_wad: uint256
    observed_at: uint256

is_broken: public(bool)
_prices: HashMap[address, Price]


@external
def set_price(asset: address, price_usd_wad: uint256, observed_at: uint256):
    """
    @notice Answer this for `asset` from here on.
    """
    self._prices[asset] = Price(price_usd_wad=price_usd_wad, observed_at=observed_at)


@external
def set_broken(is_broken: bool):
    """
    @notice Refuse to answer, or answer again.
    """
    self.is_broken = is_broken


@external
@view
def latest(asset: address) -> (uint256, uint256):
    """
    @notice What the test said.
    @custom:reverts "mock: feed is broken"
    """
    assert not self.is_broken, "mock: feed is broken"
    price: Price = self._prices[asset]
    return price.price_usd_wad, price.observed_at
