# SPDX-License-Identifier: Apache-2.0
"""BEAT-3 under random loans, prices, markets and limits."""

from tests.invariant.driver import calls_from_environment, run, seed_from_environment
from tests.invariant.liquidator import WEIGHTS, LiquidatorDriver

CALLS = 4_000


def test_liquidator__random_calls__every_invariant_holds() -> None:
    driver = LiquidatorDriver()
    outcome = run(driver, seed_from_environment(), calls_from_environment(CALLS))
    assert outcome.failure is None, str(outcome.failure)
    never = set(WEIGHTS) - set(outcome.done)
    assert not never, f"no {never} ever went through, so nothing was learned from them"
    assert driver.liquidations > 0, "nothing was liquidated, so nothing was learned of it"
