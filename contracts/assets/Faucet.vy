# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title Faucet
@license AGPL-3.0-only
@notice Gives every newcomer of a devnet one drop of each test token, once per cooldown.
@dev Must be the minter of each token that it lists; `mint_to` also serves the demo accounts.
@custom:kill Set each token's minter to another account: no drop succeeds from then on.
"""

from snekmate.auth import ownable
from snekmate.auth import ownable_2step

from ..interfaces import IFaucet
from ..interfaces import ITestToken

implements: IFaucet

initializes: ownable
initializes: ownable_2step[ownable := ownable]

exports: (
    ownable_2step.owner,
    ownable_2step.pending_owner,
    ownable_2step.transfer_ownership,
    ownable_2step.accept_ownership,
)

# Time that a receiver waits between two drops.
cooldown_seconds: public(immutable(uint256))

# When each receiver was last served, in seconds since the epoch; 0 if never.
last_dropped_at: public(HashMap[address, uint256])

# Tokens of a drop and how many base units of each, in the same order.
_tokens: DynArray[address, 8]
_drops: DynArray[uint256, 8]


@deploy
def __init__(
    tokens: DynArray[address, 8], drops: DynArray[uint256, 8], cooldown_seconds_: uint256, owner: address
):
    """
    @custom:reverts "faucet: lengths differ"
    @param tokens Test tokens to hand out.
    @param drops Base units of each token in one drop.
    @param cooldown_seconds_ Time that a receiver waits between two drops.
    @param owner Who may use `mint_to`.
    """
    assert len(tokens) == len(drops), "faucet: lengths differ"

    ownable.__init__()
    ownable_2step.__init__()
    ownable_2step._transfer_ownership(owner)
    cooldown_seconds = cooldown_seconds_
    self._tokens = tokens
    self._drops = drops


@external
def drop(receiver: address):
    """
    @notice Give `receiver` one drop of every token.
    @custom:access Anyone, for anyone: the cooldown is the receiver's.
    @custom:reverts
        "faucet: zero receiver"
        "faucet: cooldown not over"
        "token: not the minter"
    """
    assert receiver != empty(address), "faucet: zero receiver"
    assert self._can_drop(receiver), "faucet: cooldown not over"

    self.last_dropped_at[receiver] = block.timestamp

    log IFaucet.Dropped(caller=msg.sender, receiver=receiver)
    for i: uint256 in range(len(self._tokens), bound=8):
        extcall ITestToken(self._tokens[i]).mint(receiver, self._drops[i])


@external
@view
def can_drop(receiver: address) -> bool:
    """
    @notice Whether `drop` would serve `receiver` in this block.
    """
    return receiver != empty(address) and self._can_drop(receiver)


@external
@view
def tokens() -> DynArray[address, 8]:
    """
    @notice Tokens of a drop.
    """
    return self._tokens


@external
@view
def drops() -> DynArray[uint256, 8]:
    """
    @notice Base units of each token in a drop, in the order of `tokens`.
    """
    return self._drops


@external
def mint_to(token: address, receiver: address, assets: uint256):
    """
    @notice Make `assets` of `token` for a demo account.
    @custom:access The owner.
    @custom:reverts
        "ownable: caller is not the owner"
        "token: not the minter"
        "erc20: mint to the zero address"
    @param assets Base units to make.
    """
    ownable._check_owner()

    extcall ITestToken(token).mint(receiver, assets)


@internal
@view
def _can_drop(receiver: address) -> bool:
    served_at: uint256 = self.last_dropped_at[receiver]
    return served_at == 0 or block.timestamp >= served_at + cooldown_seconds
