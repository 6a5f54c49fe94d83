# pragma version 0.4.3
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title token_transfer
@license AGPL-3.0-only
@notice The one place where ERC-20 tokens enter and leave a contract.
@dev A token that answers nothing counts as answering True (USDT); one that answers
     False is refused; one that delivers less than was sent is refused, because books
     kept inside the contract would then promise more than it holds.
"""

from ethereum.ercs import IERC20


@internal
def pull_exact(token: address, payer: address, assets: uint256):
    """
    @notice Takes `assets` of `token` from `payer`, who has approved this contract.
    @custom:reverts
        "token: transfer refused" when the token answers False
        "token: fee on transfer" when the balance rises by another quantity
    """
    before: uint256 = self.held(token)
    is_sent: bool = extcall IERC20(token).transferFrom(
        payer, self, assets, default_return_value=True
    )
    assert is_sent, "token: transfer refused"
    assert self.held(token) == before + assets, "token: fee on transfer"


@internal
@view
def held(token: address) -> uint256:
    """
    @notice What `token` says that this contract holds.
    """
    return staticcall IERC20(token).balanceOf(self)


@internal
def push(token: address, receiver: address, assets: uint256):
    """
    @notice Sends `assets` of `token` to `receiver`.
    @custom:reverts "token: transfer refused" when the token answers False
    """
    is_sent: bool = extcall IERC20(token).transfer(receiver, assets, default_return_value=True)
    assert is_sent, "token: transfer refused"
