# SPDX-License-Identifier: Apache-2.0
"""web3.py's own tests of subscriptions over WebSocket, on a chain whose blocks come by time."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from web3 import AsyncWeb3, HTTPProvider, Web3, WebSocketProvider
from web3._utils.module_testing.persistent_connection_provider import (
    PersistentConnectionProviderTest,
)
from web3.contract import Contract

from tests.node.running import Running, running
from tests.node.test_rpc_web3 import CHAIN_ID, deployed


@pytest.fixture(scope="module")
def node() -> Iterator[Running]:
    with running("--block-time", "1", "--chain-id", str(CHAIN_ID)) as started:
        yield started


@pytest.fixture(scope="module")
def emitter(node: Running) -> Contract:
    return deployed(Web3(HTTPProvider(node.url)), "emitter_contract", "EMITTER_CONTRACT")[0]


@pytest.fixture
def async_w3(node: Running, loop: asyncio.AbstractEventLoop) -> Iterator[AsyncWeb3]:
    socket = AsyncWeb3(WebSocketProvider(node.socket_url))
    loop.run_until_complete(socket.provider.connect())
    yield socket
    loop.run_until_complete(socket.provider.disconnect())


@pytest.fixture
def async_emitter_contract(async_w3: AsyncWeb3, emitter: Contract) -> Any:
    return async_w3.eth.contract(address=emitter.address, abi=emitter.abi)


class TestSubscriptions(PersistentConnectionProviderTest):
    pass
