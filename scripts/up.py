# SPDX-License-Identifier: Apache-2.0
"""`make up`: start the whole devnet, stay in the foreground, stop it all on Ctrl-C.

python -m scripts.up [--no-heartbeat] [--no-traffic] [--no-publisher] [--no-keeper] [--no-page] [--no-l1] [--json]
                     [--prices PATH --from DAY --to DAY]
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from strategies.command import OneLineParser, run_as_command
from strategies.errors import HeadwaterError

from .deploy._parameters import OPENING_PRICES_VARIABLE, opening_prices_usd_wad, price_list
from .deploy._record import read_record, require_same_chain
from .devnet import stack as services
from .devnet.keeper import write_configuration
from .devnet.nodes import BEATING_NODES, NODES, anvil_path, keep_copy_of_state
from .devnet.ports import require_free_port
from .devnet.processes import (
    last_lines,
    own_identity,
    read_pid_file,
    recorded_services,
    remove_pid_file,
    stop_recorded,
    write_pid_file,
)
from .devnet.rpc import Rpc
from .devnet.settlement import prepare_posting
from .devnet.stack import Stack
from .errors import AlreadyRunning, DeploymentFailed, SettingInvalid
from .operate.chain import open_chain
from .operate.governance.owners import owners_in_words
from .settings import ROOT, Settings, load_settings

SUPERVISOR = "up"
KEEPER_POLL_SECONDS = 0.5
KEEPER_SAMPLE_SECONDS = 30
STATE_COPY_SECONDS = 60
DEPLOY_SECONDS = 900
# A rhythm that leaves the processor to what is being waited for.
POLL_SECONDS = 0.5
REFRESH_PER_SECOND = 2


class Stopped(Exception):
    """Somebody asked us to stop."""


def run(arguments: argparse.Namespace) -> int:
    settings = load_settings()
    say = Console(stderr=True, highlight=False)
    preflight(settings, arguments)
    opening = opening_prices(arguments)

    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    write_pid_file(settings.pid_folder, SUPERVISOR, own_identity())
    stack = Stack(settings)
    try:
        started_at = time.monotonic()
        start_all(stack, arguments, opening, say, stopping)
        announce(stack, arguments, say, time.monotonic() - started_at)
        watch(stack, stopping)
    except Stopped:
        pass
    except HeadwaterError as failure:
        show_log_of(stack, failure, say)
        raise
    finally:
        say.print("stopping ...")
        stack.stop()
        remove_pid_file(settings.pid_folder, SUPERVISOR)
        say.print("all services stopped; the state is kept (`make reset` forgets it)")
    return 0


# --- Before anything is started ---


def preflight(settings: Settings, arguments: argparse.Namespace) -> None:
    """Refuse what cannot work while nothing has been started yet."""
    for name, setting in ((settings.chain, "HEADWATER_CHAIN"), (settings.l1, "HEADWATER_L1")):
        if name not in NODES:
            raise SettingInvalid(setting, name, f"one of {', '.join(sorted(NODES))}")
    running = read_pid_file(settings.pid_folder, SUPERVISOR)
    if running is not None:
        raise AlreadyRunning(running.pid, str(settings.state_dir))
    # Left behind by a supervisor that was killed.
    for name, identity in recorded_services(settings.pid_folder).items():
        stop_recorded(identity)
        remove_pid_file(settings.pid_folder, name)

    anvil_path()
    if not arguments.no_page:
        services.require_page(settings)
    wanted = [
        (settings.chain_port, "chain", "HEADWATER_CHAIN_PORT", False),
        (settings.l1_port, "L1", "HEADWATER_L1_PORT", arguments.no_l1),
        (settings.page_port, "page", "HEADWATER_PAGE_PORT", arguments.no_page),
    ]
    for port, service, setting, is_left_out in wanted:
        if not is_left_out:
            require_free_port(port, service, setting)


def opening_prices(arguments: argparse.Namespace) -> str:
    """What a fresh chain is deployed at: where the history to be published begins, if any."""
    from .operate.prices import parse_range
    from .operate.publisher import load_histories

    opening_prices_usd_wad()
    # Read in any case: a history that cannot be published is refused before anything starts.
    histories = load_histories(
        arguments.prices, None, *parse_range(arguments.start, arguments.end), arguments.fill
    )
    first_rows = {asset: one.prices_usd_wad[0] for asset, one in histories.items()}
    return os.environ.get(OPENING_PRICES_VARIABLE, "") or price_list(first_rows)


# --- Start ---


def start_all(
    stack: Stack,
    arguments: argparse.Namespace,
    opening: str,
    say: Console,
    stopping: threading.Event,
) -> None:
    settings = stack.settings
    posting = None
    if not arguments.no_l1:
        _start(stack, services.l1_plan(settings), say, stopping)
        posting = prepare_posting(settings)
    _start(stack, services.chain_plan(settings, posting), say, stopping)
    deploy(settings, opening, say, stopping)

    write_configuration(
        settings.state_dir / "keeper.toml",
        settings.rpc_url,
        settings.deployment_path,
        KEEPER_POLL_SECONDS,
        KEEPER_SAMPLE_SECONDS,
    )
    plans = []
    if not arguments.no_heartbeat and settings.chain not in BEATING_NODES:
        plans.append(services.heartbeat_plan(settings))
    if not arguments.no_publisher:
        plans.append(services.publisher_plan(settings, _price_arguments(arguments)))
    if not arguments.no_traffic:
        plans.append(services.traffic_plan(settings))
    if not arguments.no_keeper:
        plans.append(services.keeper_plan(settings))
    if not arguments.no_page:
        plans.append(services.page_plan(settings))
    # Together: each of them spends its first seconds importing.
    started = [stack.start(plan) for plan in plans]
    for service in started:
        with say.status(
            f"waiting for the {stack.plans[service.name].title}",
            refresh_per_second=REFRESH_PER_SECOND,
        ):
            _wait(stack, service, stopping)
        say.print(f"  [green]healthy[/] {stack.plans[service.name].title}")


def _start(stack: Stack, plan: services.Plan, say: Console, stopping: threading.Event) -> None:
    with say.status(f"starting the {plan.title}", refresh_per_second=REFRESH_PER_SECOND):
        _wait(stack, stack.start(plan), stopping)
    say.print(f"  [green]healthy[/] {plan.title}")


def _wait(stack: Stack, service: services.Service, stopping: threading.Event) -> None:
    deadline = time.monotonic() + services.HEALTHY_SECONDS
    while stack.plans[service.name].problem(service) is not None:
        if stopping.wait(POLL_SECONDS):
            raise Stopped
        stack.require_alive(service)
        if time.monotonic() > deadline:
            # Raises with what is wrong.
            stack.wait_until_healthy(service, 1.0)
            return


def _price_arguments(arguments: argparse.Namespace) -> list[str]:
    chosen = []
    if arguments.prices is not None:
        chosen += ["--prices", str(arguments.prices.resolve())]
    for name, value in (("--from", arguments.start), ("--to", arguments.end)):
        if value:
            chosen += [name, value]
    return chosen + (["--fill"] if arguments.fill else [])


# --- Deploy ---


def deploy(settings: Settings, opening: str, say: Console, stopping: threading.Event) -> None:
    """Run Ape, unless the deployments file already says all and the chain agrees."""
    record = read_record(settings.deployment_path)
    if record is not None:
        require_same_chain(record, Rpc(settings.rpc_url))
        if record.is_complete:
            if record.rpc_url != settings.rpc_url:
                record.rpc_url = settings.rpc_url
                record.save()
            say.print(f"  [green]deployed[/] {len(record.contracts)} contracts, all in place")
            return
    command = [
        str(Path(sys.executable).parent / "ape"), "run", "deploy", "all",
        "--network", settings.rpc_url, "--account", "devnet",
        "--out", str(settings.deployment_path),
    ]  # fmt: skip
    environment = {
        **os.environ,
        "APE_DATA_FOLDER": os.environ.get("APE_DATA_FOLDER", str(ROOT / ".ape")),
        OPENING_PRICES_VARIABLE: opening,
        **services.SERVICE_ENVIRONMENT,
    }
    log_path = settings.log_folder / "deploy.log"
    with (
        log_path.open("ab") as log,
        say.status("deploying with Ape", refresh_per_second=REFRESH_PER_SECOND) as status,
    ):
        log_start = log.tell()
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        deadline = time.monotonic() + DEPLOY_SECONDS
        while process.poll() is None:
            lines = last_lines(log_path, log_start, 1)
            status.update("deploying with Ape: " + (lines[-1].strip() if lines else "compiling"))
            if stopping.wait(POLL_SECONDS) or time.monotonic() > deadline:
                process.terminate()
                process.wait()
                raise Stopped
    if process.returncode != 0:
        lines = last_lines(log_path, log_start, 20)
        reason = next((line[7:] for line in reversed(lines) if line.startswith("error: ")), None)
        if reason is None:
            for line in lines:
                say.print(f"  {line}", markup=False)
        raise DeploymentFailed(reason or f"Ape ended with status {process.returncode}; {log_path}")
    record = read_record(settings.deployment_path)
    if record is None or not record.is_complete:
        raise DeploymentFailed(f"{settings.deployment_path} is not complete; see {log_path}")
    say.print(f"  [green]deployed[/] {len(record.contracts)} contracts")


# --- Running ---


def announce(stack: Stack, arguments: argparse.Namespace, say: Console, seconds: float) -> None:
    settings = stack.settings
    table = Table(title=None, box=None, padding=(0, 2, 0, 2))
    for column in ("service", "health", "process", "where"):
        table.add_column(column)
    for service in stack.running:
        plan = stack.plans[service.name]
        problem = plan.problem(service)
        health = "[green]healthy[/]" if problem is None else f"[red]{problem}[/]"
        table.add_row(plan.title, health, str(service.identity.pid), plan.place)
    say.print(table)
    owners = owners_in_words(open_chain(settings.rpc_url, settings.deployment_path))
    say.print(f"  {owners}; `python -m scripts.operate.governance list` shows what is announced")
    say.print(
        f"up in {seconds:.0f} s; Ctrl-C or `make down` stops it, logs in {settings.log_folder}"
    )
    if arguments.json:
        facts = {
            "page_url": None if arguments.no_page else settings.page_url,
            "rpc_url": settings.rpc_url,
            "deployment": str(settings.deployment_path),
            "state_dir": str(settings.state_dir),
            "services": {one.name: one.identity.pid for one in stack.running},
        }
        print(json.dumps(facts), flush=True)
    elif not arguments.no_page:
        print(settings.page_url, flush=True)


def watch(stack: Stack, stopping: threading.Event) -> None:
    """Until somebody stops us or a service dies; meanwhile keep copies of the chain's state."""
    next_copy_at = time.monotonic() + STATE_COPY_SECONDS
    while not stopping.wait(POLL_SECONDS):
        for service in stack.running:
            stack.require_alive(service)
        if time.monotonic() >= next_copy_at:
            keep_copy_of_state(stack.settings.state_dir / "chain")
            keep_copy_of_state(stack.settings.state_dir / "l1")
            next_copy_at = time.monotonic() + STATE_COPY_SECONDS


def show_log_of(stack: Stack, failure: HeadwaterError, say: Console) -> None:
    title = getattr(failure, "service", None)
    for service in stack.running:
        if stack.plans[service.name].title == title:
            say.print(f"last lines of {service.log_path}:")
            for line in last_lines(service.log_path, service.log_start):
                say.print(f"  {line}", markup=False)


def parse_arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = OneLineParser(prog="python -m scripts.up", description="Start the devnet.")
    for name in ("l1", "heartbeat", "publisher", "traffic", "keeper", "page"):
        parser.add_argument(f"--no-{name}", action="store_true", help=f"leave the {name} out")
    parser.add_argument("--json", action="store_true", help="facts as one line of JSON when up")
    parser.add_argument("--prices", type=Path, help="a history to publish, file or folder")
    parser.add_argument("--from", dest="start", help="first day of the history")
    parser.add_argument("--to", dest="end", help="the day after its last")
    parser.add_argument("--fill", action="store_true", help="carry the last price over gaps")
    return parser.parse_args(given)


def main() -> int:
    return run_as_command(lambda: run(parse_arguments()))


if __name__ == "__main__":
    raise SystemExit(main())
