# SPDX-License-Identifier: Apache-2.0
"""What the node answers to what it cannot take, word for word where wallets match on words."""

import contextlib
import json
import socket

import pytest

from tests.node.running import Running, request, running
from tests.node.transactions import GWEI, RECEIVER, deploy, developer, nonce_of, signed

PARSE_ERROR, INVALID_REQUEST, NO_METHOD, BAD_PARAMETERS = -32_700, -32_600, -32_601, -32_602
REFUSED, NOT_FOUND, LIMIT, REVERTED = -32_000, -32_001, -32_005, 3
BATCH_TOO_LARGE, BODY_TOO_LARGE = -32_010, -32_007


@pytest.fixture(scope="module")
def timed() -> object:
    """A chain whose blocks come by command only, so that transactions wait."""
    with running("--no-mining") as started:
        yield started


# --- Transactions ---


def test_raw_transaction__of_another_chain__is_refused(node: Running):
    raw = signed(developer(), chainId=1)

    answer = node.refusal("eth_sendRawTransaction", raw)

    assert answer == (REFUSED, "invalid chain id for signer: have Some(1) want 31337")


def test_raw_transaction__after_a_gap__waits_and_runs_once_the_gap_is_filled(node: Running):
    sender = developer(1)
    nonce = nonce_of(node, sender)
    early = node.call("eth_sendRawTransaction", signed(sender, nonce=nonce + 1))
    assert node.call("eth_getTransactionReceipt", early) is None
    assert node.call("eth_getTransactionByHash", early)["blockHash"] is None
    assert node.call("txpool_status") == {"pending": "0x0", "queued": "0x1"}

    node.call("eth_sendRawTransaction", signed(sender, nonce=nonce))

    assert node.call("eth_getTransactionReceipt", early)["status"] == "0x1"
    assert node.call("txpool_status") == {"pending": "0x0", "queued": "0x0"}


def test_raw_transaction__too_far_ahead__is_refused(node: Running):
    sender = developer(1)
    nonce = nonce_of(node, sender)

    answer = node.refusal("eth_sendRawTransaction", signed(sender, nonce=nonce + 1_025))

    reason = f"nonce too high: next nonce {nonce}, tx nonce {nonce + 1_025}, 1024 may wait"
    assert answer == (REFUSED, reason)


def test_raw_transaction__again__is_known(node: Running):
    sender = developer(2)
    raw = signed(sender, nonce=nonce_of(node, sender))
    node.call("eth_sendRawTransaction", raw)

    assert node.refusal("eth_sendRawTransaction", raw) == (REFUSED, "already known")


def test_raw_transaction__with_a_used_nonce__is_refused(node: Running):
    sender = developer(2)
    nonce = nonce_of(node, sender)
    node.call("eth_sendRawTransaction", signed(sender, nonce=nonce))

    answer = node.refusal("eth_sendRawTransaction", signed(sender, nonce=nonce, value=2))

    assert answer == (REFUSED, f"nonce too low: next nonce {nonce + 1}, tx nonce {nonce}")


def test_raw_transaction__twice_in_one_batch__is_taken_once(node: Running):
    sender = developer(3)
    raw = signed(sender, nonce=nonce_of(node, sender))
    send = ("eth_sendRawTransaction", raw)

    first, second = node.batch([send, send])

    assert first["result"].startswith("0x")
    assert second["error"]["code"] == REFUSED


def test_replacement__that_pays_a_tenth_more__is_taken(timed: Running):
    sender = developer(4)
    nonce = nonce_of(timed, sender)
    old = timed.call("eth_sendRawTransaction", signed(sender, nonce=nonce))
    dearer = signed(sender, nonce=nonce, maxFeePerGas=11 * GWEI)

    new = timed.call("eth_sendRawTransaction", dearer)

    timed.call("evm_mine")
    assert timed.call("eth_getTransactionReceipt", old) is None
    assert timed.call("eth_getTransactionReceipt", new)["status"] == "0x1"


def test_replacement__that_pays_hardly_more__is_refused(timed: Running):
    sender = developer(5)
    nonce = nonce_of(timed, sender)
    timed.call("eth_sendRawTransaction", signed(sender, nonce=nonce))
    hardly = signed(sender, nonce=nonce, maxFeePerGas=10 * GWEI + 1)

    answer = timed.refusal("eth_sendRawTransaction", hardly)

    assert answer == (REFUSED, "replacement transaction underpriced")


def test_raw_transaction__of_more_gas_than_a_block_has__is_refused(node: Running):
    sender = developer(6)
    limit = int(node.call("eth_getBlockByNumber", "latest", False)["gasLimit"], 16)
    raw = signed(sender, nonce=nonce_of(node, sender), gas=limit + 1, maxFeePerGas=2 * GWEI)

    code, reason = node.refusal("eth_sendRawTransaction", raw)

    assert code == REFUSED
    assert reason.startswith(f"exceeds block gas limit: tx gas {limit + 1}, limit ")


