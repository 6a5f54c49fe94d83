# SPDX-License-Identifier: Apache-2.0
"""The node on disk: its state survives a stop, a kill, and a kill in the middle of writing."""

import os
import signal
import time

import pytest

from scripts.devnet.nodes import (
    NodeOptions,
    is_state_whole,
    keep_copy_of_state,
    node_command,
)
from scripts.devnet.processes import start_service, stop_service
from scripts.devnet.rpc import Rpc
from scripts.errors import SettingInvalid
from scripts.settings import CHAIN_ID
from tests.scripts.conftest import CHAIN_PORT
from tests.scripts.waiting import wait_for

RECEIVER = "0x00000000000000000000000000000000000A11ce"


def options_in(folder) -> NodeOptions:
    return NodeOptions(CHAIN_ID, CHAIN_PORT, folder, 1, "http://127.0.0.1:1")


def start(folder):
    command = node_command("anvil", options_in(folder), "HEADWATER_CHAIN")
    service = start_service("chain", command, folder / "log")
    rpc = Rpc(f"http://127.0.0.1:{CHAIN_PORT}")
    wait_for(lambda: rpc.chain_id() == CHAIN_ID)
    return service, rpc


def test_node__killed__comes_back_with_its_blocks_and_balances(tmp_path):
    service, rpc = start(tmp_path)
    genesis = rpc.genesis_hash()
    sender = rpc.call("eth_accounts")[0]
    rpc.call("eth_sendTransaction", {"from": sender, "to": RECEIVER, "value": hex(7)})
    wait_for(lambda: rpc.call("eth_getBalance", RECEIVER, "latest") == hex(7))
    height = rpc.block_number()
    state = tmp_path / "state.json"
    written_at = state.stat().st_mtime_ns if state.exists() else 0
    wait_for(lambda: state.exists() and state.stat().st_mtime_ns > written_at)
    wait_for(lambda: is_state_whole(state))
    assert keep_copy_of_state(tmp_path)
    os.kill(service.identity.pid, signal.SIGKILL)
    service.process.wait()
    # As a kill in the middle of writing leaves it.
    state.write_bytes(state.read_bytes()[:100])

    service, rpc = start(tmp_path)
    try:
        assert rpc.genesis_hash() == genesis
        assert rpc.call("eth_getBalance", RECEIVER, "latest") == hex(7)
        assert rpc.block_number() >= height
        block = rpc.block("latest")
        assert abs(int(block["timestamp"], 16) - time.time()) < 60
    finally:
        stop_service(service)
    assert is_state_whole(state)


def test_node_command__unknown_node__is_refused_by_name(tmp_path):
    with pytest.raises(
        SettingInvalid, match="HEADWATER_CHAIN is 'geth'; give one of anvil, headwater"
    ):
        node_command("geth", options_in(tmp_path), "HEADWATER_CHAIN")
