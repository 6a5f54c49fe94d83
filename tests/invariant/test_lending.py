# SPDX-License-Identifier: Apache-2.0
"""LEND-1 to LEND-6, OUT-1, TERMS-1 and ACC-1 to ACC-4 under random calls."""

from tests.invariant.driver import (
    Step,
    calls_from_environment,
    replay,
    run,
    seed_from_environment,
)
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


# The fee was rounded to base units before it became shares, and a share's value fell by less than
# a share when the next unit of it came due.
FEE_OF_SMALL_INTEREST = [
    Step("deposit", ("usd", "borrower", "borrower", 99_999_999_999)),
    Step("deposit", ("eth", "liquidator", "liquidator", 32_999_999_999_999_999_999)),
    Step("deposit", ("btc", "lender", "farmer.1", 48_210_101)),
    Step("leverage", ("eth", "btc", 200_000_001, 13_164_559_343_753_979_864)),
    Step("leverage", ("eth", "btc", 100_000_000, 1_000)),
    Step("pledge", ("usd", "borrower")),
    Step("deposit", ("btc", "lender", "lender", 100_000_000)),
    Step("unwind", ("eth", "lender")),
    Step("borrow", ("btc", "borrower", 77_726_071)),
    Step("leverage", ("usd", "btc", 141_884_913, 14_285_714_285)),
    Step("wait", (31_536_000,)),
    Step("wait", (3_600,)),
    Step("wait", (12,)),
]


def test_lending__fee_of_small_interest__lowers_no_share() -> None:
    broken = replay(LendingDriver(), FEE_OF_SMALL_INTEREST)
    assert broken is None, str(broken)
