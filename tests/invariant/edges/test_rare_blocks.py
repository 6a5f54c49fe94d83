# SPDX-License-Identifier: Apache-2.0
"""Ways out of a decision that no story takes, at the boundary of blocks and around batches."""

from collections.abc import Iterator

import pytest

from tests.evm import Contract, Machine, actor, compile_contract
from tests.evm.machine import Reverted
from tests.worlds.doubles import endless_queue, relaying_pool
from tests.worlds.lending import OWNER, LendingWorld, build_lending
from tests.worlds.oracle import build_oracle

LENDER, BORROWER = actor("lender"), actor("borrower")
WAD, USD, ETH = 10**18, 10**6, 10**18

# More than the calls below are given.
DEAR_ITEM_GAS, DEAR_JOB_GAS = 2_000_000, 3_000_000
NOT_EVEN_A_COUNT, A_COUNT_AND_NO_ITEM = 140_000, 1_000_000


@pytest.fixture(scope="module")
def built_world() -> LendingWorld:
    return build_lending([LENDER, BORROWER])


@pytest.fixture
def world(built_world: LendingWorld) -> Iterator[LendingWorld]:
    with built_world.machine.undone():
        yield built_world


# --- Heartbeat ---


def heartbeat_with_dear_jobs(count: int) -> tuple[Machine, Contract, list[Contract]]:
    machine = Machine()
    beat = machine.deploy(compile_contract("lending/Heartbeat.vy"), OWNER)
    jobs = [machine.deploy(compile_contract("mocks/SettableJob.vy")) for _ in range(count)]
    for job in jobs:
        job.set_count(1)
    listed = [(job.address, DEAR_ITEM_GAS, DEAR_JOB_GAS) for job in jobs]
    beat.set_opening_jobs(listed, sender=OWNER)
    return machine, beat, jobs


@pytest.mark.parametrize("gas", [NOT_EVEN_A_COUNT, A_COUNT_AND_NO_ITEM])
def test_open_block__with_gas_for_no_item__leaves_all_to_the_next_caller(gas: int) -> None:
    machine, beat, jobs = heartbeat_with_dear_jobs(2)

    machine.evm.message_call(LENDER, beat.address, calldata=beat.calldata("open_block"), gas=gas)

    assert beat.opened_in() == 0
    assert [job.least_gas() for job in jobs] == [0, 0]
    beat.open_block(sender=LENDER)
    assert beat.opened_in() == machine.number
    assert all(job.least_gas() > 0 for job in jobs)


def test_open_block__without_jobs__is_done_at_once() -> None:
    machine, beat, _jobs = heartbeat_with_dear_jobs(1)
    beat.set_opening_jobs([], sender=OWNER)

    beat.open_block(sender=LENDER)

    assert beat.opened_in() == machine.number


# --- Prices ---


def test_publish__twice_in_a_block__lets_the_price_before_the_block_stand() -> None:
    world = build_oracle()
    lending, feed, token = world.lending, world.published, world.token
    lending.machine.wait(10)
    stood = feed.latest(token)
    for seconds in (1, 2):
        report = (token.address, 50_000 * WAD, lending.machine.timestamp - 3 + seconds)
        feed.publish([report], world.sign([report], (0, 1)), sender=OWNER)

    assert feed.latest(token) == stood
    lending.machine.wait(0)
    assert feed.latest(token) == (50_000 * WAD, lending.machine.timestamp - 1)


# --- Batches and lenses ---


def test_simulate_batch__of_two_accounts__says_the_health_of_both(world: LendingWorld) -> None:
    accounts, eth = world.accounts, world.pools["eth"]
    family = [LENDER, f"0x{int(LENDER, 16) ^ 1:040x}"]
    steps = []
    for account in family:
        steps += [
            (eth.address, LENDER, eth.calldata("deposit", ETH, account)),
            (accounts.address, account, accounts.calldata("pledge", account, eth)),
            (accounts.address, account, accounts.calldata("unpledge", account, eth)),
        ]

    with pytest.raises(Reverted) as caught:
        accounts.simulate_batch(steps, sender=LENDER)

    assert all(account[2:] in caught.value.detail.lower() for account in family)
    assert eth.balanceOf(LENDER) == 0


def test_simulate_batch__with_a_step_to_the_sender__asks_for_no_account(
    world: LendingWorld,
) -> None:
    accounts = world.accounts
    double = world.machine.deploy(relaying_pool(), accounts)
    step = (double.address, BORROWER, double.calldata("totalSupply"))

    with pytest.raises(Reverted) as caught:
        double.relay(accounts, accounts.calldata("simulate_batch", [step]))

    # What the double answers, in the revert's data.
    assert f"{10**12:064x}" in caught.value.detail.lower()


def test_lens__of_a_queue_with_more_tickets_than_a_page__shows_a_page(world: LendingWorld) -> None:
    lens = world.machine.deploy(compile_contract("lending/Lens.vy"), world.accounts, world.oracle)
    queue = world.machine.deploy(endless_queue())

    assert len(lens.queue_tickets(queue, LENDER, 0, 100)) == 20
