# SPDX-License-Identifier: Apache-2.0
"""The command that governs, on a real deployment: what it shows, sends, and refuses in one line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts.deploy._artifacts import Artifacts
from scripts.deploy._deployer import MINE_VARIABLE, Deployer
from scripts.devnet.rpc import Rpc
from scripts.operate.governance.__main__ import main
from tests.scripts.deployment import deploy

HOUR = 3_600
CHANGE = "LendingPool/usd_prime.set_rate_model(KinkedRate/usd_growth)"
ANNOUNCED = re.compile(r"announced (0x[0-9a-f]{8}) in block \d+: ready in 60 min 0 s")


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


@dataclass
class Devnet:
    """A deployed chain, and the command run on it, in this process."""

    rpc: Rpc
    deployer: Deployer
    path: Path
    output: pytest.CaptureFixture

    def govern(self, command: str, *arguments: str) -> Done:
        self.output.readouterr()
        status = main([command, "--rpc", self.rpc.url, "--deployment", str(self.path), *arguments])
        return Done(status, *self.output.readouterr())

    def announce(self, *arguments: str) -> str:
        """The name of what was announced."""
        done = self.govern("announce", "--yes", *arguments)
        assert done.returncode == 0, done.stderr
        return ANNOUNCED.search(done.stdout)[1]

    def pass_time(self, seconds: int) -> None:
        """A block so many seconds after the latest one."""
        latest = int(self.rpc.block("latest")["timestamp"], 16)
        self.rpc.call("evm_setNextBlockTimestamp", latest + seconds)
        self.rpc.call("evm_mine")


@pytest.fixture
def devnet(start_chain, tmp_path, capsys, monkeypatch) -> Iterator[Devnet]:
    monkeypatch.setenv(MINE_VARIABLE, "1")
    rpc, path = start_chain(), tmp_path / "devnet.json"
    deployer = deploy(rpc, path, Artifacts())
    rpc.call("evm_setAutomine", True)
    yield Devnet(rpc, deployer, path, capsys)


def assert_refused(done: Done, *words: str) -> None:
    """One line that says why, nothing else, and a status that is not zero."""
    assert done.returncode not in (0, 1)
    assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1, done.stderr
    for word in words:
        assert word in done.stderr, done.stderr


def test_change_of_rate__by_the_command__waits_and_passes(devnet):
    pool, model = "LendingPool/usd_prime", devnet.deployer.address("KinkedRate/usd_growth")
    before = devnet.deployer.read(pool, "rate_model")

    name = devnet.announce(CHANGE)

    listed = devnet.govern("list").stdout
    assert f"{name}  ready in 60 min 0 s" in listed and f"    {CHANGE}\n" in listed
    assert_refused(devnet.govern("announce", "--yes", CHANGE), "is announced already", name)
    assert_refused(devnet.govern("execute", "--yes", name), name, "is ready in 60 min")
    devnet.pass_time(HOUR - 1)
    assert_refused(devnet.govern("execute", "--yes", name), "is ready in 0 min")
    assert devnet.deployer.read(pool, "rate_model") == before

    devnet.pass_time(1)
    done = devnet.govern("execute", "--yes", name)
    assert done.returncode == 0, done.stderr
    shown = "RateModelChanged(old_rate_model KinkedRate/usd_prime, new_rate_model KinkedRate/"
    assert CHANGE in done.stdout and shown in done.stdout
    assert devnet.deployer.read(pool, "rate_model") == model
    assert_refused(devnet.govern("execute", "--yes", name), "is already done")
    assert f"{name}  done" in devnet.govern("list", "--all").stdout
    # The same again is another operation.
    assert devnet.announce(CHANGE) != name


def test_announcement__of_a_file__is_one_operation_that_the_guardian_cancels(devnet, tmp_path):
    file = tmp_path / "change.toml"
    caps = "RiskTerms.set_caps(LendingPool/btc, 4_000e8, 2_000e8)"
    file.write_text(f'calls = ["{CHANGE}", "{caps}"]\ndelay_seconds = 3600\n')

    name = devnet.announce("--file", str(file))

    shown = "RiskTerms.set_caps(LendingPool/btc, 400000000000, 200000000000)"
    assert shown in devnet.govern("list").stdout
    done = devnet.govern("cancel", "--yes", "--account", "devnet-guardian", name)
    assert done.returncode == 0, done.stderr
    assert name not in devnet.govern("list").stdout
    assert f"{name}  cancelled" in devnet.govern("list", "--all").stdout
    assert_refused(devnet.govern("execute", "--yes", name), "is cancelled")


def test_head_price__announced_at_deployment__is_listed_once_ready(devnet):
    """Its feed is checkpointed where blocks open; the mean is there before the hour is over."""
    head, usd = devnet.deployer.address("HEAD"), devnet.deployer.address("tUSD")
    name = re.search(r"0x[0-9a-f]{8}", devnet.govern("list").stdout)[0]
    assert devnet.deployer.read("PriceOracle", "feeds_of", head) == ()
    heartbeat = {"from": devnet.deployer.signer.address, "to": devnet.deployer.address("Heartbeat"),
                 "data": "0x" + devnet.deployer.payload("Heartbeat", "open_block").hex(),
                 "gas": hex(10**7)}  # fmt: skip

    for _ in range(6):
        devnet.pass_time(HOUR // 5)
        devnet.rpc.call("eth_sendTransaction", heartbeat)
    done = devnet.govern("execute", "--yes", name)

    assert done.returncode == 0, done.stderr
    assert "FeedsChanged(asset HEAD, old_feeds [], new_feeds [PairTwapFeed/head]" in done.stdout
    price_usd_wad = devnet.deployer.read("PriceOracle", "price_usd_wad", head)
    assert price_usd_wad == 10**18
    assert devnet.deployer.read("PriceOracle", "feeds_of", usd)


def test_owners__of_the_devnet__are_shown_by_name(devnet):
    rows = dict(line.split() for line in devnet.govern("owners").stdout.splitlines())

    assert rows.pop("Faucet") == devnet.deployer.signer.address
    assert rows.pop("Accounts") == "PoolFactory"
    assert len(rows) == 19 and set(rows.values()) == {"Timelock"}


def test_command__of_what_cannot_be__is_one_line(devnet, tmp_path):
    file, missing = tmp_path / "bad.toml", tmp_path / "missing.toml"
    file.write_text('call = ["tUSD.mint()"]\n')
    name = re.search(r"0x[0-9a-f]{8}", devnet.govern("list").stdout)[0]
    for arguments, words in (
        (("announce", "--yes"), ["what to announce"]),
        (("announce", "--yes", CHANGE, "--file", str(file)), ["not both"]),
        (("announce", "--yes", "--file", str(file)), ["bad.toml: has call; known are calls"]),
        (("announce", "--yes", "--file", str(missing)), ["missing.toml", "no such file"]),
        (("announce", "--yes", "--delay", "60", CHANGE), ["the delay", "at least 3600 seconds"]),
        (("announce", "--yes", "LendingPool/usd_prime.accrue(1)"), ["takes (), not 1 arguments"]),
        (("announce", CHANGE), ["--yes to go on unasked"]),
        (("announce", "--yes", "--account", "devnet-guardian", CHANGE), ["PROPOSER_ROLE"]),
        (("announce", "--yes", "--account", "nobody", CHANGE), ["account nobody"]),
        (("execute", "--yes", "0x"), ["operation 0x was never announced"]),
        (("execute", "--yes", "0x12345678"), ["0x12345678 was never announced"]),
        (("execute", "--yes", name), ["is ready in"]),
        (("cancel", "--yes", "--account", "devnet-guardian", "zz"), ["was never announced"]),
    ):
        assert_refused(devnet.govern(*arguments), *words)
    devnet.pass_time(HOUR)
    # The mean is not there: nobody has checkpointed its feed.
    assert_refused(devnet.govern("execute", "--yes", name), "execute_batch", "oracle: stale price")
