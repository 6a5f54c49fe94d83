# SPDX-License-Identifier: Apache-2.0
"""Methods that wallets and tools ask for beyond what web3.py's own tests reach."""

from eth_account import Account
from eth_account.messages import encode_defunct, encode_typed_data
from eth_utils import keccak
from hexbytes import HexBytes

from tests.node.running import Running, running
from tests.node.transactions import RECEIVER, deploy, deploying, developer, nonce_of, signed
from tests.scripts.waiting import wait_for

# SLOAD(calldata word 0) is what a getter of one mapping would do: balanceOf reads the slot
# keccak(account, 0), allowance the slot keccak(owner ++ spender). 4 bytes of selector are skipped.
TOKEN = (
    # MSTORE(0, CALLDATALOAD(4)); MSTORE(32, CALLDATALOAD(36))
    "600435600052602435602052"
    # MSTORE(0, SLOAD(KECCAK(0, 64))); RETURN(0, 32)
    "6040600020546000526020" + "6000f3"
)
TYPED = {
    "types": {
        "EIP712Domain": [
            {"name": "name", "type": "string"},
            {"name": "chainId", "type": "uint256"},
        ],
        "Order": [
            {"name": "maker", "type": "address"},
            {"name": "amounts", "type": "uint256[]"},
            {"name": "note", "type": "bytes"},
        ],
    },
    "primaryType": "Order",
    "domain": {"name": "Headwater", "chainId": 31_337},
    "message": {"maker": RECEIVER, "amounts": [1, 2**60], "note": "0x1234"},
}


def balance(node: Running, address: str, block: str = "latest") -> int:
    return int(node.call("eth_getBalance", address, block), 16)


# --- Receipts ---


def test_receipt__of_an_open_block__is_there_at_once_and_has_no_block_hash() -> None:
    with running("--block-time", "3") as node:
        sent = node.call("eth_sendRawTransaction", signed(developer(), to=RECEIVER, value=1))
        wait_for(lambda: node.call("eth_getTransactionReceipt", sent) is not None)
        early = node.call("eth_getTransactionReceipt", sent)
        assert (early["status"], early["blockHash"]) == ("0x1", None)
        wait_for(lambda: int(node.call("eth_blockNumber"), 16) >= int(early["blockNumber"], 16))
        block = node.call("eth_getBlockByNumber", early["blockNumber"], False)
        settled = node.call("eth_getTransactionReceipt", sent)
    assert settled == early | {"blockHash": block["hash"]}


# --- Signing ---


def test_typed_data__is_signed_as_eip_712_says(node: Running):
    signer = developer()

    signature = node.call("eth_signTypedData_v4", signer.address, TYPED)

    assert Account.recover_message(encode_typed_data(full_message=TYPED), signature=signature) == (
        signer.address
    )


def test_messages__are_signed_alike_by_both_methods(node: Running):
    signer, message = developer(1), b"hello"

    personal = node.call("personal_sign", "0x" + message.hex(), signer.address)
    plain = node.call("eth_sign", signer.address, "0x" + message.hex())

    assert personal == plain
    assert Account.recover_message(encode_defunct(message), signature=personal) == signer.address


def test_sign_transaction__gives_the_raw_one_and_sends_nothing(node: Running):
    sender = developer(2)
    before = nonce_of(node, sender)

    signed_one = node.call(
        "eth_signTransaction",
        {"from": sender.address, "to": RECEIVER, "gasPrice": hex(10**10), "gas": "0x5208"},
    )

    assert nonce_of(node, sender) == before
    assert Account.recover_transaction(signed_one["raw"]) == sender.address
    assert signed_one["tx"]["type"] == "0x0"
    assert node.call("eth_sendRawTransaction", signed_one["raw"]) == signed_one["tx"]["hash"]


def test_send_transaction__keeps_the_kind_that_its_fields_ask_for(node: Running):
    sender = developer(3).address
    plain = {"from": sender, "to": RECEIVER}
    listed = [{"address": RECEIVER.lower(), "storageKeys": ["0x" + "0" * 64]}]

    def kind(**fields: object) -> tuple[str, list]:
        hash_ = node.call("eth_sendTransaction", {**plain, **fields})
        transaction = node.call("eth_getTransactionByHash", hash_)
        return transaction["type"], transaction.get("accessList", [])

    assert kind(gasPrice=hex(10**10)) == ("0x0", [])
    assert kind(gasPrice=hex(10**10), accessList=listed)[0] == "0x1"
    assert kind(accessList=listed) == ("0x2", listed)


