# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title TestToken
@license AGPL-3.0-only
@notice A token for devnets and tests: any decimals, and one minter who makes units at will.
@dev Worth nothing by construction. Name at most 25 characters, symbol at most 5.
@custom:kill Set the minter to the zero address: no further unit is made, transfers stay.
"""

from snekmate.auth import ownable
from snekmate.tokens import erc20

from ..interfaces import ITestToken

implements: ITestToken

initializes: ownable
initializes: erc20[ownable := ownable]

exports: (
    # ERC-20
    erc20.name,
    erc20.symbol,
    erc20.decimals,
    erc20.totalSupply,
    erc20.balanceOf,
    erc20.allowance,
    erc20.approve,
    erc20.transfer,
    erc20.transferFrom,
    # ERC-2612 and ERC-5267
    erc20.permit,
    erc20.nonces,
    erc20.DOMAIN_SEPARATOR,
    erc20.eip712Domain,
)

# Who may make units; the zero address when nobody may.
minter: public(address)


@deploy
def __init__(name: String[25], symbol: String[5], decimals: uint8, minter: address):
    """
    @param decimals Decimals that the token reports; 6, 8 and 18 are the usual ones.
    @param minter First minter: the faucet of a devnet, or a test's own account.
    """
    # erc20 asks for an owner module; nothing of it is exported, so the owner has no power.
    ownable.__init__()
    erc20.__init__(name, symbol, decimals, name, "1")
    self.minter = minter
    log ITestToken.MinterChanged(old_minter=empty(address), new_minter=minter)


@external
def mint(receiver: address, assets: uint256):
    """
    @notice Make `assets` new base units and give them to `receiver`.
    @custom:access The minter.
    @custom:reverts
        "token: not the minter"
        "erc20: mint to the zero address"
    """
    assert msg.sender == self.minter, "token: not the minter"

    erc20._mint(receiver, assets)


@external
def set_minter(minter: address):
    """
    @notice Hand the right to make units to `minter`.
    @custom:access The minter.
    @custom:reverts "token: not the minter"
    @param minter The next minter; the zero address ends all minting.
    """
    old_minter: address = self.minter
    assert msg.sender == old_minter, "token: not the minter"

    self.minter = minter

    log ITestToken.MinterChanged(old_minter=old_minter, new_minter=minter)
