# pragma version 0.4.3
# pragma evm-version cancun
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title PairHostileToken
@license AGPL-3.0-only
@notice An ERC-20 that misbehaves on order: taxes transfers, answers False, calls out.
@dev No reentrancy lock, on purpose. For tests of the exchange and of staking only.
"""

from ethereum.ercs import IERC20

implements: IERC20

name: public(constant(String[25])) = "Hostile"
symbol: public(constant(String[5])) = "HOST"
decimals: public(constant(uint8)) = 18

totalSupply: public(uint256)
balanceOf: public(HashMap[address, uint256])
allowance: public(HashMap[address, HashMap[address, uint256]])

# Part of each transfer that is burned on the way.
tax_bps: public(uint256)

# Whether transfers and approvals answer False, having moved nothing.
is_refusing: public(bool)

# Call made in the middle of each transfer while armed, and what came of the last one.
target: public(address)
payload: public(Bytes[512])
calls_made: public(uint256)
last_call_succeeded: public(bool)
last_response: public(Bytes[128])


@external
def mint(receiver: address, assets: uint256):
    self.totalSupply += assets
    self.balanceOf[receiver] += assets
    log IERC20.Transfer(sender=empty(address), receiver=receiver, value=assets)


@external
def set_tax(tax_bps: uint256):
    self.tax_bps = tax_bps


@external
def set_refusing(is_refusing: bool):
    self.is_refusing = is_refusing


@external
def arm(target: address, payload: Bytes[512]):
    self.target = target
    self.payload = payload
    self.calls_made = 0
    self.last_call_succeeded = False
    self.last_response = b""


@external
def act(target: address, payload: Bytes[512]):
    """
    @notice Lets the token itself be an account: an attacker's contract in one.
    """
    raw_call(target, payload)


@external
@view
def strategies(strategy: address) -> (uint256, uint256, uint256, uint256):
    """
    @notice Answers like a vault that funds whoever asks.
    """
    return 1, 1, 0, 1


@external
def approve(spender: address, amount: uint256) -> bool:
    if self.is_refusing:
        return False
    self.allowance[msg.sender][spender] = amount
    log IERC20.Approval(owner=msg.sender, spender=spender, value=amount)
    return True


@external
def transfer(to: address, amount: uint256) -> bool:
    return self._move(msg.sender, to, amount)


@external
def transferFrom(owner: address, to: address, amount: uint256) -> bool:
    if self.is_refusing:
        return False
    self.allowance[owner][msg.sender] -= amount
    return self._move(owner, to, amount)


@internal
def _move(owner: address, to: address, amount: uint256) -> bool:
    if self.is_refusing:
        return False
    tax: uint256 = amount * self.tax_bps // 10_000
    self.balanceOf[owner] -= amount
    self.balanceOf[to] += amount - tax
    self.totalSupply -= tax
    log IERC20.Transfer(sender=owner, receiver=to, value=amount - tax)
    if self.target != empty(address):
        self._call_out()
    return True


@internal
def _call_out():
    success: bool = False
    response: Bytes[128] = b""
    success, response = raw_call(
        self.target, self.payload, max_outsize=128, revert_on_failure=False
    )
    self.calls_made += 1
    self.last_call_succeeded = success
    self.last_response = response