# --- Batches ---


def test_batch_of_transactions__is_answered_in_order__a_block_for_each(node: Running):
    sender = developer(4)
    nonce = nonce_of(node, sender)
    head = int(node.call("eth_blockNumber"), 16)
    sends = [("eth_sendRawTransaction", signed(sender, nonce=nonce + at)) for at in range(5)]
    calls = [*sends[:3], ("eth_chainId",), ("eth_sendRawTransaction", "0x12"), *sends[3:]]

    answers = node.batch(calls)

    assert [answer["id"] for answer in answers] == sorted(answer["id"] for answer in answers)
    assert answers[3]["result"] == "0x7a69"
    assert answers[4]["error"]["message"] == "transaction type 0x12 is not supported"
    sent = answers[:3] + answers[5:]
    hashes = ["0x" + keccak(HexBytes(raw)).hex() for _, raw in sends]
    assert [answer["result"] for answer in sent] == hashes
    assert int(node.call("eth_blockNumber"), 16) == head + 5


# --- Development ---


def test_reset__goes_back_to_block_0(node: Running):
    genesis = node.call("eth_getBlockByNumber", "0x0", False)["hash"]
    sender = developer(5)
    node.call("eth_sendRawTransaction", signed(sender, nonce=nonce_of(node, sender)))
    node.call("anvil_setBalance", RECEIVER, "0x7")
    assert int(node.call("eth_blockNumber"), 16) > 0

    node.call("anvil_reset")

    assert node.call("eth_blockNumber") == "0x0"
    assert node.call("eth_getBlockByNumber", "latest", False)["hash"] == genesis
    assert balance(node, RECEIVER) == 0
    assert nonce_of(node, sender) == 0
    node.call("eth_sendRawTransaction", signed(sender))
    assert node.call("eth_blockNumber") == "0x1"


def test_rollback__takes_blocks_back(node: Running):
    sender = developer(5)
    before = node.call("eth_getBlockByNumber", "latest", False)
    for _ in range(3):
        node.call("eth_sendTransaction", {"from": sender.address, "to": RECEIVER, "value": "0x1"})

    node.call("anvil_rollback", 3)

    assert node.call("eth_getBlockByNumber", "latest", False) == before


def test_deal__writes_the_slot_that_the_token_reads(node: Running):
    token = deploy(node, TOKEN)
    holder, spender = developer(6).address, developer(7).address
    word = "0" * 24

    node.call("anvil_dealERC20", holder, token, hex(12_345))
    node.call("anvil_setERC20Allowance", holder, spender, token, hex(99))

    balance_of = "0x70a08231" + word + holder[2:]
    allowance = "0xdd62ed3e" + word + holder[2:] + word + spender[2:]
    assert int(node.call("eth_call", {"to": token, "data": balance_of}), 16) == 12_345
    assert int(node.call("eth_call", {"to": token, "data": allowance}), 16) == 99


def test_deal__of_what_is_no_token__is_refused(node: Running):
    code, reason = node.refusal("anvil_dealERC20", RECEIVER, RECEIVER, "0x1")

    assert code == -32_000
    assert reason == f"no slot of {RECEIVER} holds what its getter answers"


def test_waiting_transactions__are_shown_and_dropped(node: Running):
    node.call("evm_setAutomine", False)
    try:
        sender = developer(8)
        nonce = nonce_of(node, sender)
        first = node.call("eth_sendRawTransaction", signed(sender, nonce=nonce))
        later = node.call("eth_sendRawTransaction", signed(sender, nonce=nonce + 2))

        assert node.call("txpool_status") == {"pending": "0x1", "queued": "0x1"}
        content = node.call("txpool_contentFrom", sender.address)
        assert content["pending"][str(nonce)]["hash"] == first
        assert content["queued"][str(nonce + 2)]["hash"] == later
        line = node.call("txpool_inspect")["pending"][sender.address][str(nonce)]
        assert line == f"{RECEIVER}: 1 wei + 21000 gas × 10000000000 wei"

        assert node.call("anvil_dropTransaction", later) == later
        assert node.call("anvil_dropTransaction", later) is None
        assert node.call("txpool_status") == {"pending": "0x1", "queued": "0x0"}
        node.call("anvil_removePoolTransactions", sender.address)
        assert node.call("txpool_status") == {"pending": "0x0", "queued": "0x0"}
    finally:
        node.call("evm_setAutomine", True)


