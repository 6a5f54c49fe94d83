# SPDX-License-Identifier: Apache-2.0
"""VLT-1 to VLT-5 under random calls."""

from tests.invariant.driver import calls_from_environment, run, seed_from_environment
from tests.invariant.vault import WEIGHTS, VaultDriver

CALLS = 3_000


def test_vault__random_calls__every_invariant_holds() -> None:
    outcome = run(VaultDriver(), seed_from_environment(), calls_from_environment(CALLS))
    assert outcome.failure is None, str(outcome.failure)
    never = set(WEIGHTS) - set(outcome.done)
    assert not never, f"no {never} ever went through, so nothing was learned from them"
