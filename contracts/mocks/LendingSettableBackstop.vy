# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy off
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title LendingSettableBackstop
@license AGPL-3.0-only
@notice Covers what it is set to cover, says what it is set to say, or fails in some way.
"""

from ethereum.ercs import IERC20

# What it pays at most, and what it says it paid.
paid_assets: public(uint256)
said_assets: public(uint256)

# Whether it reverts, and whether it burns all its gas.
is_broken: public(bool)
is_greedy: public(bool)

# What it was last asked for, and by whom.
caller: public(address)
asked_assets: public(uint256)


@external
def set_conduct(paid_assets: uint256, said_assets: uint256, is_broken: bool, is_greedy: bool):
    """
    @notice Choose how to behave.
    """
    self.paid_assets = paid_assets
    self.said_assets = said_assets
    self.is_broken = is_broken
    self.is_greedy = is_greedy


@external
def cover(asset: address, assets: uint256) -> uint256:
    """
    @notice What a pool calls.
    """
    assert not self.is_broken, "mock: backstop is broken"
    for i: uint256 in range(10**9):
        if not self.is_greedy:
            break
    self.caller = msg.sender
    self.asked_assets = assets
    extcall IERC20(asset).transfer(msg.sender, self.paid_assets)
    return self.said_assets
