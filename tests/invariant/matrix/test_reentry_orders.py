# SPDX-License-Identifier: Apache-2.0
"""Every function of Orders, called by a token while an order is executed.

All are refused by the lock but for the callback, which asks who calls; and whatever is refused leaves
the execution as it is alone.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.evm import compile_contract
from tests.invariant.matrix.test_reentry_boundary import (
    BORROWER,
    ETH,
    MAX_UINT256,
    OTHER,
    UNIT,
    House,
)
from tests.worlds.hostile import deploy_pool
from tests.worlds.lending import OWNER, SEED_ASSETS, SEEDER

WAD = 10**18
STOP_LOSS, TOP_UP = 1, 4
WITHDRAW, BORROW, REPAY = 2, 4, 8
# Some 1,100 dollars of debt before 300,000 of ether: health is above 200.
TRIGGER_WAD, TARGET_WAD = 500 * WAD, 600 * WAD
BOUNDS = (TRIGGER_WAD, TARGET_WAD, ETH, 100, 100, 2**64, [])

CALLBACK = "sell_and_repay"
# What the rows run: see test_rows. Accounts calls back in the middle of each.
ROWED = {"Orders": {"execute", "run_item", CALLBACK}}


class OrdersHouse(House):
    """A second pool of the hooked token, whose shares the first order sells; the second order repays."""

    def __init__(self) -> None:
        super().__init__()
        world, machine = self.world, self.machine
        operators = machine.deploy(compile_contract("lending/Operators.vy"), world.accounts)
        world.accounts.set_operators(operators, sender=OWNER)
        # The token is the same on both sides, so that nothing is ever routed.
        self.orders = machine.deploy(
            compile_contract("lending/Orders.vy"), operators, world.accounts
        )
        self.second = deploy_pool(world, self.token)
        self.second.deposit(SEED_ASSETS, SEEDER, sender=SEEDER)
        world.accounts.list_pool(self.second, sender=OWNER)
        world.terms.set_collateral(self.pool, self.second, 7_500, 8_000, sender=OWNER)
        self.second.deposit(5_000 * UNIT, BORROWER, sender=BORROWER)
        world.accounts.pledge(BORROWER, self.second, sender=BORROWER)
        forever = (MAX_UINT256, self.orders.address, 2**64, 0)
        for pool, action in ((self.second, WITHDRAW), (self.pool, REPAY), (self.pool, BORROW)):
            operators.grant(BORROWER, self.orders, action, pool, forever, sender=BORROWER)
        for kind, pool in ((STOP_LOSS, self.second), (TOP_UP, self.pool)):
            order = (BORROWER, kind, pool.address, *BOUNDS)
            self.orders.set_order(order, sender=BORROWER)

    def chosen(self) -> dict[str, Any]:
        return {"order": (self.token.address, STOP_LOSS, self.second.address, *BOUNDS)}

    def figures(self) -> dict[Any, Any]:
        seen = super().figures()
        seen["second"] = self.second.balanceOf(BORROWER), self.second.idle()
        seen["left"] = [self.orders.order_of(number)[5] for number in (1, 2)]
        seen["held"] = self.token.balanceOf(self.orders)
        return seen


ROWS: dict[str, Callable[[OrdersHouse], Any]] = {
    "a stop-loss": lambda house: house.orders.execute(1, sender=OTHER),
    "a top-up": lambda house: house.orders.execute(2, sender=OTHER),
    "a stop-loss of the heartbeat": lambda house: house.orders.run_item(0, sender=OTHER),
    "a top-up of the heartbeat": lambda house: house.orders.run_item(1, sender=OTHER),
}


@pytest.fixture(scope="module")
def house() -> OrdersHouse:
    return OrdersHouse()


@pytest.mark.parametrize("is_late", [False, True], ids=["before it moves", "after it moved"])
@pytest.mark.parametrize("row", ROWS)
def test_reentry__into_orders__is_refused(house: OrdersHouse, row: str, is_late: bool) -> None:
    outer, target = ROWS[row], house.orders
    with house.machine.undone():
        outer(house)
        alone = house.figures()
    assert alone["held"] == 0

    wrong = []
    for entry, data in house.calls(target):
        with house.machine.undone():
            house.token.set_hook(target, data, is_late)
            outer(house)
            assert house.token.hook_count() == 1, f"{row} calls no token"
            answer = house.token.hook_answer()
            is_known = (
                b"orders: not the account layer" in answer
                if entry["name"] == CALLBACK
                else answer == b""
            )
            if house.token.is_hook_successful() or not is_known:
                wrong.append(entry["name"])
            elif house.figures() != alone:
                wrong.append(f"{entry['name']} left a trace")
    assert not wrong, f"within {row}: {wrong}"
