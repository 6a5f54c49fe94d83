# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title HeadToken
@license AGPL-3.0-only
@notice HEAD, the token that is staked behind the protocol. The supply is fixed.
@dev Nothing depends on HEAD balances inside this contract, so the token module's own
     transfers are exported as they are. Minting and ownership are not exported.
@custom:kill Nobody can stop, mint or take HEAD.
"""

from ethereum.ercs import IERC20
from ethereum.ercs import IERC20Detailed
from snekmate.auth import ownable
from snekmate.tokens import erc20
from ..modules import units

implements: IERC20
implements: IERC20Detailed

initializes: ownable
initializes: erc20[ownable := ownable]

exports: (
    erc20.name,
    erc20.symbol,
    erc20.decimals,
    erc20.totalSupply,
    erc20.balanceOf,
    erc20.allowance,
    erc20.transfer,
    erc20.transferFrom,
    erc20.approve,
    erc20.permit,
    erc20.nonces,
    erc20.DOMAIN_SEPARATOR,
    erc20.eip712Domain,
    erc20.burn,
    erc20.burn_from,
)

SUPPLY: constant(uint256) = 100_000_000 * units.WAD


@deploy
def __init__(holder: address):
    """
    @notice Mints the whole supply to `holder`.
    @custom:reverts "erc20: mint to the zero address"
    @param holder First owner of all HEAD.
    """
    ownable.__init__()
    erc20.__init__("Headwater", "HEAD", 18, "Headwater", "1")
    erc20._mint(holder, SUPPLY)
