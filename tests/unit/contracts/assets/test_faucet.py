# SPDX-License-Identifier: Apache-2.0
"""Faucet: a drop of each token, once per cooldown."""

import pytest
from ape import reverts

NOBODY = "0x0000000000000000000000000000000000000000"
COOLDOWN_SECONDS = 3_600
DROPS = [10_000 * 10**6, 5 * 10**18]


@pytest.fixture(scope="module")
def tokens(project, owner):
    return [
        owner.deploy(project.TestToken, "Test Dollar", "tUSD", 6, owner),
        owner.deploy(project.TestToken, "Test Ether", "tETH", 18, owner),
    ]


@pytest.fixture(scope="module")
def faucet(project, owner, tokens):
    faucet = owner.deploy(project.Faucet, tokens, DROPS, COOLDOWN_SECONDS, owner)
    for token in tokens:
        token.set_minter(faucet, sender=owner)
    return faucet


def fields_of(receipt, event):
    return [dict(log.event_arguments) for log in event.from_receipt(receipt)]


def test_constructor__keeps_its_lists(project, faucet, tokens, owner):
    assert faucet.tokens() == [token.address for token in tokens]
    assert faucet.drops() == DROPS
    assert faucet.cooldown_seconds() == COOLDOWN_SECONDS
    with reverts("faucet: lengths differ"):
        owner.deploy(project.Faucet, tokens, [1], 1, owner)


def test_drop__gives_each_token_once_per_cooldown(faucet, tokens, stranger, receiver, chain):
    assert faucet.can_drop(receiver)

    receipt = faucet.drop(receiver, sender=stranger)

    assert fields_of(receipt, faucet.Dropped) == [
        {"caller": stranger.address, "receiver": receiver.address}
    ]
    assert [token.balanceOf(receiver) for token in tokens] == DROPS
    assert [token.balanceOf(stranger) for token in tokens] == [0, 0]
    assert faucet.last_dropped_at(receiver) == receipt.timestamp
    assert not faucet.can_drop(receiver)
    with reverts("faucet: cooldown not over"):
        faucet.drop(receiver, sender=stranger)
    assert faucet.can_drop(stranger)

    chain.pending_timestamp = receipt.timestamp + COOLDOWN_SECONDS
    faucet.drop(receiver, sender=stranger)
    assert tokens[0].balanceOf(receiver) == 2 * DROPS[0]


def test_drop__to_nobody_or_without_the_right__reverts(faucet, tokens, project, owner, stranger):
    assert not faucet.can_drop(NOBODY)
    with reverts("faucet: zero receiver"):
        faucet.drop(NOBODY, sender=stranger)
    powerless = owner.deploy(project.Faucet, tokens, DROPS, 1, owner)
    with reverts("token: not the minter"):
        powerless.drop(stranger, sender=stranger)


def test_mint_to__is_for_the_owner(faucet, tokens, owner, stranger, receiver):
    with reverts("ownable: caller is not the owner"):
        faucet.mint_to(tokens[1], receiver, 9, sender=stranger)

    faucet.mint_to(tokens[1], receiver, 9, sender=owner)

    assert [token.balanceOf(receiver) for token in tokens] == [0, 9]


def test_ownership__is_handed_over_in_two_steps(faucet, owner, stranger):
    faucet.transfer_ownership(stranger, sender=owner)
    assert (faucet.owner(), faucet.pending_owner()) == (owner.address, stranger.address)
    faucet.accept_ownership(sender=stranger)
    assert faucet.owner() == stranger.address
