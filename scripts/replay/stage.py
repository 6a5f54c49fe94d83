# SPDX-License-Identifier: Apache-2.0
"""A replay's own chain, deployed to by Ape and opened, with the keeper beside it."""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..deploy._deployer import MINE_VARIABLE
from ..deploy._parameters import OPENING_PRICES_VARIABLE, price_list
from ..devnet.keeper import keeper_command, write_configuration
from ..devnet.nodes import REPLAY_NODES, ReplayNodeOptions
from ..devnet.ports import require_free_port
from ..devnet.processes import Service, last_lines, start_service, stop_service
from ..devnet.rpc import Rpc
from ..errors import DeploymentFailed, ReplayFailed, SettingInvalid
from ..operate.chain import Chain, open_chain
from ..operate.sending import Sender, Sent
from ..operate.traffic.__main__ import require_success
from ..operate.traffic.cast import Cast
from ..operate.traffic.opening import Opening
from ..settings import CHAIN_ID, ROOT, Settings
from .prices import Tape

# The deployment's blocks are a second apart and end before the first price.
LEAD_SECONDS = 3_600
START_SECONDS = 60.0
TICK_SECONDS = 240.0
KEEPER_POLL_SECONDS = 0.02


@dataclass(slots=True)
class Stage:
    """The chain of one run, before its first price."""

    node: Service
    chain: Chain
    sender: Sender
    folder: Path

    def mine(self, timestamp: int | None = None) -> None:
        if timestamp is not None:
            self.chain.rpc.call("evm_setNextBlockTimestamp", timestamp)
        self.chain.rpc.call("evm_mine")

    def send_and_mine(self, intents: list) -> list[Sent]:
        sent = self.sender.send(intents)
        self.mine()
        while any(receipt is None for receipt in self.sender.receipts(sent)):
            self.mine()
        return sent


def set_stage(settings: Settings, port: int, folder: Path, tape: Tape, cast: Cast) -> Stage:
    """Start the node, deploy, open the markets; the same blocks every time."""
    if settings.chain not in REPLAY_NODES:
        known = ", ".join(sorted(REPLAY_NODES))
        raise SettingInvalid("HEADWATER_CHAIN", settings.chain, f"for a replay one of {known}")
    require_free_port(port, "replay's chain", "HEADWATER_REPLAY_PORT")
    options = ReplayNodeOptions(CHAIN_ID, port, tape.times[0] - LEAD_SECONDS)
    node = start_service("chain", REPLAY_NODES[settings.chain](options), folder / "chain.log")
    try:
        rpc = _wait_for_node(node, f"http://127.0.0.1:{port}")
        rpc.call("anvil_setBlockTimestampInterval", 1)
        deployment = folder / "deployments" / "devnet.json"
        _deploy(rpc.url, deployment, folder, tape.rows[0])
        chain = open_chain(rpc.url, deployment)
        stage = Stage(node, chain, Sender(rpc, CHAIN_ID), folder)
        _open(stage, cast)
    except BaseException:
        stop_service(node)
        raise
    return stage


def _wait_for_node(node: Service, url: str) -> Rpc:
    deadline = time.monotonic() + START_SECONDS
    rpc = Rpc(url, timeout_seconds=120)
    while time.monotonic() < deadline:
        if node.has_stopped():
            raise ReplayFailed(f"the chain did not start: {' '.join(last_lines(node.log_path))}")
        with contextlib.suppress(Exception):
            rpc.chain_id()
            return rpc
        time.sleep(0.05)
    raise ReplayFailed("the chain does not answer")


def _deploy(rpc_url: str, deployment: Path, folder: Path, prices: dict[str, int]) -> None:
    environment = {
        **os.environ,
        "APE_DATA_FOLDER": os.environ.get("APE_DATA_FOLDER", str(ROOT / ".ape")),
        OPENING_PRICES_VARIABLE: price_list(prices),
        MINE_VARIABLE: "1",
    }
    command = [
        str(Path(sys.executable).parent / "ape"), "run", "deploy", "all",
        "--network", rpc_url, "--account", "devnet", "--out", str(deployment),
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    (folder / "deploy.log").write_text(done.stdout + done.stderr)
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        reason = next((line[7:] for line in reversed(lines) if line.startswith("error: ")), None)
        raise DeploymentFailed(reason or " ".join(lines[-3:]))


def _open(stage: Stage, cast: Cast) -> None:
    opening = Opening(stage.chain, cast, stage.sender)
    for plan in opening.rounds:
        sent = stage.send_and_mine(plan())
        receipts: list[Any] = stage.sender.receipts(sent)
        require_success(sent, receipts)


# --- The keeper ---


@dataclass(slots=True)
class KeeperProcess:
    """The keeper of a run, which may be killed and started again."""

    folder: Path
    service: Service | None = None
    restarts: int = 0
    _journal: sqlite3.Connection | None = field(default=None, repr=False)

    @property
    def configuration(self) -> Path:
        return self.folder / "keeper.toml"

    @property
    def journal_path(self) -> Path:
        return self.folder / "journal.sqlite"

    def prepare(self, rpc_url: str, deployment: Path) -> None:
        write_configuration(self.configuration, rpc_url, deployment, KEEPER_POLL_SECONDS, 0)

    def start(self) -> None:
        self.service = start_service(
            "keeper",
            keeper_command(self.configuration, "run"),
            self.folder / "keeper.log",
            {"PYTHONUNBUFFERED": "1", "PYTHONHASHSEED": "0"},
            folder=ROOT,
        )

    def kill(self) -> None:
        """SIGKILL, as a power cut would, and a new start."""
        assert self.service is not None
        os.kill(self.service.identity.pid, signal.SIGKILL)
        self.service.process.wait()
        self.restarts += 1
        self.start()

    def stop(self) -> None:
        if self._journal is not None:
            self._journal.close()
            self._journal = None
        if self.service is not None:
            stop_service(self.service)

    def has_finished(self, block_number: int) -> bool:
        if self._journal is None:
            if not self.journal_path.exists():
                return False
            self._journal = sqlite3.connect(
                f"file:{self.journal_path}?mode=ro", uri=True, timeout=30, isolation_level=None
            )
        try:
            row = self._journal.execute(
                "select finished from ticks where block_number = ?", (block_number,)
            ).fetchone()
        except sqlite3.OperationalError:
            # The tables of a journal that is just being made.
            return False
        return row is not None and row[0] == 1

    def wait_for_tick(self, block_number: int, kill_after_seconds: float | None) -> None:
        """Until the keeper has finished the block, killed on the way if a moment is given."""
        started_at = time.monotonic()
        while True:
            if kill_after_seconds is not None and (
                time.monotonic() - started_at >= kill_after_seconds
            ):
                self.kill()
                kill_after_seconds = None
            if self.has_finished(block_number) and kill_after_seconds is None:
                return
            if self.service is not None and self.service.has_stopped():
                lines = " ".join(last_lines(self.service.log_path, count=3))
                raise ReplayFailed(f"the keeper stopped by itself: {lines}")
            if time.monotonic() - started_at > TICK_SECONDS:
                raise ReplayFailed(f"the keeper did not finish block {block_number}")
            time.sleep(0.01)


def kill_plan(blocks: int, kills: int, seed: int) -> dict[int, float]:
    """Which ticks are cut, and after what part of a usual tick's time."""
    chance = random.Random(f"{seed}/kills")
    places = chance.sample(range(2, max(3, blocks - 2)), min(kills, max(0, blocks - 4)))
    return {place: chance.uniform(0.0, 1.1) for place in places}
