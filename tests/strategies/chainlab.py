# SPDX-License-Identifier: Apache-2.0
"""A real anvil with one tiny contract, and an engine that bumps a counter once for each block."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from eth_account import Account
from eth_utils import function_signature_to_4byte_selector as selector
from eth_utils import to_checksum_address

from strategies.chain.contract import AbiShelf
from strategies.chain.journal import Journal
from strategies.chain.reader import BlockHead
from strategies.chain.records import JournalIdentity
from strategies.chain.rpc import Rpc
from strategies.errors import RpcUnreachable
from strategies.keeper.loop import Keeper, LoopSettings, Verdict, no_step
from strategies.policy.decision import Action, Decision, Effect, Skip
from strategies.risk.limits import RiskHistory, RiskState, RiskVerdict

REPOSITORY = Path(__file__).resolve().parents[2]
CHAIN_ID = 31_337
FIRST_TIMESTAMP = 1_600_000_000
HOUR = 3_600
COUNTER = to_checksum_address("0x00000000000000000000000000000000000c0de1")
TOTAL_KEY = 10**6
# The third account of the public test mnemonic, which is the keeper's on the devnet.
KEEPER_KEY = "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a"

COUNTER_ABI = [
    {
        "type": "function",
        "name": name,
        "inputs": [{"name": "key", "type": "uint256"}],
        "outputs": [{"name": "", "type": "uint256"}] if name == "count" else [],
        "stateMutability": "view" if name == "count" else "nonpayable",
    }
    for name in ("bump", "count", "refuse")
]


def counter_code() -> str:
    """count(key) answers a slot, bump(key) adds one to it, refuse(key) reverts in words."""
    bump, refuse = selector("bump(uint256)").hex(), selector("refuse(uint256)").hex()
    head = "60003560e01c" + f"8063{bump}14602957" + f"8063{refuse}14603657"
    count = "600435546000526020" + "6000f3"
    # Jump targets above: 0x29 after the head and count, 0x36 after bump.
    padding = "00" * (0x29 - len(head + count) // 2)
    add = "5b60043580546001019055" + "0000"
    words = b"toy: refused".hex().ljust(64, "0")
    fail = "5b6308c379a060e01b6000526020600452600c602452" + f"7f{words}604452" + "60646000fd"
    return "0x" + head + count + padding + add + fail


def find_anvil() -> str:
    local = REPOSITORY / "scripts/devnet/node_modules/.bin/anvil"
    found = str(local) if local.exists() else shutil.which("anvil")
    assert found, "anvil is missing: run make up or npm ci in scripts/devnet"
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Chain:
    """An anvil that mines when told, an hour a block, first come first served."""

    def __init__(self) -> None:
        self.url = f"http://127.0.0.1:{_free_port()}"
        command = [find_anvil(), "--port", self.url.rsplit(":", 1)[1], "--silent"]
        command += ["--no-mining", "--order", "fifo", "--chain-id", str(CHAIN_ID)]
        command += ["--timestamp", str(FIRST_TIMESTAMP)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        self._rpc, self._process_id = Rpc(self.url, 60), os.getpid()
        self._wait()
        self.call("anvil_setCode", COUNTER, counter_code())
        self.mine()

    def _wait(self) -> None:
        deadline = time.monotonic() + 60
        while True:
            try:
                self.call("eth_chainId")
                return
            except RpcUnreachable:
                assert time.monotonic() < deadline, "anvil did not start"
                time.sleep(0.05)

    @property
    def rpc(self) -> Rpc:
        """One connection a process: a forked child that is killed must not leave half a request."""
        if self._process_id != os.getpid():
            self._rpc, self._process_id = Rpc(self.url, 60), os.getpid()
        return self._rpc

    def call(self, method: str, *parameters):
        return self.rpc.call(method, *parameters)

    @property
    def number(self) -> int:
        return int(self.call("eth_blockNumber"), 16)

    def block(self, number: int | str) -> dict:
        tag = hex(number) if isinstance(number, int) else number
        return self.call("eth_getBlockByNumber", tag, False)

    def mine(self) -> None:
        latest = int(self.block("latest")["timestamp"], 16)
        self.call("evm_setNextBlockTimestamp", latest + HOUR)
        self.call("evm_mine")

    def count(self, key: int) -> int:
        return int(self.call("eth_getStorageAt", COUNTER, hex(key), "latest"), 16)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


@dataclass(frozen=True, slots=True)
class CounterView:
    block_number: int
    open_subjects: frozenset[str]


class CounterEngine:
    """Bumps its own block's slot and a total, together; every third block also tries to fail."""

    def collect(
        self, head: BlockHead, gas_wei: int, nonce: int, open_subjects: frozenset[str]
    ) -> CounterView:
        return CounterView(head.reference.number, open_subjects)

    def decide(
        self, snapshot: CounterView, history: RiskHistory, sampled_at: int | None
    ) -> Verdict:
        number = snapshot.block_number
        if "counter" in snapshot.open_subjects:
            decision = Decision(skips=(Skip("toy", "counter", "pending", "one is on its way"),))
        else:
            actions = (_bump(number, "own"), _bump(TOTAL_KEY, "total"))
            if number % 3 == 0:
                actions += (_action("refuse", number, "refuse"),)
            decision = Decision(actions, (Skip("toy", "idle", "quiet", f"block {number}"),))
        return Verdict(decision, RiskVerdict(RiskState.ACTIVE, ()), {"toy.block": number})


