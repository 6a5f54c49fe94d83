# SPDX-License-Identifier: Apache-2.0
"""A stop-loss on a real chain: executed once for exactly its bounty, or left, with the reason."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.deploy._deployer import MINE_VARIABLE
from scripts.devnet.nodes import ReplayNodeOptions, anvil_replay_command
from scripts.devnet.processes import start_service, stop_service
from scripts.devnet.rpc import Rpc
from scripts.settings import CHAIN_ID, DEPLOYER_INDEX
from strategies.config import load_configuration
from strategies.keeper.doctor import examine
from strategies.model.orders import Kind
from strategies.units import BPS, WAD
from tests.scripts.waiting import free_ports, wait_for
from tests.strategies.borrowing import (
    BORROW,
    BORROWER,
    BOUNTY_BPS,
    COLLATERAL,
    ETH,
    EXECUTOR,
    REPAY,
    SUPPLY,
    TARGET_WAD,
    USD,
    WITHDRAW,
    Borrowing,
    again,
    open_borrowing,
)
from tests.strategies.chainlab import in_child

GENESIS = 1_700_000_000
HEARTBEAT_GAS = 10_000_000


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Borrowing]:
    folder = tmp_path_factory.mktemp("orders")
    (port,) = free_ports(1)
    command = anvil_replay_command(ReplayNodeOptions(CHAIN_ID, port, GENESIS))
    service = start_service("anvil", command, folder / "anvil.log")
    os.environ[MINE_VARIABLE] = "1"
    try:
        rpc = Rpc(f"http://127.0.0.1:{port}", timeout_seconds=60)
        wait_for(lambda: rpc.chain_id() == CHAIN_ID)
        yield open_borrowing(rpc, folder)
    finally:
        del os.environ[MINE_VARIABLE]
        stop_service(service)


@pytest.fixture
def world(deployed: Borrowing, tmp_path: Path) -> Iterator[Borrowing]:
    rpc = deployed.chain.rpc
    before = rpc.call("evm_snapshot")
    yield again(deployed, tmp_path)
    # What waits, and the fee of the next block, are no part of what is reverted.
    rpc.call("anvil_dropAllTransactions")
    rpc.call("evm_revert", before)
    rpc.call("anvil_setNextBlockBaseFeePerGas", rpc.block("latest")["baseFeePerGas"])


def deliver(world: Borrowing) -> None:
    """The next block, in the same second: what was decided holds to the unit."""
    world.mine(seconds=0)


def figures_of(world: Borrowing) -> dict[str, int]:
    (intent,) = world.intents()
    return {name: int(value) for name, value in json.loads(intent["figures_json"]).items()}


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
    deliver(world)

    foreseen = figures_of(world)
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
    deliver(world)
    (intent,) = world.intents()
    assert (intent["action"], intent["status"]) == ("execute:1", "mined")
    assert len(world.executions()) == 1


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
    deliver(world)

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
    deliver(world)
    assert len(world.executions()) == 1


def test_stop_loss__of_less_than_it_wants__sells_what_is_held(world: Borrowing) -> None:
    world.hold_bitcoin()
    world.do(BORROWER, "LendingPool/eth", "withdraw", 9 * ETH, world.borrower, world.borrower)
    world.grant()
    world.set_order(trigger_wad=4 * WAD, target_health_wad=5 * WAD)
    world.fall()

    world.tick()
    deliver(world)

    (execution,) = world.executions()
    assert execution["assets"] == figures_of(world)["assets"] <= ETH
    assert execution["bounty_assets"] == figures_of(world)["bounty_assets"]
    assert ETH - execution["assets"] <= 1


def test_two_orders__one_that_the_other_makes_needless__is_left(world: Borrowing) -> None:
    world.grant()
    world.set_order(bounty_bps=40)
    world.set_order()
    world.fall()

    world.tick()
    deliver(world)

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
    deliver(world)

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
    deliver(world)

    foreseen = figures_of(world)
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


# --- Beside a liquidator ---

BOTH = 'policies = ["liquidator", "orders"]'


def sink(world: Borrowing) -> None:
    """A health below one, with a stop-loss that is due and a keeper who could liquidate."""
    world.grant()
    world.do(BORROWER, "LendingPool/usd_core", "borrow", 7_000 * USD, world.borrower)
    world.set_order(trigger_wad=105 * WAD // 100, target_health_wad=12 * WAD // 10)
    usd = world.chain.address("tUSD")
    world.do(DEPLOYER_INDEX, "Faucet", "mint_to", usd, world.keeper, 50_000 * USD)
    world.fall()
    assert world.health_wad() < WAD


def test_stop_loss__of_an_account_that_could_be_liquidated__comes_first(world: Borrowing) -> None:
    sink(world)

    world.tick(keeper=BOTH)
    deliver(world)

    assert [one["action"] for one in world.intents()] == ["execute:1"]
    assert "would revert: accounts: cooling off" in world.skips()["would_revert"]
    assert len(world.executions()) == 1
    assert world.health_wad() >= 12 * WAD // 10


def test_stop_loss__that_cannot_be_executed__shields_nobody(world: Borrowing) -> None:
    sink(world)
    usd_pool = world.chain.address("LendingPool/usd_core")
    world.do(DEPLOYER_INDEX, "RiskTerms", "set_min_debt", usd_pool, 16_000 * USD)

    world.tick(keeper=BOTH)
    deliver(world)

    assert "pool: debt below minimum" in world.skips()["would_revert"]
    assert [one["action"].split(":")[0] for one in world.intents()] == ["approve", "liquidate"]
    assert world.executions() == []
    assert world.health_wad() >= WAD


# --- Sent once ---


def test_stop_loss__execution_still_waiting__is_not_repeated(world: Borrowing) -> None:
    world.grant()
    world.set_order()
    world.fall()
    world.tick()
    # A block whose base fee no waiting transaction can pay.
    world.chain.rpc.call("anvil_setNextBlockBaseFeePerGas", hex(10**12))
    world.mine()

    world.tick()

    assert len(world.intents()) == 1
    assert world.skips()["pending"].endswith("a transaction for its account is on its way")


@pytest.mark.parametrize("step", ["signed", "sent", "noted"])
def test_stop_loss__killed_between_signing_and_receipt__is_not_sent_twice(
    world: Borrowing, step: str
) -> None:
    world.grant()
    world.set_order()
    world.fall()
    purse = world.usd_of(world.keeper)

    def kill_at(name: str) -> None:
        if name == step:
            os.kill(os.getpid(), signal.SIGKILL)

    assert in_child(lambda: world.tick(kill_at)) == signal.SIGKILL
    world.tick()
    deliver(world)
    world.tick()
    deliver(world)
    world.tick()

    (execution,) = world.executions()
    (intent,) = world.intents()
    assert intent["status"] == "mined"
    assert world.usd_of(world.keeper) == purse + execution["bounty_assets"]
    assert world.chain.rpc.nonce(world.keeper, "latest") == 1


def test_doctor__with_orders__says_how_many_stand_and_who_runs_them(world: Borrowing) -> None:
    world.set_order()

    checks = {one.name: one for one in examine(world.configuration())}

    assert all(one.is_passed for one in checks.values()), checks
    assert checks["orders"].fact == "1 order stands; the heartbeat has not opened a block yet"


def test_doctor__deployment_without_orders__says_what_is_missing(world: Borrowing) -> None:
    record = json.loads(world.chain.record.path.read_text("utf-8"))
    del record["contracts"]["Orders"]
    other = world.chain.record.path.with_name("other.json")
    other.write_text(json.dumps(record), "utf-8")
    path = world.configuration().path
    path.write_text(path.read_text("utf-8").replace("devnet.json", "other.json"), "utf-8")

    checks = {one.name: one for one in examine(load_configuration(path))}

    assert checks["parameters"].fact == (
        f"{path}: keeper.policies names 'orders', but the deployment has no Orders"
    )
    assert not checks["parameters"].is_passed and not checks["orders"].is_passed
