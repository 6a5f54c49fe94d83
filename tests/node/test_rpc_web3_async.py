# SPDX-License-Identifier: Apache-2.0
"""web3.py's own tests of asynchronous providers on our node, over HTTP and over WebSocket.

Each exception is in `NOT_OURS` with its reason; the rest runs as web3.py's authors wrote it.
"""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from eth_typing import ChecksumAddress
from web3 import AsyncHTTPProvider, AsyncWeb3, HTTPProvider, Web3, WebSocketProvider
from web3._utils.module_testing import AsyncEthModuleTest, AsyncNetModuleTest
from web3._utils.module_testing.utils import RequestMocker
from web3.contract import Contract

from tests.node import test_rpc_web3 as synchronous
from tests.node.running import Running, running
from tests.node.transactions import developer

CONTRACTS = [
    ("emitter_contract", "EMITTER_CONTRACT"),
    ("math_contract", "MATH_CONTRACT"),
    ("revert_contract", "REVERT_CONTRACT"),
    ("storage_contract", "STORAGE_CONTRACT"),
    ("offchain_lookup", "OFFCHAIN_LOOKUP"),
    ("panic_errors_contract", "PANIC_ERRORS_CONTRACT"),
]
NOT_OURS = synchronous.NOT_OURS | synchronous.NOT_OURS_ASYNCHRONOUS


@pytest.fixture(scope="module")
def node() -> Iterator[Running]:
    chain_id = str(synchronous.CHAIN_ID)
    with running("--chain-id", chain_id, "--hardfork", "prague") as started:
        yield started


@pytest.fixture(scope="module")
def w3(node: Running) -> Web3:
    return Web3(HTTPProvider(node.url))


@pytest.fixture(params=["http", "websocket"])
def async_w3(
    request: pytest.FixtureRequest, node: Running, loop: asyncio.AbstractEventLoop
) -> Iterator[AsyncWeb3]:
    if request.param == "http":
        http = AsyncWeb3(AsyncHTTPProvider(node.url))
        yield http
        loop.run_until_complete(http.provider.disconnect())
        return
    socket = AsyncWeb3(WebSocketProvider(node.socket_url))
    loop.run_until_complete(socket.provider.connect())
    yield socket
    loop.run_until_complete(socket.provider.disconnect())


@pytest.fixture(autouse=True)
def isolation(node: Running, first_blocks: None) -> Iterator[None]:
    """Leave nothing behind: one of the tests gives its account another's code."""
    yield from synchronous.isolated(node)


@pytest.fixture(autouse=True)
def exception(request: pytest.FixtureRequest) -> None:
    reason = NOT_OURS.get(request.node.originalname.replace("test_async_", "test_"))
    if reason:
        pytest.skip(reason)


@pytest.fixture(scope="module")
def deployed(w3: Web3) -> Callable[[str], Contract]:
    """Each of web3.py's test contracts, deployed once by the synchronous provider."""
    contracts = {name: synchronous.deployed(w3, module, name)[0] for module, name in CONTRACTS}
    return contracts.__getitem__


def through(async_w3: AsyncWeb3, contract: Contract) -> Any:
    return async_w3.eth.contract(address=contract.address, abi=contract.abi)


@pytest.fixture
def async_math_contract(async_w3: AsyncWeb3, deployed: Any) -> Any:
    return through(async_w3, deployed("MATH_CONTRACT"))


@pytest.fixture
def async_math_contract_address(async_math_contract: Any) -> ChecksumAddress:
    return async_math_contract.address


@pytest.fixture
def async_emitter_contract(async_w3: AsyncWeb3, deployed: Any) -> Any:
    return through(async_w3, deployed("EMITTER_CONTRACT"))


@pytest.fixture
def async_emitter_contract_address(async_emitter_contract: Any) -> ChecksumAddress:
    return async_emitter_contract.address


@pytest.fixture
def async_revert_contract(async_w3: AsyncWeb3, deployed: Any) -> Any:
    return through(async_w3, deployed("REVERT_CONTRACT"))


@pytest.fixture
def async_storage_contract(async_w3: AsyncWeb3, deployed: Any) -> Any:
    return through(async_w3, deployed("STORAGE_CONTRACT"))


@pytest.fixture
def async_offchain_lookup_contract(async_w3: AsyncWeb3, deployed: Any) -> Any:
    return through(async_w3, deployed("OFFCHAIN_LOOKUP"))


@pytest.fixture
def async_panic_errors_contract(async_w3: AsyncWeb3, deployed: Any) -> Any:
    return through(async_w3, deployed("PANIC_ERRORS_CONTRACT"))


@pytest.fixture(scope="module")
def keyfile_account_pkey() -> str:
    return developer().key.hex()


@pytest.fixture(scope="module")
def async_keyfile_account_address() -> ChecksumAddress:
    return developer().address


@pytest.fixture(scope="module")
def async_keyfile_account_address_dual_type() -> ChecksumAddress:
    return developer().address


@pytest.fixture(scope="module", autouse=True)
def first_blocks(
    async_block_with_txn: Any, async_block_with_txn_with_log: Any, async_empty_block: Any
) -> None:
    """A chain begins as web3.py's fixture does: no log before the one that its tests look for."""


@pytest.fixture(scope="module")
def async_empty_block(node: Running, w3: Web3) -> Any:
    node.call("evm_mine")
    return w3.eth.get_block("latest")


@pytest.fixture(scope="module")
def mined_txn_hash(w3: Web3) -> Any:
    sender = developer().address
    # With a tip, so that the beneficiary's balance is not what it was.
    tip = {"maxFeePerGas": 10**10, "maxPriorityFeePerGas": 1}
    return w3.eth.send_transaction({"from": sender, "to": sender, "gas": 21_000, **tip})


@pytest.fixture(scope="module")
def async_block_with_txn(w3: Web3, mined_txn_hash: Any) -> Any:
    return w3.eth.get_block(w3.eth.get_transaction(mined_txn_hash)["blockNumber"])


@pytest.fixture(scope="module")
def txn_hash_with_log(deployed: Any) -> Any:
    emitter = deployed("EMITTER_CONTRACT")
    log_double = emitter.functions.logDouble(synchronous.LOG_DOUBLE_WITH_INDEX, 12_345, 54_321)
    return log_double.transact({"from": developer().address})


@pytest.fixture(scope="module")
def async_block_with_txn_with_log(w3: Web3, txn_hash_with_log: Any) -> Any:
    return w3.eth.get_block(w3.eth.get_transaction(txn_hash_with_log)["blockNumber"])


@pytest.fixture(scope="module")
def async_skip_if_testrpc() -> Callable[[AsyncWeb3], None]:
    return lambda _: None


@pytest.fixture(scope="module")
def request_mocker() -> type[RequestMocker]:
    return RequestMocker


class TestAsyncEth(AsyncEthModuleTest):
    pass


class TestAsyncNet(AsyncNetModuleTest):
    pass
