# SPDX-License-Identifier: Apache-2.0
"""JSON-RPC over one kept-open HTTP connection, with batches.

The scripts send many small calls to a node next door; web3's middleware would cost more than
the calls do.
"""

import http.client
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlsplit

from strategies.errors import EXIT_REFUSED, HeadwaterError, RpcUnreachable

from ..errors import SettingInvalid

Call = tuple[str, list[Any]]

# Anvil answers larger batches, other nodes refuse them.
MAX_BATCH_CALLS = 100

PRIORITY_FEE_WEI = 10**9


@dataclass(eq=False)
class RpcRefused(HeadwaterError):
    """The node answered, and the answer is an error."""

    method: str
    code: int
    reason: str
    payload: Any = None
    exit_status: ClassVar[int] = EXIT_REFUSED

    def __str__(self) -> str:
        return f"{self.method} was refused: {self.reason}"


class Rpc:
    """A node's JSON-RPC endpoint."""

    def __init__(self, url: str, timeout_seconds: float = 30.0) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SettingInvalid("the RPC URL", url, "one such as http://127.0.0.1:8545")
        self.url = url
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        self._connection = kind(parts.hostname, parts.port, timeout=timeout_seconds)
        self._last_id = 0

    def call(self, method: str, *parameters: Any) -> Any:
        answer = self._post(self._request(method, list(parameters)))
        return self._result(method, answer)

    def batch(self, calls: Sequence[Call]) -> list[Any]:
        """Answer every call, in order; the first refusal is raised."""
        answers = self.batch_outcomes(calls)
        for answer in answers:
            if isinstance(answer, RpcRefused):
                raise answer
        return answers

    def batch_outcomes(self, calls: Sequence[Call]) -> list[Any]:
        """Answer every call, in order; a refused one gives its `RpcRefused` as a value."""
        outcomes: list[Any] = []
        for start in range(0, len(calls), MAX_BATCH_CALLS):
            part = calls[start : start + MAX_BATCH_CALLS]
            requests = [self._request(method, parameters) for method, parameters in part]
            answers = self._post(requests)
            if not isinstance(answers, list) or len(answers) != len(part):
                raise RpcUnreachable(self.url, "it does not answer batches as JSON-RPC says")
            by_id = {answer.get("id"): answer for answer in answers}
            for request in requests:
                answer = by_id.get(request["id"])
                if answer is None:
                    raise RpcUnreachable(self.url, "it left a call of a batch unanswered")
                try:
                    outcomes.append(self._result(request["method"], answer))
                except RpcRefused as refusal:
                    outcomes.append(refusal)
        return outcomes

    # --- Shorthands ---

    def chain_id(self) -> int:
        return int(self.call("eth_chainId"), 16)

    def block_number(self) -> int:
        return int(self.call("eth_blockNumber"), 16)

    def block(self, number: int | str) -> dict[str, Any] | None:
        tag = hex(number) if isinstance(number, int) else number
        return self.call("eth_getBlockByNumber", tag, False)

    def genesis_hash(self) -> str:
        block = self.block(0)
        if block is None:
            raise RpcUnreachable(self.url, "it does not know its block 0")
        return block["hash"]

    def nonce(self, address: str, tag: str = "pending") -> int:
        return int(self.call("eth_getTransactionCount", address, tag), 16)

    def code(self, address: str) -> bytes:
        return bytes.fromhex(self.call("eth_getCode", address, "latest")[2:])

    def usual_fees(self) -> dict[str, int]:
        """The fee fields of a transaction that two full blocks do not price out."""
        block = self.block("latest") or {}
        if "baseFeePerGas" not in block:
            return {"gasPrice": int(self.call("eth_gasPrice"), 16)}
        base_fee = int(block["baseFeePerGas"], 16)
        tip = PRIORITY_FEE_WEI
        return {"type": 2, "maxFeePerGas": 2 * base_fee + tip, "maxPriorityFeePerGas": tip}

    # --- Wire ---

    def _request(self, method: str, parameters: list[Any]) -> dict[str, Any]:
        self._last_id += 1
        return {"jsonrpc": "2.0", "id": self._last_id, "method": method, "params": parameters}

    def _post(self, body: Any) -> Any:
        payload = json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        for attempt in (1, 2):
            try:
                self._connection.request("POST", self._path, payload, headers)
                response = self._connection.getresponse()
                raw = response.read()
                break
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError) as lost:
                # A kept-open connection may have been closed by the node since the last call.
                self._connection.close()
                if attempt == 2:
                    raise RpcUnreachable(self.url, str(lost) or "it hung up") from lost
            except (OSError, http.client.HTTPException) as failure:
                self._connection.close()
                fact = getattr(failure, "strerror", None) or str(failure) or "no answer"
                raise RpcUnreachable(self.url, fact) from failure
        try:
            return json.loads(raw)
        except ValueError as failure:
            raise RpcUnreachable(
                self.url, f"HTTP {response.status}, and no JSON-RPC in the answer"
            ) from failure

    def _result(self, method: str, answer: Any) -> Any:
        if not isinstance(answer, dict):
            raise RpcUnreachable(self.url, "the answer is not JSON-RPC")
        error = answer.get("error")
        if error is not None:
            raise RpcRefused(
                method, error.get("code", 0), error.get("message", "no reason"), error.get("data")
            )
        if "result" not in answer:
            raise RpcUnreachable(self.url, "the answer is not JSON-RPC")
        return answer["result"]
