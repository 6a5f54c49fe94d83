# pragma version 0.4.3
# pragma evm-version cancun
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title CollectorSharePool
@license AGPL-3.0-only
@notice As much of an ERC-4626 pool as the fee collector calls: one share is one asset.
@dev For tests only.
"""

from ethereum.ercs import IERC20

asset: public(address)
balanceOf: public(HashMap[address, uint256])


@deploy
def __init__(asset: address):
    self.asset = asset


@external
def mint_shares(receiver: address, shares: uint256):
    self.balanceOf[receiver] += shares


@external
def redeem(shares: uint256, receiver: address, owner: address) -> uint256:
    assert msg.sender == owner, "share pool: not the owner"
    self.balanceOf[owner] -= shares
    assert extcall IERC20(self.asset).transfer(receiver, shares)
    return shares
