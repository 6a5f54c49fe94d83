# SPDX-License-Identifier: Apache-2.0
"""Waiting for what another process does, and what its errors must look like."""

import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack

from strategies.errors import HeadwaterError

PATIENCE_SECONDS = 90.0


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, each another."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def wait_for(condition: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if condition():
                return
        except HeadwaterError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"not so within {seconds:.0f} s")


def assert_one_line_error(done: subprocess.CompletedProcess, *words: str) -> None:
    """Exit status not 0, one line on standard error, the words in it, nothing on standard output."""
    assert done.returncode not in (0, 1), done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("error: ")
    for word in words:
        assert word in lines[0]
    assert "Traceback" not in done.stderr
