# SPDX-License-Identifier: Apache-2.0
"""An order in a token that lets nobody be approved."""

from tests.evm import actor, compile_contract
from tests.evm.refusal import refused
from tests.worlds.doubles import unapproving_token
from tests.worlds.hostile import add_pool, deploy_pool
from tests.worlds.lending import OWNER, SEED_ASSETS, SEEDER, build_lending

LENDER, BORROWER = actor("lender"), actor("borrower")
WAD, MAX_UINT256 = 10**18, 2**256 - 1
STOP_LOSS, WITHDRAW = 1, 2


def test_execute__in_a_token_that_approves_nobody__is_refused() -> None:
    world = build_lending([LENDER, BORROWER])
    accounts, machine = world.accounts, world.machine
    operators = machine.deploy(compile_contract("lending/Operators.vy"), accounts)
    accounts.set_operators(operators, sender=OWNER)
    orders = machine.deploy(compile_contract("lending/Orders.vy"), operators, accounts)
    token, owed = add_pool(world, unapproving_token(), [LENDER, BORROWER])
    # Its shares are sold for the same token: nothing is routed.
    held = deploy_pool(world, token)
    held.deposit(SEED_ASSETS, SEEDER, sender=SEEDER)
    accounts.list_pool(held, sender=OWNER)
    world.terms.set_collateral(owed, held, 7_500, 8_000, sender=OWNER)
    owed.deposit(10_000, LENDER, sender=LENDER)
    held.deposit(2_000, BORROWER, sender=BORROWER)
    accounts.pledge(BORROWER, held, sender=BORROWER)
    owed.borrow(1_000, BORROWER, sender=BORROWER)
    forever = (MAX_UINT256, orders.address, 2**64, 0)
    operators.grant(BORROWER, orders, WITHDRAW, held, forever, sender=BORROWER)
    bounds = (2 * WAD, 3 * WAD, 2_000, 100, 100, 2**64, [])
    orders.set_order((BORROWER, STOP_LOSS, held.address, *bounds), sender=BORROWER)

    with refused("token: transfer refused"):
        orders.execute(1, sender=LENDER)
