# SPDX-License-Identifier: Apache-2.0
"""An order beside a liquidator, in a loop that is killed, and on the command line."""

import json
import os
import signal
from pathlib import Path

import pytest

from scripts.settings import DEPLOYER_INDEX
from strategies.cli import main
from strategies.config import load_configuration
from strategies.keeper.doctor import examine
from strategies.units import WAD
from tests.strategies.borrowing import BORROWER, USD, Borrowing
from tests.strategies.chainlab import in_child

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
    world.deliver()

    assert [one["action"] for one in world.intents()] == ["execute:1"]
    assert "would revert: accounts: cooling off" in world.skips()["would_revert"]
    assert len(world.executions()) == 1
    assert world.health_wad() >= 12 * WAD // 10


def test_stop_loss__that_cannot_be_executed__shields_nobody(world: Borrowing) -> None:
    sink(world)
    usd_pool = world.chain.address("LendingPool/usd_core")
    world.do(DEPLOYER_INDEX, "RiskTerms", "set_min_debt", usd_pool, 16_000 * USD)

    world.tick(keeper=BOTH)
    world.deliver()

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
    world.deliver()
    world.tick()
    world.deliver()
    world.tick()

    (execution,) = world.executions()
    (intent,) = world.intents()
    assert intent["status"] == "mined"
    assert world.usd_of(world.keeper) == purse + execution["bounty_assets"]
    assert world.chain.rpc.nonce(world.keeper, "latest") == 1


def test_headwater__paper_run_explain_and_report__tell_of_the_order(
    world: Borrowing, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    world.grant()
    world.set_order()
    world.fall()
    config = ["--config", str(world.configuration().path)]
    subject, page = f"account.{world.borrower}.order.1", tmp_path / "report.html"

    assert main([*config, "paper", "--ticks", "1"]) == 0
    world.deliver()
    assert world.executions() == []
    decided_at = world.chain.rpc.block_number()
    assert main([*config, "run", "--ticks", "1"]) == 0
    world.mine(seconds=60)
    assert main([*config, "run", "--ticks", "1"]) == 0
    capsys.readouterr()
    for mode in ((), ("--paper",)):
        assert main([*config, "explain", "order.1", *mode]) == 0
    assert main([*config, "report", "--output", str(page)]) == 0

    assert len(world.executions()) == 1
    lines = capsys.readouterr().out.splitlines()
    cause = f"stop-loss of {world.borrower} is due at health 1.4"
    assert lines[0] == lines[2] == "orders"
    assert lines[1].startswith(f"  {subject} [mined at block {decided_at}] {cause}")
    assert lines[3].startswith(f"  {subject} [paper at block {decided_at - 1}] {cause}")
    assert cause in page.read_text("utf-8")


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
