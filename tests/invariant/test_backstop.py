# SPDX-License-Identifier: Apache-2.0
"""BACK-1 and BACK-2 under random losses, reserves, markets and days."""

from tests.invariant.backstop import WEIGHTS, BackstopDriver
from tests.invariant.driver import calls_from_environment, run, seed_from_environment

CALLS = 4_000


def test_backstop__random_calls__every_invariant_holds() -> None:
    driver = BackstopDriver()
    outcome = run(driver, seed_from_environment(), calls_from_environment(CALLS))
    assert outcome.failure is None, str(outcome.failure)
    never = set(WEIGHTS) - set(outcome.done)
    assert not never, f"no {never} ever went through, so nothing was learned from them"
    assert driver.sales > 0, "the stake was never sold, so nothing was learned of it"
