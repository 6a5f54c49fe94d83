# SPDX-License-Identifier: Apache-2.0
"""`eth_subscribe` over WebSocket."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from tests.node.running import Running, request
from tests.node.transactions import RECEIVER, deploy, developer


class Subscriber:
    """A WebSocket client that keeps what comes for its subscriptions apart from answers."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.told: list[dict[str, Any]] = []

    def call(self, method: str, *parameters: Any) -> Any:
        asked = request(method, *parameters)
        self.connection.send(json.dumps(asked))
        while (answer := self._next()).get("id") != asked["id"]:
            self.told.append(answer["params"])
        return answer.get("result", answer.get("error"))

    def next(self, subscription: str) -> Any:
        """What a subscription tells next."""
        while True:
            for at, told in enumerate(self.told):
                if told["subscription"] == subscription:
                    return self.told.pop(at)["result"]
            self.told.append(self._next()["params"])

    def _next(self) -> dict[str, Any]:
        return json.loads(self.connection.recv(timeout=20))


@pytest.fixture
def client(node: Running) -> Iterator[Subscriber]:
    with connect(node.socket_url) as connection:
        yield Subscriber(connection)


def test_heads__come_with_each_block(node: Running, client: Subscriber):
    heads = client.call("eth_subscribe", "newHeads")

    client.call("evm_mine")
    first = client.next(heads)
    client.call("evm_mine")
    second = client.next(heads)

    assert second["parentHash"] == first["hash"]
    block = node.call("eth_getBlockByHash", second["hash"], False)
    assert {key: block[key] for key in second} == second


def test_logs__come_if_they_match(node: Running, client: Subscriber):
    contract, other = (deploy(node, "60003560006000a100") for _ in range(2))
    topic = "0x" + "7".rjust(64, "0")
    logs = client.call("eth_subscribe", "logs", {"address": contract, "topics": [topic]})
    sender = developer().address

    for to, data in ((other, topic), (contract, "0x" + "8".rjust(64, "0")), (contract, topic)):
        hash_ = client.call("eth_sendTransaction", {"from": sender, "to": to, "data": data})

    told = client.next(logs)
    assert told["transactionHash"] == hash_
    assert told["topics"] == [topic]
    (asked,) = node.call("eth_getLogs", {"blockHash": told["blockHash"]})
    assert told == asked


def test_transactions__come_as_hashes_or_whole(client: Subscriber):
    hashes = client.call("eth_subscribe", "newPendingTransactions")
    whole = client.call("eth_subscribe", "newPendingTransactions", True)

    sent = client.call(
        "eth_sendTransaction", {"from": developer().address, "to": RECEIVER, "value": "0x1"}
    )

    assert client.next(hashes) == sent
    assert client.next(whole)["hash"] == sent


def test_syncing__tells_nothing_where_nobody_syncs(client: Subscriber):
    syncing = client.call("eth_subscribe", "syncing")
    heads = client.call("eth_subscribe", "newHeads")

    client.call("evm_mine")

    client.next(heads)
    assert all(told["subscription"] != syncing for told in client.told)


def test_unsubscribe__ends_it(client: Subscriber):
    heads = client.call("eth_subscribe", "newHeads")
    other = client.call("eth_subscribe", "newHeads")

    assert client.call("eth_unsubscribe", heads) is True
    client.call("evm_mine")

    client.next(other)
    assert all(told["subscription"] != heads for told in client.told)


def test_unknown_subscription__is_refused(client: Subscriber):
    assert client.call("eth_subscribe", "newMoons")["code"] == -32_602
