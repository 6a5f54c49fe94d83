# SPDX-License-Identifier: Apache-2.0
"""What has vested for stakers is paid before anybody can join for it."""

import pytest

from tests.evm import actor, compile_contract
from tests.worlds.staking import DISTRIBUTOR, OWNER, STREAM_SECONDS, StakingWorld, build_staking

STAKER, LATECOMER, SYSTEM = actor("staker"), actor("latecomer"), actor("system")
WAD, USD = 10**18, 10**6
HOUR_SECONDS = 3_600


@pytest.fixture
def world() -> StakingWorld:
    """One staker; a stream of 7,000 tUSD, an hour of which has vested."""
    world = build_staking([STAKER, LATECOMER])
    world.staking.deposit(1_000 * WAD, STAKER, sender=STAKER)
    world.tokens["usd"].transfer(world.collector, 7_000 * USD, sender=DISTRIBUTOR)
    world.collector.collect(world.tokens["usd"])
    world.machine.wait(HOUR_SECONDS)
    return world


def open_block(world: StakingWorld) -> None:
    """The heartbeat, with the stream of tUSD among its calls."""
    machine = world.machine
    beat = machine.deploy(compile_contract("lending/Heartbeat.vy"), OWNER)
    calls = machine.deploy(compile_contract("lending/BlockCalls.vy"), beat, OWNER)
    payload = world.collector.calldata("stream", world.tokens["usd"])
    calls.add_entry((world.collector.address, payload, 400_000, 0), sender=OWNER)
    beat.set_opening_jobs([(calls.address, 500_000, 1_000_000)], sender=OWNER)
    beat.open_block(sender=SYSTEM)


def join_and_stream(world: StakingWorld) -> tuple[int, int]:
    """A newcomer with nine times the stake, who has what vested streamed at once."""
    world.staking.deposit(9_000 * WAD, LATECOMER, sender=LATECOMER)
    world.collector.stream(world.tokens["usd"], sender=LATECOMER)
    claimable = world.staking.claimable_rewards
    return claimable(STAKER)[1], claimable(LATECOMER)[1]


def test_latecomer__without_a_heartbeat__shares_in_what_had_vested(world: StakingWorld) -> None:
    of_staker, of_latecomer = join_and_stream(world)
    assert of_latecomer > 8 * of_staker > 0


def test_latecomer__after_the_block_was_opened__has_no_part_in_it(world: StakingWorld) -> None:
    vested = 7_000 * USD * HOUR_SECONDS // STREAM_SECONDS

    open_block(world)
    of_staker, of_latecomer = join_and_stream(world)

    assert of_latecomer == 0
    assert vested * 69 // 100 < of_staker <= vested * 70 // 100