def _bump(key: int, name: str) -> Action:
    return _action("bump", key, name)


def _action(function: str, key: int, name: str) -> Action:
    return Action(
        policy="toy",
        key=f"{function}:{name}",
        subject="counter" if function == "bump" else "refusal",
        group=function,
        target=COUNTER,
        contract="Counter",
        function=function,
        arguments=(key,),
        gas_limit=100_000,
        effect=Effect.NEUTRAL,
        reason=f"{function}s {key}",
        figures={"key": str(key)},
    )


def make_shelf(folder: Path) -> AbiShelf:
    folder.mkdir(exist_ok=True)
    (folder / "Counter.json").write_text(json.dumps(COUNTER_ABI), "utf-8")
    return AbiShelf(folder)


def make_keeper(
    chain: Chain,
    folder: Path,
    *,
    is_paper: bool = False,
    bump_after_blocks: int = 20,
    on_step: Callable[[str], None] = no_step,
) -> tuple[Keeper, Journal]:
    account = Account.from_key(KEEPER_KEY)
    mode = "paper" if is_paper else "live"
    genesis = chain.block(0)["hash"]
    journal = Journal(
        folder / f"{mode}.sqlite", JournalIdentity(CHAIN_ID, genesis, mode, account.address)
    )
    settings = LoopSettings(CHAIN_ID, account.address, 10**9, 0.01, bump_after_blocks)
    keeper = Keeper(
        Rpc(chain.url, 60),
        journal,
        make_shelf(folder / "abi"),
        CounterEngine(),
        settings,
        None if is_paper else account,
        on_step,
    )
    return keeper, journal


def tick_once(chain: Chain, folder: Path, **options) -> None:
    keeper, journal = make_keeper(chain, folder, **options)
    try:
        keeper.run(lambda: False, max_ticks=1)
    finally:
        journal.close()


def in_child(work: Callable[[], None]) -> int:
    """Run in a forked process; 0 when it came to its end, else the signal that killed it."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException as error:
            os.write(2, f"child failed: {error!r}\n".encode())
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert not os.WIFEXITED(status) or os.WEXITSTATUS(status) == 0
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def killer_at(step: int) -> Callable[[str], None]:
    """A step hook that kills its own process, as the kernel would, at the nth step."""
    left = [step]

    def on_step(_name: str) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return on_step
