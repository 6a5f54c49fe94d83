# SPDX-License-Identifier: Apache-2.0
"""Roles and the lending house, deployed once per module."""

import pytest

from tests.unit.contracts.lending_house import build_house


@pytest.fixture(scope="module")
def owner(accounts):
    """Owns every contract and mints the tokens."""
    return accounts[0]


@pytest.fixture(scope="module")
def lender(accounts):
    return accounts[1]


@pytest.fixture(scope="module")
def borrower(accounts):
    return accounts[2]


@pytest.fixture(scope="module")
def liquidator(accounts):
    return accounts[3]


@pytest.fixture(scope="module")
def stranger(accounts):
    return accounts[4]


@pytest.fixture(scope="module")
def treasury(accounts):
    """Receives the protocol's part of interest."""
    return accounts[5]


@pytest.fixture(scope="module")
def receiver(accounts):
    """Starts with nothing, so that what it holds is what it was sent."""
    return accounts[6]


@pytest.fixture(scope="module")
def house(project, chain, owner, treasury, lender, borrower, liquidator, stranger):
    actors = [lender, borrower, liquidator, stranger]
    return build_house(project, chain, owner, treasury, actors)


@pytest.fixture(scope="module")
def operators(project, house, owner):
    """Who may act for others, named by the house's account layer."""
    contract = owner.deploy(project.Operators, house.accounts)
    house.accounts.set_operators(contract, sender=owner)
    return contract
