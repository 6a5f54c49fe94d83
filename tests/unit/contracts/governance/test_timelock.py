# SPDX-License-Identifier: Apache-2.0
"""What the timelock owns changes only as announced, in one piece, by those named for it."""

import ape
import pytest

from scripts.devnet.accounts import created_address
from tests.unit.contracts.lending_house import NOBODY

DELAY_SECONDS = 2 * 86_400
NO_OPERATION = bytes(32)
SALT = b"\7" * 32

# Of IRiskTerms: a role, and what it may stop.
GUARDIAN = 1
BORROWING = 2


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
def founder(accounts):
    """Creates timelocks and sends nothing else, so that where the next one will be is known."""
    return accounts[7]


def birthplace(founder):
    return created_address(founder.address, founder.nonce)


@pytest.fixture(scope="module")
def timelock(project, house, owner, founder, proposer, executor, canceller):
    """Born as the owner of the tUSD pool."""
    house.usd_pool.transfer_ownership(birthplace(founder), sender=owner)
    made = founder.deploy(
        project.Timelock, DELAY_SECONDS, [proposer], [executor], [canceller], [house.usd_pool], []
    )
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
    project, founder, proposer, executor
):
    for arguments, reason in (
        ((3_599, [proposer], [executor]), "timelock: delay out of range"),
        ((2_592_001, [proposer], [executor]), "timelock: delay out of range"),
        ((3_600, [], [executor]), "timelock: nobody proposes"),
        ((3_600, [proposer], []), "timelock: nobody executes"),
        ((3_600, [proposer], [executor, NOBODY]), "timelock: anybody executes"),
    ):
        with ape.reverts(reason):
            founder.deploy(project.Timelock, *arguments, [], [], [])


# --- What it is born with ---


def test_constructor__takes_contracts_and_vaults_over(
    project, house, owner, founder, proposer, executor
):
    pool = house.eth_pool
    vault = owner.deploy(project.YieldVault, house.usd, "Vault", "hwV", owner, 0)
    born_at = birthplace(founder)
    pool.transfer_ownership(born_at, sender=owner)
    vault.transfer_role_manager(born_at, sender=owner)

    made = founder.deploy(project.Timelock, 3_600, [proposer], [executor], [], [pool], [vault])

    assert made == born_at
    assert pool.owner() == made and pool.pending_owner() == NOBODY
    assert vault.role_manager() == made and vault.future_role_manager() == NOBODY
    assert vault.roles(made) == 2**14 - 1 and vault.roles(owner) == 0


@pytest.mark.parametrize(
    ("is_vault", "reason"),
    [
        (False, "ownable_2step: caller is not the new owner"),
        (True, "vault: not next role manager"),
    ],
)
def test_constructor__of_what_was_not_offered__takes_nothing(
    project, house, owner, founder, proposer, executor, is_vault, reason
):
    offered, other = house.eth_pool, house.btc_pool
    vault = owner.deploy(project.YieldVault, house.usd, "Vault", "hwV", owner, 0)
    owned, vaults = ([], [vault]) if is_vault else ([offered, other], [])
    offered.transfer_ownership(birthplace(founder), sender=owner)

    with ape.reverts(reason):
        founder.deploy(project.Timelock, 3_600, [proposer], [executor], [], owned, vaults)

    assert offered.owner() == owner and vault.role_manager() == owner


def test_constructor__of_one_that_means_something_else__reverts(
    project, owner, founder, proposer, executor
):
    """It answers to the name, and belongs to somebody else afterwards."""
    other = owner.deploy(project.SettableOwned)
    other.plan(owner, NOBODY, b"", sender=owner)
    for owned, vaults in (([other], []), ([], [other])):
        with ape.reverts("timelock: not the owner"):
            founder.deploy(project.Timelock, 3_600, [proposer], [executor], [], owned, vaults)


def test_constructor__called_back__runs_nothing(
    project, house, timelock, owner, founder, proposer, executor
):
    """A contract that even executes here calls from within its acceptance: there is no code yet."""
    hostile, pool = owner.deploy(project.SettableOwned), house.eth_pool
    theft = operation((pool, pool.transfer_ownership.encode_input(hostile)))
    born_at = birthplace(founder)
    pool.transfer_ownership(born_at, sender=owner)
    hostile.plan(born_at, born_at, timelock.execute_batch.encode_input(*theft), sender=owner)

    made = founder.deploy(
        project.Timelock, 3_600, [proposer], [executor, hostile], [], [pool, hostile], []
    )

    assert made == born_at and hostile.was_called_back()
    assert pool.owner() == made and pool.pending_owner() == NOBODY
    assert not made.is_operation(made.hash_operation_batch(*theft))


