# SPDX-License-Identifier: Apache-2.0
"""A real L1 with an inbox, our node posting to it, and followers of it."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from eth_abi import encode
from eth_utils import keccak

from scripts.deploy import settlement
from scripts.deploy._entry import run_steps
from scripts.deploy._signers import DEVNET_ALIAS
from scripts.devnet.accounts import devnet_account
from scripts.devnet.nodes import HEADWATER_NODE, anvil_path
from scripts.devnet.processes import Service, start_service, stop_service
from scripts.devnet.rpc import Rpc
from scripts.settings import BATCHER_INDEX, CHAIN_ID, L1_CHAIN_ID, MNEMONIC, ROOT
from tests.scripts.waiting import wait_for

POST = keccak(b"post(uint256,uint256,uint256,bytes32,uint256,uint256,bytes)")[:4]
POSTED = (
    "0x"
    + keccak(
        b"FramePosted(uint256,address,uint256,uint256,bytes32,uint256,uint256,bytes32,bytes32)"
    ).hex()
)


@dataclass
class World:
    """An L1, a chain that posts to it, and what they are made of."""

    folder: Path
    first_port: int
    running: dict[str, Service] = field(default_factory=dict)
    inbox: str = ""

    @property
    def l1(self) -> Rpc:
        return Rpc(f"http://127.0.0.1:{self.first_port}")

    @property
    def chain(self) -> Rpc:
        return Rpc(f"http://127.0.0.1:{self.first_port + 1}")

    @property
    def metrics(self) -> dict[str, float]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.first_port + 2}", timeout=5) as page:
            lines = page.read().decode().splitlines()
        pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
        return {name: float(value) for name, value in pairs}

    # --- Processes ---

    def start_anvil(self) -> None:
        self._start(
            "l1",
            [
                str(anvil_path()), "--quiet", "--port", str(self.first_port),
                "--chain-id", str(L1_CHAIN_ID), "--mnemonic", MNEMONIC, "--block-time", "1",
                "--gas-limit", "60000000", "--state", str(self.folder / "l1.json"),
            ],
            self.l1, L1_CHAIN_ID,
        )  # fmt: skip

    def start_own_l1(self) -> None:
        self._start(
            "l1",
            [
                str(HEADWATER_NODE), "--quiet", "--port", str(self.first_port),
                "--chain-id", str(L1_CHAIN_ID), "--block-time", "1",
                "--gas-limit", "60000000", "--state-dir", str(self.folder / "l1"),
            ],
            self.l1, L1_CHAIN_ID,
        )  # fmt: skip

    def start_chain(self) -> None:
        key_file = self.folder / "batcher.key"
        key_file.write_text(devnet_account(BATCHER_INDEX).key.hex())
        self._start(
            "chain",
            [
                str(HEADWATER_NODE), "--port", str(self.first_port + 1),
                "--chain-id", str(CHAIN_ID), "--block-time", "0.25",
                "--state-dir", str(self.folder / "chain"),
                "--metrics", f"127.0.0.1:{self.first_port + 2}",
                "--l1", self.l1.url, "--l1-key-file", str(key_file), "--inbox", self.inbox,
                "--post-interval", "0.5", "--l1-stuck-after", "2",
            ],
            self.chain, CHAIN_ID,
        )  # fmt: skip

    def _start(self, name: str, command: list[str], rpc: Rpc, chain_id: int) -> None:
        self.running[name] = start_service(name, command, self.folder / f"{name}.log")
        wait_for(lambda: rpc.chain_id() == chain_id)

    def stop(self, name: str) -> None:
        stop_service(self.running.pop(name))

    def kill(self, name: str) -> None:
        service = self.running.pop(name)
        os.kill(service.identity.pid, signal.SIGKILL)
        service.process.wait()

    def stop_all(self) -> None:
        for name in reversed(list(self.running)):
            self.stop(name)

    # --- The inbox ---

    def deploy_inbox(self) -> None:
        record = self.folder / "devnet-l1.json"
        run_steps(self.l1.url, DEVNET_ALIAS, record, {"settlement": settlement.deploy})
        self.inbox = json.loads(record.read_text())["contracts"]["BatchInbox"]["address"]

    def posted_block(self) -> int:
        """Last block of the last batch that an L1 block holds whole."""
        ranges = self.posted_ranges()
        return ranges[-1][1] if ranges else 0

    def posted_ranges(self) -> list[tuple[int, int]]:
        """First and last block of each whole batch, in the inbox's order."""
        ranges = []
        for log in self.frames():
            words = [int(log["data"][2 + 64 * at : 66 + 64 * at], 16) for at in range(5)]
            first, last, _, part, parts = words
            if part + 1 == parts:
                ranges.append((first, last))
        return ranges

    def next_index(self) -> int:
        return self._view("next_index()")

    def _view(self, function: str) -> int:
        data = "0x" + keccak(function.encode())[:4].hex()
        return int(self.l1.call("eth_call", {"to": self.inbox, "data": data}, "latest"), 16)

    def frames(self) -> list[dict]:
        query = {"address": self.inbox, "topics": [POSTED], "fromBlock": "0x0"}
        return self.l1.call("eth_getLogs", query)

    def post(self, index: int, first: int, last: int, frame: bytes, sender: int = BATCHER_INDEX):
        """Post by hand, as a batcher that errs would; return whether the inbox took it."""
        words = ["uint256", "uint256", "uint256", "bytes32", "uint256", "uint256", "bytes"]
        body = encode(words, [index, first, last, b"\0" * 32, 0, 1, frame])
        transaction = {
            "from": devnet_account(sender).address,
            "to": self.inbox,
            "data": "0x" + (POST + body).hex(),
            "gas": hex(2_000_000),
        }
        sent = self.l1.call("eth_sendTransaction", transaction)
        wait_for(lambda: self.l1.call("eth_getTransactionReceipt", sent) is not None)
        return int(self.l1.call("eth_getTransactionReceipt", sent)["status"], 16) == 1

    def rewind(self, block: int) -> None:
        data = "0x" + keccak(b"rewind(uint256)")[:4].hex() + f"{block:064x}"
        owner = devnet_account(0).address
        sent = self.l1.call("eth_sendTransaction", {"from": owner, "to": self.inbox, "data": data})
        wait_for(lambda: self.l1.call("eth_getTransactionReceipt", sent) is not None)

    # --- The chain ---

    def send(self, count: int) -> None:
        """Transfers, a contract's creations and calls that fail, from three accounts."""
        calls = []
        for number in range(count):
            call = {"from": devnet_account(5 + number % 3).address, "gas": hex(100_000)}
            if number % 10 == 9:
                # Init code that stores the hash of the block before and returns nothing.
                call["data"] = "0x6001430340600055"
            elif number % 10 == 8:
                # Wrong input of a precompile: it fails and uses all its gas.
                call |= {"to": f"0x{9:040x}", "data": "0x01"}
            else:
                call |= {"to": f"0x{0x1000 + number:040x}", "value": hex(number + 1)}
            calls.append(("eth_sendTransaction", [call]))
        for start in range(0, count, 200):
            self.chain.batch(calls[start : start + 200])

    def wait_until_posted(self) -> int:
        """Every transaction that was sent is in a block that the L1 holds; return the last one."""
        head = self.chain.block_number() + 1
        wait_for(lambda: self.posted_block() >= head)
        return self.posted_block()

    def follow(self, *more: str, **environment: str) -> subprocess.CompletedProcess:
        """Run `headwater follow` to the L1's head; of an option given anew, the new value counts."""
        options = {
            "--l1": self.l1.url,
            "--inbox": self.inbox,
            "--genesis": str(self.folder / "chain" / "genesis.json"),
            "--confirmations": "0",
        } | dict(zip(more[::2], more[1::2], strict=True))
        arguments = [word for option in options.items() for word in option]
        return subprocess.run(
            [sys.executable, "-m", "strategies", "follow", "--once", *arguments],
            cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True,
            timeout=120, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def start_follower(self, folder: Path) -> None:
        """Follow until stopped."""
        command = [
            str(HEADWATER_NODE), "follow", "--l1", self.l1.url, "--inbox", self.inbox,
            "--genesis", str(self.folder / "chain" / "genesis.json"),
            "--confirmations", "0", "--state-dir", str(folder),
        ]  # fmt: skip
        self.running["follower"] = start_service("follower", command, self.folder / "follower.log")

    def hashes(self, rpc: Rpc, last: int) -> Iterator[str]:
        for number in range(last + 1):
            yield rpc.call("eth_getBlockByNumber", hex(number), False)["hash"]
