# SPDX-License-Identifier: Apache-2.0
"""The devnet as a newcomer meets it: up, used with `headwater`, stopped, resumed, forgotten."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scripts.devnet.nodes import BEATING_NODES
from scripts.devnet.rpc import Rpc
from scripts.settings import ROOT, load_settings
from tests.scripts.waiting import assert_one_line_error, free_ports, wait_for

SERVICES = {"l1", "chain", "publisher", "traffic", "keeper", "page"}
if load_settings().chain not in BEATING_NODES:
    SERVICES.add("heartbeat")
PATIENCE_SECONDS = 150


@dataclass
class Devnet:
    environment: Mapping[str, str]
    process: subprocess.Popen | None = None
    facts: dict = field(default_factory=dict)

    def up(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "scripts.up", "--json"],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        self.facts = json.loads(line)

    def run(self, *command: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            stdin=subprocess.DEVNULL,
        )

    def headwater(self, *arguments: str, config: Path | None = None) -> subprocess.CompletedProcess:
        return self.run("strategies", "--config", str(config or self.config), *arguments)

    @property
    def state(self) -> Path:
        return Path(self.facts["state_dir"])

    @property
    def config(self) -> Path:
        return self.state / "keeper.toml"

    @property
    def rpc(self) -> Rpc:
        return Rpc(self.facts["rpc_url"])

    def pids(self) -> list[int]:
        return list(self.facts["services"].values())

    def changed_config(self, name: str, old: str, new: str) -> Path:
        """A copy of the keeper's configuration beside it, with one thing wrong."""
        text = self.config.read_text()
        assert old in text
        path = self.state / name
        path.write_text(text.replace(old, new))
        return path


@pytest.fixture(scope="module")
def devnet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Devnet]:
    folder = tmp_path_factory.mktemp("devnet")
    page = folder / "page"
    page.mkdir()
    (page / "index.html").write_text("<!doctype html><title>Headwater</title>")
    # `make test` runs this on both nodes, perhaps at the same time.
    chain_port, l1_port, page_port = free_ports(3)
    settings = {
        "STATE_DIR": str(folder / "state"),
        "CHAIN_PORT": str(chain_port),
        "L1_PORT": str(l1_port),
        "PAGE_PORT": str(page_port),
        "PAGE_FOLDER": str(page),
    }
    chosen = {f"HEADWATER_{name}": value for name, value in settings.items()}
    devnet = Devnet({**os.environ, **chosen})
    devnet.up()
    yield devnet
    if devnet.process.poll() is None:
        devnet.process.send_signal(signal.SIGINT)
        devnet.process.wait(PATIENCE_SECONDS)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_up__when_healthy__runs_every_service(devnet):
    assert set(devnet.facts["services"]) == SERVICES
    assert all(_is_alive(pid) for pid in devnet.pids())


def test_up__from_a_second_terminal__is_refused(devnet):
    done = devnet.run("scripts.up")

    assert_one_line_error(done, "already up", "make down")
    assert devnet.process.poll() is None


def test_doctor__on_the_devnet__finds_nothing_wrong(devnet):
    done = devnet.headwater("doctor", "--json")

    assert done.returncode == 0, done.stdout + done.stderr
    assert all(check["passed"] for check in json.loads(done.stdout))


def test_paper__beside_the_live_keeper__decides_and_sends_nothing(devnet):
    done = devnet.headwater("paper", "--ticks", "2")
    status = json.loads(devnet.headwater("status", "--paper", "--json").stdout)

    assert done.returncode == 0, done.stderr
    assert status["ticks"] == 2
    assert set(status["intents"]) <= {"paper"}


