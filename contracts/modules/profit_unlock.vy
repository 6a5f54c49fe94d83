# pragma version 0.4.3
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title profit_unlock
@license AGPL-3.0-only
@notice Lets a gain reach the share price bit by bit instead of at once.
@dev A gain is met by new shares that the contract itself holds, as many as leave the price
     where it was. They count as burned at a constant rate

         unlocked = rate * seconds since the last update      (down)

     so the price rises along a line and reaches the whole gain at the end. A loss burns
     shares still locked before it touches the price.
"""

from snekmate.auth import ownable
from snekmate.tokens import erc20

uses: erc20

# Scale of the rate, shares per second: Yearn's, so that tools read the same number.
RATE_SCALE: constant(uint256) = 10**12

# Seconds over which a new gain unlocks; 0 gives it to the price at once.
max_unlock_time: uint256

# When the last locked share unlocks; 0 if none is locked.
ends_at: uint256

# Shares that unlock each second, times RATE_SCALE.
rate: uint256

# Time up to which unlocked shares have been burned.
updated_at: uint256


@internal
@view
def supply() -> uint256:
    """
    @notice Shares that have a claim today: unlocked ones count as burned.
    """
    return erc20.totalSupply - self.unlocked()


@internal
@view
def unlocked() -> uint256:
    """
    @notice Shares that have unlocked and wait to be burned.
    @custom:rounding Down. The fraction unlocks at the end.
    """
    if self.ends_at > block.timestamp:
        return self.rate * (block.timestamp - self.updated_at) // RATE_SCALE
    # Past the end all is unlocked; with nothing locked the balance is zero.
    return erc20.balanceOf[self]


@internal
def lock(shares: uint256):
    """
    @notice Makes `shares` new locked ones. They and those still locked end together, after
         the mean of their times weighted by shares.
    @dev The caller passes no shares while `max_unlock_time` is 0.
    """
    self._settle()
    if shares == 0:
        return
    locked: uint256 = erc20.balanceOf[self]
    share_seconds: uint256 = locked * self._seconds_left() + shares * self.max_unlock_time
    erc20._mint(self, shares)
    # At least one second: each term has at least one, or no shares.
    self._schedule(locked + shares, share_seconds // (locked + shares))


@internal
def cut(shares: uint256):
    """
    @notice Burns up to `shares` of the locked ones; the end stays where it is.
    """
    self._settle()
    locked: uint256 = erc20.balanceOf[self]
    burned: uint256 = min(shares, locked)
    if burned == 0:
        return
    erc20._burn(self, burned)
    self._schedule(locked - burned, self._seconds_left())


@internal
def release():
    """
    @notice Unlocks everything at once.
    """
    self.ends_at = 0
    self._settle()


@internal
def _settle():
    # Burns what has unlocked. The rate goes on unchanged for those still locked.
    shares: uint256 = self.unlocked()
    if shares > 0:
        erc20._burn(self, shares)
    self.updated_at = block.timestamp
    if erc20.balanceOf[self] == 0:
        self.ends_at = 0
        self.rate = 0


@internal
@view
def _seconds_left() -> uint256:
    if self.ends_at > block.timestamp:
        return self.ends_at - block.timestamp
    return 0


@internal
def _schedule(locked: uint256, duration_seconds: uint256):
    # Runs right after `_settle`: what is locked has seconds left, or nothing is locked.
    if locked == 0:
        self.ends_at = 0
        self.rate = 0
        return
    self.ends_at = block.timestamp + duration_seconds
    self.rate = locked * RATE_SCALE // duration_seconds
