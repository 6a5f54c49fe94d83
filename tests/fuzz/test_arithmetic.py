# SPDX-License-Identifier: Apache-2.0
"""The pure modules and the rate curve, number by number."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from strategies.model import liquidation, shares
from strategies.model.interest import growth_wad_down
from strategies.model.kinked_rate import KinkedRate
from strategies.units import BPS, WAD
from tests.evm import Contract, Machine, compile_contract
from tests.fuzz.agreement import answer_of
from tests.fuzz.numbers import up_to
from tests.worlds.doubles import module_window

MAX_UINT256 = 2**256 - 1
MAX_THRESHOLD_BPS = 9_500


@pytest.fixture(scope="module")
def window(built: None) -> Contract:
    return Machine().deploy(module_window())


@pytest.mark.parametrize(
    "function", ["to_shares_down", "to_shares_up", "to_assets_down", "to_assets_up"]
)
@given(quantity=up_to(MAX_UINT256), total_assets=up_to(2**130), total_shares=up_to(2**140))
def test_shares__any_totals__equal_the_model(
    window: Contract, function: str, quantity: int, total_assets: int, total_shares: int
) -> None:
    question = (quantity, total_assets, total_shares)
    expected = answer_of(lambda: getattr(window, function)(*question))
    assert answer_of(lambda: getattr(shares, function)(*question)) == expected


@given(rate=up_to(2**128), seconds=up_to(2**64))
def test_growth__any_rate_and_time__equals_the_model(
    window: Contract, rate: int, seconds: int
) -> None:
    assert growth_wad_down(rate, seconds) == window.growth_wad_down(rate, seconds)


@given(health=st.integers(0, WAD - 1), threshold=st.integers(1, MAX_THRESHOLD_BPS))
def test_bonus__any_health_and_threshold__equals_the_model_and_its_bounds(
    window: Contract, health: int, threshold: int
) -> None:
    bonus = window.bonus_bps_down(health, threshold)
    assert liquidation.bonus_bps_down(health, threshold) == bonus
    assert liquidation.MIN_BONUS_BPS <= bonus <= liquidation.MAX_BONUS_BPS


@given(
    debt=up_to(2**120),
    debt_usd=up_to(2**120),
    health=st.integers(0, WAD - 1),
    threshold=st.integers(1, MAX_THRESHOLD_BPS),
)
def test_closable__any_unhealthy_loan__equals_the_model_and_is_at_most_the_debt(
    window: Contract, debt: int, debt_usd: int, health: int, threshold: int
) -> None:
    limit_usd = debt_usd * health // WAD
    bonus = liquidation.bonus_bps_down(health, threshold)
    question = (debt, debt_usd, limit_usd, threshold, bonus)
    closable = window.closable_assets_up(*question)
    assert liquidation.closable_assets_up(*question) == closable
    assert closable <= debt


@given(
    debt=up_to(2**120),
    debt_usd=up_to(2**120),
    collateral_usd=up_to(2**120),
    bonus=st.integers(liquidation.MIN_BONUS_BPS, liquidation.MAX_BONUS_BPS),
)
def test_covered__any_collateral__equals_the_model_and_is_never_free(
    window: Contract, debt: int, debt_usd: int, collateral_usd: int, bonus: int
) -> None:
    assume(debt > 0 and debt_usd > 0)
    question = (debt, debt_usd, collateral_usd, bonus)
    covered = window.covered_assets_up(*question)
    assert liquidation.covered_assets_up(*question) == covered
    assert (covered > 0) == (collateral_usd > 0)


# --- The curve ---

PERCENT = WAD // 100


@given(
    base=st.integers(0, 2 * WAD),
    low=st.integers(0, 2 * WAD),
    high=st.integers(0, 6 * WAD),
    kink=st.one_of(st.sampled_from([1, WAD // 2, WAD - 1]), st.integers(1, WAD - 1)),
    states=st.lists(st.tuples(up_to(2**120), up_to(2**120)), min_size=1, max_size=8),
)
def test_curve__any_shape_and_state__equals_the_model(
    base: int, low: int, high: int, kink: int, states: list[tuple[int, int]]
) -> None:
    on_chain = CURVES.deploy(compile_contract("rates/KinkedRate.vy"), base, low, high, kink)
    model = KinkedRate(base, low, high, kink)
    for idle, debt in states:
        assert model.rate_per_second_wad(idle, debt) == on_chain.rate_per_second_wad(idle, debt)


@given(debts=st.lists(st.integers(0, BPS), min_size=2, max_size=20))
def test_rate_1_and_rate_2__rising_utilization__rate_rises_between_base_and_sum(
    debts: list[int],
) -> None:
    curve = (2 * PERCENT, 4 * PERCENT, 60 * PERCENT, 90 * PERCENT)
    on_chain = CURVES.deploy(compile_contract("rates/KinkedRate.vy"), *curve)
    rates = [on_chain.rate_per_second_wad(BPS - debt, debt) for debt in sorted(debts)]
    assert rates == sorted(rates), "RATE-1"
    lowest = on_chain.rate_per_second_wad(1, 0)
    highest = on_chain.rate_per_second_wad(0, 1)
    assert all(lowest <= rate <= highest for rate in rates), "RATE-2"


CURVES = Machine()
