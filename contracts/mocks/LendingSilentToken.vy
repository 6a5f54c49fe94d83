# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title LendingSilentToken
@license AGPL-3.0-only
@notice A token whose transfers answer nothing, as USDT's do.
"""

decimals: public(constant(uint8)) = 6

balanceOf: public(HashMap[address, uint256])
allowance: public(HashMap[address, HashMap[address, uint256]])


@external
def mint(receiver: address, assets: uint256):
    """
    @notice Make units out of nothing.
    """
    self.balanceOf[receiver] += assets


@external
def approve(spender: address, assets: uint256):
    """
    @notice As ERC-20, without an answer.
    """
    self.allowance[msg.sender][spender] = assets


@external
def transfer(to: address, assets: uint256):
    """
    @notice As ERC-20, without an answer.
    """
    self.balanceOf[msg.sender] -= assets
    self.balanceOf[to] += assets


@external
def transferFrom(owner: address, to: address, assets: uint256):
    """
    @notice As ERC-20, without an answer.
    """
    self.allowance[owner][msg.sender] -= assets
    self.balanceOf[owner] -= assets
    self.balanceOf[to] += assets
