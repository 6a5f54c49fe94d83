# SPDX-License-Identifier: Apache-2.0
"""Headwater's engine within a Python process.

- `Node`: the whole node, spoken to in JSON-RPC without a socket.

`make engine` builds what it is made of; until then only the names of `errors` can be imported.
"""

from typing import TYPE_CHECKING, Any

from .errors import EngineError, MethodRefused, NotBuilt

if TYPE_CHECKING:
    from .node import Node

__all__ = ["EngineError", "MethodRefused", "Node", "NotBuilt"]


def __getattr__(name: str) -> Any:
    # Late, so that Ape can list its networks on a machine without Rust.
    if name == "Node":
        from .node import Node

        return Node
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
