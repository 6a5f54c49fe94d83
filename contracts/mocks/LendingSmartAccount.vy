# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy off
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title LendingSmartAccount
@license AGPL-3.0-only
@notice A wallet with code: sends what it is told, is called back, and answers ERC-1271 as set.
@dev For tests only. The lock is off on purpose: what it calls must be able to come back.
"""

IS_VALID: constant(bytes4) = 0x1626BA7E

# What it takes for signed, and what it answers then.
accepted_hash: public(bytes32)
accepted_signature: public(Bytes[1024])
answer: public(bytes4)

# How often it was called back, and by whom last.
callback_count: public(uint256)
last_caller: public(address)


@external
def set_accepted(accepted_hash: bytes32, accepted_signature: Bytes[1024], answer: bytes4):
    """
    @notice Choose what to take for signed, and what to answer.
    """
    self.accepted_hash = accepted_hash
    self.accepted_signature = accepted_signature
    self.answer = answer


@external
def send(target: address, payload: Bytes[8192]):
    """
    @notice Call `target` with `payload`.
    """
    raw_call(target, payload)


@external
def come_back(target: address, payload: Bytes[512]):
    """
    @notice Note the caller, and call `target` with `payload`.
    """
    self.callback_count += 1
    self.last_caller = msg.sender
    raw_call(target, payload)


@external
@view
def isValidSignature(hash: bytes32, signature: Bytes[1024]) -> bytes4:
    """
    @notice ERC-1271.
    """
    if hash == self.accepted_hash and signature == self.accepted_signature:
        return self.answer
    return empty(bytes4)
