# SPDX-License-Identifier: Apache-2.0
"""The allocation against a dynamic program on a money grid, and its certificate."""

import random
from dataclasses import replace
from decimal import Decimal, localcontext

import numpy as np
import pytest

from strategies.model.kinked_rate import KinkedRate
from strategies.policy.allocation import PoolOption, allocate, useful_seconds
from strategies.policy.kink import segments
from strategies.policy.snapshot import RateCurve
from strategies.units import BPS, SECONDS_PER_YEAR, WAD

CASES = 60
GRID = 100
UNIT = 10**6


def _random_case(seed: int) -> tuple[tuple[PoolOption, ...], int]:
    """Three pools that start at 60 to 98.5 % use, on both sides of their kinks."""
    chance = random.Random(seed)
    budget = chance.randint(1, 6) * 10**6 * UNIT
    options = []
    for name in ("a", "b", "c"):
        others = chance.randint(2, 20) * 10**6 * UNIT
        curve = RateCurve(
            chance.choice([0, WAD // 100]),
            int(chance.uniform(0.02, 0.08) * WAD),
            int(chance.uniform(0.3, 1.0) * WAD),
            chance.choice([8, 9]) * WAD // 10,
        )
        debt = int(others * chance.uniform(0.6, 0.985))
        options.append(PoolOption(name, curve, others, debt, 1_000, 0, budget))
    return tuple(options), budget


def _best_on_grid(options: tuple[PoolOption, ...], budget: int) -> float:
    """Every split of the budget into GRID portions, by a dynamic program over the pools."""
    left = np.subtract.outer(np.arange(GRID + 1), np.arange(GRID + 1))
    best = np.zeros(GRID + 1)
    for option in options:
        earned = np.array([float(option.yield_wad(budget * k // GRID)) for k in range(GRID + 1)])
        best = np.where(left >= 0, best[np.maximum(left, 0)] + earned, -np.inf).max(axis=1)
    return float(best[GRID])


def _greedy(options: tuple[PoolOption, ...], budget: int) -> int:
    """Portions to the best marginal yield: what the kink deceives."""
    held = [0] * len(options)
    for _ in range(GRID):
        marginals = [one.marginal_wad(a) for one, a in zip(options, held, strict=True)]
        index = max(range(len(options)), key=lambda i: marginals[i])
        if marginals[index] > 0:
            held[index] += budget // GRID
    return sum(one.yield_wad(a) for one, a in zip(options, held, strict=True))


def test_allocate__sixty_random_cases__never_below_the_grid_and_certified() -> None:
    trapped = 0
    for seed in range(CASES):
        options, budget = _random_case(seed)

        found = allocate(options, budget)

        grid = _best_on_grid(options, budget)
        assert found.yield_wad >= grid * (1 - 1e-12), f"seed {seed}"
        assert found.yield_wad <= grid * 1.01, f"seed {seed}"
        assert found.upper_bound_wad >= found.yield_wad, f"seed {seed}"
        assert sum(found.deposits) <= budget, f"seed {seed}"
        trapped += _greedy(options, budget) < found.yield_wad * 0.999
    # The cases would prove nothing if greedy portions found the optimum in all of them.
    assert trapped >= 5


def test_allocate__the_greedy_trap__crosses_the_kink() -> None:
    """Before the kink each further unit loses; only well past it does the pool pay most."""
    steep = RateCurve(0, 4 * WAD // 100, 60 * WAD // 100, 9 * WAD // 10)
    trap = PoolOption("trap", steep, 10 * 10**6 * UNIT, 95 * 10**5 * UNIT, 0, 0, 10**13)
    at_kink = 95 * 10**5 * UNIT * 10 // 9 - 10 * 10**6 * UNIT
    assert trap.marginal_wad(at_kink - 10 * UNIT) < 0 < trap.marginal_wad(at_kink + 10 * UNIT)
    poor = replace(trap, key="poor", debt=1 * 10**6 * UNIT)

    found = allocate((trap, poor), 8 * 10**6 * UNIT)

    assert found.deposits[0] > at_kink
    assert found.yield_wad > _greedy((trap, poor), 8 * 10**6 * UNIT) * 1.9


def test_allocate__lower_bounds_beyond_the_budget__has_no_answer() -> None:
    options, budget = _random_case(1)
    stuck = tuple(replace(one, low=budget) for one in options)

    assert allocate(stuck, budget) is None


def test_allocate__bounds__are_kept() -> None:
    for seed in range(20):
        options, budget = _random_case(seed)
        bounded = tuple(replace(one, low=budget // 10, high=budget // 2) for one in options)

        found = allocate(bounded, budget)

        assert all(budget // 10 <= a <= budget // 2 for a in found.deposits)


def test_allocate__pools_where_more_earns_less__leaves_the_rest_idle() -> None:
    curve = RateCurve(0, 4 * WAD // 100, 60 * WAD // 100, 9 * WAD // 10)
    small = PoolOption("small", curve, 10**6 * UNIT, 5 * 10**5 * UNIT, 0, 0, 10**14)

    found = allocate((small,), 100 * 10**6 * UNIT)

    # With no base rate the best deposit below the kink is as much as the others hold.
    assert found.deposits[0] == pytest.approx(10**6 * UNIT, rel=1e-6)
    assert found.multiplier_wad == 0


def test_allocate__equal_pools__equalizes_marginal_yields() -> None:
    curve = RateCurve(0, 4 * WAD // 100, 60 * WAD // 100, 9 * WAD // 10)
    one = PoolOption("one", curve, 10**7 * UNIT, 6 * 10**6 * UNIT, 1_000, 0, 10**13)
    twins = (one, replace(one, key="twin"))
    budget = 2 * 10**5 * UNIT

    found = allocate(twins, budget)

    assert found.deposits[0] == pytest.approx(found.deposits[1], rel=1e-6)
    assert found.multiplier_wad == pytest.approx(twins[0].marginal_wad(found.deposits[0]), rel=1e-6)


def test_segment_yield__against_the_contracts_rate__is_the_same() -> None:
    chance = random.Random(5)
    for seed in range(40):
        options, _ = _random_case(seed)
        option = options[0]
        deposit = chance.randrange(1, option.others)
        supplied = option.others + deposit
        model = KinkedRate(
            option.curve.base_rate_wad,
            option.curve.slope_low_wad,
            option.curve.slope_high_wad,
            option.curve.kink_wad,
        )
        rate = model.rate_per_second_wad(supplied - option.debt, option.debt)
        interest = option.debt * rate * SECONDS_PER_YEAR
        ours = interest * (BPS - option.reserve_factor_bps) // BPS * deposit // supplied

        assert option.yield_wad(deposit) == pytest.approx(ours, rel=1e-6)


def test_segments__marginal__is_the_slope_of_the_yield() -> None:
    for seed in range(30):
        options, budget = _random_case(seed)
        for option in options:
            for side in segments(option.curve, option.others, option.debt, 1_000, 0, budget):
                middle = (side.low + side.high) // 2
                step = max(1, middle // 10**5)
                slope = (side.yield_wad(middle + step) - side.yield_wad(middle - step)) / (2 * step)
                assert side.marginal_wad(middle) == pytest.approx(slope, rel=1e-3, abs=1e13)


def test_segments__deposit_at__inverts_the_marginal() -> None:
    for seed in range(30):
        options, _ = _random_case(seed)
        for option in options:
            for side in option.sides:
                multiplier = (side.marginal_wad(side.low) + side.marginal_wad(side.high)) // 2
                if multiplier <= 0:
                    continue
                a = side.deposit_at(multiplier)
                assert side.low <= a <= side.high
                if side.low < a < side.high:
                    assert side.marginal_wad(a) == pytest.approx(multiplier, rel=1e-6)


def test_useful_seconds__half_life__follows_the_closed_form() -> None:
    with localcontext() as context:
        context.prec = 30
        ln2 = Decimal(2).ln()
        expected = int(21_960 / ln2 * (1 - (-ln2 * 86_400 / 21_960).exp()))

    assert useful_seconds(86_400, 21_960) == expected
    assert useful_seconds(86_400, 0) == 86_400
