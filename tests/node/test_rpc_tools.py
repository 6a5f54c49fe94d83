# SPDX-License-Identifier: Apache-2.0
"""The real tools on our node: cast, and viem as a page uses it."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from scripts.devnet.nodes import NODE_FOLDER
from scripts.settings import ROOT
from tests.node.running import Running, running
from tests.node.transactions import RECEIVER, deploying, developer

NODE_SECONDS = 60


@pytest.fixture(scope="module")
def cast_path() -> Path:
    found = sorted(NODE_FOLDER.glob("@foundry-rs/cast-*/bin/cast"))
    on_path = shutil.which("cast")
    if not found and on_path is None:
        pytest.skip("cast is not installed: run `npm ci` in scripts/devnet")
    return found[0] if found else Path(str(on_path))


def test_cast__sends_reads_and_traces(node: Running, cast_path: Path):
    def cast(*arguments: str) -> str:
        done = subprocess.run(
            [str(cast_path), arguments[0], "--rpc-url", node.url, *arguments[1:]],
            capture_output=True,
            text=True,
            timeout=NODE_SECONDS,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    key = "0x" + developer().key.hex().removeprefix("0x")
    # PUSH1 42, returned as a word.
    code = deploying(bytes.fromhex("602a60005260206000f3"))

    created = json.loads(cast("send", "--json", "--private-key", key, "--create", code))
    paid = json.loads(cast("send", "--json", "--private-key", key, RECEIVER, "--value", "3"))

    assert created["status"] == paid["status"] == "0x1"
    contract = created["contractAddress"]
    assert int(cast("call", contract, "answer()(uint256)")) == 42
    assert int(cast("balance", RECEIVER)) == 3
    assert cast("chain-id") == "31337"
    assert int(cast("estimate", contract, "answer()")) > 21_000
    assert cast("code", contract) == "0x602a60005260206000f3"
    assert json.loads(cast("receipt", paid["transactionHash"], "--json"))["status"] == "0x1"
    assert json.loads(cast("rpc", "trace_transaction", paid["transactionHash"]))
    assert len(json.loads(cast("proof", RECEIVER))["accountProof"]) > 0


@pytest.mark.parametrize("mining", [(), ("--block-time", "1")], ids=["at once", "by time"])
def test_viem__sends_waits_and_simulates(mining: tuple[str, ...]):
    if shutil.which("node") is None or not (ROOT / "frontend/node_modules/viem").is_dir():
        pytest.skip("viem is not installed: run `npm ci` in frontend")
    key = "0x" + developer(1).key.hex().removeprefix("0x")

    with running(*mining) as node:
        done = subprocess.run(
            ["node", str(ROOT / "tests/node/wallet.cjs"), node.url, key],
            capture_output=True,
            text=True,
            timeout=NODE_SECONDS,
        )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "status": "success",
        "isInBlock": True,
        "balance": "5",
        "simulated": ["success"],
        "changes": ["-7"],
        "unknown": -32_601,
        "isPriced": True,
    }
