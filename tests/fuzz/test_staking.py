# SPDX-License-Identifier: Apache-2.0
"""Staking and fee streams, call by call, equal to the models to the wei."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies.model.fee_stream import FeeStream
from strategies.model.staking import StakingPool
from strategies.units import WAD
from tests.evm import actor
from tests.fuzz.agreement import agreed
from tests.fuzz.numbers import up_to
from tests.worlds.staking import (
    COOLDOWN_SECONDS,
    DISTRIBUTOR,
    SLASHER,
    STAKER_SHARE_BPS,
    STREAM_SECONDS,
    TREASURY,
    WINDOW_SECONDS,
    StakingWorld,
    build_staking,
)

ACTORS = [actor("first"), actor("second")]
REWARDS = ["head", "usd"]

actors = st.sampled_from(ACTORS)
tokens = st.sampled_from(REWARDS)
stakes = st.one_of(up_to(2**87), st.integers(1, 10**6).map(lambda each: each * WAD))
gaps = st.sampled_from([0, 1, 12, 3_600, COOLDOWN_SECONDS, COOLDOWN_SECONDS + WINDOW_SECONDS + 1])
calls = st.one_of(
    st.tuples(st.just("deposit"), actors, stakes),
    st.tuples(st.just("mint"), actors, up_to(2**107)),
    st.tuples(st.just("start_cooldown"), actors, up_to(2**107)),
    st.tuples(st.just("cancel_cooldown"), actors, st.just(0)),
    st.tuples(st.just("withdraw"), actors, stakes),
    st.tuples(st.just("redeem"), actors, up_to(2**107)),
    st.tuples(st.just("transfer"), actors, up_to(2**107)),
    st.tuples(st.just("claim"), actors, st.just(0)),
    st.tuples(st.just("slash"), actors, stakes),
    st.tuples(st.just("notify"), tokens, up_to(2**130)),
    st.tuples(st.just("arrive"), tokens, up_to(2**100)),
    st.tuples(st.just("collect"), tokens, st.just(0)),
    st.tuples(st.just("stream"), tokens, st.just(0)),
)


@dataclass
class Mirror:
    """Both models, with what waits at the collector."""

    pool: StakingPool
    streams: dict[str, FeeStream] = field(
        default_factory=lambda: dict.fromkeys(REWARDS, FeeStream())
    )
    arrived: dict[str, int] = field(default_factory=lambda: dict.fromkeys(REWARDS, 0))

    def collect(self, now: int, token: str) -> int:
        arrived = self.arrived[token]
        self.streams[token] = self.streams[token].collected(now, arrived, STREAM_SECONDS)
        self.arrived[token] = 0
        return arrived

    def stream(self, now: int, token: str) -> int:
        self.streams[token], stakers, treasury = self.streams[token].streamed(now, STAKER_SHARE_BPS)
        if stakers:
            self.pool.notify_reward(token, stakers)
        return stakers + treasury


@pytest.fixture(scope="module")
def world(built: None) -> StakingWorld:
    return build_staking(ACTORS)


@given(script=st.lists(st.tuples(gaps, calls), min_size=1, max_size=16))
def test_staking__any_calls__equal_the_model(world: StakingWorld, script: list[Any]) -> None:
    with world.machine.undone():
        mirror = Mirror(StakingPool(COOLDOWN_SECONDS, WINDOW_SECONDS, list(REWARDS)))
        opening = [(0, ("deposit", ACTORS[0], 10 * WAD)), (0, ("start_cooldown", ACTORS[0], WAD))]
        for gap, call in [*opening, *script]:
            world.machine.wait(gap)
            mirror = step(world, mirror, *call)
        compare(world, mirror)


def step(world: StakingWorld, mirror: Mirror, action: str, who: str, size: int) -> Mirror:
    staking, collector, now = world.staking, world.collector, world.machine.timestamp
    other = next(each for each in ACTORS if each != who)
    if action == "arrive":
        world.tokens[who].transfer(collector, size, sender=DISTRIBUTOR)
        mirror.arrived[who] += size
        return mirror
    on_chain = {
        "deposit": lambda: staking.deposit(size, who, sender=who),
        "mint": lambda: staking.mint(size, who, sender=who),
        "start_cooldown": lambda: staking.start_cooldown(size, sender=who),
        "cancel_cooldown": lambda: staking.cancel_cooldown(sender=who),
        "withdraw": lambda: staking.withdraw(size, who, who, sender=who),
        "redeem": lambda: staking.redeem(size, who, who, sender=who),
        "transfer": lambda: staking.transfer(other, size, sender=who) and None,
        "claim": lambda: list(staking.claim_rewards(who, sender=who)),
        "slash": lambda: staking.slash(size, TREASURY, sender=SLASHER),
        "notify": lambda: staking.notify_reward(world.tokens[who], size, sender=DISTRIBUTOR),
        "collect": lambda: collector.collect(world.tokens[who], sender=DISTRIBUTOR),
        "stream": lambda: collector.stream(world.tokens[who], sender=DISTRIBUTOR),
    }[action]
    on_model = {
        "deposit": lambda mirror: mirror.pool.deposit(size, who),
        "mint": lambda mirror: mirror.pool.mint(size, who),
        "start_cooldown": lambda mirror: mirror.pool.start_cooldown(now, size, who),
        "cancel_cooldown": lambda mirror: mirror.pool.cancel_cooldown(now, who),
        "withdraw": lambda mirror: mirror.pool.withdraw(now, size, who),
        "redeem": lambda mirror: mirror.pool.redeem(now, size, who),
        "transfer": lambda mirror: mirror.pool.transfer(now, who, other, size),
        "claim": lambda mirror: mirror.pool.claim_rewards(who),
        "slash": lambda mirror: mirror.pool.slash(size),
        "notify": lambda mirror: mirror.pool.notify_reward(who, size),
        "collect": lambda mirror: mirror.collect(now, who),
        "stream": lambda mirror: mirror.stream(now, who),
    }[action]
    mirror, _ = agreed(mirror, on_chain, on_model)
    return mirror


def compare(world: StakingWorld, mirror: Mirror) -> None:
    staking, pool, now = world.staking, mirror.pool, world.machine.timestamp
    assert staking.totalAssets() == pool.total_assets
    assert staking.totalSupply() == pool.total_shares
    for holder in ACTORS:
        cooldown = pool.cooldown_of(now, holder)
        assert staking.balanceOf(holder) == pool.shares.get(holder, 0)
        assert staking.maxRedeem(holder) == pool.redeemable(now, holder)
        assert staking.cooldown_of(holder) == (
            cooldown.shares,
            cooldown.opens_at,
            cooldown.closes_at,
        )
        assert list(staking.claimable_rewards(holder)) == pool.claimable_rewards(holder)
    for token in REWARDS:
        contract, stream = world.tokens[token], mirror.streams[token]
        assert staking.rewards_paid_in(contract) == pool.rewards_paid_in.get(token, 0)
        assert staking.rewards_claimed(contract) == pool.rewards_claimed.get(token, 0)
        assert world.collector.streamable(contract) == stream.vested_at(now).vested
        assert world.collector.stream_of(contract) == (
            stream.rate_per_second_wad,
            stream.ends_at,
            stream.last_streamed_at,
            stream.unstreamed,
        )
