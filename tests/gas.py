# SPDX-License-Identifier: Apache-2.0
"""What the five calls that people make most cost, each as a transaction of its own.

    python -m tests.gas --write     # or make snapshot: writes tests/snapshots/gas.txt

Everything counts: the 21,000 of a transaction, its calldata, storage read for the first time, and
interest for the hour since the last call. Prices come from a feed that publishers sign, as deployed.
"""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.devnet.nodes import anvil_path
from scripts.devnet.rpc import Rpc
from strategies.errors import RpcUnreachable
from tests.evm import Contract, Machine, actor, compile_contract
from tests.evm.machine import GAS_LIMIT
from tests.worlds.lending import OWNER, PRICES_USD_WAD, LendingWorld, build_lending
from tests.worlds.oracle import PUBLISHERS, THRESHOLD

SNAPSHOT = Path(__file__).parent / "snapshots" / "gas.txt"

LENDER, BORROWER, LIQUIDATOR = actor("lender"), actor("borrower"), actor("liquidator")
NEWCOMER = actor("newcomer")
USD, ETH, WAD = 10**6, 10**18, 10**18
HOUR_SECONDS = 3_600
LIMIT_SECONDS = 60

# What Aave v3.7 has committed for the same actions.
AAVE = {
    "supply": 164_191,
    "first borrow": 245_394,
    "partial repay": 145_712,
    "partial withdraw": 172_007,
    "liquidation": 349_519,
}

ACCOUNT = re.compile(r"(0x[0-9a-f]{40}): Account \{")
SLOT = re.compile(r"(\d+|0x[0-9a-f]+): \w*StorageSlot \{[^}]*?present_value: (\d+|0x[0-9a-f]+)")


