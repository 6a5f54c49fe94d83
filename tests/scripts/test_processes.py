# SPDX-License-Identifier: Apache-2.0
"""Processes: known by id and birth, stopped alone, never a stranger."""

import os
import signal
import subprocess
import sys
import time

from scripts.devnet.processes import (
    ProcessIdentity,
    birth_of,
    last_lines,
    own_identity,
    read_pid_file,
    recorded_services,
    start_service,
    stop_recorded,
    stop_service,
    write_pid_file,
)
from tests.scripts.waiting import wait_for

SLEEPER = [sys.executable, "-c", "import time; print('awake', flush=True); time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    " print('awake', flush=True); time.sleep(600)",
]


def test_read_pid_file__process_of_another_birth__is_a_stranger(tmp_path):
    own = own_identity()
    write_pid_file(tmp_path, "service", own)
    write_pid_file(tmp_path, "stranger", ProcessIdentity(own.pid, own.started_at_ticks - 1))

    assert read_pid_file(tmp_path, "service") == own
    assert read_pid_file(tmp_path, "stranger") is None
    assert recorded_services(tmp_path) == {"service": own}


def test_stop_recorded__process_of_another_birth__is_left_alone(tmp_path):
    bystander = start_service("bystander", SLEEPER, tmp_path / "log")
    try:
        birth = bystander.identity.started_at_ticks

        stop_recorded(ProcessIdentity(bystander.identity.pid, birth - 1))

        assert not bystander.has_stopped()
    finally:
        stop_service(bystander)


def test_stop_service__process_that_ignores_us__is_killed(tmp_path):
    service = start_service("stubborn", STUBBORN, tmp_path / "log")
    wait_for(lambda: "awake" in last_lines(service.log_path))

    stop_service(service, wait_seconds=0.3)

    assert service.process.returncode == -signal.SIGKILL


def test_start_service__supervisor_killed__takes_its_services_with_it(tmp_path):
    script = (
        "import sys, time; from pathlib import Path;"
        "from scripts.devnet.processes import start_service;"
        f"s = start_service('child', {SLEEPER!r}, Path({str(tmp_path / 'log')!r}));"
        "print(s.identity.pid, flush=True); time.sleep(600)"
    )
    supervisor = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert supervisor.stdout is not None
    child = int(supervisor.stdout.readline())
    assert birth_of(child) is not None

    os.kill(supervisor.pid, signal.SIGKILL)
    supervisor.wait()

    wait_for(lambda: birth_of(child) is None, 10)


def test_last_lines__of_this_run_only(tmp_path):
    log = tmp_path / "log"
    log.write_text("old line\n")
    service = start_service("service", [sys.executable, "-c", "print('new line')"], log)
    service.process.wait()
    deadline = time.monotonic() + 5
    while not last_lines(log, service.log_start) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert last_lines(log, service.log_start) == ["new line"]
    assert last_lines(log) == ["old line", "new line"]
