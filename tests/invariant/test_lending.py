# SPDX-License-Identifier: Apache-2.0
"""LEND-1 to LEND-6 and ACC-1 to ACC-4 under random calls."""

from tests.invariant.driver import calls_from_environment, run, seed_from_environment
from tests.invariant.lending import WEIGHTS, LendingDriver

CALLS = 3_000

# A thief never gets through. A squeeze is made as a move of a price. Bad debt is met by liquidation;
# without one, there must be collateral whose value rounds to nothing.
NEVER_DONE = {"steal", "squeeze", "recognize_bad_debt"}


def test_lending__random_calls__every_invariant_holds() -> None:
    driver, calls = LendingDriver(), calls_from_environment(CALLS)
    outcome = run(driver, seed_from_environment(), calls)
    assert outcome.failure is None, str(outcome.failure)
    never = set(WEIGHTS) - NEVER_DONE - set(outcome.done)
    assert not never, f"no {never} ever went through, so nothing was learned from them"
    assert outcome.done["steal"] == 0
    assert outcome.done["liquidate"] >= calls // 150, "LEND-5 has learned too little"
    assert driver.bad_debts > 0, "no loan was ever written off"
