# SPDX-License-Identifier: Apache-2.0
"""A node of our own on a free port, and plain HTTP to it: tests see answers as they come."""

import contextlib
import http.client
import itertools
import json
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.devnet.nodes import HEADWATER_NODE

Answer = tuple[int, Any]

TIMEOUT_SECONDS = 60.0
_ids = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Running:
    """A running node."""

    port: int
    pid: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def socket_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    def post(self, body: bytes | str, **headers: str) -> Answer:
        """Post bytes as they are; the status, and the answer as JSON where it is JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_SECONDS)
        with contextlib.closing(connection):
            plain = {"content-type": "application/json"}
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request("POST", "/", body, {**plain, **named})
            response = connection.getresponse()
            text = response.read().decode()
        try:
            return response.status, json.loads(text)
        except ValueError:
            return response.status, text

    def ask(self, method: str, *parameters: Any) -> dict[str, Any]:
        """The whole answer of one call: `result` or `error`."""
        status, answer = self.post(json.dumps(request(method, *parameters)))
        assert status == 200, answer
        return answer

    def call(self, method: str, *parameters: Any) -> Any:
        """The result of a call that is expected to have one."""
        answer = self.ask(method, *parameters)
        assert "error" not in answer, (method, answer)
        return answer["result"]

    def refusal(self, method: str, *parameters: Any) -> tuple[int, str]:
        """The code and words of a call that is expected to be refused."""
        answer = self.ask(method, *parameters)
        assert "error" in answer, (method, answer)
        return answer["error"]["code"], answer["error"]["message"]

    def batch(self, calls: Sequence[tuple[Any, ...]]) -> Any:
        status, answer = self.post(json.dumps([request(*call) for call in calls]))
        assert status == 200, answer
        return answer

    def resident_bytes(self) -> int:
        """Memory that the node's process holds."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024

    def is_alive(self) -> bool:
        return self.ask("eth_chainId").get("result") is not None


def request(method: str, *parameters: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": next(_ids), "method": method, "params": list(parameters)}


@contextlib.contextmanager
def running(*options: str) -> Iterator[Running]:
    """Start a node with options; stop it at the end, and fail if it did not end well."""
    command = [str(HEADWATER_NODE), "--port", "0", "--json-log", *options]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        yield Running(_port(process), process.pid)
        assert process.poll() is None, "the node ended by itself"
    finally:
        process.terminate()
        process.stderr.close()
        process.wait(TIMEOUT_SECONDS)


def _port(process: subprocess.Popen[str]) -> int:
    assert process.stderr is not None
    for line in process.stderr:
        if not line.startswith("{"):
            raise AssertionError(line)
        fields = json.loads(line)["fields"]
        if fields.get("message") == "listening":
            # What the node goes on to log is little: warnings fit in the pipe's buffer.
            return int(fields["address"].rsplit(":", 1)[1])
    raise AssertionError("the node did not start")
