# SPDX-License-Identifier: Apache-2.0
"""STAKE-1 to STAKE-4, FEE-1 and FEE-2 under random calls."""

from tests.invariant.driver import calls_from_environment, run, seed_from_environment
from tests.invariant.staking import WEIGHTS, StakingDriver

CALLS = 6_000


def test_staking__random_calls__every_invariant_holds() -> None:
    driver = StakingDriver()
    outcome = run(driver, seed_from_environment(), calls_from_environment(CALLS))
    assert outcome.failure is None, str(outcome.failure)
    never = set(WEIGHTS) - set(outcome.done)
    assert not never, f"no {never} ever went through, so nothing was learned from them"
