# SPDX-License-Identifier: Apache-2.0
"""`eth_simulateV1`. HEADWATER_GETH names a geth whose answers to the same requests are compared."""

import contextlib
import json
import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.node.running import Running, request, running
from tests.node.transactions import RECEIVER, deploy, developer

RICH = "0xc000000000000000000000000000000000000000"
OTHER = "0xc100000000000000000000000000000000000000"
CODE = "0xc200000000000000000000000000000000000000"
BENEFICIARY = "0xc300000000000000000000000000000000000000"
TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
ETHER = "0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"
GETH_PORT = 18_678
BAD_PARAMETERS, LIMIT = -32_602, -38_026
NONCE_TOO_LOW, NONCE_TOO_HIGH, FEE_TOO_LOW, INTRINSIC_GAS = -38_010, -38_011, -38_012, -38_013
POOR, BLOCK_GAS, NUMBER, TIMESTAMP = -38_014, -38_015, -38_020, -38_021

# NUMBER, BLOCKHASH of one block back: 4303 PUSH1 1 SWAP1 SUB BLOCKHASH, then returned.
BLOCK_HASH = "0x6001430340" + "60005260206000f3"
# SLOAD 0, plus 1, SSTORE 0; returns the new value.
COUNTER = "0x60005460010180600055" + "60005260206000f3"
ADDRESS_OF_COUNTER = {CODE: {"code": COUNTER}}
# LOG1 of topic 7 without data, then STOP.
LOGS = "0x60076000600" + "0a100"
REVERTS = "0x602a60005260206000fd"
INVALID = "0xfe"
# SELFDESTRUCT to OTHER.
DESTROYS = "0x73" + OTHER[2:] + "ff"
# CALL to 0x1234 with 7 wei, then STOP.
PAYS = "0x5f5f5f5f6007611234620fffff" + "f100"
ANSWERS_42 = "0x602a60005260206000f3"


def simulation(*blocks: dict[str, Any], **options: bool) -> dict[str, Any]:
    return {"blockStateCalls": list(blocks), **options}


def funded(**more: Any) -> dict[str, Any]:
    return {RICH: {"balance": hex(10**18)}, **more}


