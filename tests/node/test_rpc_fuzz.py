# SPDX-License-Identifier: Apache-2.0
"""Whatever bytes come, the node answers and lives: no dropped connection, no panic, bounded memory.

A short run by default; HEADWATER_FUZZ_EXAMPLES sets how many examples each test tries.
"""

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.node.running import Running, request, running
from tests.node.transactions import developer, signed

EXAMPLES = int(os.environ.get("HEADWATER_FUZZ_EXAMPLES", "60"))
SLOW = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
# More than a fuzzed node may come to hold beyond what it started with.
MEMORY_BYTES = 768 << 20
# Minutes of blocks, or a clock at the end of time, are what these do; they are no bad input.
TIRELESS = {
    "anvil_mine",
    "hardhat_mine",
    "evm_mine",
    "evm_setIntervalMining",
    "anvil_setIntervalMining",
}

METHODS = sorted(
    {
        *(["web3_clientVersion", "web3_sha3", "net_version", "net_listening", "net_peerCount"]),
        *(["eth_chainId", "eth_syncing", "eth_accounts", "eth_blockNumber", "eth_gasPrice"]),
        *(["eth_maxPriorityFeePerGas", "eth_blobBaseFee", "eth_feeHistory", "eth_coinbase"]),
        *(["eth_getBlockByNumber", "eth_getBlockByHash", "eth_getBlockReceipts"]),
        *(["eth_getHeaderByNumber", "eth_getHeaderByHash", "debug_getRawHeader"]),
        *(["eth_getBlockTransactionCountByNumber", "eth_getBlockTransactionCountByHash"]),
        *(["eth_getUncleCountByBlockNumber", "eth_getUncleByBlockHashAndIndex"]),
        *(["eth_getTransactionByHash", "eth_getTransactionReceipt"]),
        *(["eth_getRawTransactionByHash", "debug_getRawTransaction"]),
        *(["eth_getTransactionByBlockNumberAndIndex", "eth_getTransactionByBlockHashAndIndex"]),
        *(["eth_getRawTransactionByBlockNumberAndIndex"]),
        *(["eth_getBalance", "eth_getCode", "eth_getStorageAt", "eth_getTransactionCount"]),
        *(
            [
                "eth_getProof",
                "eth_call",
                "eth_estimateGas",
                "eth_createAccessList",
                "eth_simulateV1",
            ]
        ),
        *(["eth_getLogs", "eth_newFilter", "eth_newBlockFilter", "eth_getFilterChanges"]),
        *(["eth_newPendingTransactionFilter", "eth_getFilterLogs", "eth_uninstallFilter"]),
        *(["eth_sendRawTransaction", "eth_sendTransaction", "eth_fillTransaction"]),
        *(["eth_signTransaction", "eth_sign", "personal_sign", "eth_signTypedData_v4"]),
        "eth_sendUnsignedTransaction",
        *(["txpool_status", "txpool_content", "txpool_contentFrom", "txpool_inspect"]),
        *(["debug_traceTransaction", "debug_traceCall", "debug_traceBlockByNumber"]),
        *(["debug_traceBlockByHash", "trace_transaction", "trace_block", "trace_filter"]),
        *(["evm_snapshot", "evm_revert", "evm_increaseTime", "evm_setTime"]),
        *(["evm_setNextBlockTimestamp", "evm_setAutomine", "evm_setBlockGasLimit"]),
        *(["evm_mine", "anvil_mine", "evm_setIntervalMining"]),
        *(["anvil_setBalance", "anvil_addBalance", "anvil_setNonce", "anvil_setCode"]),
        *(["anvil_setStorageAt", "anvil_setCoinbase", "anvil_setNextBlockBaseFeePerGas"]),
        *(["anvil_setPrevRandao", "anvil_impersonateAccount", "anvil_nodeInfo"]),
        *(["anvil_stopImpersonatingAccount", "anvil_autoImpersonateAccount"]),
        *(["anvil_dropTransaction", "anvil_dropAllTransactions", "anvil_metadata"]),
        *(["anvil_removePoolTransactions", "anvil_reset", "anvil_rollback"]),
        *(["anvil_dealERC20", "anvil_setERC20Allowance"]),
        *(["anvil_setBlockTimestampInterval", "anvil_removeBlockTimestampInterval"]),
    }
)

