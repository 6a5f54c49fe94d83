# SPDX-License-Identifier: Apache-2.0
import ape
import pytest

from tests.unit.contracts.exchange.observe import balances_of, fields_of

ZERO = "0x0000000000000000000000000000000000000000"
STAKER_SHARE_BPS = 7_000
STREAM_SECONDS = 7 * 86_400
ARRIVAL = 1_000_000 * 10**6 + 1
WAD = 10**18


@pytest.fixture
def collector(project, owner, staked, treasury):
    made = owner.deploy(
        project.FeeCollector, staked, treasury, STAKER_SHARE_BPS, STREAM_SECONDS, owner
    )
    staked.set_distributor(made, True, sender=owner)
    return made


def split(assets):
    to_stakers = assets * STAKER_SHARE_BPS // 10_000
    return to_stakers, assets - to_stakers


@pytest.fixture
def started(collector, dollar, distributor, stranger):
    """The time at which ARRIVAL of dollars began to stream."""
    dollar.transfer(collector, ARRIVAL, sender=distributor)
    return collector.collect(dollar, sender=stranger).timestamp


def test_constructor__stores_what_it_was_given(collector, staked, treasury, owner):
    assert collector.staking() == staked.address
    assert collector.treasury() == treasury.address
    assert collector.staker_share_bps() == STAKER_SHARE_BPS
    assert collector.stream_seconds() == STREAM_SECONDS
    assert collector.owner() == owner.address


@pytest.mark.parametrize(
    ("position", "value", "reason"),
    [
        (0, "0x0000000000000000000000000000000000000001", "collector: not a staking pool"),
        (1, ZERO, "collector: bad treasury"),
        (2, 10_001, "collector: share too high"),
        (3, 0, "collector: bad duration"),
        (3, 365 * 86_400 + 1, "collector: bad duration"),
        (4, ZERO, "collector: zero owner"),
    ],
)
def test_constructor__with_a_bad_argument__reverts(
    project, owner, staked, treasury, position, value, reason
):
    arguments = [staked.address, treasury.address, 7_000, STREAM_SECONDS, owner.address]
    arguments[position] = value

    with ape.reverts(reason):
        owner.deploy(project.FeeCollector, *arguments)


def test_collect__starts_a_stream(collector, dollar, distributor, stranger):
    dollar.transfer(collector, ARRIVAL, sender=distributor)

    receipt = collector.collect(dollar, sender=stranger)

    ends_at = receipt.timestamp + STREAM_SECONDS
    assert fields_of(receipt, collector.Collected) == {
        "token": dollar.address,
        "assets": ARRIVAL,
        "ends_at": ends_at,
    }
    assert collector.stream_of(dollar) == (
        ARRIVAL * WAD // STREAM_SECONDS,
        ends_at,
        receipt.timestamp,
        ARRIVAL,
    )
    assert collector.streamable(dollar) == 0


def test_collect__of_nothing__changes_nothing(collector, started, dollar, stranger):
    before = collector.stream_of(dollar)

    receipt = collector.collect(dollar, sender=stranger)

    assert list(receipt.decode_logs(collector.Collected)) == []
    assert collector.stream_of(dollar) == before


def test_collect__of_an_unlisted_token__reverts(project, collector, owner, stranger):
    token = owner.deploy(project.TestToken, "Other", "OTH", 18, owner)
    token.mint(collector, 1, sender=owner)

    with ape.reverts("collector: not a reward"):
        collector.collect(token, sender=stranger)


