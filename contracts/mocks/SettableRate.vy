# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title SettableRate
@license AGPL-3.0-only
@notice A rate model that says what a test tells it, reverts, or burns all its gas.
"""

from ..interfaces import IRateModel

implements: IRateModel

rate_wad: public(uint256)
is_broken: public(bool)
is_wasteful: public(bool)


@external
def set_rate(rate_wad: uint256):
    """
    @notice Answer this rate per second, WAD.
    """
    self.rate_wad = rate_wad


@external
def set_broken(is_broken: bool):
    """
    @notice Revert instead of answering.
    """
    self.is_broken = is_broken


@external
def set_wasteful(is_wasteful: bool):
    """
    @notice Loop until the gas is gone instead of answering.
    """
    self.is_wasteful = is_wasteful


@external
@view
def rate_per_second_wad(idle: uint256, total_debt: uint256) -> uint256:
    """
    @notice What the test said.
    @custom:reverts "mock: rate is broken"
    """
    assert not self.is_broken, "mock: rate is broken"
    if self.is_wasteful:
        for i: uint256 in range(10_000_000):
            assert i < max_value(uint256)
    return self.rate_wad
