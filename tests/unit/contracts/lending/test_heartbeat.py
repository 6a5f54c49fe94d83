# SPDX-License-Identifier: Apache-2.0
import ape
import pytest

from tests.unit.contracts.lending_house import NOBODY, logs

ITEM_GAS = 300_000
JOB_GAS = 4_000_000
GOOD, REVERTS, EATS_GAS, RETURNS_MUCH, REVERTS_WITH_MUCH, CALLS_BACK, LEAVES = range(7)


@pytest.fixture
def beat(project, owner):
    return owner.deploy(project.Heartbeat, owner)


@pytest.fixture
def first(project, owner):
    return owner.deploy(project.SettableJob)


@pytest.fixture
def second(project, owner):
    return owner.deploy(project.SettableJob)


def open_with(beat, owner, *jobs):
    beat.set_opening_jobs([(job, ITEM_GAS, JOB_GAS) for job in jobs], sender=owner)


def ran(job) -> list[int]:
    return [job.ran(place) for place in range(ran_count(job))]


def ran_count(job) -> int:
    count = 0
    while True:
        try:
            job.ran(count)
        except Exception:
            return count
        count += 1


def test_open_block__runs_every_item_of_every_job_from_the_end(
    beat, owner, stranger, first, second
):
    first.set_count(3, sender=owner)
    second.set_count(2, sender=owner)
    open_with(beat, owner, first, second)

    receipt = beat.open_block(sender=stranger)

    assert ran(first) == [2, 1, 0]
    assert ran(second) == [1, 0]
    assert logs(receipt, beat.ItemFailed) == logs(receipt, beat.JobFailed) == []
    assert beat.cursor_of(first) == beat.cursor_of(second) == 0


@pytest.mark.parametrize("kind", [REVERTS, EATS_GAS, REVERTS_WITH_MUCH, CALLS_BACK])
def test_open_block__with_a_bad_item__runs_the_others_and_says_so(
    beat, owner, stranger, first, second, kind
):
    first.set_count(4, sender=owner)
    first.set_kind(2, kind, sender=owner)
    second.set_count(2, sender=owner)
    open_with(beat, owner, first, second)

    receipt = beat.open_block(sender=stranger)

    assert ran(first) == [3, 1, 0]
    assert ran(second) == [1, 0]
    assert logs(receipt, beat.ItemFailed) == [{"job": first.address, "position": 2}]
    assert receipt.gas_used < 2_500_000


def test_open_block__of_an_item_that_returns_much__copies_nothing(beat, owner, stranger, first):
    first.set_count(2, sender=owner)
    first.set_kind(1, RETURNS_MUCH, sender=owner)
    open_with(beat, owner, first)

    receipt = beat.open_block(sender=stranger)

    assert ran(first) == [1, 0]
    assert logs(receipt, beat.ItemFailed) == []


def test_open_block__of_a_job_that_does_not_count__goes_on_to_the_next(
    beat, owner, stranger, first, second
):
    first.set_count(2, sender=owner)
    first.set_count_broken(True, sender=owner)
    second.set_count(1, sender=owner)
    open_with(beat, owner, first, second)

    receipt = beat.open_block(sender=stranger)

    assert ran(first) == []
    assert ran(second) == [0]
    assert logs(receipt, beat.JobFailed) == [{"job": first.address}]


def test_open_block__of_a_job_without_an_answer__goes_on(beat, owner, stranger, first, house):
    # A token has no item_count: its answer is none.
    first.set_count(1, sender=owner)
    open_with(beat, owner, house.usd, first)

    receipt = beat.open_block(sender=stranger)

    assert logs(receipt, beat.JobFailed) == [{"job": house.usd.address}]
    assert ran(first) == [0]


def test_open_block__that_spends_its_job_gas__goes_on_in_the_next_block(
    beat, owner, stranger, first
):
    first.set_count(20, sender=owner)
    for position in range(20):
        first.set_kind(position, EATS_GAS, sender=owner)
    first.set_kind(3, GOOD, sender=owner)
    beat.set_opening_jobs([(first, ITEM_GAS, 1_650_000)], sender=owner)

    visited = []
    for _ in range(4):
        receipt = beat.open_block(sender=stranger)
        assert receipt.gas_used < 1_750_000
        visited.append([log["position"] for log in logs(receipt, beat.ItemFailed)])

    assert visited == [
        [19, 18, 17, 16, 15],
        [14, 13, 12, 11, 10],
        [9, 8, 7, 6, 5],
        [4, 2, 1, 0, 19],
    ]
    assert ran(first) == [3]
    assert beat.cursor_of(first) == 19


def test_open_block__of_items_that_leave__misses_none(beat, owner, stranger, first):
    first.set_count(5, sender=owner)
    for position in (1, 3, 4):
        first.set_kind(position, LEAVES, sender=owner)
    open_with(beat, owner, first)

    beat.open_block(sender=stranger)

    assert ran(first) == [4, 3, 2, 1, 0]
    assert first.count() == 2


def test_open_block__of_items_that_leave_a_round_begun_midway__misses_none(
    beat, owner, stranger, first
):
    first.set_count(6, sender=owner)
    for position in (5, 4):
        first.set_kind(position, EATS_GAS, sender=owner)
    beat.set_opening_jobs([(first, ITEM_GAS, 700_000)], sender=owner)
    beat.open_block(sender=stranger)
    assert beat.cursor_of(first) == 4
    # The last one shows where it is met: it takes the place of one that was met before it.
    for position, kind in ((5, REVERTS), (4, GOOD), (1, LEAVES)):
        first.set_kind(position, kind, sender=owner)
    open_with(beat, owner, first)

    receipt = beat.open_block(sender=stranger)

    assert logs(receipt, beat.ItemFailed) == [{"job": first.address, "position": 1}]
    assert ran(first) == [3, 2, 1, 0, 4, 3, 2, 0]
    assert beat.cursor_of(first) == 0
    beat.open_block(sender=stranger)
    assert ran(first)[8:] == [4, 3, 2, 0]


