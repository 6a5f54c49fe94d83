# pragma version 0.4.3
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title debt_record
@license AGPL-3.0-only
@notice What the account layer keeps of an account that owes, in one word.
@dev Entering debt writes a fresh word, 22,100 gas each: there is one. From the low bits up:

         pool 160, position among the debtors 48, Unix seconds of the last check 48

     Zero is an account without debt.
"""

POSITION_MASK: constant(uint256) = 2**48 - 1
POOL_MASK: constant(uint256) = 2**160 - 1


@internal
@pure
def pack(pool: address, position: uint256) -> uint256:
    """
    @notice The record of an account that owes `pool` and was not yet checked by a batch.
    """
    return convert(pool, uint256) | (position << 160)


@internal
@pure
def moved(record: uint256, position: uint256) -> uint256:
    """
    @notice The record of the same account at another position.
    """
    return (record & ~(POSITION_MASK << 160)) | (position << 160)


@internal
@pure
def checked(record: uint256, timestamp: uint256) -> uint256:
    """
    @notice The record of the same account, checked at `timestamp`.
    """
    return (record & (2**208 - 1)) | (timestamp << 208)


@internal
@pure
def pool(record: uint256) -> address:
    """
    @notice The pool owed; empty without debt.
    """
    return convert(convert(record & POOL_MASK, uint160), address)


@internal
@pure
def position(record: uint256) -> uint256:
    """
    @notice Where the account stands among the debtors, from 0.
    """
    return (record >> 160) & POSITION_MASK


@internal
@pure
def checked_at(record: uint256) -> uint256:
    """
    @notice When a batch last checked the account, Unix seconds; zero for never.
    """
    return record >> 208
