# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy off
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title LendingFlashBorrower
@license AGPL-3.0-only
@notice Borrows for the length of a call, notes what it was told, and pays back as it is set.
@dev The lock is off on purpose: what it calls must be able to come back.
"""

from ethereum.ercs import IERC20

# What it answers, and how much of what it owes it approves.
answer: public(bytes32)
approved_assets: public(uint256)

# Whom it calls while it has the loan, and what came of it.
_target: address
_call_data: Bytes[1024]
is_call_successful: public(bool)

# What it was told, and what it held.
initiator: public(address)
token: public(address)
assets: public(uint256)
fee_assets: public(uint256)
data: public(Bytes[4096])
held_assets: public(uint256)


@deploy
def __init__():
    """
    @notice Starts as a good borrower.
    """
    self.answer = keccak256("ERC3156FlashBorrower.onFlashLoan")
    self.approved_assets = max_value(uint256)


@external
def set_conduct(answer: bytes32, approved_assets: uint256):
    """
    @notice Choose what to answer and what to approve.
    """
    self.answer = answer
    self.approved_assets = approved_assets


@external
def set_call(target: address, call_data: Bytes[1024]):
    """
    @notice Choose whom to call while it has the loan.
    """
    self._target = target
    self._call_data = call_data


@external
def onFlashLoan(
    initiator: address, token: address, amount: uint256, fee: uint256, data: Bytes[4096]
) -> bytes32:
    """
    @notice What a lender calls.
    """
    self.initiator = initiator
    self.token = token
    self.assets = amount
    self.fee_assets = fee
    self.data = data
    self.held_assets = staticcall IERC20(token).balanceOf(self)
    if self._target != empty(address):
        self.is_call_successful = raw_call(
            self._target, self._call_data, revert_on_failure=False
        )
    extcall IERC20(token).approve(msg.sender, self.approved_assets)
    return self.answer