# Requests of which every field of the answer but hashes is compared with geth's.
COMPARED: dict[str, dict[str, Any]] = {
    "empty block": simulation({}),
    "transfer": simulation(
        {
            "stateOverrides": funded(),
            "calls": [{"from": RICH, "to": OTHER, "value": "0x3e8"}],
        },
        traceTransfers=True,
    ),
    "transfer without funds": simulation(
        {"calls": [{"from": OTHER, "to": RICH, "value": "0x3e8"}]}
    ),
    "gap between numbers": simulation(
        {"blockOverrides": {"number": "0x8"}}, {"blockOverrides": {"number": "0xa"}}
    ),
    "numbers that fall": simulation(
        {"blockOverrides": {"number": "0x8"}}, {"blockOverrides": {"number": "0x7"}}
    ),
    "times that fall": simulation(
        {"blockOverrides": {"time": hex(2**34)}}, {"blockOverrides": {"time": hex(2**34)}}
    ),
    "too many blocks": simulation({"blockOverrides": {"number": hex(1_000)}}),
    "nothing": simulation(),
    "state goes on": simulation(
        {"stateOverrides": ADDRESS_OF_COUNTER, "calls": [{"to": CODE}, {"to": CODE}]},
        {"calls": [{"to": CODE}]},
    ),
    "state replaced": simulation(
        {
            "stateOverrides": {
                CODE: {"code": COUNTER, "stateDiff": {"0x" + "0" * 64: "0x" + "0" * 62 + "10"}}
            },
            "calls": [{"to": CODE}],
        },
        {"stateOverrides": {CODE: {"state": {}}}, "calls": [{"to": CODE}]},
    ),
    "both state and diff": simulation(
        {
            "stateOverrides": {
                CODE: {"state": {}, "stateDiff": {"0x" + "0" * 64: "0x" + "0" * 63 + "1"}}
            }
        }
    ),
    "log": simulation(
        {"stateOverrides": {CODE: {"code": LOGS}}, "calls": [{"to": CODE}, {"to": CODE}]}
    ),
    "revert": simulation({"stateOverrides": {CODE: {"code": REVERTS}}, "calls": [{"to": CODE}]}),
    "exception": simulation(
        {"stateOverrides": {CODE: {"code": INVALID}}, "calls": [{"to": CODE, "gas": "0x10000"}]}
    ),
    "self-destruction": simulation(
        {
            "stateOverrides": {CODE: {"code": DESTROYS, "balance": "0x64"}},
            "calls": [{"to": CODE}],
        },
        traceTransfers=True,
    ),
    "inner transfer": simulation(
        {"stateOverrides": {CODE: {"code": PAYS, "balance": "0x64"}}, "calls": [{"to": CODE}]},
        traceTransfers=True,
    ),
    "creation": simulation(
        {"stateOverrides": funded(), "calls": [{"from": RICH, "data": "0x602a60005260206000f3"}]}
    ),
    "nonce too low": simulation(
        {
            "stateOverrides": {RICH: {"balance": hex(10**18), "nonce": "0xa"}},
            "calls": [{"from": RICH, "to": OTHER, "nonce": "0x0", "maxFeePerGas": hex(10**11)}],
        },
        validation=True,
    ),
    "nonce too high": simulation(
        {
            "stateOverrides": funded(),
            "calls": [
                {
                    "from": RICH,
                    "to": OTHER,
                    "nonce": "0x64",
                    "gas": "0x5208",
                    "maxFeePerGas": hex(10**11),
                }
            ],
        },
        validation=True,
    ),
    "nonce unchecked": simulation(
        {"stateOverrides": funded(), "calls": [{"from": RICH, "to": OTHER, "nonce": "0x64"}]}
    ),
    "fee below the base fee": simulation(
        {
            "blockOverrides": {"baseFeePerGas": "0x64"},
            "stateOverrides": funded(),
            "calls": [{"from": RICH, "to": OTHER, "gas": "0x5208", "maxFeePerGas": "0x63"}],
        },
        validation=True,
    ),
    "fee paid": simulation(
        {
            "blockOverrides": {"baseFeePerGas": "0x64", "feeRecipient": BENEFICIARY},
            "stateOverrides": funded(),
            "calls": [
                {
                    "from": RICH,
                    "to": OTHER,
                    "gas": "0x5208",
                    "maxFeePerGas": "0x65",
                    "maxPriorityFeePerGas": "0x1",
                }
            ],
        },
        validation=True,
        returnFullTransactions=True,
    ),
    "too little gas": simulation({"calls": [{"from": RICH, "to": OTHER, "gas": "0x5207"}]}),
    "more gas than the block": simulation(
        {"blockOverrides": {"gasLimit": "0x10000"}, "calls": [{"to": OTHER, "gas": "0x10001"}]}
    ),
    "legacy transactions whole": simulation(
        {
            "stateOverrides": funded(),
            "calls": [
                {"from": RICH, "to": OTHER, "gasPrice": "0x0", "value": "0x1", "gas": "0x5208"}
            ],
        },
        returnFullTransactions=True,
    ),
    "precompile moved": simulation(
        {
            "stateOverrides": {
                "0x" + "0" * 39 + "2": {"movePrecompileToAddress": "0x" + "0" * 36 + "1234"}
            },
            "calls": [
                {"to": "0x" + "0" * 36 + "1234", "data": "0x1234"},
                {"to": "0x" + "0" * 39 + "2", "data": "0x1234"},
            ],
        }
    ),
    "no precompile moved": simulation(
        {"stateOverrides": {OTHER: {"movePrecompileToAddress": RICH}}}
    ),
    "precompile replaced": simulation(
        {
            "stateOverrides": {"0x" + "0" * 39 + "2": {"code": ANSWERS_42}},
            "calls": [{"to": "0x" + "0" * 39 + "2"}],
        }
    ),
    "another chain id": simulation({"calls": [{"to": OTHER, "chainId": "0x1"}]}),
    "block values": simulation(
        {
            "blockOverrides": {
                "prevRandao": "0x" + "12" * 32,
                "gasLimit": "0x1c9c380",
                "blobBaseFee": "0x64",
            },
            # BLOBBASEFEE, PREVRANDAO, COINBASE in memory, returned.
            "stateOverrides": {CODE: {"code": "0x4a60005244602052416040526060" + "6000f3"}},
            "calls": [{"to": CODE}],
        }
    ),
}
# Shown differently: the sum of difficulties, which geth leaves out; a size, of which the encoding of
# an empty list is part; a legacy transaction's chain id, which geth reads out of a v of zero.
UNEQUAL = {"size", "totalDifficulty", "chainId"}
GENESIS = {
    "config": {
        "chainId": 31_337,
        **dict.fromkeys(
            (
                *("homesteadBlock", "eip150Block", "eip155Block", "eip158Block"),
                *("byzantiumBlock", "constantinopleBlock", "petersburgBlock", "istanbulBlock"),
                *("berlinBlock", "londonBlock", "mergeNetsplitBlock", "shanghaiTime", "cancunTime"),
            ),
            0,
        ),
        "terminalTotalDifficulty": 0,
        "blobSchedule": {"cancun": {"target": 3, "max": 6, "baseFeeUpdateFraction": 3_338_477}},
    },
    "difficulty": "0x0",
    "gasLimit": hex(30_000_000),
    "baseFeePerGas": hex(10**9),
    "timestamp": "0x65000000",
    "alloc": {developer().address[2:]: {"balance": hex(10**21)}},
}


