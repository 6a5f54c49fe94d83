# SPDX-License-Identifier: Apache-2.0
import ape
import pytest

from tests.unit.contracts.lending_house import NOBODY, WAD, logs

CALL_GAS = 400_000
ITEM_GAS = 600_000
DAY_SECONDS = 86_400


@pytest.fixture
def beat(project, owner):
    return owner.deploy(project.Heartbeat, owner)


@pytest.fixture
def calls(project, owner, beat):
    made = owner.deploy(project.BlockCalls, beat, owner)
    beat.set_opening_jobs([(made, ITEM_GAS, 8_000_000)], sender=owner)
    return made


def entry(target, method, *arguments, interval=0, gas=CALL_GAS):
    return target.address, bytes(getattr(target, method).encode_input(*arguments)), gas, interval


def test_run_item__makes_the_calls_that_are_listed_from_the_end(
    calls, beat, house, owner, lender, borrower, stranger, chain
):
    house.lend_and_borrow(lender, borrower)
    house.rate.set_rate(10**9, sender=owner)
    house.oracle.set_guards(house.eth, 0, 500, 600, sender=owner)
    house.usd_pool.set_rate_model(house.rate, sender=owner)
    calls.add_entry(entry(house.usd_pool, "accrue"), sender=owner)
    calls.add_entry(entry(house.oracle, "refresh", house.eth), sender=owner)
    chain.mine(deltatime=100)
    house.set_price(house.eth, 2_000)

    receipt = beat.open_block(sender=stranger)

    assert house.usd_pool.last_accrued_at() == chain.blocks.head.timestamp
    (refreshed,) = logs(receipt, house.oracle.MeanRefreshed)
    assert refreshed == {
        "asset": house.eth.address,
        "mean_usd_wad": 2_000 * WAD,
        "price_usd_wad": 2_000 * WAD,
    }
    assert logs(receipt, calls.CallFailed) == logs(receipt, beat.ItemFailed) == []


def test_run_item__of_a_call_that_fails__says_so_and_makes_the_others(
    calls, beat, house, owner, stranger, chain
):
    bad = entry(house.oracle, "refresh", stranger)
    calls.add_entry(entry(house.usd_pool, "accrue"), sender=owner)
    calls.add_entry(bad, sender=owner)
    chain.mine(deltatime=100)

    receipt = beat.open_block(sender=stranger)

    assert logs(receipt, beat.ItemFailed) == []
    (failed,) = logs(receipt, calls.CallFailed)
    assert failed["target"] == house.oracle.address
    assert bytes(failed["payload"]) == bad[1]
    assert house.usd_pool.last_accrued_at() == chain.blocks.head.timestamp


def test_run_item__of_a_call_that_eats_its_gas__says_so_and_makes_the_others(
    calls, beat, project, house, owner, stranger, chain
):
    job = owner.deploy(project.SettableJob)
    job.set_kind(0, 2, sender=owner)
    calls.add_entry(entry(house.usd_pool, "accrue"), sender=owner)
    calls.add_entry(entry(job, "run_item", 0), sender=owner)
    chain.mine(deltatime=100)

    receipt = beat.open_block(sender=stranger)

    assert [log["target"] for log in logs(receipt, calls.CallFailed)] == [job.address]
    assert house.usd_pool.last_accrued_at() == chain.blocks.head.timestamp


def test_run_item__with_an_interval__waits_for_it_also_after_a_failure(
    calls, beat, project, owner, stranger, chain
):
    good, bad = owner.deploy(project.SettableJob), owner.deploy(project.SettableJob)
    bad.set_kind(0, 1, sender=owner)
    calls.add_entry(entry(good, "run_item", 7, interval=100), sender=owner)
    calls.add_entry(entry(bad, "run_item", 0, interval=100), sender=owner)

    failed = [logs(beat.open_block(sender=stranger), calls.CallFailed)]
    first_at = chain.blocks.head.timestamp
    assert calls.entry(0)[1] == calls.entry(1)[1] == first_at
    for timestamp in (first_at + 99, first_at + 100):
        chain.mine(timestamp=timestamp - 1)
        chain.provider.make_request("anvil_setBlockTimestampInterval", [1])
        failed.append(logs(beat.open_block(sender=stranger), calls.CallFailed))
        chain.provider.make_request("anvil_removeBlockTimestampInterval", [])

    assert [len(each) for each in failed] == [1, 0, 1]
    assert calls.entry(0)[1] == first_at + 100
    assert [good.ran(0), good.ran(1)] == [7, 7]