def test_explain__after_some_blocks__gives_a_reason_for_each_policy(devnet):
    reasons = json.loads(devnet.headwater("explain", "--json").stdout)

    assert {one["policy"] for one in reasons} == {"allocator", "compounder", "liquidator"}
    assert all(one["reason"] for one in reasons)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["doctor", "--jsn"], "unrecognized arguments: --jsn"),
        (["docter"], "invalid choice: 'docter'"),
        (["run", "--ticks", "0"], "'0' is not a whole number from 1 up"),
    ],
)
def test_headwater__unknown_words__are_one_line(devnet, arguments, words):
    done = devnet.headwater(*arguments)

    _assert_refused(done, words)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("chain_id = 4323928", "chain_id = 1", "4323928"),
        ("http://127.0.0.1:", "http://127.0.0.1:9/", "no chain answers"),
        ('rpc_url = "http://', 'rpc_url = "ftp://', "begins with http:// or https://"),
        ("keystore/keeper.json", "keystore/nobody.json", "nobody.json"),
        ("keystore/password", "keystore/keeper.json", "password"),
        ("devnet.json", "mainnet.json", "mainnet.json"),
        ("sample_seconds", "sample_minutes", "sample_minutes"),
        ('tUSD = "4000000"', 'tUSD = "1e78"', "256-bit"),
    ],
)
def test_run__configuration_that_is_wrong__is_one_line_and_sends_nothing(devnet, old, new, words):
    config = devnet.changed_config("wrong.toml", old, new)

    done = devnet.headwater("run", "--ticks", "1", config=config)

    _assert_refused(done, words)


def test_run__deployments_of_another_chain__are_refused(devnet):
    record = json.loads(Path(devnet.facts["deployment"]).read_text())
    record["genesis_hash"] = "0x" + "00" * 32
    other = Path(devnet.facts["deployment"]).with_name("other.json")
    other.write_text(json.dumps(record))
    config = devnet.changed_config("wrong-chain.toml", "devnet.json", "other.json")

    done = devnet.headwater("run", "--ticks", "1", config=config)

    _assert_refused(done, "the first block is")


def test_run__while_the_keeper_runs__is_refused_by_its_journal(devnet):
    done = devnet.headwater("run", "--ticks", "1")

    _assert_refused(done, "another keeper (process")


def _assert_refused(done: subprocess.CompletedProcess, words: str) -> None:
    lines = done.stderr.strip().splitlines()
    assert done.returncode not in (0, 1), done.stderr
    assert len(lines) == 1, done.stderr
    assert words in lines[0]
    assert done.stdout == ""


PLOTS = (
    "YieldVault/eth_usd_lp: compounded against never compounded",
    "YieldVault/usd: share price",
    "YieldVault/usd: allocation over time",
    "Use of the pools",
)


def test_report__after_some_blocks__is_one_page_with_plots_and_no_other_host(devnet, tmp_path):
    output = tmp_path / "report.html"

    def shows_every_plot() -> bool:
        """The keeper samples twice a minute; a plot appears with its first sample."""
        done = devnet.headwater("report", "--output", str(output))
        assert done.returncode == 0, done.stderr
        return all(f"<h2>{title}</h2>" in output.read_text() for title in PLOTS)

    wait_for(shows_every_plot)
    text = output.read_text()
    assert text.count("<svg ") >= len(PLOTS)
    assert "src=" not in text and "<link" not in text


def test_devnet_stops_resumes_with_its_state_and_is_forgotten(devnet):
    last_block, first_pids = devnet.rpc.block_number(), devnet.pids()
    deployment = Path(devnet.facts["deployment"]).read_text()

    devnet.process.send_signal(signal.SIGINT)
    devnet.process.wait(PATIENCE_SECONDS)
    assert devnet.process.returncode == 0
    assert not any(_is_alive(pid) for pid in first_pids)

    devnet.up()
    assert devnet.rpc.block_number() >= last_block
    assert Path(devnet.facts["deployment"]).read_text() == deployment
    ticks = json.loads(devnet.headwater("status", "--json").stdout)["ticks"]
    wait_for(
        lambda: json.loads(devnet.headwater("status", "--json").stdout)["ticks"] > ticks,
    )

    assert devnet.run("scripts.down").returncode == 0
    devnet.process.wait(PATIENCE_SECONDS)
    assert not any(_is_alive(pid) for pid in devnet.pids())

    for made_here in devnet.state.glob("wrong*.toml"):
        made_here.unlink()
    done = devnet.run("scripts.reset")
    assert done.returncode == 0, done.stderr
    assert not devnet.state.exists()
