# SPDX-License-Identifier: Apache-2.0
"""TestToken: minting by one minter, transfers, permits."""

import pytest
from ape import reverts

from tests.permits import sign_permit

NOBODY = "0x0000000000000000000000000000000000000000"


@pytest.fixture(scope="module", params=[6, 8, 18])
def token(project, owner, request):
    return owner.deploy(project.TestToken, "Test Token", "TT", request.param, owner)


@pytest.fixture(scope="module")
def dollar(project, owner):
    return owner.deploy(project.TestToken, "Test Dollar", "tUSD", 6, owner)


def fields_of(receipt, event):
    return [dict(log.event_arguments) for log in event.from_receipt(receipt)]


def test_constructor__sets_what_was_given(token, owner):
    assert (token.name(), token.symbol()) == ("Test Token", "TT")
    assert token.decimals() in (6, 8, 18)
    assert (token.minter(), token.totalSupply()) == (owner.address, 0)


def test_mint__by_the_minter__makes_units(token, owner, receiver, stranger):
    receipt = token.mint(receiver, 1_000, sender=owner)

    assert (token.balanceOf(receiver), token.totalSupply()) == (1_000, 1_000)
    assert fields_of(receipt, token.Transfer) == [
        {"sender": NOBODY, "receiver": receiver.address, "value": 1_000}
    ]
    with reverts("token: not the minter"):
        token.mint(stranger, 1, sender=stranger)
    with reverts("erc20: mint to the zero address"):
        token.mint(NOBODY, 1, sender=owner)


def test_set_minter__hands_the_right_over_for_good(dollar, owner, stranger):
    with reverts("token: not the minter"):
        dollar.set_minter(stranger, sender=stranger)

    receipt = dollar.set_minter(stranger, sender=owner)

    assert fields_of(receipt, dollar.MinterChanged) == [
        {"old_minter": owner.address, "new_minter": stranger.address}
    ]
    with reverts("token: not the minter"):
        dollar.mint(owner, 1, sender=owner)
    dollar.set_minter(NOBODY, sender=stranger)
    with reverts("token: not the minter"):
        dollar.mint(stranger, 1, sender=stranger)


def test_transfer__moves_units(dollar, owner, receiver, stranger):
    dollar.mint(owner, 100, sender=owner)

    dollar.transfer(receiver, 30, sender=owner)
    dollar.approve(stranger, 20, sender=owner)
    dollar.transferFrom(owner, receiver, 20, sender=stranger)

    balances = [dollar.balanceOf(holder) for holder in (owner, receiver, stranger)]
    assert (balances, dollar.allowance(owner, stranger)) == ([50, 50, 0], 0)
    with reverts("erc20: transfer amount exceeds balance"):
        dollar.transfer(receiver, 51, sender=owner)


def test_permit__lets_the_spender_take(dollar, owner, stranger, chain):
    deadline = chain.pending_timestamp + 3_600
    signature = sign_permit(dollar, chain.chain_id, owner, stranger, 77, deadline)
    signed = (deadline, *signature)

    dollar.permit(owner, stranger, 77, *signed, sender=stranger)

    assert (dollar.allowance(owner, stranger), dollar.nonces(owner)) == (77, 1)
    with reverts("erc20: invalid signature"):
        dollar.permit(owner, stranger, 77, *signed, sender=stranger)
