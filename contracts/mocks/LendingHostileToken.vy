# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy off
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title LendingHostileToken
@license AGPL-3.0-only
@notice A token that does what a token should not: it keeps a fee, answers False, or
    calls a stranger in the middle of a transfer and notes what came of it.
@dev The lock is off on purpose: the hook must be able to come back.
"""

MAX_ANSWER: constant(uint256) = 160

decimals: public(constant(uint8)) = 6

balanceOf: public(HashMap[address, uint256])
allowance: public(HashMap[address, HashMap[address, uint256]])

# What a transfer keeps, and whether it answers False and moves nothing.
fee_bps: public(uint256)
is_refusing: public(bool)

# Whom a transfer calls first, with what, and what came back.
hook_target: public(address)
hook_data: public(Bytes[1024])
hook_count: public(uint256)
is_hook_successful: public(bool)
hook_answer: public(Bytes[MAX_ANSWER])


@external
def mint(receiver: address, assets: uint256):
    """
    @notice Make units out of nothing.
    """
    self.balanceOf[receiver] += assets


@external
def set_fee(fee_bps: uint256):
    """
    @notice Keep this part of each transfer.
    """
    self.fee_bps = fee_bps


@external
def set_refusing(is_refusing: bool):
    """
    @notice Answer False to each transfer.
    """
    self.is_refusing = is_refusing


@external
def set_hook(target: address, data: Bytes[1024]):
    """
    @notice Call `target` with `data` before each transfer; the empty address ends it.
    """
    self.hook_target = target
    self.hook_data = data
    self.hook_count = 0
    self.is_hook_successful = False
    self.hook_answer = b""


@external
def approve(spender: address, assets: uint256) -> bool:
    """
    @notice As ERC-20.
    """
    self.allowance[msg.sender][spender] = assets
    return True


@external
def transfer(to: address, assets: uint256) -> bool:
    """
    @notice As ERC-20, after the hook.
    """
    return self._transfer(msg.sender, to, assets)


@external
def transferFrom(owner: address, to: address, assets: uint256) -> bool:
    """
    @notice As ERC-20, after the hook.
    """
    self.allowance[owner][msg.sender] -= assets
    return self._transfer(owner, to, assets)


@internal
def _transfer(owner: address, to: address, assets: uint256) -> bool:
    if self.is_refusing:
        return False
    if self.hook_target != empty(address):
        self.hook_count += 1
        self.is_hook_successful, self.hook_answer = raw_call(
            self.hook_target, self.hook_data, max_outsize=MAX_ANSWER, revert_on_failure=False
        )
    self.balanceOf[owner] -= assets
    self.balanceOf[to] += assets - assets * self.fee_bps // 10_000
    return True
