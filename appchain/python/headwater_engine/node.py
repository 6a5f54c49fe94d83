# SPDX-License-Identifier: Apache-2.0
"""A node within the process, spoken to in JSON-RPC without a socket."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ._load import native
from .errors import MethodRefused


class Node:
    """A development chain of `headwater-node`, as fast to ask as a function is to call.

    Threads may share it: the GIL is released while the node works.
    """

    def __init__(self, *arguments: str) -> None:
        """Start a node by the arguments of `headwater-node --help`; those of ports are passed over.

        Raises
        ------
        ValueError
            For arguments that the program would refuse, with its own words.
        RuntimeError
            If the node does not start, such as on a folder that another one holds.
        """
        self._native = native.Node(arguments)

    def request(self, method: str, parameters: Sequence[Any] = ()) -> Any:
        """Answer one JSON-RPC method: what its `result` holds.

        Raises
        ------
        MethodRefused
            With the message, code and data that the node gives.
        TypeError
            If a parameter is not JSON.
        """
        answer = self.answer(method, parameters)
        error = answer.get("error")
        if error is not None:
            raise MethodRefused(error["message"], error["code"], error.get("data"))
        return answer["result"]

    def answer(self, method: str, parameters: Sequence[Any] = ()) -> Mapping[str, Any]:
        """Answer one JSON-RPC method with the whole response, errors too."""
        request = {"jsonrpc": "2.0", "id": 0, "method": method, "params": parameters}
        return json.loads(self._native.request(json.dumps(request)))

    def stop(self) -> None:
        """End the chain; what it is asked afterwards it refuses."""
        self._native.stop()
