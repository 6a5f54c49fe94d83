# pragma version 0.4.3
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title outflow_limit
@license AGPL-3.0-only
@notice A circuit breaker: how much may leave at once, refilled in a straight line.
@dev With a capacity c and a window w, what has left falls by c / w each second:

         used(t) = max(0, used - c * t / w),    room = c - used

     What comes in is room again. A window of zero is no limit, and nothing is written.
"""

USED_MASK: constant(uint256) = 2**128 - 1

# What has left and not come back, base units, below 2**128; since when, above.
_word: uint256


@internal
@view
def room(capacity: uint256, window_seconds: uint256) -> uint256:
    """
    @notice How much may leave now; the largest number without a limit.
    @custom:rounding Down: the refill is rounded down.
    """
    if window_seconds == 0:
        return max_value(uint256)
    return capacity - min(capacity, self._used(capacity, window_seconds))


@internal
def take(assets: uint256, capacity: uint256, window_seconds: uint256):
    """
    @notice Count `assets` that leave.
    @custom:reverts "pool: outflow limit"
    """
    if window_seconds == 0:
        return
    used: uint256 = self._used(capacity, window_seconds) + assets
    assert used <= capacity, "pool: outflow limit"
    self._word = used | (block.timestamp << 128)


@internal
def give_back(assets: uint256, capacity: uint256, window_seconds: uint256):
    """
    @notice Count `assets` that come in.
    """
    if window_seconds == 0:
        return
    used: uint256 = self._used(capacity, window_seconds)
    if used > 0:
        self._word = (used - min(used, assets)) | (block.timestamp << 128)


@internal
@view
def _used(capacity: uint256, window_seconds: uint256) -> uint256:
    # A share of total assets is below 2**121 and a time below 2**64: no overflow.
    word: uint256 = self._word
    used: uint256 = word & USED_MASK
    return used - min(used, capacity * (block.timestamp - (word >> 128)) // window_seconds)
