# SPDX-License-Identifier: Apache-2.0
"""ORD-1 and ORD-2 under random orders, prices and executors; and Heartbeat as one of them."""

from tests.invariant.driver import calls_from_environment, run, seed_from_environment
from tests.invariant.orders import (
    ETH,
    HOUR,
    STOP_LOSS,
    TAKE_PROFIT,
    TOP_UP,
    USD,
    WAD,
    WEIGHTS,
    OrdersDriver,
)
from tests.worlds.boundary import BORROWER
from tests.worlds.lending import OWNER

CALLS = 4_000


def test_orders__random_calls__every_invariant_holds() -> None:
    driver = OrdersDriver()
    outcome = run(driver, seed_from_environment(), calls_from_environment(CALLS))
    assert outcome.failure is None, str(outcome.failure)
    never = set(WEIGHTS) - set(outcome.done)
    assert not never, f"no {never} ever went through, so nothing was learned from them"
    wanted = {
        (kind, is_paid) for kind in (STOP_LOSS, TAKE_PROFIT, TOP_UP) for is_paid in (True, False)
    }
    assert driver.executed == wanted, f"only {driver.executed} were executed"


def test_open_block__after_a_fall__runs_the_stop_loss_before_the_liquidator() -> None:
    driver = OrdersDriver()
    world = driver.world
    jobs = [
        (driver.orders.address, 1_400_000, 2_000_000),
        (world.liquidator.address, 2_500_000, 7_000_000),
    ]
    world.heartbeat.set_opening_jobs(jobs, sender=OWNER)
    driver._set(STOP_LOSS, "eth", 11 * WAD // 10, 13 * WAD // 10, 10 * ETH, 200, 50, HOUR)
    world.open_block()
    assert driver.pools["usd"].debt_of(BORROWER) >= 20_000 * USD

    # 2,450 dollars an ether: health 0.98, so that the liquidator could.
    world.move_market("eth", 2_450)
    world.open_block()

    assert driver.lending.accounts.health_wad(BORROWER) >= 13 * WAD // 10
    assert driver.lending.oracle.price_usd_wad(driver.tokens["eth"]) == 2_450 * WAD
