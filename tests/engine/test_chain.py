# SPDX-License-Identifier: Apache-2.0
"""The chain for simulations: equal to the node, forked from it, many reads at once, threads at work."""

import threading
import time

import numpy as np
import pytest
from eth_account import Account
from eth_utils import to_checksum_address
from headwater_engine import (
    Chain,
    Message,
    MessageRefused,
    MethodRefused,
    Node,
    OriginInvalid,
    Reverted,
    SnapshotUnknown,
)
from headwater_engine.words import to_ints, to_uint64, word_array

from tests.evm import compile_contract
from tests.evm.codec import encode, selector

ETHER = 10**18
KEY = Account.from_key("0x" + "11" * 32)
MINTER, HOLDER, STRANGER = (f"0x{number:040x}" for number in (0xA1, 0xA2, 0xA3))
BLOCK_SECONDS = 12


def data(signature: str, *arguments: object) -> bytes:
    name, _, types = signature.rstrip(")").partition("(")
    kinds = tuple(types.split(",")) if types else ()
    return selector(name, kinds) + encode(kinds, list(arguments))


def creation() -> bytes:
    kinds = ["string", "string", "uint8", "address"]
    made = encode(kinds, ["Dollar", "tUSD", 6, MINTER])
    return compile_contract("assets/TestToken.vy").bytecode + made


def mint(token: str, assets: int, sender: str = MINTER) -> Message:
    return Message(token, data("mint(address,uint256)", HOLDER, assets), sender)


def balance_of(token: str, owner: str = HOLDER) -> Message:
    return Message(token, data("balanceOf(address)", owner))


@pytest.fixture
def chain():
    return Chain({KEY.address: ETHER}, timestamp=1_700_000_000)


@pytest.fixture
def token(chain):
    return chain.send(Message(None, creation(), KEY.address)).created


@pytest.fixture(scope="module")
def node():
    made = Node("--base-fee", "0", "--timestamp", "1700000000")
    yield made
    made.stop()


@pytest.fixture
def request_of(node):
    return lambda method, *parameters: node.request(method, parameters)


def deployed(request_of, data_: bytes) -> str:
    """Send from the node's first account; the address of what was created."""
    sender = request_of("eth_accounts")[0]
    sent = {"from": sender, "data": "0x" + data_.hex(), "gas": hex(5_000_000)}
    receipt = request_of("eth_getTransactionReceipt", request_of("eth_sendTransaction", sent))
    assert receipt["status"] == "0x1"
    return receipt["contractAddress"]


# --- Transactions ---


def test_send__keeps_what_it_does_and_says_what_it_was(chain, token):
    outcome = chain.send(mint(token, 7))

    assert int.from_bytes(chain.call(balance_of(token))) == 7
    (event,) = outcome.events
    assert (event.address, int.from_bytes(event.data)) == (token, 7)
    assert outcome.gas_used > 21_000


def test_send__that_reverts__gives_the_contracts_words_and_uses_a_nonce(chain, token):
    with pytest.raises(Reverted, match="token: not the minter") as caught:
        chain.send(mint(token, 7, sender=STRANGER))

    assert caught.value.outcome.gas_used > 21_000
    assert chain.nonce(STRANGER) == 1


def test_send_many__one_that_fails__stops_no_other(chain, token):
    outcomes = chain.send_many([mint(token, 1), mint(token, 2, sender=STRANGER), mint(token, 4)])

    assert [outcome.is_success for outcome in outcomes] == [True, False, True]
    assert int.from_bytes(chain.call(balance_of(token))) == 5


def test_send__of_more_than_the_sender_owns__is_refused_and_changes_nothing(chain):
    with pytest.raises(MessageRefused, match="lack of funds"):
        chain.send(Message(HOLDER, sender=STRANGER, value=1))

    assert chain.nonce(STRANGER) == 0


def test_send_signed__is_held_to_its_nonce(chain):
    fields = {
        "chainId": chain.chain_id, "nonce": 0, "to": to_checksum_address(HOLDER), "value": 5, "gas": 21_000,
        "maxFeePerGas": 0, "maxPriorityFeePerGas": 0, "type": 2,
    }  # fmt: skip
    raw = bytes(KEY.sign_transaction(fields).raw_transaction)

    (outcome,) = chain.send_signed([raw])

    assert outcome.gas_used == 21_000
    assert chain.balance(HOLDER) == 5
    with pytest.raises(MessageRefused, match="nonce"):
        chain.send_signed([raw])
    with pytest.raises(MessageRefused):
        chain.send_signed([raw[:-1]])


