# SPDX-License-Identifier: Apache-2.0
from math import exp

import ape
import pytest

from tests.unit.contracts.lending_house import ETH, USD, logs

WAD = 10**18
YEAR = 31_536_000
DAY = 86_400
TARGET, STEEPNESS, SPEED = WAD * 9 // 10, 4 * WAD, 50 * WAD
INITIAL, LEAST, LARGEST = WAD * 4 // 100, WAD // 1_000, 2 * WAD
SHAPE = (TARGET, STEEPNESS, SPEED, INITIAL, LEAST, LARGEST)
LENT = 100_000 * USD


@pytest.fixture(scope="module")
def curve(project, owner):
    return owner.deploy(project.AdaptiveRate, *SHAPE)


@pytest.fixture
def pool(house, curve, owner, lender, borrower):
    """100,000 tUSD lent out to 40 %, priced by the curve, seen for the first time."""
    house.lend_and_borrow(lender, borrower, eth=1_000 * ETH, usd=LENT * 4 // 10)
    house.usd_pool.set_rate_model(curve, sender=owner)
    curve.checkpoint(house.usd_pool, sender=owner)
    return house.usd_pool


def witness(chain, curve, pool, stranger, seconds):
    """Checkpoint once in a block of exactly that much later; the fields of its event."""
    since = max(curve.checkpointed_at(pool), pool.last_accrued_at())
    chain.pending_timestamp = since + seconds
    receipt = curve.checkpoint(pool, sender=stranger)
    (log,) = logs(receipt, curve.RateAtTargetMoved)
    return log


def test_shape__says_what_it_was_given(curve):
    assert tuple(curve.shape()) == SHAPE


@pytest.mark.parametrize(
    ("idle", "debt", "annual_wad"),
    [
        (0, 0, INITIAL // 4),
        (100, 0, INITIAL // 4),
        (55, 45, INITIAL // 4 + (INITIAL - INITIAL // 4) // 2),
        (10, 90, INITIAL),
        (5, 95, INITIAL + 3 * INITIAL // 2),
        (0, 100, 4 * INITIAL),
    ],
)
def test_rate__of_a_pool_unseen__lies_on_the_first_curve(curve, idle, debt, annual_wad):
    assert curve.rate_per_second_wad(idle, debt) == annual_wad // YEAR


@pytest.mark.parametrize(
    ("steepness", "idle", "debt", "initial"),
    [
        (4 * WAD + 1, 1, 0, 126_144_000_000_000_000),
        (4 * WAD + 1, 6, 1, 85_452_387_096_774_195),
        (4 * WAD + 1, 1, 20, 12_264_000_000_000_000),
        (7 * WAD + 1, 0, 1, 4_505_142_857_142_857),
    ],
)
def test_rate__a_fraction_of_a_wei_short_of_the_next__is_rounded_down(
    project, owner, steepness, idle, debt, initial
):
    # Each of the four divisions would say a thousand million if it were rounded up.
    shape = (TARGET, steepness, SPEED, initial, LEAST, WAD)
    curve = owner.deploy(project.AdaptiveRate, *shape)
    assert curve.rate_per_second_wad(idle, debt) == 999_999_999


def test_curve_of__of_no_whole_numbers__is_rounded_down(project, owner, stranger):
    steepness = 3 * WAD + 1
    curve = owner.deploy(project.AdaptiveRate, TARGET, steepness, SPEED, INITIAL, LEAST, LARGEST)

    base, full = INITIAL * WAD // steepness, INITIAL * steepness // WAD
    assert INITIAL * WAD % steepness > 0 and INITIAL * steepness % WAD > 0
    assert tuple(curve.curve_of(stranger)) == (base, INITIAL - base, full - INITIAL, TARGET)


def test_curve_of__is_the_curve_in_the_words_of_a_kinked_one(curve, pool):
    rate = curve.rate_at_target_wad(pool)

    base, low, high, target = curve.curve_of(pool)

    assert (base, low, high) == (rate // 4, rate - rate // 4, 3 * rate)
    assert target == TARGET
    for idle, debt, annual_wad in ((10, 90, base + low), (0, 100, base + low + high)):
        assert curve.rate_per_second_wad(idle, debt) == annual_wad // YEAR


def test_rate__over_utilization__never_falls(curve):
    rates = [curve.rate_per_second_wad(100 - debt, debt) for debt in range(0, 101, 5)]
    assert rates == sorted(rates)


def test_checkpoint__at_first__starts_the_clock_and_moves_nothing(
    house, curve, owner, stranger, chain, lender, borrower
):
    house.lend_and_borrow(lender, borrower)
    house.usd_pool.set_rate_model(curve, sender=owner)
    chain.mine(deltatime=30 * DAY)

    receipt = curve.checkpoint(house.usd_pool, sender=stranger)

    assert logs(receipt, curve.PoolJoined) == [
        {"pool": house.usd_pool, "rate_at_target_wad": INITIAL}
    ]
    assert logs(receipt, curve.RateAtTargetMoved) == []
    assert curve.rate_at_target_wad(house.usd_pool) == INITIAL
    assert curve.checkpointed_at(house.usd_pool) == receipt.timestamp
    assert house.usd_pool.last_accrued_at() == receipt.timestamp


def test_checkpoint__below_target__lowers_the_rate_for_the_time_witnessed(
    curve, pool, chain, stranger
):
    log = witness(chain, curve, pool, stranger, DAY)

    utilization = pool.total_debt() * WAD // (pool.idle() + pool.total_debt())
    error = (utilization - TARGET) / TARGET
    assert {name: log[name] for name in log if name != "new_rate_at_target_wad"} == {
        "pool": pool,
        "old_rate_at_target_wad": INITIAL,
        "utilization_wad": utilization,
        "witnessed_seconds": DAY,
    }
    assert log["new_rate_at_target_wad"] == pytest.approx(
        INITIAL * exp(50 * error * DAY / YEAR), rel=1e-12
    )
    assert curve.rate_at_target_wad(pool) == log["new_rate_at_target_wad"] < INITIAL
    # The pool is charged by its own curve; nobody else's has moved.
    assert pool.borrow_rate_per_second_wad() < curve.rate_per_second_wad(
        pool.idle(), pool.total_debt(), sender=stranger
    )
    assert curve.rate_at_target_wad(stranger) == INITIAL


def test_checkpoint__above_target__raises_the_rate(curve, pool, house, chain, borrower, stranger):
    pool.borrow(pool.idle() - 1, borrower, sender=borrower)

    log = witness(chain, curve, pool, stranger, DAY)

    assert log["utilization_wad"] > TARGET
    assert log["new_rate_at_target_wad"] == pytest.approx(INITIAL * exp(50 * DAY / YEAR), rel=1e-4)


def test_checkpoint__charges_the_past_at_the_rate_that_stood(curve, pool, chain, stranger):
    debt, since = pool.total_debt(), pool.last_accrued_at()
    rate = pool.borrow_rate_per_second_wad()

    witness(chain, curve, pool, stranger, 30 * DAY)

    x = rate * (pool.last_accrued_at() - since)
    growth = x + x * x // (2 * WAD) + x * x // (2 * WAD) * x // (3 * WAD)
    assert pool.total_debt() - debt in (debt * growth // WAD, debt * growth // WAD + 1)
    assert pool.borrow_rate_per_second_wad() < rate


def test_checkpoint__in_a_block_in_which_the_pool_accrued__witnesses_nothing(
    curve, pool, chain, stranger, lender
):
    chain.mine(deltatime=30 * DAY)
    node = chain.provider
    node.auto_mine = False
    try:
        for target, call in (
            (pool, pool.deposit.encode_input(10**9 * USD, lender)),
            (curve, curve.checkpoint.encode_input(pool)),
        ):
            node.web3.eth.send_transaction(
                {"from": lender.address, "to": target.address, "data": call, "gas": 10**6}
            )
        chain.mine()
    finally:
        node.auto_mine = True

    assert curve.checkpointed_at(pool) == pool.last_accrued_at() == chain.blocks.head.timestamp
    assert pool.idle() > 10**9 * USD
    assert curve.rate_at_target_wad(pool) == INITIAL
    # What stands from here on counts from here on.
    assert witness(chain, curve, pool, stranger, 7)["witnessed_seconds"] == 7


def test_checkpoint__after_a_time_that_nobody_witnessed__counts_the_rest(
    curve, pool, chain, stranger
):
    chain.mine(deltatime=30 * DAY)
    pool.accrue(sender=stranger)

    assert witness(chain, curve, pool, stranger, 11)["witnessed_seconds"] == 11


def test_checkpoint__for_very_long__stops_exactly_at_the_bounds(
    curve, pool, house, chain, borrower, stranger, lender
):
    assert witness(chain, curve, pool, stranger, 2 * YEAR)["new_rate_at_target_wad"] == LEAST
    house.set_price(house.usd, 1)
    house.set_price(house.eth, 2_000)
    pool.borrow(pool.idle(), borrower, sender=borrower)
    assert pool.borrow_rate_per_second_wad() == 4 * LEAST // YEAR

    assert witness(chain, curve, pool, stranger, 2 * YEAR)["new_rate_at_target_wad"] == LARGEST

    assert pool.borrow_rate_per_second_wad() == 4 * LARGEST // YEAR


def test_checkpoint__of_a_pool_with_another_model__reverts(curve, house, pool, owner, stranger):
    with ape.reverts("rate: pool has another model"):
        curve.checkpoint(house.eth_pool, sender=stranger)
    pool.set_rate_model(house.rate, sender=owner)
    with ape.reverts("rate: pool has another model"):
        curve.checkpoint(pool, sender=stranger)


def test_checkpoint__after_a_time_with_another_model__does_not_count_that_time(
    curve, pool, house, chain, owner, stranger
):
    pool.set_rate_model(house.rate, sender=owner)
    chain.mine(deltatime=30 * DAY)
    pool.set_rate_model(curve, sender=owner)

    assert witness(chain, curve, pool, stranger, 5)["witnessed_seconds"] == 5


@pytest.mark.parametrize(
    ("place", "bad", "reason"),
    [
        (0, 0, "rate: target out of range"),
        (0, WAD, "rate: target out of range"),
        (1, WAD - 1, "rate: steepness out of range"),
        (1, 100 * WAD + 1, "rate: steepness out of range"),
        (2, 0, "rate: speed out of range"),
        (2, 1_000 * WAD + 1, "rate: speed out of range"),
        (3, LEAST - 1, "rate: bounds out of order"),
        (3, LARGEST + 1, "rate: bounds out of order"),
        (4, INITIAL + 1, "rate: bounds out of order"),
        (4, 10**12 - 1, "rate: below the minimum"),
        (5, WAD * 10 // 4 + 1, "rate: above the maximum"),
        (5, 2**256 - 1, "rate: above the maximum"),
    ],
)
def test_constructor__out_of_range__reverts(project, owner, place, bad, reason):
    shape = [*SHAPE]
    shape[place] = bad
    with ape.reverts(reason):
        owner.deploy(project.AdaptiveRate, *shape)


def test_constructor__at_the_limits__passes(project, owner):
    for shape in (
        (1, WAD, 1_000 * WAD, 10**12, 10**12, 10 * WAD),
        (WAD - 1, 100 * WAD, 1, WAD // 10, 10**12, WAD // 10),
    ):
        curve = owner.deploy(project.AdaptiveRate, *shape)
        assert tuple(curve.shape()) == shape
