# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title SettableVault
@license AGPL-3.0-only
@notice An ERC-4626 vault as far as a price feed looks, worth what a test tells it.
"""

asset: public(address)
decimals: public(uint8)
totalSupply: public(uint256)
totalAssets: public(uint256)


@deploy
def __init__(asset: address, decimals: uint8):
    """
    @notice Opens a vault for `asset` whose shares have `decimals`.
    """
    self.asset = asset
    self.decimals = decimals


@external
def set_books(total_assets: uint256, total_supply: uint256):
    """
    @notice Hold this much for this many shares.
    """
    self.totalAssets = total_assets
    self.totalSupply = total_supply


@external
def set_decimals(decimals: uint8):
    """
    @notice Cut a whole share into other base units.
    """
    self.decimals = decimals


@external
@view
def convertToAssets(shares: uint256) -> uint256:
    """
    @notice The part of the assets that `shares` stand for, down.
    """
    if self.totalSupply == 0:
        return 0
    return shares * self.totalAssets // self.totalSupply