@pytest.mark.parametrize("elapsed", [1, 7, STREAM_SECONDS // 3, STREAM_SECONDS - 1])
def test_stream__pays_what_has_vested_to_the_wei(
    act_at, collector, started, staked, dollar, stranger, treasury, staker, elapsed
):
    vested = ARRIVAL * elapsed // STREAM_SECONDS
    to_stakers, to_treasury = split(vested)

    receipt = act_at(started + elapsed, lambda: collector.stream(dollar, sender=stranger))

    assert fields_of(receipt, collector.Streamed) == {
        "token": dollar.address,
        "to_stakers": to_stakers,
        "to_treasury": to_treasury,
    }
    assert balances_of(dollar, collector, staked, treasury) == [
        ARRIVAL - vested,
        to_stakers,
        to_treasury,
    ]
    assert staked.rewards_paid_in(dollar) == to_stakers
    assert staked.claimable_rewards(staker)[0] == to_stakers * 3 // 4
    assert collector.stream_of(dollar)[2:] == (started + elapsed, ARRIVAL - vested)
    assert dollar.allowance(collector, staked) == 0


@pytest.mark.parametrize("elapsed", [STREAM_SECONDS, STREAM_SECONDS + 1, 10 * STREAM_SECONDS])
def test_stream__at_and_after_its_end__pays_all(
    chain, act_at, collector, started, dollar, stranger, treasury, elapsed
):
    receipt = act_at(started + elapsed, lambda: collector.stream(dollar, sender=stranger))

    fields = fields_of(receipt, collector.Streamed)
    assert fields["to_stakers"] + fields["to_treasury"] == ARRIVAL
    assert collector.stream_of(dollar) == (0, started + STREAM_SECONDS, started + STREAM_SECONDS, 0)
    assert dollar.balanceOf(collector) == 0
    receipt = collector.stream(dollar, sender=stranger)
    assert list(receipt.decode_logs(collector.Streamed)) == []


def test_stream__in_many_steps__pays_the_same_in_the_end(
    act_at, collector, started, dollar, stranger, staked, treasury
):
    paid = 0
    for elapsed in (1, 2, 3, 1_000, 86_400, 86_401, STREAM_SECONDS - 1, STREAM_SECONDS):
        act_at(started + elapsed, lambda: collector.stream(dollar, sender=stranger))
        paid_now = sum(balances_of(dollar, staked, treasury))
        assert paid <= paid_now <= ARRIVAL * elapsed // STREAM_SECONDS
        assert paid_now >= ARRIVAL * elapsed // STREAM_SECONDS - 8
        paid = paid_now

    assert paid == ARRIVAL
    assert collector.stream_of(dollar)[3] == 0


def test_stream__in_the_second_of_its_start__pays_nothing(
    chain, collector, dollar, distributor, stranger
):
    dollar.transfer(collector, ARRIVAL, sender=distributor)
    node = chain.provider
    node.auto_mine = False
    try:
        for call in (collector.collect, collector.stream):
            node.web3.eth.send_transaction(
                {
                    "from": stranger.address,
                    "to": collector.address,
                    "data": call.encode_input(dollar),
                    "gas": 10**6,
                }
            )
        chain.mine()
    finally:
        node.auto_mine = True

    assert collector.stream_of(dollar)[2:] == (chain.blocks.head.timestamp, ARRIVAL)
    assert dollar.balanceOf(collector) == ARRIVAL


def test_collect__in_mid_stream__weighs_both_parts(
    act_at, collector, started, dollar, distributor, stranger
):
    elapsed = 2 * 86_400 + 5
    vested = ARRIVAL * elapsed // STREAM_SECONDS
    unvested, left = ARRIVAL - vested, STREAM_SECONDS - elapsed
    arrived = 3 * ARRIVAL
    dollar.transfer(collector, arrived, sender=distributor)

    receipt = act_at(started + elapsed, lambda: collector.collect(dollar, sender=stranger))

    seconds = (unvested * left + arrived * STREAM_SECONDS) // (unvested + arrived)
    ends_at = started + elapsed + seconds
    assert left < seconds < STREAM_SECONDS
    assert fields_of(receipt, collector.Collected)["ends_at"] == ends_at
    assert collector.stream_of(dollar) == (
        (unvested + arrived) * WAD // seconds,
        ends_at,
        started + elapsed,
        ARRIVAL + arrived,
    )
    assert collector.streamable(dollar) == vested

    later = 1_001
    receipt = act_at(started + elapsed + later, lambda: collector.stream(dollar, sender=stranger))
    fields = fields_of(receipt, collector.Streamed)
    total = vested + (unvested + arrived) * later // seconds
    assert fields["to_stakers"] + fields["to_treasury"] == total


def test_collect__of_dust_again_and_again__does_not_put_off_the_end(
    act_at, collector, started, dollar, distributor, stranger
):
    ends_at = started + STREAM_SECONDS
    for number in range(1, 6):
        dollar.transfer(collector, 1, sender=distributor)
        act_at(started + 1_000 * number, lambda: collector.collect(dollar, sender=stranger))
        assert collector.stream_of(dollar)[1] == ends_at


def test_collect__after_the_end__starts_anew_and_keeps_what_vested(
    act_at, collector, started, dollar, distributor, stranger
):
    dollar.transfer(collector, 5_000, sender=distributor)
    now = started + STREAM_SECONDS + 100

    act_at(now, lambda: collector.collect(dollar, sender=stranger))

    assert collector.streamable(dollar) == ARRIVAL
    assert collector.stream_of(dollar)[1:] == (now + STREAM_SECONDS, now, ARRIVAL + 5_000)
    act_at(now + STREAM_SECONDS, lambda: collector.stream(dollar, sender=stranger))
    assert dollar.balanceOf(collector) == 0


def test_streamable__is_what_stream_pays(chain, act_at, collector, started, dollar, stranger):
    chain.mine(timestamp=started + 4_321)
    assert collector.streamable(dollar) == ARRIVAL * 4_321 // STREAM_SECONDS
    assert collector.streamable(stranger) == 0


def test_stream__until_the_collector_may_distribute__reverts_and_keeps(
    chain, collector, started, staked, owner, dollar, stranger
):
    staked.set_distributor(collector, False, sender=owner)
    chain.mine(deltatime=1_000)

    with ape.reverts("staking: not a distributor"):
        collector.stream(dollar, sender=stranger)

    assert dollar.balanceOf(collector) == ARRIVAL
    staked.set_distributor(collector, True, sender=owner)
    collector.stream(dollar, sender=stranger)
    assert dollar.balanceOf(collector) < ARRIVAL


@pytest.mark.parametrize(("share_bps", "paid"), [(0, "treasury"), (10_000, "stakers")])
def test_stream__with_all_to_one_side__pays_that_side_only(
    chain, collector, started, staked, owner, dollar, stranger, treasury, share_bps, paid
):
    collector.set_staker_share(share_bps, sender=owner)
    chain.mine(deltatime=STREAM_SECONDS)

    collector.stream(dollar, sender=stranger)

    held = {"treasury": dollar.balanceOf(treasury), "stakers": dollar.balanceOf(staked)}
    assert held.pop(paid) == ARRIVAL
    assert list(held.values()) == [0]


def test_redeem_pool_shares__turns_shares_into_assets(
    project, collector, owner, dollar, distributor, stranger
):
    pool = owner.deploy(project.CollectorSharePool, dollar)
    dollar.transfer(pool, 10**9, sender=distributor)
    pool.mint_shares(collector, 700, sender=owner)
    with ape.reverts("collector: not enough shares"):
        collector.redeem_pool_shares(pool, 701, sender=stranger)

    collector.redeem_pool_shares(pool, 700, sender=stranger)

    assert pool.balanceOf(collector) == 0
    assert balances_of(dollar, collector, stranger) == [700, 0]
    collector.collect(dollar, sender=stranger)
    assert collector.stream_of(dollar)[3] == 700


def test_redeem_pool_shares__that_are_streamed_themselves__reverts(
    project, collector, staked, owner, dollar, distributor, stranger
):
    pool = owner.deploy(project.CollectorSharePool, dollar)
    dollar.transfer(pool, 10**9, sender=distributor)
    staked.add_reward_token(pool, sender=owner)
    pool.mint_shares(collector, 700, sender=owner)
    collector.collect(pool, sender=stranger)
    pool.mint_shares(collector, 5, sender=owner)

    with ape.reverts("collector: not enough shares"):
        collector.redeem_pool_shares(pool, 6, sender=stranger)
    collector.redeem_pool_shares(pool, 5, sender=stranger)
    assert pool.balanceOf(collector) == 700


def test_set_treasury__redirects_what_is_paid_from_here_on(
    chain, collector, started, owner, dollar, stranger, treasury, receiver
):
    receipt = collector.set_treasury(receiver, sender=owner)

    assert fields_of(receipt, collector.TreasuryChanged) == {
        "old_treasury": treasury.address,
        "new_treasury": receiver.address,
    }
    chain.mine(deltatime=STREAM_SECONDS)
    collector.stream(dollar, sender=stranger)
    assert balances_of(dollar, treasury, receiver) == [0, split(ARRIVAL)[1]]


def test_set_staker_share__logs_old_and_new(collector, owner):
    receipt = collector.set_staker_share(10_000, sender=owner)

    assert fields_of(receipt, collector.StakerShareChanged) == {
        "old_share_bps": STAKER_SHARE_BPS,
        "new_share_bps": 10_000,
    }
    assert collector.staker_share_bps() == 10_000


def test_owner_functions__refused__revert(collector, owner, stranger):
    with ape.reverts("ownable: caller is not the owner"):
        collector.set_treasury(stranger, sender=stranger)
    with ape.reverts("ownable: caller is not the owner"):
        collector.set_staker_share(0, sender=stranger)
    for treasury in (ZERO, collector.address):
        with ape.reverts("collector: bad treasury"):
            collector.set_treasury(treasury, sender=owner)
    with ape.reverts("collector: share too high"):
        collector.set_staker_share(10_001, sender=owner)


def test_callback__reaches_no_function_of_the_collector(
    project, collector, staked, owner, stranger, chain
):
    hostile = owner.deploy(project.PairHostileToken)
    staked.add_reward_token(hostile, sender=owner)
    hostile.mint(collector, 10**18, sender=owner)
    collector.collect(hostile, sender=stranger)
    payloads = {
        "collect": collector.collect.encode_input(hostile),
        "stream": collector.stream.encode_input(hostile),
        "claim_pair_fees": collector.claim_pair_fees.encode_input(hostile),
        "redeem_pool_shares": collector.redeem_pool_shares.encode_input(hostile, 0),
        "streamable": collector.streamable.encode_input(hostile),
        "stream_of": collector.stream_of.encode_input(hostile),
    }
    for name, payload in payloads.items():
        chain.mine(deltatime=100)
        hostile.arm(collector, payload, sender=owner)
        collector.stream(hostile, sender=stranger)
        assert hostile.calls_made() == 2
        assert not hostile.last_call_succeeded(), name
        assert hostile.last_response() == b"", name
