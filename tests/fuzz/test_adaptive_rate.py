# SPDX-License-Identifier: Apache-2.0
"""The exponential and the adaptive curve, checkpoint by checkpoint, equal to the model."""

from math import exp
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies.model.adaptive_rate import AdaptiveRate, Shape
from strategies.model.exponential import exp_wad_down
from strategies.units import WAD
from tests.evm import Contract, Machine, compile_contract
from tests.fuzz.agreement import agreed, answer_of
from tests.fuzz.numbers import gaps_seconds, up_to
from tests.worlds.doubles import module_window, posing_pool

POOLS = 2

targets = st.one_of(st.sampled_from([1, WAD // 2, WAD - 1]), st.integers(1, WAD - 1))
rates = st.integers(10**12, WAD // 10)
shapes = st.builds(
    lambda target, steepness, speed, bounds: Shape(
        target, steepness, speed, sorted(bounds)[1], sorted(bounds)[0], sorted(bounds)[2]
    ),
    targets,
    st.integers(WAD, 100 * WAD),
    st.one_of(st.sampled_from([1, 50 * WAD, 1_000 * WAD]), st.integers(1, 1_000 * WAD)),
    st.tuples(rates, rates, rates),
)
quantities = up_to(2**120)
calls = st.one_of(
    st.tuples(st.just("checkpoint"), st.integers(0, POOLS - 1)),
    st.tuples(st.just("change"), st.integers(0, POOLS - 1), quantities, quantities),
)


@pytest.fixture(scope="module")
def window(built: None) -> Contract:
    return Machine().deploy(module_window())


@given(exponent=up_to(100 * WAD))
def test_exponential__any_exponent__equals_the_model_and_is_the_exponential(
    window: Contract, exponent: int
) -> None:
    found = window.exp_wad_down(exponent)
    assert exp_wad_down(exponent) == found
    assert found / WAD == pytest.approx(exp(exponent / WAD), rel=1e-13)


@given(one=up_to(50 * WAD), other=up_to(50 * WAD))
def test_exponential__of_a_sum__is_the_product_to_the_last_digits(one: int, other: int) -> None:
    product = exp_wad_down(one) * exp_wad_down(other) // WAD
    assert abs(exp_wad_down(one + other) - product) <= product // 10**16 + 1


@given(
    shape=shapes,
    script=st.lists(st.tuples(gaps_seconds, calls), min_size=1, max_size=14),
    asked=st.tuples(up_to(2**256 - 1), up_to(2**256 - 1)),
)
def test_adaptive_rate__any_life__equals_the_model_within_its_bounds(
    built: None, shape: Shape, script: list[Any], asked: tuple[int, int]
) -> None:
    machine = Machine()
    curve = machine.deploy(
        compile_contract("rates/AdaptiveRate.vy"),
        *(getattr(shape, name) for name in Shape.__slots__),
    )
    pools = [machine.deploy(posing_pool(), curve) for _ in range(POOLS)]
    models = [AdaptiveRate.of(shape) for _ in range(POOLS)]
    for gap, (action, number, *state) in script:
        machine.wait(gap)
        pool, model = pools[number], models[number]
        if action == "change":
            pool.change(*state)
            continue
        now, accrued = machine.timestamp, pool.last_accrued_at()
        stood = (pool.idle(), pool.total_debt())
        models[number], rate = agreed(
            model,
            lambda pool=pool: curve.checkpoint(pool),
            lambda model, now=now, accrued=accrued, stood=stood: model.checkpoint(
                now, accrued, *stood
            ),
        )
        assert shape.min_rate_wad <= rate <= shape.max_rate_wad, "RATE-3"
        assert pool.last_accrued_at() == now
    for pool, model in zip(pools, models, strict=True):
        assert curve.rate_at_target_wad(pool) == model.rate_at_target_wad
        assert curve.checkpointed_at(pool) == model.checkpointed_at
        for state in (asked, (pool.idle(), pool.total_debt()), (0, 1), (1, 0)):
            expected = answer_of(lambda state=state, model=model: model.rate_per_second_wad(*state))
            found = answer_of(lambda state=state, pool=pool: pool.ask(*state))
            assert found == expected


@given(shape=shapes, debts=st.lists(st.integers(0, 10_000), min_size=2, max_size=20))
def test_rate_1__rising_utilization__the_adaptive_rate_never_falls(
    built: None, shape: Shape, debts: list[int]
) -> None:
    curve = CURVES.deploy(
        compile_contract("rates/AdaptiveRate.vy"),
        *(getattr(shape, name) for name in Shape.__slots__),
    )
    found = [curve.rate_per_second_wad(10_000 - debt, debt) for debt in sorted(debts)]
    assert found == sorted(found), "RATE-1"


@given(
    utilization=st.integers(0, WAD),
    parts=st.lists(st.integers(1, 30 * 86_400), min_size=2, max_size=12),
)
def test_rate_3__witnessed_in_parts__moves_as_far_as_at_once(
    utilization: int, parts: list[int]
) -> None:
    shape = Shape(WAD * 9 // 10, 4 * WAD, 50 * WAD, WAD // 25, WAD // 1_000, 2 * WAD)
    at_once, in_parts = AdaptiveRate.of(shape), AdaptiveRate.of(shape)
    for part in parts:
        in_parts.rate_at_target_wad = in_parts.moved_rate_wad_down(utilization, part)
    whole = at_once.moved_rate_wad_down(utilization, sum(parts))
    assert abs(in_parts.rate_at_target_wad - whole) <= whole // 10**12, "RATE-3"


CURVES = Machine()