class Node:
    """An anvil that holds the state of a machine: the in-process EVM keeps all that it touched warm."""

    def __init__(self, machine: Machine) -> None:
        self.timestamp = machine.timestamp
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [str(anvil_path()), "--port", str(port), "--chain-id", "1", "--silent"]
        command += ["--hardfork", "cancun", "--timestamp", str(machine.timestamp)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        self.rpc = Rpc(f"http://127.0.0.1:{port}", 60)
        try:
            self._wait()
            self.rpc.batch(list(state_calls(machine)))
        except BaseException:
            self.stop()
            raise

    def _wait(self) -> None:
        deadline = time.monotonic() + LIMIT_SECONDS
        while True:
            try:
                self.rpc.call("eth_chainId")
                return
            except RpcUnreachable:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def send(self, sender: str, target: Contract, method: str, *arguments: Any) -> int:
        """Send a transaction an hour after the last one; return the gas that it used."""
        self.timestamp += HOUR_SECONDS
        self.rpc.call("evm_setNextBlockTimestamp", self.timestamp)
        self.rpc.call("anvil_setBalance", sender, hex(10**20))
        self.rpc.call("anvil_impersonateAccount", sender)
        data = "0x" + target.calldata(method, *arguments).hex()
        sent = {"from": sender, "to": target.address, "data": data, "gas": hex(GAS_LIMIT // 2)}
        name = self.rpc.call("eth_sendTransaction", sent)
        deadline = time.monotonic() + LIMIT_SECONDS
        while (receipt := self.rpc.call("eth_getTransactionReceipt", name)) is None:
            assert time.monotonic() < deadline, f"{method} is not mined"
            time.sleep(0.02)
        assert int(receipt["status"], 16) == 1, f"{method} reverted"
        return int(receipt["gasUsed"], 16)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


def state_calls(machine: Machine) -> Iterator[tuple[str, list[str]]]:
    """What puts the state of `machine` into a node, account by account."""
    text = machine.evm.journal_str
    found = list(ACCOUNT.finditer(text))
    ends = [each.start() for each in found[1:]] + [len(text)]
    for each, end in zip(found, ends, strict=True):
        code = machine.evm.get_code(each[1])
        if code:
            yield "anvil_setCode", [each[1], "0x" + code.hex()]
        for slot, value in SLOT.findall(text[each.end() : end]):
            key, word = f"0x{int(slot, 0):064x}", f"0x{int(value, 0):064x}"
            yield "anvil_setStorageAt", [each[1], key, word]


def build() -> tuple[LendingWorld, Contract]:
    """A busy house: tUSD lent from, the collateral of whoever borrows pledged."""
    world = build_lending([LENDER, BORROWER, LIQUIDATOR, NEWCOMER])
    usd, eth = world.pools["usd"], world.pools["eth"]
    addresses = [key.public_key.to_address() for key in PUBLISHERS]
    feed = world.machine.deploy(
        compile_contract("oracles/PublisherFeed.vy"), addresses, THRESHOLD, OWNER
    )
    signed = reports(world, feed, PRICES_USD_WAD, world.machine.timestamp)
    feed.publish(*signed, sender=OWNER)
    for name in ("usd", "eth"):
        token, price = world.tokens[name], PRICES_USD_WAD[name]
        world.oracle.set_feeds(token, [feed], 86_400, 10_000, price, sender=OWNER)
    usd.deposit(10**6 * USD, LENDER, sender=LENDER)
    eth.deposit(10**3 * ETH, LENDER, sender=LENDER)
    for owner in (BORROWER, LIQUIDATOR):
        eth.deposit(10 * ETH, owner, sender=owner)
        world.accounts.pledge(owner, eth, sender=owner)
    usd.borrow(1_000 * USD, LIQUIDATOR, sender=LIQUIDATOR)
    # The protocol has had its first fee: a busy pool is what most callers find.
    for pool in (usd, eth):
        world.machine.wait(HOUR_SECONDS)
        pool.accrue(sender=LENDER)
    return world, feed


def reports(
    world: LendingWorld, feed: Contract, prices: dict[str, int], now: int
) -> tuple[list[tuple[str, int, int]], list[bytes]]:
    """Prices of tUSD and tETH with the signatures of a quorum."""
    made = [(world.tokens[name].address, prices[name], now) for name in ("usd", "eth")]
    digest = bytes(feed.digest(made))
    signed = [key.sign_msg_hash(digest) for key in PUBLISHERS[:THRESHOLD]]
    return made, [
        each.r.to_bytes(32, "big") + each.s.to_bytes(32, "big") + bytes([27 + each.v])
        for each in signed
    ]


def measure() -> dict[str, int]:
    world, feed = build()
    usd, eth = world.pools["usd"], world.pools["eth"]
    node = Node(world.machine)
    try:
        costs = {
            "supply": node.send(NEWCOMER, usd, "deposit", 1_000 * USD, NEWCOMER),
            "first borrow": node.send(BORROWER, usd, "borrow", 20_000 * USD, BORROWER),
            "partial repay": node.send(BORROWER, usd, "repay", 500 * USD, BORROWER),
            "partial withdraw": node.send(NEWCOMER, usd, "withdraw", 100 * USD, NEWCOMER, NEWCOMER),
        }
        # 23,000 USD of collateral behind 19,500: health 0.94.
        prices = {"usd": WAD, "eth": 2_300 * WAD}
        node.send(OWNER, feed, "publish", *reports(world, feed, prices, node.timestamp))
        costs["liquidation"] = node.send(
            LIQUIDATOR, usd, "liquidate", BORROWER, eth, 1_000 * USD, 0
        )
    finally:
        node.stop()
    return costs


def render(costs: dict[str, int]) -> str:
    lines = [
        "# gas of a whole transaction: its 21,000, calldata, cold storage, an hour's interest",
        f"{'action':<17}{'ours':>9}{'Aave v3.7':>12}",
    ]
    lines += [f"{name:<17}{cost:>9}{AAVE[name]:>12}" for name, cost in costs.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    text = render(measure())
    if "--write" in sys.argv[1:]:
        SNAPSHOT.write_text(text)
    print(text, end="")
