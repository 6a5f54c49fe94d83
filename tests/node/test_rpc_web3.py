# SPDX-License-Identifier: Apache-2.0
"""web3.py's own provider tests, which ship inside its package, on our node over HTTP.

Each exception is in `NOT_OURS` with its reason; the rest runs as web3.py's authors wrote it.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, ClassVar

import pytest
from eth_typing import ChecksumAddress
from eth_utils import is_string
from web3 import HTTPProvider, Web3
from web3._utils.module_testing import EthModuleTest, NetModuleTest, Web3ModuleTest
from web3._utils.module_testing.go_ethereum_txpool_module import GoEthereumTxPoolModuleTest
from web3._utils.module_testing.utils import RequestMocker
from web3.contract import Contract

from tests.node.running import Running, running
from tests.node.transactions import developer

# web3.py's tests name the chain id of their own fixture.
CHAIN_ID = 131_277_322_940_537
# The emitter contract's number of an event.
LOG_DOUBLE_WITH_INDEX = 9
CONTRACTS = "web3._utils.contract_sources.contract_data"

ENS = "fails before a request is made: the installed ens hands its normaliser a list, not text"
CLEF = "is refused, with -32602, but not in the words of geth's clef"
AUTOMINES = (
    "waits in the pool of a chain that mines by time; this one mines each transaction at once"
)
NOT_OURS = {
    **dict.fromkeys(
        (
            "test_eth_replace_transaction",
            "test_eth_replace_transaction_legacy",
            "test_eth_replace_transaction_underpriced",
            "test_eth_replace_transaction_incorrect_nonce",
            "test_eth_replace_transaction_gas_price_too_low",
            "test_eth_replace_transaction_gas_price_defaulting_minimum",
            "test_eth_replace_transaction_gas_price_defaulting_strategy_higher",
            "test_eth_replace_transaction_gas_price_defaulting_strategy_lower",
            "test_eth_modify_transaction",
            "test_eth_modify_transaction_legacy",
            "test_eth_get_transaction_receipt_unmined",
            "test_eth_wait_for_transaction_receipt_unmined",
        ),
        AUTOMINES,
    ),
    **dict.fromkeys(
        (
            "test_eth_get_balance_with_ens_name",
            "test_eth_get_storage_at_ens_name",
            "test_eth_get_transaction_count_ens_name",
            "test_eth_get_code_ens_address",
            "test_eth_sign_ens_names",
            "test_eth_sign_transaction_ens_names",
            "test_solidity_keccak_ens",
        ),
        ENS,
    ),
    "test_invalid_eth_sign_typed_data": CLEF,
}
# Of the asynchronous tests only.
NOT_OURS_ASYNCHRONOUS = {
    "test_eth_sign_typed_data": "fails inside web3.py, whose formatter takes the message for a list",
}


@pytest.fixture(scope="module")
def node() -> Iterator[Running]:
    with running("--chain-id", str(CHAIN_ID), "--hardfork", "prague") as started:
        yield started


@pytest.fixture(scope="module")
def w3(node: Running) -> Web3:
    return Web3(HTTPProvider(node.url))


def isolated(node: Running) -> Iterator[None]:
    snapshot = node.call("evm_snapshot")
    yield
    assert node.call("evm_revert", snapshot)


@pytest.fixture(autouse=True)
def isolation(node: Running, first_blocks: None) -> Iterator[None]:
    """Leave nothing behind: one of the tests gives its account another's code."""
    yield from isolated(node)


@pytest.fixture(autouse=True)
def exception(request: pytest.FixtureRequest) -> None:
    reason = NOT_OURS.get(request.node.originalname)
    if reason:
        pytest.skip(reason)


def deployed(w3: Web3, module: str, name: str) -> tuple[Contract, Any]:
    """Deploy one of web3.py's test contracts; the contract and its creation's receipt."""
    data = import_module(f"{CONTRACTS}.{module}").__dict__[f"{name}_DATA"]
    factory = w3.eth.contract(abi=data["abi"], bytecode=data["bytecode"])
    receipt = w3.eth.wait_for_transaction_receipt(
        factory.constructor().transact({"from": w3.eth.accounts[0]})
    )
    return factory(receipt["contractAddress"]), receipt


@pytest.fixture(scope="module")
def math_contract_and_receipt(w3: Web3) -> tuple[Contract, Any]:
    return deployed(w3, "math_contract", "MATH_CONTRACT")


