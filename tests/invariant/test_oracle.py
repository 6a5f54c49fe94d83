# SPDX-License-Identifier: Apache-2.0
"""ORC-1, ORC-2 and ORC-6 under random calls."""

from tests.invariant.driver import calls_from_environment, run, seed_from_environment
from tests.invariant.oracle import WEIGHTS, OracleDriver

CALLS = 3_000


def test_oracle__random_calls__every_invariant_holds() -> None:
    outcome = run(OracleDriver(), seed_from_environment(), calls_from_environment(CALLS))
    assert outcome.failure is None, str(outcome.failure)
    # Without its one collateral the borrower would owe against nothing.
    never = set(WEIGHTS) - {"unpledge"} - set(outcome.done)
    assert not never, f"no {never} ever went through, so nothing was learned from them"
