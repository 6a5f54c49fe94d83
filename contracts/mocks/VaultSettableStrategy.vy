# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy off
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title VaultSettableStrategy
@license AGPL-3.0-only
@notice A strategy whose worth, liquidity and honesty a test sets.
@dev Worth is its token balance: a test mints to it for a gain. The lock is off on purpose:
     the hook must be able to come back.
"""

from ethereum.ercs import IERC20

from ..interfaces import IStrategy

implements: IStrategy

asset: public(address)
totalSupply: public(uint256)
balanceOf: public(HashMap[address, uint256])

# Most that can be taken out and put in today.
liquid_assets: public(uint256)
room_assets: public(uint256)

# Part of each redemption that goes missing, and base units that come on top.
shortfall_bps: public(uint256)
bonus_assets: public(uint256)

# Whom a deposit or a redemption calls first, with what, and what came of it.
hook_target: public(address)
hook_data: public(Bytes[260])
hook_count: public(uint256)
is_hook_successful: public(bool)


@deploy
def __init__(asset: address):
    self.asset = asset
    self.liquid_assets = max_value(uint256)
    self.room_assets = max_value(uint256)


@external
def set_liquid(assets: uint256):
    """
    @notice Pay out no more than this from here on.
    """
    self.liquid_assets = assets


@external
def set_room(assets: uint256):
    """
    @notice Take in no more than this.
    """
    self.room_assets = assets


@external
def set_shortfall(shortfall_bps: uint256):
    """
    @notice Pay this part less than promised.
    """
    self.shortfall_bps = shortfall_bps


@external
def set_bonus(assets: uint256):
    """
    @notice Pay this much more than asked.
    """
    self.bonus_assets = assets


@external
def set_hook(target: address, data: Bytes[260]):
    """
    @notice Call `target` with `data` in each deposit and redemption.
    """
    self.hook_target = target
    self.hook_data = data


@external
def lose(assets: uint256):
    """
    @notice Send `assets` to the void.
    """
    self._send(0x000000000000000000000000000000000000dEaD, assets)


@external
def deposit(assets: uint256, receiver: address) -> uint256:
    """
    @notice Take `assets` of the caller in.
    """
    self._call_hook()
    shares: uint256 = assets
    worth: uint256 = self._worth()
    if self.totalSupply > 0:
        shares = assets * self.totalSupply // worth
    extcall IERC20(self.asset).transferFrom(msg.sender, self, assets)
    self.totalSupply += shares
    self.balanceOf[receiver] += shares
    return shares


@external
def redeem(shares: uint256, receiver: address, owner: address) -> uint256:
    """
    @notice Pay what `shares` of the caller are worth.
    """
    assert msg.sender == owner
    self._call_hook()
    assets: uint256 = self._to_assets(shares)
    assert assets <= self.liquid_assets, "mock: not enough liquidity"
    if self.liquid_assets < max_value(uint256):
        self.liquid_assets -= assets
    assets = assets - assets * self.shortfall_bps // 10_000 + self.bonus_assets
    self.balanceOf[owner] -= shares
    self.totalSupply -= shares
    self._send(receiver, assets)
    return assets


@external
@view
def convertToAssets(shares: uint256) -> uint256:
    """
    @notice Assets that `shares` are worth.
    """
    return self._to_assets(shares)


@external
@view
def previewWithdraw(assets: uint256) -> uint256:
    """
    @notice Shares that `assets` cost, up.
    """
    worth: uint256 = self._worth()
    return (assets * self.totalSupply + worth - 1) // worth


@external
@view
def maxDeposit(receiver: address) -> uint256:
    """
    @notice What the test set.
    """
    return self.room_assets


@external
@view
def maxRedeem(owner: address) -> uint256:
    """
    @notice Shares of `owner` that can be paid for today.
    """
    worth: uint256 = self._worth()
    if worth == 0:
        return self.balanceOf[owner]
    liquid: uint256 = min(self.liquid_assets, worth)
    return min(self.balanceOf[owner], liquid * self.totalSupply // worth)


@internal
@view
def _worth() -> uint256:
    return staticcall IERC20(self.asset).balanceOf(self)


@internal
@view
def _to_assets(shares: uint256) -> uint256:
    if self.totalSupply == 0:
        return 0
    return shares * self._worth() // self.totalSupply


@internal
def _send(receiver: address, assets: uint256):
    extcall IERC20(self.asset).transfer(receiver, assets)


@internal
def _call_hook():
    if self.hook_target == empty(address):
        return
    self.hook_count += 1
    self.is_hook_successful = raw_call(
        self.hook_target, self.hook_data, revert_on_failure=False
    )
