# SPDX-License-Identifier: Apache-2.0
"""PAIR-1 to PAIR-5 under random calls."""

from tests.invariant.driver import calls_from_environment, run, seed_from_environment
from tests.invariant.pair import WEIGHTS, PairDriver

CALLS = 6_000


def test_pair__random_calls__every_invariant_holds() -> None:
    driver = PairDriver()
    outcome = run(driver, seed_from_environment(), calls_from_environment(CALLS))
    assert outcome.failure is None, str(outcome.failure)
    never = set(WEIGHTS) - set(outcome.done)
    assert not never, f"no {never} ever went through, so nothing was learned from them"
