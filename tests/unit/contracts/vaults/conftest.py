# SPDX-License-Identifier: Apache-2.0
"""A vault over a 6-decimals token with two strategies that tests bend, deployed once per module."""

from fractions import Fraction

import pytest

DOLLAR = 10**6
PURSE = 10_000_000 * DOLLAR
FIRST_DEPOSIT = 1_000_000 * DOLLAR
DEAD_SHARES = 1_000
GRAVE = "0x000000000000000000000000000000000000dEaD"
NOBODY = "0x0000000000000000000000000000000000000000"
FOREVER = 2**256 - 1
UNLOCK_SECONDS = 100_000

ALL_ROLES = 2**14 - 1
REPORTING_MANAGER = 32
DEBT_MANAGER = 64


def price_of(vault) -> Fraction:
    """Assets per share, exact."""
    return Fraction(vault.totalAssets(), vault.totalSupply())


def balances_of(token, *holders) -> list[int]:
    return [token.balanceOf(holder) for holder in holders]


def fields_of(receipt, event) -> list[dict]:
    """The fields of every `event` in `receipt`, in order."""
    return [dict(log.event_arguments) for log in event.from_receipt(receipt)]


@pytest.fixture(scope="module")
def keeper(accounts):
    """Holds the two roles that a keeper needs, and no share."""
    return accounts[7]


@pytest.fixture(scope="module")
def depositor(accounts):
    return accounts[8]


@pytest.fixture(scope="module")
def other_depositor(accounts):
    return accounts[9]


@pytest.fixture(scope="module")
def token(project, owner, depositor, other_depositor):
    token = owner.deploy(project.TestToken, "Test Dollar", "tUSD", 6, owner)
    for holder in (depositor, other_depositor):
        token.mint(holder, PURSE, sender=owner)
    return token


@pytest.fixture(scope="module")
def make_vault(project, owner, keeper, depositor, other_depositor):
    """Deploys a vault without a deposit limit; the owner has every role, the keeper its two."""

    def make(asset, unlock_seconds=UNLOCK_SECONDS):
        vault = owner.deploy(
            project.YieldVault, asset, "Headwater Vault", "hwV", owner, unlock_seconds
        )
        vault.set_role(owner, ALL_ROLES, sender=owner)
        vault.set_role(keeper, REPORTING_MANAGER + DEBT_MANAGER, sender=owner)
        vault.set_deposit_limit(FOREVER, sender=owner)
        for holder in (depositor, other_depositor):
            asset.approve(vault, FOREVER, sender=holder)
        return vault

    return make


@pytest.fixture(scope="module")
def vault(make_vault, token):
    return make_vault(token)


@pytest.fixture(scope="module")
def strategies(project, owner, vault, token):
    """Two listed strategies without a bound on their debt, in this order in the queue."""
    made = [owner.deploy(project.VaultSettableStrategy, token) for _ in range(2)]
    for strategy in made:
        vault.add_strategy(strategy, sender=owner)
        vault.update_max_debt_for_strategy(strategy, FOREVER, sender=owner)
    return made


@pytest.fixture
def funded(vault, strategies, depositor):
    """The vault after the first deposit, all of it idle."""
    vault.deposit(FIRST_DEPOSIT, depositor, sender=depositor)
    return vault


@pytest.fixture
def invested(funded, strategies, keeper):
    """400,000 in the first strategy, 300,000 in the second, 300,000 idle."""
    funded.update_debt(strategies[0], 400_000 * DOLLAR, sender=keeper)
    funded.update_debt(strategies[1], 300_000 * DOLLAR, sender=keeper)
    return funded


@pytest.fixture
def pass_time(chain):
    def pass_seconds(seconds):
        chain.mine(deltatime=seconds)

    return pass_seconds