@pytest.fixture(scope="module")
def math_contract(math_contract_and_receipt: tuple[Contract, Any]) -> Contract:
    return math_contract_and_receipt[0]


@pytest.fixture(scope="module")
def math_contract_address(math_contract: Contract) -> ChecksumAddress:
    return math_contract.address


@pytest.fixture(scope="module")
def math_contract_deploy_txn_hash(math_contract_and_receipt: tuple[Contract, Any]) -> Any:
    return math_contract_and_receipt[1]["transactionHash"]


@pytest.fixture(scope="module")
def emitter_contract(w3: Web3) -> Contract:
    return deployed(w3, "emitter_contract", "EMITTER_CONTRACT")[0]


@pytest.fixture(scope="module")
def emitter_contract_address(emitter_contract: Contract) -> ChecksumAddress:
    return emitter_contract.address


@pytest.fixture(scope="module")
def revert_contract(w3: Web3) -> Contract:
    return deployed(w3, "revert_contract", "REVERT_CONTRACT")[0]


@pytest.fixture(scope="module")
def storage_contract(w3: Web3) -> Contract:
    return deployed(w3, "storage_contract", "STORAGE_CONTRACT")[0]


@pytest.fixture(scope="module")
def offchain_lookup_contract(w3: Web3) -> Contract:
    return deployed(w3, "offchain_lookup", "OFFCHAIN_LOOKUP")[0]


@pytest.fixture(scope="module")
def panic_errors_contract(w3: Web3) -> Contract:
    return deployed(w3, "panic_errors_contract", "PANIC_ERRORS_CONTRACT")[0]


@pytest.fixture(scope="module")
def keyfile_account_pkey() -> str:
    return developer().key.hex()


@pytest.fixture(scope="module")
def keyfile_account_address() -> ChecksumAddress:
    return developer().address


@pytest.fixture(scope="module")
def keyfile_account_address_dual_type() -> ChecksumAddress:
    return developer().address


@pytest.fixture(scope="module", autouse=True)
def first_blocks(
    block_with_txn: Any,
    block_with_txn_with_log: Any,
    math_contract: Contract,
    revert_contract: Contract,
    storage_contract: Contract,
    offchain_lookup_contract: Contract,
    panic_errors_contract: Contract,
    empty_block: Any,
) -> None:
    """A chain begins as web3.py's fixture does: no log before the one that its tests look for."""
    assert block_with_txn["number"] < block_with_txn_with_log["number"] < empty_block["number"]


@pytest.fixture(scope="module")
def empty_block(node: Running, w3: Web3) -> Any:
    node.call("evm_mine")
    block = w3.eth.get_block("latest")
    assert not block["transactions"]
    return block


@pytest.fixture(scope="module")
def mined_txn_hash(w3: Web3) -> Any:
    sender = developer().address
    # With a tip, so that the beneficiary's balance is not what it was.
    tip = {"maxFeePerGas": 10**10, "maxPriorityFeePerGas": 1}
    return w3.eth.send_transaction({"from": sender, "to": sender, "gas": 21_000, **tip})


@pytest.fixture(scope="module")
def block_with_txn(w3: Web3, mined_txn_hash: Any) -> Any:
    return w3.eth.get_block(w3.eth.get_transaction(mined_txn_hash)["blockNumber"])


@pytest.fixture(scope="module")
def txn_hash_with_log(emitter_contract: Contract) -> Any:
    log_double = emitter_contract.functions.logDouble(LOG_DOUBLE_WITH_INDEX, 12_345, 54_321)
    return log_double.transact({"from": developer().address})


@pytest.fixture(scope="module")
def block_with_txn_with_log(w3: Web3, txn_hash_with_log: Any) -> Any:
    return w3.eth.get_block(w3.eth.get_transaction(txn_hash_with_log)["blockNumber"])


@pytest.fixture(scope="module")
def skip_if_testrpc() -> Callable[[Web3], None]:
    return lambda _: None


@pytest.fixture(scope="module")
def request_mocker() -> type[RequestMocker]:
    return RequestMocker


class TestEth(EthModuleTest):
    pass


class TestNet(NetModuleTest):
    pass


class TestTransactionPool(GoEthereumTxPoolModuleTest):
    pass


class TestWeb3(Web3ModuleTest):
    CLIENT: ClassVar[str] = "headwater/"

    def _check_web3_client_version(self, client_version: str) -> None:
        assert is_string(client_version)
        assert client_version.startswith(self.CLIENT)