def test_open_block__of_a_list_that_became_shorter__begins_at_its_end(beat, owner, stranger, first):
    first.set_count(20, sender=owner)
    for position in range(20):
        first.set_kind(position, EATS_GAS, sender=owner)
    beat.set_opening_jobs([(first, ITEM_GAS, 1_650_000)], sender=owner)
    beat.open_block(sender=stranger)
    assert beat.cursor_of(first) == 15
    first.set_count(2, sender=owner)

    receipt = beat.open_block(sender=stranger)

    assert [log["position"] for log in logs(receipt, beat.ItemFailed)] == [1, 0]


def test_open_block__with_little_gas__makes_no_item_fail_and_leaves_it_to_the_next(
    project, beat, owner, stranger, first
):
    first.set_count(10, sender=owner)
    open_with(beat, owner, first)
    before = beat.opened_in()
    caller = owner.deploy(project.SettableCaller)

    receipt = caller.call_with(600_000, beat, beat.open_block.encode_input(), sender=stranger)

    some = ran(first)
    assert 0 < len(some) < 10
    assert logs(receipt, beat.ItemFailed) == []
    assert first.least_gas() >= ITEM_GAS * 99 // 100
    assert beat.opened_in() == before
    assert beat.cursor_of(first) == some[-1]
    beat.open_block(sender=stranger)
    assert ran(first)[:10] == list(range(9, -1, -1))


def test_open_block__twice_in_a_block__works_once(project, beat, owner, stranger, first, chain):
    first.set_count(2, sender=owner)
    open_with(beat, owner, first)
    caller = owner.deploy(project.SettableCaller)

    caller.call_twice(beat, beat.open_block.encode_input(), sender=stranger)

    assert ran(first) == [1, 0]
    assert beat.opened_in() == chain.blocks.head.number
    beat.open_block(sender=stranger)
    assert ran(first) == [1, 0, 1, 0]


def test_close_block__works_as_often_as_it_is_called(project, beat, owner, stranger, first):
    first.set_count(2, sender=owner)
    beat.set_closing_jobs([(first, ITEM_GAS, JOB_GAS)], sender=owner)
    caller = owner.deploy(project.SettableCaller)

    caller.call_twice(beat, beat.close_block.encode_input(), sender=stranger)

    assert ran(first) == [1, 0, 1, 0]


def test_jobs__in_both_lists__share_a_cursor(beat, owner, stranger, first):
    first.set_count(8, sender=owner)
    for position in range(8):
        first.set_kind(position, EATS_GAS, sender=owner)
    jobs = [(first, ITEM_GAS, 1_000_000)]
    beat.set_opening_jobs(jobs, sender=owner)
    beat.set_closing_jobs(jobs, sender=owner)

    seen = [
        [log["position"] for log in logs(call(sender=stranger), beat.ItemFailed)]
        for call in (beat.open_block, beat.close_block)
    ]

    assert seen == [[7, 6, 5], [4, 3, 2]]


def test_set_jobs__replaces_and_logs(beat, owner, first, second):
    old = [(first, ITEM_GAS, JOB_GAS)]
    new = [(second, 1, 60_001), (first, 7, 70_000)]
    for is_opening, setter, reader in (
        (True, beat.set_opening_jobs, beat.opening_jobs),
        (False, beat.set_closing_jobs, beat.closing_jobs),
    ):
        setter(old, sender=owner)

        receipt = setter(new, sender=owner)

        assert [tuple(job) for job in reader()] == new
        (log,) = logs(receipt, beat.JobsChanged)
        assert bool(log["is_opening"]) is is_opening
        assert [tuple(job) for job in log["old_jobs"]] == old
        assert [tuple(job) for job in log["new_jobs"]] == new


def test_set_jobs__badly__reverts(beat, owner, stranger, first, second):
    for setter in (beat.set_opening_jobs, beat.set_closing_jobs):
        with ape.reverts("ownable: caller is not the owner"):
            setter([], sender=stranger)
        with ape.reverts("heartbeat: not a contract"):
            setter([(stranger, 1, 100_000)], sender=owner)
        with ape.reverts("heartbeat: job listed twice"):
            setter([(first, 1, 100_000)] * 2, sender=owner)
        for item_gas, job_gas in ((0, 100_000), (40_001, 100_000), (1, 60_000), (1, 59_999)):
            with ape.reverts("heartbeat: gas out of range"):
                setter([(first, item_gas, job_gas)], sender=owner)
        for gas in (16_000_001, 2**256 - 1):
            with ape.reverts("heartbeat: too much gas"):
                setter([(first, 1, gas)], sender=owner)
        with ape.reverts("heartbeat: too much gas"):
            setter([(first, 1, 15_900_000), (second, 1, 100_001)], sender=owner)
        setter([(first, 1, 15_900_000), (second, 1, 100_000)], sender=owner)


def test_deploy__without_an_owner__reverts(project, owner):
    with ape.reverts("heartbeat: zero owner"):
        owner.deploy(project.Heartbeat, NOBODY)
