# SPDX-License-Identifier: Apache-2.0
"""Processes that we start, know again, and stop: by their own id and birth, never by name."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .files import read_json, write_json

STOP_SECONDS = 15.0
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """A process id with its birth: a later process of the same id is a stranger."""

    pid: int
    started_at_ticks: int

    def is_alive(self) -> bool:
        return birth_of(self.pid) == self.started_at_ticks


def birth_of(pid: int) -> int | None:
    """When `pid` was started, in kernel ticks since boot; None when it is gone or a zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # The program's name stands in brackets and may itself hold spaces and brackets.
    after_name = stat.rpartition(")")[2].split()
    if after_name[0] in ("Z", "X"):
        return None
    return int(after_name[19])


def own_identity() -> ProcessIdentity:
    birth = birth_of(os.getpid())
    assert birth is not None, "a running process has a birth"
    return ProcessIdentity(os.getpid(), birth)


# --- Pid files ---


def write_pid_file(folder: Path, name: str, identity: ProcessIdentity) -> None:
    write_json(
        folder / f"{name}.json",
        {"pid": identity.pid, "started_at_ticks": identity.started_at_ticks},
    )


def read_pid_file(folder: Path, name: str) -> ProcessIdentity | None:
    """The recorded process if it still lives, else None."""
    content = read_json(folder / f"{name}.json")
    if content is None:
        return None
    identity = ProcessIdentity(content["pid"], content["started_at_ticks"])
    return identity if identity.is_alive() else None


def recorded_services(folder: Path) -> dict[str, ProcessIdentity]:
    """Every recorded process that still lives, by name."""
    alive = {}
    for path in sorted(folder.glob("*.json")):
        identity = read_pid_file(folder, path.stem)
        if identity is not None:
            alive[path.stem] = identity
    return alive


def remove_pid_file(folder: Path, name: str) -> None:
    (folder / f"{name}.json").unlink(missing_ok=True)


# --- Starting and stopping ---


@dataclass(slots=True)
class Service:
    """A process of ours with its log."""

    name: str
    process: subprocess.Popen
    identity: ProcessIdentity
    log_path: Path
    # Where this run's part of the log begins.
    log_start: int

    def has_stopped(self) -> bool:
        return self.process.poll() is not None


def start_service(
    name: str,
    command: Sequence[str],
    log_path: Path,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Service:
    """Start a process in a session of its own, so that Ctrl-C reaches us alone and we stop it.

    The kernel sends it SIGTERM when our process dies: a killed supervisor leaves no orphans.
    """
    log_path.parent.mkdir(parents=True, exist_ok=True)
    with log_path.open("ab") as log:
        log_start = log.tell()
        process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, **(environment or {})},
            cwd=folder,
            preexec_fn=_die_with_parent,
        )
    birth = birth_of(process.pid)
    return Service(name, process, ProcessIdentity(process.pid, birth or 0), log_path, log_start)


def _die_with_parent() -> None:
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def stop_service(service: Service, wait_seconds: float = STOP_SECONDS) -> None:
    """Ask the process to stop, then insist."""
    if service.process.poll() is None:
        service.process.terminate()
        try:
            service.process.wait(wait_seconds)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(service.process.pid, signal.SIGKILL)
            service.process.wait()


def stop_recorded(identity: ProcessIdentity, wait_seconds: float = STOP_SECONDS) -> None:
    """Stop a process that an earlier run of ours started."""
    for number, patience in ((signal.SIGTERM, wait_seconds), (signal.SIGKILL, 5.0)):
        if not identity.is_alive():
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(identity.pid, number)
        deadline = time.monotonic() + patience
        while identity.is_alive() and time.monotonic() < deadline:
            time.sleep(0.05)


def last_lines(path: Path, start: int = 0, count: int = 12) -> list[str]:
    try:
        with path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(start, file.tell() - 16_384))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return []
    return text.splitlines()[-count:]
