# SPDX-License-Identifier: Apache-2.0
"""EXIT-1 to EXIT-5 under random calls."""

from tests.invariant.driver import calls_from_environment, run, seed_from_environment
from tests.invariant.exit_queue import WEIGHTS, ExitQueueDriver

CALLS = 4_000


def test_exit_queue__random_calls__every_invariant_holds() -> None:
    outcome = run(ExitQueueDriver(), seed_from_environment(), calls_from_environment(CALLS))
    assert outcome.failure is None, str(outcome.failure)
    never = set(WEIGHTS) - set(outcome.done)
    assert not never, f"no {never} ever went through, so nothing was learned from them"