def test_raw_transaction__of_more_than_128_kib__is_refused(node: Running):
    sender = developer(6)
    data = "0x" + "00" * (128 * 1024)
    raw = signed(sender, nonce=nonce_of(node, sender), data=data, gas=10_000_000)

    code, reason = node.refusal("eth_sendRawTransaction", raw)

    size = len(raw) // 2 - 1
    assert (code, reason) == (
        REFUSED,
        f"oversized data: transaction size {size}, limit 131072",
    )


def test_raw_transaction__that_pays_less_than_the_base_fee__is_refused(node: Running):
    sender = developer(6)
    raw = signed(sender, nonce=nonce_of(node, sender), maxFeePerGas=1)

    code, reason = node.refusal("eth_sendRawTransaction", raw)

    assert code == REFUSED
    assert reason.startswith("max fee per gas less than block base fee: maxFeePerGas: 1, baseFee: ")


def test_raw_transaction__of_a_poor_sender__is_refused(node: Running):
    balance = 10_000 * 10**18
    raw = signed(developer(7), nonce=nonce_of(node, developer(7)), value=balance)

    code, reason = node.refusal("eth_sendRawTransaction", raw)

    assert code == REFUSED
    assert reason.startswith("insufficient funds for gas * price + value: balance ")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("0x", "transaction is empty"),
        ("0x03c0", "blob transactions are not supported on this chain"),
        ("0x7fc0", "transaction type 0x7f is not supported"),
        ("0x02c0", "transaction is not canonical RLP: input too short"),
    ],
)
def test_raw_transaction__that_is_none__is_refused(node: Running, raw: str, reason: str):
    assert node.refusal("eth_sendRawTransaction", raw) == (REFUSED, reason)


def test_raw_transaction__with_bytes_after_it__is_refused(node: Running):
    raw = signed(developer(6), nonce=nonce_of(node, developer(6))) + "00"

    code, reason = node.refusal("eth_sendRawTransaction", raw)

    assert (code, reason) == (REFUSED, "1 bytes follow the transaction")


# --- Calls ---


@pytest.mark.parametrize(
    "parameters", [[], ["0x1"], ["0xzz"], [1], [None], [{}], ["0x" + "1" * 63]]
)
def test_raw_transaction__of_no_bytes__is_a_wrong_parameter(node: Running, parameters: list):
    assert node.refusal("eth_sendRawTransaction", *parameters)[0] == BAD_PARAMETERS


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("eth_getBalance", ["0x1234", "latest"]),
        ("eth_getBalance", ["f39Fd6e51aad88F6F4ce6aB8827279cffFb92266000", "latest"]),
        ("eth_getBalance", [RECEIVER, "yesterday"]),
        ("eth_getBalance", [RECEIVER, "0x10000000000000000"]),
        ("eth_getBalance", [RECEIVER, {"blockHash": "0x12"}]),
        ("eth_getStorageAt", [RECEIVER, "0x1" + "0" * 64, "latest"]),
        ("eth_getBlockByNumber", ["latest", "yes"]),
        ("eth_getTransactionReceipt", ["0x1234"]),
        ("eth_getLogs", [{"fromBlock": "0x5", "toBlock": "0x1"}]),
        ("eth_getLogs", [{"blockHash": "0x" + "0" * 64, "fromBlock": "0x1"}]),
        ("eth_feeHistory", [1, "latest", [120]]),
        ("eth_feeHistory", [1, "latest", [50, 20]]),
        ("eth_call", [{"to": RECEIVER, "gasPrice": "0x1", "maxFeePerGas": "0x1"}]),
        ("eth_call", [{"to": RECEIVER, "data": "0x01", "input": "0x02"}]),
        ("eth_call", [{"to": RECEIVER, "value": "-1"}]),
        ("eth_call", [{"to": RECEIVER, "value": "0x1" + "0" * 64}]),
        ("eth_getProof", [RECEIVER, ["0x0"] * 1_025, "latest"]),
        ("debug_traceCall", [{"to": RECEIVER}, "latest", {"tracer": "noSuchTracer"}]),
        ("eth_subscribe", []),
    ],
)
def test_call__with_a_wrong_parameter__says_so(node: Running, method: str, parameters: list):
    code, reason = node.refusal(method, *parameters)

    assert code in (BAD_PARAMETERS, REFUSED) if method == "debug_traceCall" else True
    assert code == BAD_PARAMETERS or method in ("debug_traceCall", "eth_subscribe"), reason
    assert reason


def test_call__of_a_block_that_is_not_there__says_so(node: Running):
    code, reason = node.refusal("eth_getBalance", RECEIVER, "0xffffff")

    assert (code, reason) == (NOT_FOUND, "block 0xffffff not found")


