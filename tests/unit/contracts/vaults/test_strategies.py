# SPDX-License-Identifier: Apache-2.0
"""Listing, revoking and queueing strategies."""

import pytest
from ape import reverts

from .conftest import DOLLAR, FIRST_DEPOSIT, NOBODY, fields_of

ADDED, REVOKED = 1, 2


@pytest.fixture
def fresh(project, owner, token):
    return owner.deploy(project.VaultSettableStrategy, token)


def test_add_strategy__lists_and_queues_it(funded, strategies, fresh, owner):
    receipt = funded.add_strategy(fresh, sender=owner)

    assert fields_of(receipt, funded.StrategyChanged) == [
        {"strategy": fresh.address, "change_type": ADDED}
    ]
    params = funded.strategies(fresh)
    assert (params.activation, params.last_report) == (receipt.timestamp,) * 2
    assert (params.current_debt, params.max_debt) == (0, 0)
    assert funded.get_default_queue() == [*(s.address for s in strategies), fresh.address]
    assert funded.default_queue(2) == fresh.address


def test_add_strategy__out_of_the_queue__only_lists_it(funded, strategies, fresh, owner):
    funded.add_strategy(fresh, False, sender=owner)

    assert funded.strategies(fresh).activation > 0
    assert len(funded.get_default_queue()) == 2


def test_add_strategy__with_a_full_queue__only_lists_it(project, funded, token, owner):
    for _ in range(9):
        funded.add_strategy(owner.deploy(project.VaultSettableStrategy, token), sender=owner)

    assert len(funded.get_default_queue()) == 10


def test_add_strategy__that_does_not_fit__reverts(project, funded, strategies, owner):
    other_token = owner.deploy(project.TestToken, "Other", "OTH", 18, owner)
    other = owner.deploy(project.VaultSettableStrategy, other_token)

    for bad in (NOBODY, funded):
        with reverts("vault: bad address"):
            funded.add_strategy(bad, sender=owner)
    with reverts("vault: other asset"):
        funded.add_strategy(other, sender=owner)
    with reverts("vault: strategy active"):
        funded.add_strategy(strategies[0], sender=owner)


def test_revoke_strategy__without_debt__takes_it_off(funded, strategies, owner):
    receipt = funded.revoke_strategy(strategies[0], sender=owner)

    assert fields_of(receipt, funded.StrategyChanged) == [
        {"strategy": strategies[0].address, "change_type": REVOKED}
    ]
    assert tuple(funded.strategies(strategies[0])) == (0, 0, 0, 0)
    assert funded.get_default_queue() == [strategies[1].address]


def test_revoke_strategy__with_debt_or_not_listed__reverts(invested, strategies, fresh, owner):
    with reverts("vault: strategy has debt"):
        invested.revoke_strategy(strategies[0], sender=owner)
    with reverts("vault: inactive strategy"):
        invested.revoke_strategy(fresh, sender=owner)
    with reverts("vault: inactive strategy"):
        invested.force_revoke_strategy(fresh, sender=owner)


def test_force_revoke_strategy__writes_the_debt_off(invested, strategies, token, owner):
    receipt = invested.force_revoke_strategy(strategies[0], sender=owner)

    assert fields_of(receipt, invested.StrategyReported) == [
        {
            "strategy": strategies[0].address,
            "gain": 0,
            "loss": 400_000 * DOLLAR,
            "current_debt": 0,
            "protocol_fees": 0,
            "total_fees": 0,
            "total_refunds": 0,
        }
    ]
    assert fields_of(receipt, invested.StrategyChanged)[0]["change_type"] == REVOKED
    assert invested.totalDebt() == 300_000 * DOLLAR
    assert invested.pricePerShare() == 600_000
    assert token.balanceOf(strategies[0]) == 400_000 * DOLLAR


def test_force_revoke_strategy__burns_locked_gains_first(
    invested, strategies, token, owner, keeper
):
    token.mint(strategies[1], 500_000 * DOLLAR, sender=owner)
    invested.process_report(strategies[1], sender=keeper)

    invested.force_revoke_strategy(strategies[0], sender=owner)

    assert invested.pricePerShare() >= DOLLAR
    assert invested.totalAssets() == FIRST_DEPOSIT + 100_000 * DOLLAR


def test_update_max_debt__of_a_strategy_not_listed__reverts(funded, fresh, owner):
    with reverts("vault: inactive strategy"):
        funded.update_max_debt_for_strategy(fresh, 1, sender=owner)


def test_set_default_queue__replaces_the_order(funded, strategies, fresh, owner):
    order = [strategies[1].address, strategies[0].address]

    receipt = funded.set_default_queue(order, sender=owner)

    assert fields_of(receipt, funded.UpdateDefaultQueue) == [{"new_default_queue": order}]
    assert funded.get_default_queue() == order
    with reverts("vault: inactive strategy"):
        funded.set_default_queue([fresh], sender=owner)
    funded.set_default_queue([], sender=owner)
    assert funded.get_default_queue() == []