def test_run_item__by_anybody_else__reverts(calls, owner, stranger):
    for caller in (owner, stranger):
        with ape.reverts("block-calls: not the heartbeat"):
            calls.run_item(0, sender=caller)


def test_run_item__past_the_end__does_nothing(project, accounts, house, owner):
    calls = owner.deploy(project.BlockCalls, house.oracle, owner)
    beat = accounts.impersonate_account(house.oracle.address)
    beat.balance = "1 ether"

    receipt = calls.run_item(0, sender=beat)

    assert logs(receipt, calls.CallFailed) == []


def test_add_entry__lists_and_logs(calls, house, owner):
    added = entry(house.usd_pool, "accrue", interval=DAY_SECONDS, gas=4_000_000)

    receipt = calls.add_entry(added, sender=owner)

    assert calls.item_count() == 1
    listed, tried_at = calls.entry(0)
    assert (listed[0], bytes(listed[1]), *listed[2:]) == added
    assert tried_at == 0
    (log,) = logs(receipt, calls.EntryAdded)
    assert (log["target"], bytes(log["payload"])) == added[:2]
    assert (log["call_gas"], log["interval_seconds"]) == added[2:]


def test_add_entry__badly__reverts(calls, house, owner, stranger):
    good = entry(house.usd_pool, "accrue")
    with ape.reverts("ownable: caller is not the owner"):
        calls.add_entry(good, sender=stranger)
    with ape.reverts("block-calls: not a contract"):
        calls.add_entry((stranger, *good[1:]), sender=owner)
    with ape.reverts("block-calls: no selector"):
        calls.add_entry((good[0], good[1][:3], *good[2:]), sender=owner)
    for gas in (0, 4_000_001):
        with ape.reverts("block-calls: gas out of range"):
            calls.add_entry((*good[:2], gas, 0), sender=owner)
    with ape.reverts("block-calls: interval too long"):
        calls.add_entry((*good[:3], DAY_SECONDS + 1), sender=owner)


def test_add_entry__of_one_too_many__reverts(calls, house, owner):
    for _ in range(64):
        calls.add_entry(entry(house.usd_pool, "accrue"), sender=owner)
    with ape.reverts("block-calls: too many entries"):
        calls.add_entry(entry(house.usd_pool, "accrue"), sender=owner)


def test_remove_entry__puts_the_last_in_its_place(calls, house, owner, stranger, beat):
    for pool, interval in zip(house.pools, (0, 50, 60), strict=True):
        calls.add_entry(entry(pool, "accrue", interval=interval), sender=owner)
    beat.open_block(sender=stranger)
    tried_at = calls.entry(2)[1]

    receipt = calls.remove_entry(0, sender=owner)

    assert calls.item_count() == 2
    assert calls.entry(0)[0][0] == house.eth_pool.address
    assert calls.entry(0)[1] == tried_at > 0
    assert calls.entry(1)[0][0] == house.btc_pool.address
    (log,) = logs(receipt, calls.EntryRemoved)
    assert log["target"] == house.usd_pool.address
    assert bytes(log["payload"]) == bytes(house.usd_pool.accrue.encode_input())
    calls.remove_entry(1, sender=owner)
    assert calls.item_count() == 1
    assert calls.entry(0)[0][0] == house.eth_pool.address


def test_remove_entry__badly__reverts(calls, house, owner, stranger):
    calls.add_entry(entry(house.usd_pool, "accrue"), sender=owner)
    with ape.reverts("ownable: caller is not the owner"):
        calls.remove_entry(0, sender=stranger)
    with ape.reverts("block-calls: no such entry"):
        calls.remove_entry(1, sender=owner)
    with ape.reverts("block-calls: no such entry"):
        calls.entry(1)


def test_deploy__badly__reverts(project, owner, beat, stranger):
    with ape.reverts("block-calls: not a contract"):
        owner.deploy(project.BlockCalls, stranger, owner)
    with ape.reverts("block-calls: zero owner"):
        owner.deploy(project.BlockCalls, beat, NOBODY)


def test_heartbeat__is_who_runs_it(calls, beat):
    assert calls.heartbeat() == beat.address
