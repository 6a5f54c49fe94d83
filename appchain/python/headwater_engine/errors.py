# SPDX-License-Identifier: Apache-2.0
"""What the engine refuses, one class a failure."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .outcome import Outcome


class EngineError(Exception):
    """What all failures of the engine have in common."""


class MethodRefused(EngineError):
    """A JSON-RPC method answered an error."""

    def __init__(self, message: str, code: int, data: object = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.data = data


class NotBuilt(EngineError, ImportError):
    """The compiled part of the package is missing."""

    def __init__(self) -> None:
        super().__init__("the engine is not built: run `make engine`, which needs Rust")


class OriginInvalid(EngineError, ValueError):
    """The chain that a fork reads from answers what is no chain's answer."""


class MessageRefused(EngineError):
    """A message or transaction that cannot run at all: no funds, a wrong nonce, no signature."""


class SnapshotUnknown(EngineError):
    """There is no such snapshot, or a revert to an earlier one has forgotten it."""

    def __init__(self, snapshot: int) -> None:
        super().__init__(f"there is no snapshot {snapshot}")
        self.snapshot = snapshot


class Reverted(EngineError):
    """A call or transaction failed; `outcome` has the rest."""

    def __init__(self, outcome: "Outcome") -> None:
        super().__init__(outcome.reason)
        self.outcome = outcome
