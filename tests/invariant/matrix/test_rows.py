# SPDX-License-Identifier: Apache-2.0
"""Every function of the lending contracts that writes is a row of the matrix, or said to hand no control away.

The list comes from the ABIs: a new function, or a new contract, must be put into one of the two.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from scripts.compiler import deployables
from tests.branches.recorder import MEASURED
from tests.evm import compile_contract
from tests.invariant.matrix import (
    test_reentry,
    test_reentry_boundary,
    test_reentry_jobs,
    test_reentry_orders,
)

MODULES = (test_reentry, test_reentry_boundary, test_reentry_jobs, test_reentry_orders)

# Snekmate's: they write one word and call nobody.
OWNED = {"transfer_ownership", "accept_ownership"}

# What writes and calls no stranger, or asks one by a static call alone.
QUIET: Mapping[str, set[str]] = {
    "Accounts": {
        *OWNED,
        *("pledge", "unpledge", "list_pool", "set_operators"),
        # For pools, in the middle of rows of theirs: they write books and move shares, no token.
        *("enter_debt", "leave_debt", "seize", "sweep_uncovered"),
        *("require_check_if_pledged", "require_pool_check"),
        # Reverts whatever went on in it.
        "simulate_batch",
    },
    "BlockCalls": {*OWNED, "add_entry", "remove_entry"},
    "BlockLiquidator": {
        *OWNED,
        *("set_route", "set_reserve_target", "set_max_slippage", "set_profit_receiver"),
    },
    # A pool's shares are moved, and call nobody.
    "ExitQueue": {"join", "transfer_ticket"},
    "Heartbeat": {*OWNED, "set_opening_jobs", "set_closing_jobs"},
    "LendingPool": {
        *OWNED,
        *("accrue", "approve", "permit", "transfer", "transferFrom"),
        *("check_caps", "seize", "set_fee_recipient", "set_rate_model"),
        # Its loss is covered as that of liquidate, which is a row.
        "recognize_bad_debt",
    },
    "Operators": {"grant", "revoke", "revoke_all", "cancel_nonce"},
    "Orders": {"set_order", "cancel_order"},
    # Accounts and pools of ours are called, and call nobody then.
    "PoolFactory": {
        *OWNED,
        *("accept_accounts", "hand_over_accounts", "list_pool"),
        *("set_min_seed", "set_reserve_factor"),
    },
    "RiskTerms": {
        *("set_collateral", "set_caps", "set_min_debt", "set_flash_fee", "set_outflow_limit"),
        *("set_backstop", "set_role", "set_steward_bounds", "pause", "unpause", "close"),
    },
    "PairTwapFeed": {"checkpoint"},
    "PriceOracle": OWNED,
    "PublisherFeed": {*OWNED, "publish", "set_signers"},
    "SharePriceFeed": {"checkpoint"},
    "Backstop": {*OWNED, "set_limit", "set_route", "set_bounds"},
}


def measured() -> Iterator[tuple[str, str]]:
    """Each contract by name and path."""
    for path in deployables():
        if path.startswith(MEASURED):
            yield Path(path).stem, path


def writing(path: str) -> set[str]:
    return {
        entry["name"]
        for entries in compile_contract(path).functions.values()
        for entry in entries
        if entry["stateMutability"] not in ("view", "pure")
    }


def rowed(name: str) -> set[str]:
    return {each for module in MODULES for each in module.ROWED.get(name, ())}


@pytest.mark.parametrize(("name", "path"), list(measured()), ids=lambda each: Path(each).stem)
def test_functions__that_write__are_rows_or_quiet(name: str, path: str) -> None:
    rows, quiet = rowed(name), QUIET.get(name, set())
    assert writing(path) == rows | quiet, "say whether the new function hands control to a stranger"
    assert not rows & quiet


def test_rows__are_of_contracts_that_there_are() -> None:
    named = {name for module in MODULES for name in module.ROWED} | set(QUIET)
    assert named <= {name for name, _ in measured()}
