# SPDX-License-Identifier: Apache-2.0
"""BACK-1 and BACK-2: what a loss may take of the reserve and of the stake, and in which order."""

from collections.abc import Iterator

import pytest

from tests.evm import actor
from tests.evm.refusal import refused
from tests.invariant.heartbeat.books import NOBODY, events
from tests.worlds.backstop import (
    HEAD_USD_WAD,
    LIMIT,
    SLASH_BPS,
    SLIPPAGE_BPS,
    STAKE,
    STAKER,
    BackstopWorld,
    build_backstop,
)
from tests.worlds.boundary import PROVIDER, USD, WAD
from tests.worlds.lending import OWNER

STRANGER = actor("stranger")
DAY_SECONDS = 86_400


@pytest.fixture(scope="module")
def built() -> BackstopWorld:
    return build_backstop()


@pytest.fixture
def world(built: BackstopWorld) -> Iterator[BackstopWorld]:
    with built.machine.undone():
        yield built


def bend(world: BackstopWorld, head: int) -> None:
    """Somebody sells HEAD until its pair pays much less than the oracle says."""
    world.pair.swap(world.head, head, 0, PROVIDER, sender=PROVIDER)


def test_cover__within_the_reserve__leaves_the_stake_alone(world: BackstopWorld) -> None:
    world.usd.transfer(world.backstop, 900 * USD, sender=STAKER)

    assert world.lose(700 * USD) == 700 * USD

    assert events(world.backstop, "Covered") == [
        {
            "pool": world.pool.address,
            "asset": world.usd.address,
            "asked_assets": 700 * USD,
            "covered_assets": 700 * USD,
        }
    ]
    assert world.usd.balanceOf(world.pool) == 700 * USD
    assert world.usd.balanceOf(world.backstop) == 200 * USD
    assert world.staking.totalAssets() == STAKE
    assert world.backstop.left_for(world.pool) == LIMIT - 700 * USD


def test_cover__beyond_the_reserve__sells_as_much_of_the_stake_as_it_takes(
    world: BackstopWorld,
) -> None:
    world.usd.transfer(world.backstop, 300 * USD, sender=STAKER)

    assert world.lose(10_300 * USD) == 10_300 * USD

    (sold,) = events(world.backstop, "StakeSold")
    taken, fetched = sold["head_assets"], sold["assets"]
    assert sold["asset"] == world.usd.address
    # 5,000 HEAD, and what a sale at the bound would need more.
    assert 5_000 * WAD < taken < 5_300 * WAD
    assert world.staking.totalAssets() == STAKE - taken
    assert world.usd.balanceOf(world.pool) == 10_300 * USD
    # What the sale brought too much is reserve now.
    assert world.usd.balanceOf(world.backstop) == fetched - 10_000 * USD > 0
    assert world.head.balanceOf(world.backstop) == 0
    assert world.head.allowance(world.backstop, world.boundary.router) == 0


@pytest.mark.parametrize("reserve", [0, 50_000 * USD], ids=["from the stake", "from the reserve"])
def test_cover__of_a_loss_at_the_boundary__leaves_lenders_whole(
    world: BackstopWorld, reserve: int
) -> None:
    """Within the gas that a pool gives it, and within that of the liquidator's item."""
    lending = world.boundary.lending
    pool = lending.pools["usd"]
    lending.terms.set_backstop(pool, world.backstop, sender=OWNER)
    world.backstop.set_limit(pool, LIMIT, sender=OWNER)
    world.usd.transfer(world.backstop, reserve, sender=STAKER)
    world.boundary.lend_and_borrow()
    value = pool.convertToAssets(10**15)
    world.boundary.move_market("eth", 1_000)

    world.boundary.open_block()

    (written_off,) = events(pool, "BadDebtRecognized")
    (covered,) = events(world.backstop, "Covered")
    assert covered["covered_assets"] == written_off["covered_assets"] == written_off["assets"]
    assert covered["asked_assets"] == written_off["assets"] > 9_000 * USD
    assert len(events(world.backstop, "StakeSold")) == int(reserve == 0)
    assert pool.total_debt() == 0
    assert pool.convertToAssets(10**15) >= value


def test_cover__slashes_stakes_that_are_cooling_too(world: BackstopWorld) -> None:
    shares = world.staking.balanceOf(STAKER)
    world.staking.start_cooldown(shares, sender=STAKER)

    world.lose(100_000 * USD)

    assert world.staking.convertToAssets(shares) < STAKE - 50_000 * WAD
    world.machine.wait(3 * DAY_SECONDS)
    left = world.staking.totalAssets()
    paid = world.staking.redeem(shares, STAKER, STAKER, sender=STAKER)
    assert left - 1 <= paid <= left