# --- What it governs ---


def change_of_rate(project, house, owner):
    """Another curve for the tUSD pool, as an operation; and the curve."""
    model = owner.deploy(project.KinkedRate, 0, 4 * 10**16, 60 * 10**16, 90 * 10**16)
    pool = house.usd_pool
    return operation((pool, pool.set_rate_model.encode_input(model))), model


def test_change_of_rate__passes_by_the_timelock_alone(
    project, house, timelock, chain, owner, proposer, executor
):
    pool, before = house.usd_pool, house.usd_pool.rate_model()
    change, model = change_of_rate(project, house, owner)
    for nobody in (owner, proposer, executor):
        with ape.reverts("ownable: caller is not the owner"):
            pool.set_rate_model(model, sender=nobody)
    with ape.reverts("timelock_controller: operation is not ready"):
        timelock.execute_batch(*change, sender=executor)

    timelock.schedule_batch(*change, DELAY_SECONDS, sender=proposer)
    scheduled_at = chain.blocks.head.timestamp
    with ape.reverts("timelock_controller: operation already scheduled"):
        timelock.schedule_batch(*change, DELAY_SECONDS, sender=proposer)
    chain.mine(timestamp=scheduled_at + DELAY_SECONDS - 10)
    with ape.reverts("timelock_controller: operation is not ready"):
        timelock.execute_batch(*change, sender=executor)
    assert pool.rate_model() == before

    chain.mine(timestamp=scheduled_at + DELAY_SECONDS)
    timelock.execute_batch(*change, sender=executor)
    assert pool.rate_model() == model
    with ape.reverts("timelock_controller: operation is not ready"):
        timelock.execute_batch(*change, sender=executor)


def test_change_of_rate__called_off__never_comes(
    project, house, timelock, chain, owner, proposer, executor, canceller
):
    change, _ = change_of_rate(project, house, owner)
    before = house.usd_pool.rate_model()
    timelock.schedule_batch(*change, DELAY_SECONDS, sender=proposer)

    timelock.cancel(timelock.hash_operation_batch(*change), sender=canceller)

    chain.mine(deltatime=2 * DELAY_SECONDS)
    with ape.reverts("timelock_controller: operation is not ready"):
        timelock.execute_batch(*change, sender=executor)
    assert house.usd_pool.rate_model() == before


def test_guardian__beside_a_timelock__stops_at_once_and_opens_nothing(
    house, timelock, chain, proposer, executor, stranger
):
    """Stopping waits for nobody; opening again, and all that moves something, waits."""
    terms, pool, guardian = house.terms, house.usd_pool, stranger
    appoint = operation((terms, terms.set_role.encode_input(pool, guardian, GUARDIAN)))
    timelock.schedule_batch(*appoint, DELAY_SECONDS, sender=proposer)
    chain.mine(deltatime=DELAY_SECONDS)
    timelock.execute_batch(*appoint, sender=executor)

    terms.pause(pool, BORROWING, sender=guardian)
    with ape.reverts("terms: borrow paused"):
        pool.borrow(1, guardian, sender=guardian)
    for method, arguments, reason in (
        (terms.unpause, (pool, BORROWING, 0), "terms: not the owner"),
        (terms.set_backstop, (pool, guardian), "terms: not the owner"),
        (terms.set_caps, (pool, 1, 1), "terms: not owner or steward"),
        (pool.set_fee_recipient, (guardian,), "ownable: caller is not the owner"),
        (pool.transfer_ownership, (guardian,), "ownable: caller is not the owner"),
    ):
        with ape.reverts(reason):
            method(*arguments, sender=guardian)

    open_again = operation((terms, terms.unpause.encode_input(pool, BORROWING, 0)))
    timelock.schedule_batch(*open_again, DELAY_SECONDS, sender=proposer)
    chain.mine(deltatime=DELAY_SECONDS)
    timelock.execute_batch(*open_again, sender=executor)
    assert terms.terms_of(pool).paused == 0
