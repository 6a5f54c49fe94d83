# SPDX-License-Identifier: Apache-2.0
"""What once was wrong with vaults. Each test failed before its repair."""

import ape
import pytest

DOLLAR = 10**6
FOREVER = 2**256 - 1
ALL_ROLES = 2**14 - 1


@pytest.fixture(scope="module")
def owner(accounts):
    return accounts[0]


@pytest.fixture(scope="module")
def saver(accounts):
    return accounts[1]


@pytest.fixture
def invested(project, owner, saver):
    """A thousand dollars, of which a strategy holds all and can pay half today."""
    token = owner.deploy(project.TestToken, "Test Dollar", "tUSD", 6, owner)
    vault = owner.deploy(project.YieldVault, token, "Headwater Vault", "hwV", owner, 1_000)
    vault.set_role(owner, ALL_ROLES, sender=owner)
    vault.set_deposit_limit(FOREVER, sender=owner)
    strategy = owner.deploy(project.VaultSettableStrategy, token)
    vault.add_strategy(strategy, sender=owner)
    vault.update_max_debt_for_strategy(strategy, FOREVER, sender=owner)
    token.mint(saver, 1_000 * DOLLAR, sender=owner)
    token.approve(vault, FOREVER, sender=saver)
    vault.deposit(1_000 * DOLLAR, saver, sender=saver)
    vault.update_debt(strategy, 1_000 * DOLLAR, sender=owner)
    strategy.set_liquid(400 * DOLLAR, sender=owner)
    return vault, strategy


def test_default_queue__with_a_strategy_twice__promises_nothing_twice(invested, owner, saver):
    """What a strategy could pay counted once for each place it had in the queue."""
    vault, strategy = invested

    with ape.reverts("vault: duplicate strategy"):
        vault.set_default_queue([strategy, strategy], sender=owner)

    assert vault.maxWithdraw(saver) == 400 * DOLLAR
    vault.withdraw(400 * DOLLAR, saver, saver, sender=saver)


def test_max_withdraw__of_a_queue_that_names_a_strategy_twice__counts_it_once(invested, saver):
    vault, strategy = invested
    queue = [strategy, strategy]

    assert vault.maxWithdraw(saver, 0, queue) == 400 * DOLLAR
    assert vault.maxRedeem(saver, 0, queue) == 400 * DOLLAR
    with ape.reverts("vault: not enough liquidity"):
        vault.withdraw(400 * DOLLAR + 1, saver, saver, 0, queue, sender=saver)
    vault.withdraw(400 * DOLLAR, saver, saver, 0, queue, sender=saver)
