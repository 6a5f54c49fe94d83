# SPDX-License-Identifier: Apache-2.0
"""JSON-RPC over HTTP: single calls and batches, with every failure as one of ours."""

from collections.abc import Sequence
from dataclasses import dataclass

import requests
from eth_abi import decode as decode_abi
from web3 import HTTPProvider

from strategies.errors import HeadwaterError, RpcAnswerInvalid, RpcUnreachable

# Servers bound the size of a batch; well under every known bound.
MAX_BATCH = 200

METHOD_NOT_FOUND = -32601
_ERROR_STRING_SELECTOR = "0x08c379a0"


@dataclass(eq=False)
class RpcRefused(HeadwaterError):
    """The server understood the request and said no: a revert, a bad nonce, no such method."""

    method: str
    code: int
    message: str
    data: str
    exit_status = RpcAnswerInvalid.exit_status

    @property
    def reason(self) -> str:
        """The contract's own words where there are any, else the server's."""
        return revert_reason(self.data) or self.message

    def __str__(self) -> str:
        return f"{self.method} was refused: {self.reason}"


def revert_reason(data: str) -> str:
    """The text of a revert; empty where the data carries none."""
    if not data.startswith(_ERROR_STRING_SELECTOR):
        return ""
    try:
        return decode_abi(["string"], bytes.fromhex(data[len(_ERROR_STRING_SELECTOR) :]))[0]
    except Exception:  # any malformed data means that there is no text in it
        return ""


class Rpc:
    """One server. Reads may be repeated by the caller; nothing here repeats anything."""

    def __init__(self, rpc_url: str, timeout_seconds: float) -> None:
        self.rpc_url = rpc_url
        self._provider = HTTPProvider(
            rpc_url,
            request_kwargs={"timeout": timeout_seconds},
            exception_retry_configuration=None,
        )

    def call(self, method: str, *parameters):
        answer = self._guard(method, lambda: self._provider.make_request(method, list(parameters)))
        result = self._read(method, answer)
        if isinstance(result, RpcRefused):
            raise result
        return result

    def batch(self, requests_made: Sequence[tuple[str, list]]) -> list:
        """Results in order; a refused request answers with its `RpcRefused`, not raised."""
        results: list = []
        for start in range(0, len(requests_made), MAX_BATCH):
            part = list(requests_made[start : start + MAX_BATCH])
            method = f"a batch of {part[0][0]}"
            answers = self._guard(method, lambda part=part: self._provider.make_batch_request(part))
            if not isinstance(answers, list) or len(answers) != len(part):
                raise RpcAnswerInvalid(self.rpc_url, method, "the server answers no batches")
            results += [
                self._read(name, answer) for (name, _), answer in zip(part, answers, strict=True)
            ]
        return results

    def _guard(self, method: str, send):
        try:
            return send()
        except requests.exceptions.HTTPError as error:
            fact = f"HTTP status {error.response.status_code}"
            raise RpcAnswerInvalid(self.rpc_url, method, fact) from error
        except (requests.exceptions.MissingSchema, requests.exceptions.InvalidSchema) as error:
            raise RpcUnreachable(self.rpc_url, "not an http address") from error
        except (requests.exceptions.InvalidURL, UnicodeError) as error:
            raise RpcUnreachable(self.rpc_url, "not an http address") from error
        except requests.exceptions.Timeout as error:
            raise RpcUnreachable(self.rpc_url, "no answer in time") from error
        except (ValueError, AttributeError, TypeError) as error:
            raise RpcAnswerInvalid(self.rpc_url, method, "not a JSON-RPC answer") from error
        except (requests.exceptions.ConnectionError, OSError) as error:
            raise RpcUnreachable(self.rpc_url, "connection refused") from error

    def _read(self, method: str, answer):
        if not isinstance(answer, dict):
            raise RpcAnswerInvalid(self.rpc_url, method, "not a JSON-RPC answer")
        fault = answer.get("error")
        if fault is None:
            if "result" not in answer:
                raise RpcAnswerInvalid(self.rpc_url, method, "neither a result nor an error")
            return answer["result"]
        if not isinstance(fault, dict):
            return RpcRefused(method, 0, str(fault), "")
        data = fault.get("data")
        return RpcRefused(
            method,
            int(fault.get("code", 0)),
            str(fault.get("message", "")),
            data if isinstance(data, str) else "",
        )