def comparable(answer: Any) -> Any:
    """An answer without what the two show differently."""
    if isinstance(answer, dict):
        return {key: comparable(value) for key, value in answer.items() if key not in UNEQUAL}
    if isinstance(answer, list):
        return [comparable(one) for one in answer]
    return answer


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, str]]:
    """Our node and a geth on the same genesis; geth's URL."""
    binary = os.environ.get("HEADWATER_GETH")
    if not binary:
        pytest.skip("HEADWATER_GETH names no geth to compare with")
    folder = tmp_path_factory.mktemp("geth")
    genesis = folder / "genesis.json"
    genesis.write_text(json.dumps(GENESIS))
    data = ("--datadir", str(folder / "data"))
    subprocess.run([binary, "init", *data, str(genesis)], check=True, capture_output=True)
    url = f"http://127.0.0.1:{GETH_PORT}"
    served = (
        "--http",
        "--http.port",
        str(GETH_PORT),
        "--http.api",
        "eth",
        "--rpc.gascap",
        "50000000",
    )
    alone = ("--port", "0", "--nodiscover", "--maxpeers", "0", "--ipcdisable")
    engine = ("--authrpc.port", str(GETH_PORT + 1))
    command = [binary, *data, *served, *alone, *engine]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, stderr=log)
    try:
        for _ in range(300):
            with contextlib.suppress(OSError):
                ask(url, "eth_chainId")
                break
            time.sleep(0.1)
        with running("--genesis", str(genesis)) as ours:
            yield ours, url
    finally:
        process.terminate()
        process.wait(30)


def ask(url: str, method: str, *parameters: Any) -> dict[str, Any]:
    body = json.dumps(request(method, *parameters)).encode()
    post = urllib.request.Request(url, body, {"content-type": "application/json"})
    with urllib.request.urlopen(post, timeout=30) as response:
        return json.load(response)


@pytest.mark.parametrize("name", COMPARED)
def test_simulation__answers_as_geth_does(twins: tuple[Running, str], name: str):
    node, url = twins

    ours = node.ask("eth_simulateV1", COMPARED[name], "earliest")
    theirs = ask(url, "eth_simulateV1", COMPARED[name], "earliest")

    assert ours.get("error") == theirs.get("error")
    assert comparable(ours.get("result")) == comparable(theirs.get("result"))


def refusal(node: Running, name: str) -> tuple[int, str]:
    return node.refusal("eth_simulateV1", COMPARED[name], "earliest")


def test_simulation__of_a_transfer__logs_it(node: Running):
    (block,) = node.call("eth_simulateV1", COMPARED["transfer"])

    (call,) = block["calls"]
    (log,) = call["logs"]
    assert call["status"] == "0x1"
    assert call["gasUsed"] == "0x5208"
    assert log["address"] == ETHER
    assert log["topics"] == [TRANSFER, *("0x" + one[2:].rjust(64, "0") for one in (RICH, OTHER))]
    assert int(log["data"], 16) == 1_000
    assert log["blockHash"] == block["hash"]
    # The log stands for a transfer; no receipt holds it.
    assert int(block["logsBloom"], 16) == 0