# --- Blocks, snapshots, writes ---


def test_revert__takes_back_state_and_time(chain, token):
    snapshot = chain.snapshot()
    later = chain.snapshot()
    number, timestamp = chain.number, chain.timestamp
    chain.send(mint(token, 7))
    chain.mine(3, BLOCK_SECONDS)
    assert (chain.number, chain.timestamp) == (number + 3, timestamp + 3 * BLOCK_SECONDS)

    chain.revert(snapshot)

    assert int.from_bytes(chain.call(balance_of(token))) == 0
    assert (chain.number, chain.timestamp) == (number, timestamp)
    with pytest.raises(SnapshotUnknown, match=str(later)):
        chain.revert(later)


def test_state__can_be_written(chain):
    chain.set_balance(HOLDER, 3)
    chain.set_nonce(HOLDER, 4)
    chain.set_storage(HOLDER, 5, 2**256 - 1)
    chain.set_code(HOLDER, b"\x42\x5f\x52\x60\x20\x5f\xf3")  # returns the time
    chain.set_time(1_800_000_000)

    assert (chain.balance(HOLDER), chain.nonce(HOLDER)) == (3, 4)
    assert chain.storage(HOLDER, 5) == 2**256 - 1
    assert int.from_bytes(chain.call(Message(HOLDER))) == 1_800_000_000


@pytest.mark.parametrize("address", ["0x12", "a1" * 20, "0x" + "zz" * 20, ""])
def test_address__that_is_none__is_named(chain, address):
    with pytest.raises(ValueError, match="is no address"):
        chain.balance(address)


def test_genesis__gives_accounts_code_and_rules():
    genesis = {
        "config": {"chainId": 77, "londonBlock": 0, "shanghaiTime": 0, "cancunTime": 0},
        "timestamp": "0x64",
        "gasLimit": "0x1c9c380",
        "baseFeePerGas": "0x7",
        "alloc": {HOLDER: {"balance": "0x9", "storage": {"0x01": "0x02"}}},
    }

    chain = Chain.from_genesis(genesis)

    assert (chain.chain_id, chain.number, chain.timestamp, chain.base_fee) == (77, 1, 101, 7)
    assert (chain.balance(HOLDER), chain.storage(HOLDER, 1)) == (9, 2)
    with pytest.raises(ValueError):
        Chain.from_genesis("{}")


# --- Many at once ---


def test_arrays__are_what_single_reads_give(chain, token):
    owners = [f"0x{number:040x}" for number in range(1_000, 1_100)]
    chain.send_many(
        [
            Message(token, data("mint(address,uint256)", one, i), MINTER)
            for i, one in enumerate(owners)
        ]
    )
    inputs = np.array([list(data("balanceOf(address)", one)) for one in owners], dtype=np.uint8)

    answers, successes = chain.call_array(token, inputs)

    assert successes.all()
    assert to_uint64(answers[:, 0]).tolist() == list(range(100))
    slots = [0, 1, 2, 3, 4]
    expected = [chain.storage(token, slot) for slot in slots]
    assert to_ints(chain.storage_array(token, slots)) == expected
    assert to_ints(chain.storage_array(token, word_array(slots))) == expected
    assert to_ints(chain.balance_array([KEY.address, HOLDER])) == [ETHER, 0]


def test_call_array__where_calls_fail__says_which(chain, token):
    good, bad = data("balanceOf(address)", HOLDER), data("mint(address,uint256)", HOLDER, 1)
    inputs = np.frombuffer(good.ljust(len(bad), b"\0") + bad, dtype=np.uint8).reshape(2, -1)

    _, successes = chain.call_array(token, inputs)

    assert successes.tolist() == [True, False]


def test_to_uint64__of_what_does_not_fit__is_refused():
    with pytest.raises(OverflowError):
        to_uint64(word_array([2**64]))


# --- Beside the node ---


