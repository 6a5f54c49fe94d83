# SPDX-License-Identifier: Apache-2.0
"""A stop-loss on a real chain: executed once for exactly its bounty, or left, with the reason."""

import pytest

from scripts.settings import DEPLOYER_INDEX
from strategies.model.orders import Kind
from strategies.units import BPS, WAD
from tests.strategies.borrowing import (
    BORROW,
    BORROWER,
    BOUNTY_BPS,
    COLLATERAL,
    DAY,
    ETH,
    EXECUTOR,
    REPAY,
    SUPPLY,
    TARGET_WAD,
    USD,
    WITHDRAW,
    Borrowing,
)

HEARTBEAT_GAS = 10_000_000


def test_stop_loss__due__is_executed_once_for_exactly_its_bounty(world: Borrowing) -> None:
    world.grant()
    world.set_order()
    world.tick()
    assert (
        "1 of 1 orders are not due; order 1 is the nearest, at health 1.6"
        in world.skips()["not_due"]
    )
    world.fall()
    purse = world.usd_of(world.keeper)

    world.tick()
    world.deliver()

    foreseen = world.foreseen()
    (execution,) = world.executions()
    assert execution["executor"] == world.keeper.lower()
    assert execution["bounty_assets"] == execution["bought_assets"] * BOUNTY_BPS // BPS
    assert {name: execution[name] for name in ("assets", "bought_assets", "bounty_assets")} == {
        name: foreseen[name] for name in ("assets", "bought_assets", "bounty_assets")
    }
    assert world.usd_of(world.keeper) == purse + execution["bounty_assets"]
    # Better than the bound, so that a little more health is left than was asked for.
    assert TARGET_WAD <= world.health_wad() < TARGET_WAD * 104 // 100
    assert world.read("Orders", "order_of", 1)[5] == COLLATERAL - execution["assets"]

    world.tick()
    world.deliver()
    (intent,) = world.intents()
    assert (intent["action"], intent["status"]) == ("execute:1", "mined")
    assert len(world.executions()) == 1


def test_stop_loss__where_an_outflow_limit_binds__sells_what_was_foreseen(
    world: Borrowing,
) -> None:
    """A twentieth of the pool, while the target asks for more."""
    world.grant()
    world.set_order()
    world.fall()
    wanted = world.read("Orders", "due_assets", 1)
    eth_pool = world.chain.address("LendingPool/eth")
    world.do(DEPLOYER_INDEX, "RiskTerms", "set_outflow_limit", eth_pool, 500, DAY)
    room = world.read("LendingPool/eth", "releasable")
    assert 0 < room < min(wanted, world.read("LendingPool/eth", "idle"))

    world.tick()
    world.deliver()

    foreseen = world.foreseen()
    (execution,) = world.executions()
    assert foreseen["assets"] == execution["assets"] == room
    assert foreseen["bounty_assets"] == execution["bounty_assets"]


def test_stop_loss__bounty_below_the_gas__is_left(world: Borrowing) -> None:
    world.grant()
    world.set_order(bounty_bps=1)
    world.fall()

    # 600,000 gas of 10 gwei at 2,700 dollars: 16 dollars, for 60 cents.
    world.tick(fees='priority_fee_wei = "10000000000"')

    assert "due, but its bounty of 0." in world.skips()["unprofitable"]
    assert world.intents() == []
    # The same bounty is worth more than free gas.
    world.mine()
    world.tick(fees='gas_priced_as = ""')
    assert [one["status"] for one in world.intents()] == ["sent"]


def test_stop_loss__revoked_grant__is_left_and_named(world: Borrowing) -> None:
    world.grant()
    world.set_order()
    world.fall()
    eth_pool, orders = world.chain.address("LendingPool/eth"), world.chain.address("Orders")
    world.do(BORROWER, "Operators", "revoke", world.borrower, orders, WITHDRAW, eth_pool)

    world.tick()

    assert world.skips()["no_grant"] == (
        f"stop-loss 1: due, but {world.borrower} has not granted Orders, or has revoked, "
        "to withdraw on LendingPool/eth"
    )
    assert world.intents() == []


def test_stop_loss__of_which_the_heartbeat_has_no_job__is_executed(world: Borrowing) -> None:
    world.grant()
    world.set_order()
    world.fall()
    for function in ("set_opening_jobs", "set_closing_jobs"):
        world.do(DEPLOYER_INDEX, "Heartbeat", function, [])
    world.do(EXECUTOR, "Heartbeat", "open_block")
    assert world.read("Heartbeat", "opened_in") == world.chain.rpc.block_number()

    world.tick()
    world.deliver()

    assert [one["executor"] for one in world.executions()] == [world.keeper.lower()]


def test_stop_loss__sale_below_its_bound__is_left(world: Borrowing) -> None:
    world.grant()
    world.set_order(max_slippage_bps=30)
    world.fall()

    world.tick()

    assert "% less than the oracle says, and it bears 0.30 %" in world.skips()["below_bound"]
    assert world.intents() == []