def test_metadata__names_chain_and_head(node: Running):
    head = node.call("eth_getBlockByNumber", "latest", False)

    for method in ("anvil_metadata", "hardhat_metadata"):
        metadata = node.call(method)
        assert metadata["chainId"] == 31_337
        assert metadata["latestBlockHash"] == head["hash"]
        assert metadata["clientVersion"].startswith("headwater/")


# --- The past ---


def test_proof__of_an_earlier_block__is_of_its_root(node: Running):
    node.call("anvil_setBalance", RECEIVER, "0x64")
    node.call("evm_mine")
    number = node.call("eth_blockNumber")
    early = node.call("eth_getProof", RECEIVER, ["0x0"], "latest")
    for value in ("0x65", "0x66"):
        node.call("anvil_setBalance", RECEIVER, value)
        node.call("evm_mine")

    late = node.call("eth_getProof", RECEIVER, ["0x0"], number)

    assert late == early
    assert late["balance"] == "0x64"
    root = node.call("eth_getBlockByNumber", number, False)["stateRoot"]
    assert "0x" + keccak(HexBytes(late["accountProof"][0])).hex() == root
    present = node.call("eth_getProof", RECEIVER, ["0x0"], "latest")
    root = node.call("eth_getBlockByNumber", "latest", False)["stateRoot"]
    assert present["balance"] == "0x66"
    assert "0x" + keccak(HexBytes(present["accountProof"][0])).hex() == root


def test_logs__of_a_long_chain__come_within_a_second(node: Running):
    # LOG1 with topic CALLDATALOAD(0), without data.
    contract = deploy(node, "60003560006000a100")
    sender = developer().address
    topics = ["0x" + hex(index)[2:].rjust(64, "0") for index in range(1, 4)]
    for topic in topics:
        node.call("eth_sendTransaction", {"from": sender, "to": contract, "data": topic})
        node.call("anvil_mine", hex(3_000))

    logs = node.call("eth_getLogs", {"fromBlock": "0x0", "address": contract})
    second = node.call(
        "eth_getLogs", {"fromBlock": "0x0", "address": contract, "topics": [topics[1:2]]}
    )

    assert [log["topics"] for log in logs] == [[topic] for topic in topics]
    assert second == logs[1:2]
    assert all(log["removed"] is False and log["logIndex"] == "0x0" for log in logs)


# --- Traces ---


def test_block_trace__is_each_transactions_own(node: Running):
    # SLOAD 0, plus 1, SSTORE 0: each call costs what the one before it left.
    contract = deploy(node, "600054600101600055" + "00")
    sender = developer(9).address
    node.call("evm_setAutomine", False)
    try:
        hashes = [
            node.call("eth_sendTransaction", {"from": sender, "to": contract, "gas": "0x20000"})
            for _ in range(40)
        ]
        node.call("evm_mine")
    finally:
        node.call("evm_setAutomine", True)
    number = node.call("eth_blockNumber")

    block = node.call("debug_traceBlockByNumber", number, {"tracer": "callTracer"})
    parity = node.call("trace_block", number)

    assert [one["txHash"] for one in block] == hashes
    for hash_, one in list(zip(hashes, block, strict=True))[::13]:
        assert one["result"] == node.call("debug_traceTransaction", hash_, {"tracer": "callTracer"})
        assert node.call("trace_transaction", hash_) == [
            trace for trace in parity if trace["transactionHash"] == hash_
        ]
    found = node.call(
        "trace_filter", {"fromBlock": number, "toBlock": number, "toAddress": [contract]}
    )
    assert found == parity


def test_failed_creation__is_traced_with_its_address(node: Running):
    sender = developer().address
    hash_ = node.call(
        "eth_sendTransaction", {"from": sender, "data": "0x60006000fd", "gas": "0x20000"}
    )

    (trace,) = node.call("trace_transaction", hash_)

    receipt = node.call("eth_getTransactionReceipt", hash_)
    assert trace["result"]["address"] == receipt["contractAddress"]
    assert deploying(b"") != "0x"
