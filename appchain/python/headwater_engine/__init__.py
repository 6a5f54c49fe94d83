# SPDX-License-Identifier: Apache-2.0
"""Headwater's engine within a Python process.

- `Chain`: a chain to simulate on, in RAM alone or forked from a running one.
- `Node`: the whole node, spoken to in JSON-RPC without a socket.
- `sandbox`: a fork to try a plan on, for a keeper's configuration to name.

    chain = Chain.fork(lambda method, *parameters: node.request(method, parameters))
    chain.send(Message(to=pool, data=calldata, sender=keeper))

`make engine` builds what they are made of; until then only the names beside them can be imported.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .errors import (
    EngineError,
    MessageRefused,
    MethodRefused,
    NotBuilt,
    OriginInvalid,
    Reverted,
    SnapshotUnknown,
)
from .outcome import Event, Message, Outcome

if TYPE_CHECKING:
    from .chain import Chain
    from .node import Node

__all__ = [
    "Chain",
    "EngineError",
    "Event",
    "Message",
    "MessageRefused",
    "MethodRefused",
    "Node",
    "NotBuilt",
    "OriginInvalid",
    "Outcome",
    "Reverted",
    "SnapshotUnknown",
]

# Late, so that Ape can list its networks on a machine without Rust.
_LATE = {"Chain": "chain", "Node": "node"}


def __getattr__(name: str) -> Any:
    if name in _LATE:
        return getattr(import_module(f"{__name__}.{_LATE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
