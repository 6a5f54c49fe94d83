# SPDX-License-Identifier: Apache-2.0
"""`make down`: stop this devnet's services from another terminal, and nothing else."""

import time

from strategies.command import OneLineParser, run_as_command

from .devnet.processes import (
    read_pid_file,
    recorded_services,
    remove_pid_file,
    stop_recorded,
)
from .settings import Settings, load_settings
from .up import SUPERVISOR

SUPERVISOR_SECONDS = 60.0


def stop_devnet(settings: Settings) -> int:
    """Ask the supervisor, which stops its services in order; then what it left, if anything."""
    stopped = 0
    supervisor = read_pid_file(settings.pid_folder, SUPERVISOR)
    services = recorded_services(settings.pid_folder)
    if supervisor is not None:
        stop_recorded(supervisor, SUPERVISOR_SECONDS)
    # In the reverse order of their start, as the supervisor does.
    for name in ("page", "keeper", "traffic", "publisher", "chain", "l1"):
        identity = services.get(name)
        if identity is not None:
            stop_recorded(identity)
            stopped += 1
        remove_pid_file(settings.pid_folder, name)
    remove_pid_file(settings.pid_folder, SUPERVISOR)
    return stopped


def run() -> int:
    settings = load_settings()
    started_at = time.monotonic()
    stopped = stop_devnet(settings)
    if stopped:
        print(f"stopped {stopped} services in {time.monotonic() - started_at:.0f} s")
    else:
        print("nothing of this devnet is running")
    return 0


def main() -> int:
    OneLineParser(prog="python -m scripts.down", description="Stop the devnet.").parse_args()
    return run_as_command(run)


if __name__ == "__main__":
    raise SystemExit(main())
