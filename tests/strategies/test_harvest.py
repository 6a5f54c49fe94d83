# SPDX-License-Identifier: Apache-2.0
"""The closed form against scipy's Lambert W and against a numeric search for the maximum."""

import math
from decimal import Decimal

import pytest
from scipy.optimize import minimize_scalar
from scipy.special import lambertw

from strategies.policy.harvest import (
    loss_to_continuous_wad,
    optimal_harvest,
    reward_rate_wad,
    seconds_until,
)
from strategies.policy.lambert import lambert_w0
from strategies.units import SECONDS_PER_YEAR, WAD

POSITIONS = [(1_000.0, 0.5), (25_000.0, 2.0), (1_000_000.0, 0.05), (10.0, 4.0)]


@pytest.mark.parametrize("argument", ["-0.36", "-0.3", "-0.1", "-0.0001"])
def test_lambert_w0__inside_its_range__agrees_with_scipy(argument: str) -> None:
    found = lambert_w0(Decimal(argument))

    assert float(found) == pytest.approx(lambertw(float(argument)).real, rel=1e-12)
    assert abs(found * found.exp() - Decimal(argument)) < Decimal("1e-25")


def test_lambert_w0__at_the_ends_of_its_range__is_exact() -> None:
    assert lambert_w0(-1 / Decimal(1).exp()) == pytest.approx(-1, abs=1e-12)
    assert lambert_w0(Decimal(0)) == 0


@pytest.mark.parametrize(("position", "cost"), POSITIONS)
def test_optimal_harvest__any_rate__is_where_growth_is_largest(
    position: float, cost: float
) -> None:
    rule = optimal_harvest(int(position * WAD), int(cost * WAD))

    for rate in (0.02, 0.2, 1.5):
        # In units of the guess, so that the search sees numbers near one.
        guess = math.sqrt(2 * cost / position) / rate

        def shrinkage(factor: float, rate: float = rate, guess: float = guess) -> float:
            years = factor * guess
            return -math.log1p(rate * years - cost / position) / years

        best = minimize_scalar(
            shrinkage, bounds=(0.71, 20), method="bounded", options={"xatol": 1e-9}
        )
        pending = position * rate * best.x * guess
        assert rule.threshold_usd_wad / WAD == pytest.approx(pending, rel=2e-5)


def test_optimal_harvest__small_cost__approaches_the_square_root() -> None:
    rule = optimal_harvest(1_000_000 * WAD, WAD // 1_000)

    assert rule.threshold_usd_wad == pytest.approx(rule.small_cost_threshold_usd_wad, rel=1e-4)
    assert rule.threshold_usd_wad > rule.small_cost_threshold_usd_wad


def test_optimal_harvest__the_published_case__takes_59_days() -> None:
    rule = optimal_harvest(1_000 * WAD, WAD // 2)

    days = rule.threshold_usd_wad / WAD / (1_000 * 0.2) * 365
    assert days == pytest.approx(58.93, abs=0.005)


def test_optimal_harvest__cost_of_the_whole_position__has_no_rule() -> None:
    assert optimal_harvest(WAD, WAD) is None
    assert optimal_harvest(0, 0) is None


def test_optimal_harvest__no_cost__harvests_at_once() -> None:
    assert optimal_harvest(1_000 * WAD, 0).threshold_usd_wad == 0


def test_seconds_until__steady_rewards__extrapolates() -> None:
    assert seconds_until(300, 100, 3_600) == 7_200
    assert seconds_until(100, 100, 3_600) == 0
    assert seconds_until(100, 0, 3_600) is None


def test_loss_to_continuous__the_published_case__is_the_difference_of_growths() -> None:
    rule = optimal_harvest(1_000 * WAD, WAD // 2)
    pending = rule.threshold_usd_wad
    elapsed = int(pending / (1_000 * WAD * 0.2) * SECONDS_PER_YEAR)
    rate = reward_rate_wad(pending, 1_000 * WAD, elapsed)

    years = elapsed / SECONDS_PER_YEAR
    growth = math.log1p(rate / WAD * years - 0.0005) / years
    assert loss_to_continuous_wad(rule, rate) / WAD == pytest.approx(rate / WAD - growth, rel=1e-5)
