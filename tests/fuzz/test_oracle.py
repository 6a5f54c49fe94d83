# SPDX-License-Identifier: Apache-2.0
"""Median, deviation, mean, bid and ask of one asset, call by call, equal to the model."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from strategies.model.price_oracle import PriceOracle
from strategies.units import WAD
from tests.evm import Machine, actor, compile_contract
from tests.fuzz.agreement import Refused, agreed, answer_of
from tests.fuzz.numbers import up_to
from tests.worlds.doubles import timed_feed
from tests.worlds.tokens import deploy_token

OWNER = actor("owner")
MAX_AGE, PRICE = 7_200, 3_000 * WAD

near = st.integers(9_000, 11_000).map(lambda bps: PRICE * bps // 10_000)
prices = st.one_of(near, near, near, up_to(10**30), up_to(2**256 - 1))
guards = st.one_of(
    st.sampled_from([(0, 0, 0), (100, 0, 0), (0, 1, 60), (5_000, 2_000, 86_400)]),
    st.tuples(st.integers(0, 5_000), st.integers(1, 2_000), st.integers(60, 86_400)),
)
calls = st.one_of(
    st.tuples(st.just("say"), st.integers(0, 4), prices, st.sampled_from([0, 0, 1, 7_200, 7_201])),
    st.tuples(st.just("say_all"), near),
    st.tuples(st.just("refresh")),
    st.tuples(st.just("refresh")),
    st.tuples(st.just("set_guards"), guards),
)
gaps = st.sampled_from([0, 0, 1, 12, 600, 3_600, 7_200])


@given(
    count=st.integers(1, 5),
    first=guards,
    script=st.lists(st.tuples(gaps, calls), min_size=1, max_size=16),
    assets=up_to(2**120),
)
def test_oracle__any_life__equals_the_model(
    built: None, count: int, first: tuple[int, int, int], script: list[Any], assets: int
) -> None:
    machine = Machine()
    oracle = machine.deploy(compile_contract("oracles/PriceOracle.vy"), OWNER)
    token = deploy_token(machine, "asset", 8)
    feeds = [machine.deploy(timed_feed()) for _ in range(count)]
    reports = [(PRICE, machine.timestamp)] * count
    for feed in feeds:
        feed.set_price(token, *reports[0])
    oracle.set_feeds(token, feeds, MAX_AGE, 0, PRICE, sender=OWNER)
    model = PriceOracle(MAX_AGE)
    for gap, (action, *arguments) in [(0, ("set_guards", first)), *script]:
        machine.wait(gap)
        now = machine.timestamp
        if action in ("say", "say_all"):
            number, price, age = arguments if action == "say" else (None, *arguments, 0)
            for each, feed in enumerate(feeds):
                if number in (None, each):
                    reports[each] = (price, now - age)
                    feed.set_price(token, *reports[each])
        elif action == "refresh":
            model, _ = agreed(
                model,
                lambda: oracle.refresh(token),
                lambda model, now=now: model.refresh(now, reports),
            )
        else:
            model, _ = agreed(
                model,
                lambda arguments=arguments: oracle.set_guards(token, *arguments[0], sender=OWNER),
                lambda model, now=now, arguments=arguments: model.set_guards(
                    now, reports, arguments[0]
                ),
            )
        assert oracle.guards_of(token) == (model.deviation_bps, model.band_bps, model.mean_seconds)
        assert oracle.mean_usd_wad(token) == model.mean_at(now)
        price, bid, ask = (
            answer_of(lambda view=view, model=model, now=now: getattr(model, view)(now, reports))
            for view in ("price_usd_wad", "bid_usd_wad_down", "ask_usd_wad_up")
        )
        assert answer_of(lambda: oracle.price_usd_wad(token)) == price
        assert answer_of(lambda: oracle.bid_usd_wad(token)) == bid
        assert answer_of(lambda: oracle.ask_usd_wad(token)) == ask
        assert oracle.peek(token)[2] == (not isinstance(price, Refused))
        if isinstance(price, Refused):
            continue
        assert price * (10_000 - model.band_bps) // 10_000 <= bid <= price, "ORC-5"
        assert price <= ask <= -(-price * (10_000 + model.band_bps) // 10_000), "ORC-5"
        assert oracle.value_usd_wad_down(token, assets) == assets * bid // 10**8
        assert oracle.value_usd_wad_up(token, assets) == -(-assets * ask // 10**8)


@given(
    says=st.lists(near, min_size=1, max_size=10),
    waits=st.lists(st.integers(0, 7_200), min_size=10, max_size=10),
)
def test_orc_5__a_mean__lies_within_the_prices_of_its_refreshes(
    says: list[int], waits: list[int]
) -> None:
    now = 10**9
    model = PriceOracle(MAX_AGE)
    model.set_guards(now, [(PRICE, now)], (0, 2_000, 3_600))
    for price, wait in zip(says, waits, strict=False):
        before = model.mean_at(now)
        model.refresh(now, [(price, now)])
        assert model.mean_at(now) == before, "ORC-5"
        now += wait
        assert min(PRICE, *says) <= model.mean_at(now) <= max(PRICE, *says), "ORC-5"
