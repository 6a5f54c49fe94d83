# SPDX-License-Identifier: Apache-2.0
"""BEAT-1 and BEAT-2 under random jobs, blocks and gas."""

from tests.invariant.beat import WEIGHTS, BeatDriver
from tests.invariant.driver import calls_from_environment, run, seed_from_environment

CALLS = 4_000


def test_heartbeat__random_calls__every_invariant_holds() -> None:
    outcome = run(BeatDriver(), seed_from_environment(), calls_from_environment(CALLS))
    assert outcome.failure is None, str(outcome.failure)
    never = set(WEIGHTS) - set(outcome.done)
    assert not never, f"no {never} ever went through, so nothing was learned from them"