hexes = st.binary(max_size=80).map(lambda raw: "0x" + raw.hex())
addresses = st.sampled_from(
    [developer().address, "0x" + "0" * 40, "0x" + "0" * 39 + "1", "0x" + "f" * 40]
)
quantities = st.one_of(
    st.integers(0, 300).map(hex),
    st.integers(0, 2**64 + 1).map(hex),
    st.sampled_from(["0x", "0x0", "0x00", "-0x1", "0x" + "f" * 64, "0x1" + "0" * 64]),
)
tags = st.sampled_from(["latest", "earliest", "pending", "safe", "finalized", "0x0", "0x1"])
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    hexes,
    addresses,
    quantities,
    tags,
)
NAMES = [
    "from",
    "to",
    "gas",
    "gasPrice",
    "maxFeePerGas",
    "maxPriorityFeePerGas",
    "value",
    "data",
    "input",
    "nonce",
    "chainId",
    "type",
    "accessList",
    "authorizationList",
    "address",
    "topics",
    "fromBlock",
    "toBlock",
    "blockHash",
    "tracer",
    "tracerConfig",
    "balance",
    "code",
    "state",
    "stateDiff",
    "movePrecompileToAddress",
    "blockStateCalls",
    "calls",
    "stateOverrides",
    "blockOverrides",
    "number",
    "time",
    "baseFeePerGas",
    "validation",
    "traceTransfers",
    "returnFullTransactions",
    "types",
    "domain",
    "message",
    "primaryType",
    "storageKeys",
    "count",
    "after",
    "limit",
    "onlyTopCall",
]
keys = st.one_of(st.sampled_from(NAMES), addresses, st.text(max_size=5))
values = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=5)),
    max_leaves=12,
)
messages = st.fixed_dictionaries(
    {},
    optional={
        "from": addresses,
        "to": addresses,
        "value": quantities,
        "gas": quantities,
        "gasPrice": quantities,
        "maxFeePerGas": quantities,
        "maxPriorityFeePerGas": quantities,
        "data": hexes,
        "nonce": quantities,
        "accessList": st.lists(
            st.fixed_dictionaries(
                {"address": addresses, "storageKeys": st.lists(hexes, max_size=2)}
            ),
            max_size=2,
        ),
    },
)
overrides = st.dictionaries(
    addresses,
    st.fixed_dictionaries(
        {},
        optional={
            "balance": quantities,
            "nonce": quantities,
            "code": hexes,
            "stateDiff": st.dictionaries(st.just("0x" + "0" * 64), st.just("0x" + "1" * 64)),
            "state": st.dictionaries(st.just("0x" + "0" * 64), st.just("0x" + "1" * 64)),
            "movePrecompileToAddress": addresses,
        },
    ),
    max_size=3,
)
simulations = st.fixed_dictionaries(
    {
        "blockStateCalls": st.lists(
            st.fixed_dictionaries(
                {"calls": st.lists(messages, max_size=3)},
                optional={
                    "stateOverrides": overrides,
                    "blockOverrides": st.fixed_dictionaries(
                        {},
                        optional={
                            "number": quantities,
                            "time": quantities,
                            "gasLimit": quantities,
                            "baseFeePerGas": quantities,
                            "blobBaseFee": quantities,
                        },
                    ),
                },
            ),
            max_size=3,
        )
    },
    optional={
        "validation": st.booleans(),
        "traceTransfers": st.booleans(),
        "returnFullTransactions": st.booleans(),
    },
)


@pytest.fixture(scope="module")
def node() -> Iterator[Running]:
    with running("--call-gas-limit", "5000000") as started:
        before = started.resident_bytes()
        yield started
        assert started.is_alive()
        assert started.resident_bytes() - before < MEMORY_BYTES


def assert_answers(node: Running, method: str, parameters: list[Any]) -> None:
    status, answer = node.post(json.dumps(request(method, *parameters)))
    assert status == 200, (method, parameters, answer)
    assert ("result" in answer) != ("error" in answer), (method, parameters, answer)
    if "error" in answer:
        assert answer["error"]["code"] != -32_603, (method, parameters, answer)


def harmless(method: str, parameters: list[Any]) -> bool:
    return method not in TIRELESS or all(
        not isinstance(one, dict) and str(one) in ("0x0", "0x1", "1", "True", "None")
        for one in parameters
    )


@pytest.mark.parametrize("method", METHODS)
def test_method__with_any_parameters__answers(node: Running, method: str):
    @settings(SLOW, max_examples=max(EXAMPLES // 4, 5))
    @given(st.lists(values, max_size=4).filter(lambda parameters: harmless(method, parameters)))
    def answers(parameters: list[Any]) -> None:
        assert_answers(node, method, parameters)

    answers()


@SLOW
@given(
    method=st.sampled_from(
        [
            "eth_call",
            "eth_estimateGas",
            "eth_createAccessList",
            "debug_traceCall",
            "eth_fillTransaction",
        ]
    ),
    message=messages,
    tag=tags,
    replaced=overrides,
)
def test_call__of_the_right_shape__answers(node: Running, method, message, tag, replaced):
    third = {"stateOverrides": replaced} if method == "debug_traceCall" else replaced
    assert_answers(node, method, [message, tag, third])


@SLOW
@given(payload=simulations, tag=tags)
def test_simulation__of_the_right_shape__answers(node: Running, payload, tag):
    assert_answers(node, "eth_simulateV1", [payload, tag])


@SLOW
@given(message=messages)
def test_unsigned_transaction__of_the_right_shape__answers(node: Running, message):
    assert_answers(node, "eth_sendTransaction", [{"from": developer().address, **message}])


@SLOW
@given(
    raw=st.binary(max_size=200),
    flips=st.lists(st.tuples(st.integers(0, 110), st.integers(1, 255)), max_size=4),
)
def test_raw_transaction__of_any_bytes__answers(node: Running, raw, flips):
    whole = bytearray(bytes.fromhex(signed(developer(9), nonce=2**40)[2:]))
    for at, mask in flips:
        whole[at % len(whole)] ^= mask
    for one in (raw, bytes(whole)):
        assert_answers(node, "eth_sendRawTransaction", ["0x" + one.hex()])


@SLOW
@given(
    body=st.one_of(
        st.binary(max_size=300),
        st.text(max_size=100).map(str.encode),
        values.map(lambda v: json.dumps(v).encode()),
    )
)
def test_body__of_any_bytes__is_answered(node: Running, body):
    status, _ = node.post(body)

    assert status in (200, 400)
