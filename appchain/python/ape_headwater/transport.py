# SPDX-License-Identifier: Apache-2.0
"""web3.py over a node within the process."""

import json
from typing import TYPE_CHECKING, Any

from web3.providers.base import JSONBaseProvider
from web3.types import RPCEndpoint, RPCResponse

if TYPE_CHECKING:
    from headwater_engine import Node


class EngineTransport(JSONBaseProvider):
    """Hands requests to a node without a socket."""

    def __init__(self, node: "Node") -> None:
        super().__init__()
        self._node = node

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        # web3's own encoder first: it knows what of its types is JSON.
        plain = json.loads(self.encode_rpc_request(method, params))["params"]
        return self._node.answer(method, plain)  # type: ignore[return-value]

    def is_connected(self, show_traceback: bool = False) -> bool:
        return True