def test_cover__of_a_great_loss__stops_at_the_days_part_of_the_stake(world: BackstopWorld) -> None:
    # So little that its market bears it.
    world.backstop.set_bounds(200, SLIPPAGE_BPS, sender=OWNER)
    part = STAKE * 200 // 10_000
    assert world.backstop.slashable_head() == part

    covered = world.lose(LIMIT)

    assert world.staking.totalAssets() == STAKE - part
    assert 0 < covered < part * HEAD_USD_WAD // WAD // 10**12
    assert world.backstop.slashable_head() == 0
    assert world.lose(LIMIT) == 0
    assert world.staking.totalAssets() == STAKE - part
    world.machine.wait(DAY_SECONDS)
    world.boundary.lending.set_price("usd", WAD)
    assert world.backstop.slashable_head() == (STAKE - part) * 200 // 10_000
    assert world.lose(1_000 * USD) == 1_000 * USD


def test_cover__beyond_the_days_limit__pays_up_to_it(world: BackstopWorld) -> None:
    world.backstop.set_limit(world.pool, 1_000 * USD, sender=OWNER)
    world.usd.transfer(world.backstop, 5_000 * USD, sender=STAKER)

    assert [world.lose(600 * USD) for _ in range(3)] == [600 * USD, 400 * USD, 0]

    world.machine.wait(DAY_SECONDS)
    assert world.lose(600 * USD) == 600 * USD
    assert world.backstop.left_for(world.pool) == 400 * USD


def test_cover__where_the_pair_pays_too_little__slashes_nothing(world: BackstopWorld) -> None:
    world.usd.transfer(world.backstop, 100 * USD, sender=STAKER)
    bend(world, 200_000 * WAD)

    assert world.lose(10_000 * USD) == 100 * USD

    assert world.staking.totalAssets() == STAKE
    assert events(world.backstop, "StakeSold") == []


