# SPDX-License-Identifier: Apache-2.0
"""Clients that are slow, many or greedy: they are let go or wait, and the others do not notice."""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator

import pytest
from websockets.sync.client import connect

from tests.node.running import Running, request, running
from tests.node.transactions import deploy, developer, nonce_of, signed

PATIENCE_SECONDS = 1.0
# Beyond it a client next to a busy one would notice.
PROMPT_SECONDS = 3.0
LIMIT = -32_005
# JUMPDEST, PUSH1 0, JUMP: burns whatever gas there is.
ENDLESS = "5b600056"
CONNECTIONS, SUBSCRIPTIONS = 1_000, 256


@pytest.fixture(scope="module")
def node() -> Iterator[Running]:
    with running("--patience", str(PATIENCE_SECONDS)) as started:
        yield started


def closes_within(connection: socket.socket, seconds: float) -> bytes:
    """What the node says before it closes the connection."""
    connection.settimeout(seconds)
    said = b""
    while more := connection.recv(4_096):
        said += more
    return said


def seconds_of(node: Running) -> float:
    began = time.monotonic()
    assert node.is_alive()
    return time.monotonic() - began


def test_headers_that_trickle__are_cut_off(node: Running):
    with contextlib.closing(socket.create_connection(("127.0.0.1", node.port))) as slow:
        slow.sendall(b"POST / HTTP/1.1\r\nHost: x\r\n")
        began = time.monotonic()
        closes_within(slow, 10 * PATIENCE_SECONDS)

    assert time.monotonic() - began < 5 * PATIENCE_SECONDS


def test_body_that_trickles__is_answered_408(node: Running):
    head = b"POST / HTTP/1.1\r\nHost: x\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n"
    with contextlib.closing(socket.create_connection(("127.0.0.1", node.port))) as slow:
        slow.sendall(head + b"{")
        for _ in range(4):
            time.sleep(PATIENCE_SECONDS / 2)
            with contextlib.suppress(OSError):
                slow.sendall(b" ")
        said = closes_within(slow, 10 * PATIENCE_SECONDS)

    assert said.startswith(b"HTTP/1.1 408 ")


def test_hundreds_of_slow_clients__delay_nobody(node: Running):
    with contextlib.ExitStack() as stack:
        for _ in range(500):
            slow = socket.create_connection(("127.0.0.1", node.port))
            stack.enter_context(contextlib.closing(slow))
            slow.sendall(b"POST / HTTP/1.1\r\nHost: x\r\n")

        assert seconds_of(node) < PROMPT_SECONDS


def test_connections__beyond_the_limit__are_told_so():
    # With all the patience of the world, so that idle connections stay.
    with running() as node, contextlib.ExitStack() as stack:
        for _ in range(CONNECTIONS):
            idle = socket.create_connection(("127.0.0.1", node.port))
            stack.enter_context(contextlib.closing(idle))
        with contextlib.closing(socket.create_connection(("127.0.0.1", node.port))) as late:
            late.settimeout(10)
            said = late.recv(4_096)

    assert said.startswith(b"HTTP/1.1 503 ")


def test_subscriptions__beyond_the_limit__are_refused(node: Running):
    with connect(node.socket_url) as client:
        for _ in range(SUBSCRIPTIONS):
            client.send(json.dumps(request("eth_subscribe", "newHeads")))
            assert "result" in json.loads(client.recv())
        client.send(json.dumps(request("eth_subscribe", "newHeads")))

        refused = json.loads(client.recv())["error"]

    assert refused["code"] == -32_006


def test_calls_that_burn_gas__are_bounded_and_delay_nobody(node: Running):
    contract = deploy(node, ENDLESS)
    burn = {"to": contract, "gas": "0xffffffffffff"}
    answers: list[dict] = []
    threads = [
        threading.Thread(target=lambda: answers.append(node.ask("eth_call", burn)))
        for _ in range(16)
    ]
    for thread in threads:
        thread.start()

    prompt = seconds_of(node)
    for thread in threads:
        thread.join()

    assert prompt < PROMPT_SECONDS
    assert len(answers) == 16
    assert {answer["error"]["code"] for answer in answers} == {-32_000}


def test_trace__of_millions_of_steps__is_refused(node: Running):
    contract = deploy(node, ENDLESS)
    sender = developer(1)
    raw = signed(sender, nonce=nonce_of(node, sender), to=contract, value=0, gas=16_000_000)
    hash_ = node.call("eth_sendRawTransaction", raw)
    before = node.resident_bytes()

    code, reason = node.refusal("debug_traceTransaction", hash_)

    assert (code, reason) == (
        LIMIT,
        "the trace is larger than 67108864 bytes; use a tracer of calls",
    )
    assert node.resident_bytes() - before < 1 << 30
    calls = node.call("debug_traceTransaction", hash_, {"tracer": "callTracer"})
    assert calls["error"] == "out of gas"


def test_mining__beyond_the_limit__is_refused(node: Running):
    assert node.refusal("anvil_mine", "0xfffffff") == (-32_602, "268435455 blocks, limit 100000")
