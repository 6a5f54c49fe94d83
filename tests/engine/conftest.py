# SPDX-License-Identifier: Apache-2.0
"""Ape on the engine, within this process. The stage of the suite builds the engine first."""

import pytest

from tests.isolation import isolate


@pytest.fixture(scope="session")
def provider():
    import ape

    with ape.networks.parse_network_choice("headwater:local:engine") as connected:
        yield connected


@pytest.fixture(scope="session")
def chain(provider):
    from ape import chain

    return chain


@pytest.fixture
def isolated_test(chain):
    yield from isolate(chain)


@pytest.fixture(scope="session")
def accounts(provider):
    from ape import accounts

    return accounts.test_accounts


@pytest.fixture
def token(isolated_test, accounts, project):
    """A token whose owner may mint, nobody else."""
    return accounts[0].deploy(project.TestToken, "Dollar", "tUSD", 6, accounts[0])
