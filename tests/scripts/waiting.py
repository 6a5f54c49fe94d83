# SPDX-License-Identifier: Apache-2.0
"""Waiting for what another process does, and what its errors must look like."""

import subprocess
import time
from collections.abc import Callable

from strategies.errors import HeadwaterError

PATIENCE_SECONDS = 90.0


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
