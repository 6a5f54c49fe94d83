# SPDX-License-Identifier: Apache-2.0
"""Ape on the engine, within this process. The stage of the suite builds the engine first."""

import pytest


@pytest.fixture(scope="module")
def provider():
    import ape

    with ape.networks.parse_network_choice("headwater:local:engine") as connected:
        yield connected


@pytest.fixture
def accounts(provider):
    from ape import accounts

    return accounts.test_accounts


@pytest.fixture
def chain(provider):
    from ape import chain

    snapshot = chain.snapshot()
    yield chain
    chain.restore(snapshot)


@pytest.fixture
def token(chain, accounts, project):
    """A token whose owner may mint, nobody else."""
    return accounts[0].deploy(project.TestToken, "Dollar", "tUSD", 6, accounts[0])