def test_cover__where_the_pair_bears_a_part__sells_that_part(world: BackstopWorld) -> None:
    held = world.pair.balanceOf(PROVIDER)
    world.pair.remove_liquidity(held * 98 // 100, 0, 0, PROVIDER, sender=PROVIDER)

    covered = world.lose(10_000 * USD)

    assert 1_000 * USD < covered < 10_000 * USD
    (sold,) = events(world.backstop, "StakeSold")
    worth = sold["head_assets"] * HEAD_USD_WAD // WAD // 10**12
    assert sold["assets"] >= worth * (10_000 - SLIPPAGE_BPS) // 10_000


@pytest.mark.parametrize("what", ["price", "route", "slasher's stake"])
def test_cover__without_a_way_to_sell__pays_from_the_reserve_alone(
    world: BackstopWorld, what: str
) -> None:
    world.usd.transfer(world.backstop, 100 * USD, sender=STAKER)
    if what == "price":
        world.boundary.lending.feed.set_price(world.head, 0, sender=OWNER)
    elif what == "route":
        world.backstop.set_route(world.usd, [], sender=OWNER)
    else:
        world.staking.start_cooldown(world.staking.balanceOf(STAKER), sender=STAKER)
        world.machine.wait(3 * DAY_SECONDS)
        world.staking.withdraw(STAKE - WAD, STAKER, STAKER, sender=STAKER)

    assert world.lose(10_000 * USD) == 100 * USD


def test_cover__over_a_route_without_a_pair__slashes_nothing(world: BackstopWorld) -> None:
    world.backstop.set_route(world.usd, [(STRANGER, world.head.address)], sender=OWNER)
    asked = 10_000 * USD

    assert world.lose(asked) == 0

    assert events(world.backstop, "StakeSold") == []
    assert events(world.backstop, "Covered") == [
        {
            "pool": world.pool.address,
            "asset": world.usd.address,
            "asked_assets": asked,
            "covered_assets": 0,
        }
    ]
    assert world.staking.totalAssets() == STAKE
    assert world.usd.balanceOf(world.pool) == world.head.balanceOf(world.backstop) == 0


def test_cover__for_a_pool_without_a_limit__is_refused(world: BackstopWorld) -> None:
    world.usd.transfer(world.backstop, 100 * USD, sender=STAKER)
    with refused("backstop: pool not covered"):
        world.backstop.cover(world.usd, 1, sender=STRANGER)
    world.backstop.set_limit(world.pool, 0, sender=OWNER)
    with refused("backstop: pool not covered"):
        world.lose(1)


def test_settings__of_the_owner__are_kept_and_logged(world: BackstopWorld) -> None:
    made, usd, pool = world.backstop, world.usd.address, world.pool.address
    made.set_limit(pool, 7, sender=OWNER)
    assert events(made, "LimitChanged") == [{"pool": pool, "old_assets": LIMIT, "new_assets": 7}]
    made.set_route(usd, [], sender=OWNER)
    hop = (world.pair.address, world.head.address)
    assert events(made, "RouteChanged") == [{"asset": usd, "old_hops": (hop,), "new_hops": ()}]
    assert len(made.route_of(usd)) == 0
    made.set_bounds(3_000, 2_000, sender=OWNER)
    assert events(made, "BoundsChanged") == [
        {
            "old_slash_bps": SLASH_BPS,
            "new_slash_bps": 3_000,
            "old_slippage_bps": SLIPPAGE_BPS,
            "new_slippage_bps": 2_000,
        }
    ]
    assert (made.max_slash_bps(), made.max_slippage_bps()) == (3_000, 2_000)
    world.usd.transfer(made, 9, sender=STAKER)
    made.withdraw(usd, 9, STRANGER, sender=OWNER)
    assert events(made, "Withdrawn") == [{"asset": usd, "receiver": STRANGER, "assets": 9}]
    assert world.usd.balanceOf(STRANGER) == 9


def test_settings__badly__are_refused(world: BackstopWorld) -> None:
    made, usd = world.backstop, world.usd.address
    for call in (
        lambda: made.set_limit(world.pool, 1, sender=STRANGER),
        lambda: made.set_route(usd, [], sender=STRANGER),
        lambda: made.set_bounds(1, 1, sender=STRANGER),
        lambda: made.withdraw(usd, 1, STRANGER, sender=STRANGER),
    ):
        with refused("ownable: caller is not the owner"):
            call()
    with refused("backstop: pool not listed"):
        made.set_limit(STRANGER, 1, sender=OWNER)
    with refused("backstop: route of another"):
        made.set_route(usd, [(world.pair.address, usd)], sender=OWNER)
    with refused("backstop: slash too large"):
        made.set_bounds(3_001, 0, sender=OWNER)
    with refused("backstop: slippage too large"):
        made.set_bounds(0, 2_001, sender=OWNER)
    for bad in (NOBODY, made.address):
        with refused("backstop: bad receiver"):
            made.withdraw(usd, 0, bad, sender=OWNER)


def test_deploy__badly__is_refused(world: BackstopWorld) -> None:
    lending = world.boundary.lending
    good = [lending.accounts, world.staking, lending.oracle, world.boundary.router, 1, 1, OWNER]
    for place, value, reason in (
        *((each, STRANGER, "backstop: not a contract") for each in range(4)),
        (4, 3_001, "backstop: slash too large"),
        (5, 2_001, "backstop: slippage too large"),
        (6, NOBODY, "backstop: zero owner"),
    ):
        bad = [*good]
        bad[place] = value
        with refused(reason):
            world.machine.deploy(world.backstop.artifact, *bad)


def test_loss__of_a_credit_pool__is_met_by_the_stake_before_its_lenders(
    world: BackstopWorld,
) -> None:
    """The pool asks within the gas that it gives, and its shares are worth what they were."""
    lending = world.boundary.lending
    usd, eth, terms = lending.pools["usd"], lending.pools["eth"], lending.terms
    usd.deposit(10**6 * USD, STAKER, sender=STAKER)
    eth.deposit(10 * WAD, STAKER, sender=STAKER)
    lending.accounts.pledge(STAKER, eth, sender=STAKER)
    usd.borrow(20_000 * USD, STAKER, sender=STAKER)
    terms.set_backstop(usd, world.backstop, sender=OWNER)
    world.backstop.set_limit(usd, LIMIT, sender=OWNER)
    lending.set_price("eth", 1_000 * WAD)
    world.usd.approve(usd, 2**256 - 1, sender=PROVIDER)
    value = usd.convertToAssets(10**18)

    usd.liquidate(STAKER, eth, 2**256 - 1, 0, sender=PROVIDER)

    (lost,) = events(usd, "BadDebtRecognized")
    assert lost["covered_assets"] == lost["assets"] > 10_000 * USD
    assert usd.convertToAssets(10**18) >= value
    assert world.staking.totalAssets() < STAKE
    assert world.usd.balanceOf(usd) == usd.idle()