def test_simulation__of_several_blocks__joins_them(node: Running):
    head = node.call("eth_getBlockByNumber", "latest", False)
    code = {CODE: {"code": BLOCK_HASH}}

    blocks = node.call(
        "eth_simulateV1",
        simulation({"stateOverrides": code, "calls": [{"to": CODE}]}, {"calls": [{"to": CODE}]}),
    )

    first, second = blocks
    assert first["parentHash"] == head["hash"]
    assert second["parentHash"] == first["hash"]
    assert first["calls"][0]["returnData"] == head["hash"]
    assert second["calls"][0]["returnData"] == first["hash"]
    assert int(second["timestamp"], 16) - int(first["timestamp"], 16) == 12


def test_simulation__of_a_real_transaction__foretells_its_state_root(node: Running):
    contract = deploy(node, COUNTER[2:])
    head = node.call("eth_getBlockByNumber", "latest", False)
    sender = developer().address
    call = {
        "from": sender,
        "to": contract,
        "gas": "0x20000",
        "maxFeePerGas": hex(10**10),
        "maxPriorityFeePerGas": "0x0",
    }
    next_block = {
        "number": hex(int(head["number"], 16) + 1),
        "time": hex(int(head["timestamp"], 16) + 50),
    }
    next_block["prevRandao"] = "0x" + "00" * 32
    (foretold,) = node.call(
        "eth_simulateV1",
        simulation({"blockOverrides": next_block, "calls": [call]}, validation=True),
    )

    node.call("evm_setNextBlockTimestamp", next_block["time"])
    node.call("eth_sendTransaction", call)

    block = node.call("eth_getBlockByNumber", "latest", False)
    assert foretold["stateRoot"] == block["stateRoot"]
    assert foretold["receiptsRoot"] == block["receiptsRoot"]
    assert foretold["gasUsed"] == block["gasUsed"]
    assert foretold["baseFeePerGas"] == block["baseFeePerGas"]


def test_simulation__leaves_the_chain_as_it_was(node: Running):
    before = node.call("eth_getProof", RICH, [], "latest")

    node.call("eth_simulateV1", COMPARED["transfer"])
    node.call("eth_simulateV1", COMPARED["state replaced"])
    node.refusal("eth_simulateV1", COMPARED["nonce too low"])

    assert node.call("eth_getProof", RICH, [], "latest") == before
    sender = developer().address
    node.call("eth_sendTransaction", {"from": sender, "to": RECEIVER, "value": "0x1"})
    block = node.call("eth_getBlockByNumber", "latest", False)
    proof = node.call("eth_getProof", RICH, [], "latest")["accountProof"]
    assert block["stateRoot"] != before["accountProof"]
    assert proof != before["accountProof"]


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("nothing", BAD_PARAMETERS, "empty input"),
        ("transfer without funds", POOR, f"address {OTHER[:6]}"),
        ("numbers that fall", NUMBER, "block numbers must be in order: 7 <= 8"),
        ("times that fall", TIMESTAMP, "block timestamps must be in order: "),
        ("too many blocks", LIMIT, "too many blocks"),
        ("nonce too low", NONCE_TOO_LOW, "nonce too low: address "),
        ("nonce too high", NONCE_TOO_HIGH, "nonce too high: address "),
        (
            "fee below the base fee",
            FEE_TOO_LOW,
            "max fee per gas less than block base fee: address ",
        ),
        ("too little gas", INTRINSIC_GAS, "intrinsic gas too low: have 20999, want 21000"),
        (
            "more gas than the block",
            BLOCK_GAS,
            "block gas limit reached: remaining: 65536, required: 65537",
        ),
    ],
)
def test_simulation__that_cannot_be__has_its_own_code(
    node: Running, name: str, code: int, words: str
):
    refused, reason = refusal(node, name)

    assert refused == code
    assert words.lower() in reason.lower()


def test_simulation__with_withdrawals__is_refused(node: Running):
    withdrawal = {"index": "0x0", "validatorIndex": "0x0", "address": OTHER, "amount": "0x1"}
    payload = simulation({"blockOverrides": {"withdrawals": [withdrawal]}})

    assert node.refusal("eth_simulateV1", payload) == (
        BAD_PARAMETERS,
        "withdrawals are not supported: this chain has none",
    )
