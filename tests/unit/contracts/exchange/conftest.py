# SPDX-License-Identifier: Apache-2.0
"""Roles, two tokens of different decimals and a pair at 30 bps, deployed once per module."""

import pytest

FEE_BPS = 30
PROTOCOL_SHARE_BPS = 2_000
PURSE = 10**30


@pytest.fixture(scope="module")
def owner(accounts):
    return accounts[0]


@pytest.fixture(scope="module")
def provider(accounts):
    return accounts[1]


@pytest.fixture(scope="module")
def other_provider(accounts):
    return accounts[2]


@pytest.fixture(scope="module")
def trader(accounts):
    return accounts[3]


@pytest.fixture(scope="module")
def stranger(accounts):
    return accounts[4]


@pytest.fixture(scope="module")
def collector(accounts):
    """Receiver of protocol fees; a plain account where its code does not matter."""
    return accounts[5]


@pytest.fixture(scope="module")
def receiver(accounts):
    """Starts with nothing, so that what it holds is what it was sent."""
    return accounts[6]


@pytest.fixture(scope="module")
def make_token(project, owner, provider, other_provider, trader):
    """Deploys a token and gives the actors a purse of it."""

    def make(name, symbol, decimals):
        token = owner.deploy(project.TestToken, name, symbol, decimals, owner)
        for holder in (provider, other_provider, trader):
            token.mint(holder, PURSE, sender=owner)
        return token

    return make


@pytest.fixture(scope="module")
def tokens(make_token):
    """token0 and token1, in the order of their addresses."""
    made = [make_token("Dollar", "USD", 6), make_token("Ether", "ETH", 18)]
    return sorted(made, key=lambda token: int(token.address, 16))


@pytest.fixture(scope="module")
def approve_all(provider, other_provider, trader):
    """Lets `spender` take the actors' tokens."""

    def approve(spender, tokens):
        for token in tokens:
            for holder in (provider, other_provider, trader):
                token.approve(spender, 2**256 - 1, sender=holder)

    return approve


@pytest.fixture(scope="module")
def empty_pair(project, owner, tokens, collector, approve_all):
    pair = owner.deploy(
        project.VolatilePair, tokens[0], tokens[1], FEE_BPS, PROTOCOL_SHARE_BPS, collector
    )
    approve_all(pair, tokens)
    return pair


RESERVES = (3_000_000 * 10**6, 1_000 * 10**18 + 7)


@pytest.fixture
def pair(empty_pair, provider):
    """The pair after the provider's first deposit of RESERVES."""
    empty_pair.add_liquidity(*RESERVES, 0, provider, sender=provider)
    return empty_pair
