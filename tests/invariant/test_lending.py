# SPDX-License-Identifier: Apache-2.0
"""LEND-1 to LEND-6 and ACC-1 to ACC-4 under random calls."""

from tests.invariant.driver import calls_from_environment, run, seed_from_environment
from tests.invariant.lending import WEIGHTS, LendingDriver

CALLS = 3_000


def test_lending__random_calls__every_invariant_holds() -> None:
    outcome = run(LendingDriver(), seed_from_environment(), calls_from_environment(CALLS))
    assert outcome.failure is None, str(outcome.failure)
    never = set(WEIGHTS) - {"steal"} - set(outcome.done)
    assert not never, f"no {never} ever went through, so nothing was learned from them"
    assert outcome.done["steal"] == 0
