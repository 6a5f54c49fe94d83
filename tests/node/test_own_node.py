# SPDX-License-Identifier: Apache-2.0
"""Our own node as scripts/ start it, in anvil's place. The node's stage of the suite builds it first."""

import os
import signal
import time

from scripts.devnet.nodes import NodeOptions, node_command
from scripts.devnet.processes import start_service, stop_service
from scripts.devnet.rpc import Rpc
from scripts.settings import CHAIN_ID
from tests.scripts.test_replay import CHECKS, write_crash
from tests.scripts.waiting import wait_for

# Beside those of tests/scripts, which may run at the same time.
CHAIN_PORT, REPLAY_PORT = 18_660, 18_661
RECEIVER = "0x00000000000000000000000000000000000A11ce"


def start(folder):
    options = NodeOptions(CHAIN_ID, CHAIN_PORT, folder, 1, "http://127.0.0.1:1")
    command = node_command("headwater", options, "HEADWATER_CHAIN")
    service = start_service("chain", command, folder / "log")
    rpc = Rpc(f"http://127.0.0.1:{CHAIN_PORT}")
    wait_for(lambda: rpc.chain_id() == CHAIN_ID)
    return service, rpc


def test_own_node__killed_after_it_acknowledged__comes_back_with_the_transaction(tmp_path):
    service, rpc = start(tmp_path)
    genesis = rpc.genesis_hash()
    sender = rpc.call("eth_accounts")[0]
    acknowledged = rpc.call("eth_sendTransaction", {"from": sender, "to": RECEIVER, "value": "0x7"})
    # At once: the log holds what was acknowledged, whether a block does or not.
    os.kill(service.identity.pid, signal.SIGKILL)
    service.process.wait()

    service, rpc = start(tmp_path)
    try:
        assert rpc.genesis_hash() == genesis
        wait_for(lambda: rpc.call("eth_getTransactionReceipt", acknowledged) is not None)
        assert rpc.call("eth_getBalance", RECEIVER, "latest") == "0x7"
    finally:
        stop_service(service)


# Called with data it stores the time; called without, it returns the time since.
WATCH = "0x36600e575f5442035f5260205ff35b425f5500"


def test_call__at_the_newest_state__never_meets_what_happens_later(tmp_path):
    """A receipt comes before its block, and what is read then must not be older than it."""
    service, rpc = start(tmp_path)
    try:
        rpc.call("anvil_setCode", RECEIVER, WATCH)
        sender = rpc.call("eth_accounts")[0]
        for _ in range(12):
            sent = {"from": sender, "to": RECEIVER, "data": "0x01", "gas": "0x186a0"}
            name = rpc.call("eth_sendTransaction", sent)
            wait_for(lambda name=name: rpc.call("eth_getTransactionReceipt", name) is not None)
            since = int(rpc.call("eth_call", {"to": RECEIVER}, "latest"), 16)
            assert since < 3, "the stored time is ahead of the call's"
            time.sleep(0.11)
    finally:
        stop_service(service)


def test_replay__on_our_own_node__passes_every_check(run_module, tmp_path):
    prices = tmp_path / "prices"
    prices.mkdir()
    write_crash(prices)

    done = run_module(
        "scripts.replay",
        *("--prices", str(prices), "--kill-keeper", "1", "--report", str(tmp_path / "report.html")),
        HEADWATER_CHAIN="headwater",
        HEADWATER_REPLAY_PORT=str(REPLAY_PORT),
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("PASS  ") == CHECKS