def test_stop_loss__that_the_pool_would_refuse__is_tried_first_and_left(world: Borrowing) -> None:
    world.grant()
    world.set_order()
    world.fall()
    usd_pool = world.chain.address("LendingPool/usd_core")
    world.do(DEPLOYER_INDEX, "RiskTerms", "set_min_debt", usd_pool, 14_000 * USD)

    world.tick()

    reason = world.skips()["would_revert"]
    assert "execute:1 would revert: pool: debt below minimum" in reason
    assert world.intents() == []


def test_stop_loss__while_a_heartbeat_beats__is_left_to_it(world: Borrowing) -> None:
    world.grant()
    world.set_order()
    world.do(EXECUTOR, "Heartbeat", "open_block", gas=HEARTBEAT_GAS)
    opened_in = world.chain.rpc.block_number()
    assert world.read("Heartbeat", "opened_in") == opened_in
    world.fall()
    assert world.chain.rpc.block_number() == opened_in + 4

    world.tick(orders="heartbeat_blocks = 5")

    reason = f"due; the heartbeat, which opened block {opened_in}, runs it before any user"
    assert world.skips()["heartbeat"] == f"stop-loss 1: {reason}"
    assert world.intents() == []
    # A moment in which it does not: five blocks without.
    world.mine()
    world.tick(orders="heartbeat_blocks = 5")
    world.deliver()
    assert len(world.executions()) == 1


def test_stop_loss__of_less_than_it_wants__sells_what_is_held(world: Borrowing) -> None:
    world.hold_bitcoin()
    world.do(BORROWER, "LendingPool/eth", "withdraw", 9 * ETH, world.borrower, world.borrower)
    world.grant()
    world.set_order(trigger_wad=4 * WAD, target_health_wad=5 * WAD)
    world.fall()

    world.tick()
    world.deliver()

    (execution,) = world.executions()
    assert execution["assets"] == world.foreseen()["assets"] <= ETH
    assert execution["bounty_assets"] == world.foreseen()["bounty_assets"]
    assert ETH - execution["assets"] <= 1


def test_two_orders__one_that_the_other_makes_needless__is_left(world: Borrowing) -> None:
    world.grant()
    world.set_order(bounty_bps=40)
    world.set_order()
    world.fall()

    world.tick()
    world.deliver()

    assert [one["action"] for one in world.intents()] == ["execute:2"]
    assert "execute:1 would revert: orders: not due; it was:" in world.skips()["would_revert"]
    assert len(world.executions()) == 1


def test_two_orders__one_that_cannot_be_executed__holds_up_nothing(world: Borrowing) -> None:
    world.grant()
    world.set_order()
    world.set_order(bounty_bps=40, assets=ETH // 2)
    world.fall()
    usd_pool = world.chain.address("LendingPool/usd_core")
    world.do(DEPLOYER_INDEX, "RiskTerms", "set_min_debt", usd_pool, 13_000 * USD)

    world.tick()
    world.deliver()

    assert [one["action"] for one in world.intents()] == ["execute:2"]
    assert "execute:1 would revert: pool: debt below minimum" in world.skips()["would_revert"]
    assert len(world.executions()) == 1


# --- Top-ups ---


@pytest.mark.parametrize(
    ("key", "token", "actions"),
    [("eth", "tETH", (SUPPLY, WITHDRAW)), ("usd_core", "tUSD", (REPAY, BORROW))],
    ids=["supply", "repay"],
)
def test_top_up__due__is_executed_for_exactly_its_bounty(
    world: Borrowing, key: str, token: str, actions: tuple[int, int]
) -> None:
    pool = world.chain.address(f"LendingPool/{key}")
    for action in actions:
        world.grant(action, key)
    world.do(BORROWER, token, "approve", pool, 10**30)
    world.set_order(kind=Kind.TOP_UP, pool=pool, assets=COLLATERAL, hops=[])
    world.fall()
    purse = world.read(token, "balanceOf", world.keeper)

    world.tick()
    world.deliver()

    foreseen = world.foreseen()
    (execution,) = world.executions()
    assert (execution["assets"], execution["bought_assets"]) == (foreseen["assets"], 0)
    assert execution["bounty_assets"] == foreseen["assets"] * BOUNTY_BPS // BPS
    assert world.read(token, "balanceOf", world.keeper) == purse + foreseen["bounty_assets"]
    # A base unit of debt is more than the rounding of a price.
    assert TARGET_WAD <= execution["health_wad"] < TARGET_WAD + WAD // 10**9


def test_top_up__beyond_what_the_owner_allows__is_left(world: Borrowing) -> None:
    pool = world.chain.address("LendingPool/eth")
    for action in (SUPPLY, WITHDRAW):
        world.grant(action)
    world.do(BORROWER, "tETH", "approve", pool, ETH)
    world.set_order(kind=Kind.TOP_UP, hops=[])
    world.fall()

    world.tick()

    assert "who has 10 tETH and allows 1 tETH" in world.skips()["no_balance"]
    assert world.intents() == []


def test_top_up__of_what_is_not_pledged__moves_nothing(world: Borrowing) -> None:
    world.set_order(kind=Kind.TOP_UP, pool=world.chain.address("LendingPool/btc"), hops=[])
    world.fall()

    world.tick()

    assert world.skips()["nothing_to_move"].startswith("top-up 1: due, but nothing can be moved")
