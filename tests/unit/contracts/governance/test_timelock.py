# SPDX-License-Identifier: Apache-2.0
"""What the timelock owns changes only as announced, in one piece, by those named for it."""

import ape
import pytest

from tests.unit.contracts.lending_house import NOBODY

DELAY_SECONDS = 2 * 86_400
NO_OPERATION = bytes(32)
SALT = b"\7" * 32


@pytest.fixture(scope="module")
def proposer(lender):
    return lender


@pytest.fixture(scope="module")
def executor(borrower):
    return borrower


@pytest.fixture(scope="module")
def canceller(liquidator):
    return liquidator


@pytest.fixture(scope="module")
def timelock(project, house, owner, proposer, executor, canceller):
    """Owns the tUSD pool: it has waited to accept it, as for anything else."""
    made = owner.deploy(project.Timelock, DELAY_SECONDS, [proposer], [executor], [canceller])
    house.usd_pool.transfer_ownership(made, sender=owner)
    accept = operation((house.usd_pool, house.usd_pool.accept_ownership.encode_input()))
    made.schedule_batch(*accept, DELAY_SECONDS, sender=proposer)
    house.chain.mine(deltatime=DELAY_SECONDS)
    made.execute_batch(*accept, sender=executor)
    assert house.usd_pool.owner() == made
    return made


def operation(*calls):
    """Targets, values, payloads, predecessor and salt of a batch."""
    targets = [target for target, _ in calls]
    return (targets, [0] * len(calls), [data for _, data in calls], NO_OPERATION, SALT)


def change_of_terms(house):
    """Caps up and a threshold down: one without the other is not what was meant."""
    terms, pool = house.terms, house.usd_pool
    return operation(
        (terms, terms.set_caps.encode_input(pool, 7, 8)),
        (terms, terms.set_collateral.encode_input(pool, house.eth_pool, 6_000, 7_000)),
    )


def test_change_of_terms__waits_and_comes_whole(house, timelock, chain, owner, proposer, executor):
    change = change_of_terms(house)
    with ape.reverts("terms: not owner or steward"):
        house.terms.set_caps(house.usd_pool, 7, 8, sender=owner)

    timelock.schedule_batch(*change, DELAY_SECONDS, sender=proposer)
    scheduled_at = chain.blocks.head.timestamp

    chain.mine(timestamp=scheduled_at + DELAY_SECONDS - 10)
    with ape.reverts("timelock_controller: operation is not ready"):
        timelock.execute_batch(*change, sender=executor)
    chain.mine(timestamp=scheduled_at + DELAY_SECONDS)
    timelock.execute_batch(*change, sender=executor)
    assert tuple(house.terms.terms_of(house.usd_pool))[:2] == (7, 8)
    assert tuple(house.terms.thresholds_bps(house.usd_pool, house.eth_pool)) == (6_000, 8_000)
    assert timelock.is_operation_done(timelock.hash_operation_batch(*change))


def test_execute__of_a_part__is_another_operation(house, timelock, chain, proposer, executor):
    change = change_of_terms(house)
    timelock.schedule_batch(*change, DELAY_SECONDS, sender=proposer)
    chain.mine(deltatime=DELAY_SECONDS)
    targets, values, payloads, *rest = change
    with ape.reverts("timelock_controller: operation is not ready"):
        timelock.execute_batch(targets[:1], values[:1], payloads[:1], *rest, sender=executor)


def test_execute__with_a_call_that_fails__changes_nothing(
    house, timelock, chain, proposer, executor
):
    terms, pool = house.terms, house.usd_pool
    change = operation(
        (terms, terms.set_caps.encode_input(pool, 7, 8)),
        (terms, terms.set_flash_fee.encode_input(pool, 10_000)),
    )
    timelock.schedule_batch(*change, DELAY_SECONDS, sender=proposer)
    chain.mine(deltatime=DELAY_SECONDS)
    before = tuple(terms.terms_of(pool))
    with ape.reverts():
        timelock.execute_batch(*change, sender=executor)
    assert tuple(terms.terms_of(pool)) == before


def test_roles__are_what_they_were_named_for(
    house, timelock, chain, owner, proposer, executor, canceller, stranger
):
    change = change_of_terms(house)
    for nobody in (owner, executor, canceller, stranger):
        with ape.reverts("access_control: account is missing role"):
            timelock.schedule_batch(*change, DELAY_SECONDS, sender=nobody)
    with ape.reverts("timelock_controller: insufficient delay"):
        timelock.schedule_batch(*change, DELAY_SECONDS - 1, sender=proposer)
    timelock.schedule_batch(*change, DELAY_SECONDS, sender=proposer)
    chain.mine(deltatime=DELAY_SECONDS)
    for nobody in (owner, proposer, canceller, stranger):
        with ape.reverts("access_control: account is missing role"):
            timelock.execute_batch(*change, sender=nobody)
    name = timelock.hash_operation_batch(*change)
    with ape.reverts("access_control: account is missing role"):
        timelock.cancel(name, sender=stranger)

    timelock.cancel(name, sender=canceller)

    with ape.reverts("timelock_controller: operation is not ready"):
        timelock.execute_batch(*change, sender=executor)


def test_role__is_revoked_by_an_operation_alone(timelock, chain, proposer, executor, stranger):
    role = timelock.CANCELLER_ROLE()
    for nobody in (proposer, stranger):
        with ape.reverts("access_control: account is missing role"):
            timelock.revokeRole(role, proposer, sender=nobody)
    revoke = operation((timelock, timelock.revokeRole.encode_input(role, proposer)))
    timelock.schedule_batch(*revoke, DELAY_SECONDS, sender=proposer)
    chain.mine(deltatime=DELAY_SECONDS)

    timelock.execute_batch(*revoke, sender=executor)

    assert not timelock.hasRole(role, proposer)
    assert not hasattr(timelock, "grantRole") and not hasattr(timelock, "update_delay")


def test_constructor__of_a_timelock_that_guards_nothing__reverts(
    project, owner, proposer, executor
):
    for arguments, reason in (
        ((3_599, [proposer], [executor], []), "timelock: delay out of range"),
        ((2_592_001, [proposer], [executor], []), "timelock: delay out of range"),
        ((3_600, [], [executor], []), "timelock: nobody proposes"),
        ((3_600, [proposer], [], []), "timelock: nobody executes"),
        ((3_600, [proposer], [executor, NOBODY], []), "timelock: anybody executes"),
    ):
        with ape.reverts(reason):
            owner.deploy(project.Timelock, *arguments)