def test_same_transactions__on_node_and_chain__leave_the_same(request_of):
    """Addresses, gas, events and slots of a deployment and what follows it."""
    sender = request_of("eth_accounts")[0]
    chain = Chain.fork(request_of)
    steps = [(None, creation())]
    address = chain.send(Message(None, creation(), sender)).created
    steps += [
        (address, data("approve(address,uint256)", STRANGER, 9)),
        (address, data("transfer(address,uint256)", STRANGER, 1)),
        (address, data("set_minter(address)", sender)),
    ]
    twin = Chain.fork(request_of)

    for to, input_ in steps:
        ours = twin.send_many([Message(to, input_, sender, gas=3_000_000)])[0]
        sent = {"from": sender, "data": "0x" + input_.hex(), "gas": hex(3_000_000)}
        sent |= {"to": to} if to else {}
        receipt = request_of("eth_getTransactionReceipt", request_of("eth_sendTransaction", sent))
        assert int(receipt["status"], 16) == ours.is_success
        assert int(receipt["gasUsed"], 16) == ours.gas_used
        assert [log["data"] for log in receipt["logs"]] == [
            "0x" + event.data.hex() for event in ours.events
        ]

    for slot in range(12):
        theirs = request_of("eth_getStorageAt", address, hex(slot), "latest")
        assert twin.storage(address, slot) == int(theirs, 16)
    assert twin.code(address).hex() == request_of("eth_getCode", address, "latest")[2:]


def test_fork__reads_the_block_it_was_made_at_and_writes_to_itself(request_of):
    token = deployed(request_of, creation())
    head = int(request_of("eth_blockNumber"), 16)
    chain = Chain.fork(request_of, head)

    request_of("anvil_setBalance", HOLDER, hex(5))
    request_of("anvil_mine", "0x2")
    chain.send(mint(token, 7))

    assert chain.number == head + 1
    assert chain.balance(HOLDER) == 0
    assert int.from_bytes(chain.call(balance_of(token))) == 7
    seen = request_of(
        "eth_call", {"to": token, "data": "0x" + balance_of(token).data.hex()}, "latest"
    )
    assert int(seen, 16) == 0


def test_fork__asks_for_each_value_once(request_of):
    asked = []

    def counting(method, *parameters):
        asked.append((method, parameters))
        return request_of(method, *parameters)

    chain = Chain.fork(counting)
    first = chain.balance(HOLDER)
    count = len(asked)

    assert chain.balance(HOLDER) == first
    assert len(asked) == count


def test_fork__of_a_block_that_is_not_there__is_refused(request_of):
    with pytest.raises(OriginInvalid, match="no block 99999999"):
        Chain.fork(request_of, 99_999_999)


def test_fork__whose_origin_fails__passes_the_failure_on_and_keeps_nothing(request_of):
    class Away(Exception):
        pass

    is_away = False

    def failing(method, *parameters):
        if is_away:
            raise Away(method)
        return request_of(method, *parameters)

    chain = Chain.fork(failing)
    is_away = True
    with pytest.raises(Away):
        chain.send(Message(STRANGER, sender=HOLDER))
    with pytest.raises(Away):
        chain.balance(STRANGER)
    is_away = False

    assert chain.nonce(HOLDER) == 0
    chain.send(Message(STRANGER, sender=HOLDER))


# --- Threads ---


def test_gil__is_released_while_a_chain_works(chain):
    """A contract that burns all gas takes a while; meanwhile this thread counts."""
    chain.set_code(HOLDER, bytes.fromhex("5b600056"))  # jumps to its beginning for ever
    burning = Message(HOLDER, gas=150_000_000)
    done = threading.Event()

    def burn():
        try:
            outcomes = chain.calls([burning] * 4)
            assert [outcome.reason for outcome in outcomes] == ["OutOfGas(Basic)"] * 4
        finally:
            done.set()

    began = time.perf_counter()
    thread = threading.Thread(target=burn)
    thread.start()
    rounds = 0
    while not done.is_set():
        rounds += 1
    thread.join()

    # With the GIL held this loop would run for an instant before and after.
    assert time.perf_counter() - began > 0.05
    assert rounds > 10_000


# --- The node by itself ---


def test_node__arguments_that_are_wrong__are_refused_in_its_own_words():
    with pytest.raises(ValueError, match="unexpected argument '--nonsense'"):
        Node("--nonsense")


def test_node__unknown_method__is_refused_by_code(node):
    with pytest.raises(MethodRefused) as caught:
        node.request("eth_nonsense")

    assert caught.value.code == -32_601


def test_node__stopped__refuses():
    node = Node("--base-fee", "0")
    sender = node.request("eth_accounts")[0]
    node.stop()

    with pytest.raises(MethodRefused):
        node.request("eth_sendTransaction", [{"from": sender, "to": HOLDER, "value": "0x1"}])