def test_unknown_method__answers_200_and_its_code(node: Running):
    assert node.refusal("eth_noSuchThing") == (NO_METHOD, "Method not found")


def test_revert__gives_its_data_with_code_3(node: Running):
    # PUSH1 0x2a, PUSH1 0, MSTORE, PUSH1 32, PUSH1 0, REVERT
    contract = deploy(node, "602a60005260206000fd")

    for method in ("eth_call", "eth_estimateGas"):
        refused = node.ask(method, {"to": contract})["error"]

        assert refused["code"] == REVERTED
        assert refused["message"] == "execution reverted"
        assert refused["data"] == "0x" + "2a".rjust(64, "0")


# --- JSON ---


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("", 400, PARSE_ERROR),
        ("hello", 400, PARSE_ERROR),
        ('{"jsonrpc":"2.0","id":1,', 200, PARSE_ERROR),
        ("[", 200, PARSE_ERROR),
        ("[]", 200, INVALID_REQUEST),
        ("{}", 200, PARSE_ERROR),
        ('{"jsonrpc":"1.0","id":1,"method":"eth_chainId"}', 200, INVALID_REQUEST),
        ('{"jsonrpc":"2.0","id":1,"method":7}', 200, INVALID_REQUEST),
        (b"\xff\xfe\x00", 400, PARSE_ERROR),
    ],
)
def test_body__that_is_no_request__is_refused(node: Running, body: str, status: int, code: int):
    answered, answer = node.post(body)

    assert answered == status
    assert answer["error"]["code"] == code


def test_batch__of_good_and_bad_calls__answers_each(node: Running):
    good = request("eth_chainId")

    status, answers = node.post(json.dumps([good, 1, {"foo": "bar"}]))

    assert status == 200
    assert [answer.get("result") for answer in answers] == ["0x7a69", None, None]
    assert [answer["error"]["code"] for answer in answers[1:]] == [INVALID_REQUEST] * 2


@pytest.mark.parametrize(
    "nested",
    ["[" * 100_000, "[" * 100_000 + "]" * 100_000, '{"a":' * 100_000 + "1" + "}" * 100_000],
)
def test_json__nested_deep__is_refused_and_the_node_lives(node: Running, nested: str):
    body = '{"jsonrpc":"2.0","id":1,"method":"eth_call","params":[' + nested + "]}"

    status, answer = node.post(body)

    assert status == 200
    assert answer["error"]["code"] in (PARSE_ERROR, INVALID_REQUEST, BAD_PARAMETERS)
    assert node.is_alive()


def test_batch__of_100_000_calls__is_refused(node: Running):
    call = json.dumps(request("eth_chainId"))

    status, answer = node.post("[" + ",".join([call] * 100_000) + "]")

    assert status == 200
    assert answer["error"]["code"] == BATCH_TOO_LARGE
    assert "10000" in json.dumps(answer["error"])


def test_body__above_the_limit__is_refused(node: Running):
    size = 16 * 1024 * 1024 + 1
    head = f"POST / HTTP/1.1\r\nHost: x\r\ncontent-type: application/json\r\ncontent-length: {size}\r\n"
    with contextlib.closing(socket.create_connection(("127.0.0.1", node.port))) as client:
        # The node answers by the head alone; nobody waits for the body.
        client.sendall(head.encode() + b"\r\n")
        client.settimeout(10)
        said = client.recv(4_096)

    assert said.startswith(b"HTTP/1.1 413 ")
    assert f'"code":{BODY_TOO_LARGE}'.encode() in said


def test_body__of_another_kind__is_refused(node: Running):
    status, _ = node.post("{}", content_type="text/plain")

    assert status == 415


# --- A chain that is not for development ---


@pytest.fixture(scope="module")
def production() -> object:
    with running("--production") as started:
        yield started


@pytest.mark.parametrize(
    "method",
    [
        "evm_mine",
        "evm_snapshot",
        "evm_increaseTime",
        "anvil_setBalance",
        "anvil_impersonateAccount",
        "anvil_reset",
        "anvil_dealERC20",
        "hardhat_setCode",
    ],
)
def test_development_command__in_production__does_not_exist(production: Running, method: str):
    assert production.refusal(method, RECEIVER, "0x1") == (NO_METHOD, "Method not found")


def test_unsigned_transaction__in_production__is_refused(production: Running):
    sender = developer().address
    transaction = {"from": sender, "to": RECEIVER, "value": "0x1"}

    for method in ("eth_sendTransaction", "eth_signTransaction"):
        code, reason = production.refusal(method, transaction)
        assert (code, reason) == (REFUSED, f"no signer available for {sender}")
    code, _ = production.refusal("eth_sendUnsignedTransaction", transaction)
    assert code == NO_METHOD
    assert production.refusal("personal_sign", "0x00", sender)[0] == REFUSED
    assert production.call("eth_accounts") == []
