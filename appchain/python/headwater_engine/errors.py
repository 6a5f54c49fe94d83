# SPDX-License-Identifier: Apache-2.0
"""What the engine refuses, one class a failure."""


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
