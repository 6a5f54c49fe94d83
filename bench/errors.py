# SPDX-License-Identifier: Apache-2.0
"""What can go wrong in a measurement, one line each."""


class BenchError(Exception):
    """A lane could not be measured; the text says why."""


class LaneFailed(BenchError):
    """A command of a lane ended badly."""

    def __init__(self, command: str, status: int, last_line: str) -> None:
        super().__init__(f"{command} ended with status {status}: {last_line}")


class LaneUnknown(BenchError):
    """Somebody asked for a lane that there is not."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"no lane is called {name}; there are {', '.join(known)}")
