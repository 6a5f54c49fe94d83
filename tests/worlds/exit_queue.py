# SPDX-License-Identifier: Apache-2.0
"""The credit pools with an exit queue, and a borrower who can drain the dollar pool."""

from dataclasses import dataclass

from tests.evm import Contract, Mutation, actor, compile_contract
from tests.worlds.lending import LendingWorld, build_lending

BORROWER, LIQUIDATOR = actor("borrower"), actor("liquidator")

# A hundred thousand tUSD.
LOT = 10**11
COLLATERAL = 10**6 * 10**18


@dataclass
class ExitQueueWorld:
    lending: LendingWorld
    queue: Contract

    @property
    def pool(self) -> Contract:
        return self.lending.pools["usd"]

    @property
    def token(self) -> Contract:
        return self.lending.tokens["usd"]


def build_exit_queue(lenders: list[str], mutation: Mutation | None = None) -> ExitQueueWorld:
    """Each lender has lent a lot, and it is all borrowed."""
    lending = build_lending([*lenders, BORROWER, LIQUIDATOR], mutation)
    queue = lending.machine.deploy(
        compile_contract("lending/ExitQueue.vy", mutation), lending.accounts
    )
    usd, eth = lending.pools["usd"], lending.pools["eth"]
    for lender in lenders:
        usd.deposit(LOT, lender, sender=lender)
        usd.approve(queue, 2**256 - 1, sender=lender)
    eth.deposit(COLLATERAL, BORROWER, sender=BORROWER)
    lending.accounts.pledge(BORROWER, eth, sender=BORROWER)
    usd.borrow(usd.idle(), BORROWER, sender=BORROWER)
    return ExitQueueWorld(lending, queue)
