# SPDX-License-Identifier: Apache-2.0
"""ACC-5 under random grants and random operators; and what a simulated batch says."""

import pytest

from tests.evm import Reverted
from tests.evm.codec import decode, selector
from tests.invariant.driver import calls_from_environment, run, seed_from_environment
from tests.invariant.operators import BORROWER, UNIT, WEIGHTS, OperatorsDriver, build

CALLS = 4_000
SIMULATED = ("(bool,bytes)[]", "address[]", "uint256[]")


def test_operators__random_calls__every_invariant_holds() -> None:
    outcome = run(OperatorsDriver(), seed_from_environment(), calls_from_environment(CALLS))
    assert outcome.failure is None, str(outcome.failure)
    never = set(WEIGHTS) - set(outcome.done)
    assert not never, f"no {never} ever went through, so nothing was learned from them"


def test_simulate_batch__says_what_the_batch_then_does() -> None:
    world, _operators = build()
    accounts, pool = world.accounts, world.pools["usd"]
    steps = [
        (pool.address, BORROWER, pool.calldata("repay", UNIT["usd"], BORROWER)),
        (pool.address, BORROWER, pool.calldata("borrow", 2**100, BORROWER)),
        (pool.address, BORROWER, pool.calldata("borrow", 100 * UNIT["usd"], BORROWER)),
    ]

    with pytest.raises(Reverted) as simulated:
        accounts.simulate_batch(steps, sender=BORROWER)

    output = simulated.value.output
    assert output[:4] == selector("BatchSimulated", SIMULATED)
    results, touched, health_wad = decode(SIMULATED, output[4:])
    assert [is_ok for is_ok, _answer in results] == [True, False, True]
    assert int.from_bytes(results[0][1], "big") == UNIT["usd"] * 10**6
    assert b"pool: not enough idle" in results[1][1]
    assert [each.lower() for each in touched] == [BORROWER]
    accounts.batch([steps[0], steps[2]], sender=BORROWER)
    assert list(health_wad) == [accounts.health_wad(BORROWER)]
