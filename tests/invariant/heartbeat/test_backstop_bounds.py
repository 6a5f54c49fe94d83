# SPDX-License-Identifier: Apache-2.0
"""BACK-1 and BACK-2 to the last unit: how much of the stake is taken, and where none is."""

from collections.abc import Iterator

import pytest

from tests.evm import Contract
from tests.invariant.heartbeat.books import events
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
from tests.worlds.boundary import ETH, USD, WAD
from tests.worlds.doubles import losing_pool
from tests.worlds.lending import OWNER

BPS, DAY_SECONDS = 10_000, 86_400


@pytest.fixture(scope="module")
def built() -> BackstopWorld:
    return build_backstop()


@pytest.fixture
def world(built: BackstopWorld) -> Iterator[BackstopWorld]:
    with built.machine.undone():
        yield built


def part_bid_and_ask(world: BackstopWorld, price_usd_wad: int) -> None:
    """A dollar's feed falls, its mean does not yet: the debt counts at the ask."""
    lending = world.boundary.lending
    lending.oracle.set_guards(world.usd, 500, 1_000, 600, sender=OWNER)
    lending.set_price("usd", price_usd_wad)
    bid, ask = (getattr(lending.oracle, each)(world.usd) for each in ("bid_usd_wad", "ask_usd_wad"))
    assert (bid, ask) == (price_usd_wad, WAD)


def test_cover__takes_what_brings_the_loss_at_the_bound(world: BackstopWorld) -> None:
    part_bid_and_ask(world, WAD * 999 // 1_000)
    worth_usd_wad = 10_300 * WAD * BPS // (BPS - SLIPPAGE_BPS) + 1

    assert world.lose(10_300 * USD) == 10_300 * USD

    (sold,) = events(world.backstop, "StakeSold")
    assert sold["head_assets"] == worth_usd_wad * WAD // HEAD_USD_WAD + 1
    assert world.staking.totalAssets() == STAKE - sold["head_assets"]
    assert world.head.balanceOf(world.backstop) == 0


def test_cover__values_what_a_sale_brings_as_the_debt_that_it_pays(world: BackstopWorld) -> None:
    # At the bid of 0.97 the sale would be 3 % short, and the bound is 2 %.
    part_bid_and_ask(world, WAD * 97 // 100)
    world.backstop.set_bounds(SLASH_BPS, 200, sender=OWNER)

    assert world.lose(10_300 * USD) == 10_300 * USD


@pytest.mark.parametrize("lacking", [0, 1], ids=["nothing", "a base unit"])
def test_cover__where_a_base_unit_lacks_of_a_fine_token__pays_the_rest(
    world: BackstopWorld, lacking: int
) -> None:
    """What is worth less than the least fraction of a dollar sells for nothing: it is not tried."""
    lending, eth = world.boundary.lending, world.boundary.lending.tokens["eth"]
    pool: Contract = world.machine.deploy(losing_pool(), lending.accounts, eth)
    lending.accounts.list_pool(pool, sender=OWNER)
    world.backstop.set_limit(pool, LIMIT * ETH, sender=OWNER)
    route = [(world.pair.address, world.head.address)]
    route.append((world.boundary.pairs["eth"].address, world.usd.address))
    world.backstop.set_route(eth, route, sender=OWNER)
    lending.feed.set_price(world.head, WAD // 2, sender=OWNER)
    lending.set_price("eth", WAD)
    eth.transfer(world.backstop, ETH - lacking, sender=STAKER)

    assert pool.lose(world.backstop, ETH, sender=STAKER) == ETH - lacking

    assert eth.balanceOf(pool) == ETH - lacking
    assert eth.balanceOf(world.backstop) == 0
    assert world.staking.totalAssets() == STAKE
    assert events(world.backstop, "StakeSold") == []


def test_cover__of_nothing_that_is_there__moves_nothing(world: BackstopWorld) -> None:
    world.backstop.set_route(world.usd, [], sender=OWNER)

    assert world.lose(USD) == 0

    assert world.usd.logs() == []


def test_slashable_head__of_a_stake_near_the_floor__is_none(world: BackstopWorld) -> None:
    world.staking.start_cooldown(world.staking.balanceOf(STAKER), sender=STAKER)
    world.machine.wait(3 * DAY_SECONDS)
    world.staking.withdraw(STAKE - 2 * WAD, STAKER, STAKER, sender=STAKER)
    assert world.backstop.slashable_head() == 2 * WAD * SLASH_BPS // BPS

    world.staking.withdraw(1, STAKER, STAKER, sender=STAKER)

    assert world.backstop.slashable_head() == 0
