# SPDX-License-Identifier: Apache-2.0
"""Our own node opens and closes each block with the heartbeat, once it is deployed."""

from collections.abc import Iterator

import pytest

from scripts.deploy._artifacts import Artifacts
from scripts.deploy._deployer import Deployer
from scripts.deploy._record import open_record
from scripts.deploy._signers import open_signer
from scripts.deploy.all import STEPS_OF_ALL
from scripts.devnet.accounts import heartbeat_address
from scripts.devnet.nodes import NodeOptions, node_command
from scripts.devnet.processes import start_service, stop_service
from scripts.devnet.rpc import Rpc
from scripts.settings import CHAIN_ID
from tests.scripts.waiting import wait_for

CHAIN_PORT = 18_662


@pytest.fixture(scope="module")
def deployed(tmp_path_factory) -> Iterator[Deployer]:
    folder = tmp_path_factory.mktemp("node")
    options = NodeOptions(
        CHAIN_ID, CHAIN_PORT, folder, 1, "http://127.0.0.1:1", heartbeat_address()
    )
    command = node_command("headwater", options, "HEADWATER_CHAIN")
    service = start_service("chain", command, folder / "log")
    try:
        rpc = Rpc(f"http://127.0.0.1:{CHAIN_PORT}")
        wait_for(lambda: rpc.chain_id() == CHAIN_ID)
        record = open_record(folder / "devnet.json", "devnet", True, rpc)
        deployer = Deployer(rpc, record, open_signer("devnet", True), Artifacts(), lambda _: None)
        for step, body in STEPS_OF_ALL.items():
            body(deployer)
            deployer.finish_step(step)
        yield deployer
    finally:
        stop_service(service)


def test_heartbeat__of_our_own_node__is_first_and_last_in_each_block(deployed: Deployer) -> None:
    rpc, heartbeat = deployed.rpc, deployed.address("Heartbeat")
    assert heartbeat == heartbeat_address()
    since = rpc.block_number()
    wait_for(lambda: rpc.block_number() >= since + 4)

    for number in range(since + 1, since + 4):
        transactions = (rpc.call("eth_getBlockByNumber", hex(number), True))["transactions"]
        first, last = transactions[0], transactions[-1]
        assert first["to"].lower() == last["to"].lower() == heartbeat.lower()
        for sent in (first, last):
            receipt = rpc.call("eth_getTransactionReceipt", sent["hash"])
            assert int(receipt["status"], 16) == 1
        state = deployed.artifacts.get("Heartbeat").abi
        asked = {"to": heartbeat, "data": state.encode("opened_in", ())}
        opened_in = state.decode("opened_in", 0, rpc.call("eth_call", asked, hex(number)))
        assert opened_in == number


def test_call_at_latest__sees_state_and_block_of_one_moment(deployed: Deployer) -> None:
    """The open block's second is booked by then: a view asked a second earlier would underflow."""
    rpc, seen = deployed.rpc, set()
    asked = {"data": "0x" + number_and_opened_in(deployed).hex()}
    since = rpc.block_number()
    while rpc.block_number() < since + 3:
        answer = bytes.fromhex(rpc.call("eth_call", asked, "latest")[2:])
        seen.add((int.from_bytes(answer[:32], "big"), int.from_bytes(answer[32:], "big")))
    assert len(seen) > 1
    early = {(number, opened_in) for number, opened_in in seen if opened_in > number}
    assert not early, f"(block asked at, block opened): {early}"


def number_and_opened_in(deployed: Deployer) -> bytes:
    """Init code that returns the block's number and what the heartbeat says, in one call."""
    head = bytes.fromhex(deployed.artifacts.get("Heartbeat").abi.encode("opened_in", ())[2:10])
    heartbeat = bytes.fromhex(deployed.address("Heartbeat")[2:])
    return (
        bytes.fromhex("435f52")  # memory[0] = NUMBER
        + bytes.fromhex("63") + head + bytes.fromhex("60e01b602052")  # memory[32] = selector
        + bytes.fromhex("6020602060046020") + bytes.fromhex("73") + heartbeat
        + bytes.fromhex("5afa5060405ff3")  # STATICCALL into memory[32], RETURN 64 bytes
    )  # fmt: skip
