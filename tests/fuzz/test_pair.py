# SPDX-License-Identifier: Apache-2.0
"""A pair, call by call, equal to the model to the wei, fees and price sums included."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies.model.pair import LOCKED_LIQUIDITY_HOLDER, Pair
from tests.evm import actor
from tests.fuzz.agreement import agreed
from tests.fuzz.numbers import gaps_seconds, up_to
from tests.worlds.exchange import PairWorld, build_pair

ACTORS = [actor("first"), actor("second")]
KINDS = [((6, 18), 30, 2_000), ((8, 6), 5, 0), ((18, 18), 100, 5_000)]

sizes = up_to(2**113)
actors = st.sampled_from(ACTORS)
sides = st.integers(0, 1)
calls = st.one_of(
    st.tuples(st.just("add"), actors, sizes, sizes),
    st.tuples(st.just("remove"), actors, sizes, st.just(0)),
    st.tuples(st.just("swap"), actors, sides, sizes),
    st.tuples(st.just("swap"), actors, sides, up_to(2**80)),
    st.tuples(st.just("claim"), actors, st.just(0), st.just(0)),
    st.tuples(st.just("claim_protocol"), actors, st.just(0), st.just(0)),
    st.tuples(st.just("transfer"), actors, sizes, st.just(0)),
)


@pytest.fixture(scope="module", params=KINDS, ids=str)
def world(built: None, request: pytest.FixtureRequest) -> PairWorld:
    decimals, fee_bps, protocol_share_bps = request.param
    return build_pair(ACTORS, decimals, fee_bps, protocol_share_bps)


@given(
    first=st.tuples(up_to(2**100), up_to(2**100)),
    script=st.lists(st.tuples(gaps_seconds, calls), min_size=1, max_size=12),
)
def test_pair__any_calls__equal_the_model(
    world: PairWorld, first: tuple[int, int], script: list[Any]
) -> None:
    with world.machine.undone():
        model = Pair(world.pair.fee_bps(), world.pair.protocol_share_bps())
        for gap, call in [(0, ("add", ACTORS[0], *first)), *script]:
            world.machine.wait(gap)
            model = step(world, model, *call)
        compare(world, model)


def step(world: PairWorld, model: Pair, action: str, me: str, one: int, two: int) -> Pair:
    pair, now = world.pair, world.machine.timestamp
    other = next(each for each in ACTORS if each != me)
    on_chain = {
        "add": lambda: pair.add_liquidity(one, two, 0, me, sender=me),
        "remove": lambda: pair.remove_liquidity(one, 0, 0, me, sender=me),
        "swap": lambda: pair.swap(world.tokens[one % 2], two, 0, me, sender=me),
        "claim": lambda: pair.claim_fees(me, sender=me),
        "claim_protocol": lambda: pair.claim_protocol_fees(sender=me),
        "transfer": lambda: pair.transfer(other, one, sender=me) and None,
    }[action]
    on_model = {
        "add": lambda model: model.add_liquidity(now, (one, two), me),
        "remove": lambda model: model.remove_liquidity(now, one, me),
        "swap": lambda model: model.swap(now, one % 2, two),
        "claim": lambda model: model.claim_fees(me),
        "claim_protocol": lambda model: model.claim_protocol_fees(),
        "transfer": lambda model: model.transfer(me, other, one),
    }[action]
    model, _ = agreed(model, on_chain, on_model)
    return model


def compare(world: PairWorld, model: Pair) -> None:
    pair, now = world.pair, world.machine.timestamp
    assert pair.reserves() == tuple(model.reserves)
    assert pair.totalSupply() == model.supply
    assert pair.current_price_cumulatives() == model.cumulatives_at(now)
    assert pair.claimable_protocol_fees() == tuple(model.protocol_fees)
    assert [pair.fees_paid0(), pair.fees_paid1()] == model.fees_paid
    assert [pair.fees_claimed0(), pair.fees_claimed1()] == model.fees_claimed
    for holder in [*ACTORS, LOCKED_LIQUIDITY_HOLDER]:
        assert pair.balanceOf(holder) == model.balances.get(holder, 0)
        assert pair.claimable_fees(holder) == model.claimable_fees(holder)
