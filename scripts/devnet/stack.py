# SPDX-License-Identifier: Apache-2.0
"""The services of a devnet: what each is started with, and what being healthy means for it."""

import http.client
import sqlite3
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from strategies.errors import HeadwaterError

from ..errors import NotInstalled, ServiceDied, ServiceUnhealthy
from ..settings import CHAIN_ID, L1_CHAIN_ID, ROOT, Settings
from .accounts import heartbeat_address
from .keeper import keeper_command
from .nodes import NodeOptions, Posting, node_command
from .processes import (
    Service,
    remove_pid_file,
    start_service,
    stop_service,
    write_pid_file,
)
from .rpc import Rpc

# A loaded machine needs long for the first answer of a Python program.
HEALTHY_SECONDS = 300.0
L1_BLOCK_SECONDS = 2
CHAIN_BLOCK_SECONDS = 1
SERVICE_ENVIRONMENT = {"PYTHONUNBUFFERED": "1"}


@dataclass(slots=True)
class Plan:
    """A service before it is started."""

    name: str
    title: str
    command: Callable[[], list[str]]
    # None when healthy, else what is wrong.
    problem: Callable[[Service], str | None]
    place: str = ""


@dataclass(slots=True)
class Stack:
    """The running services, in the order of their start."""

    settings: Settings
    running: list[Service] = field(default_factory=list)
    plans: dict[str, Plan] = field(default_factory=dict)

    def start(self, plan: Plan) -> Service:
        log_path = self.settings.log_folder / f"{plan.name}.log"
        service = start_service(
            plan.name, plan.command(), log_path, SERVICE_ENVIRONMENT, folder=ROOT
        )
        self.running.append(service)
        self.plans[plan.name] = plan
        write_pid_file(self.settings.pid_folder, plan.name, service.identity)
        return service

    def wait_until_healthy(self, service: Service, seconds: float = HEALTHY_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        problem: str | None = "no answer yet"
        while time.monotonic() < deadline:
            self.require_alive(service)
            problem = self.plans[service.name].problem(service)
            if problem is None:
                return
            time.sleep(0.5)
        raise ServiceUnhealthy(self.plans[service.name].title, problem or "", str(service.log_path))

    def require_alive(self, service: Service) -> None:
        if service.has_stopped():
            raise ServiceDied(
                self.plans[service.name].title,
                service.process.returncode,
                str(service.log_path),
            )

    def stop(self) -> None:
        """Stop in the reverse order, so that nothing loses what it still needs."""
        while self.running:
            service = self.running.pop()
            stop_service(service)
            remove_pid_file(self.settings.pid_folder, service.name)


# --- Plans ---


def l1_plan(settings: Settings) -> Plan:
    options = NodeOptions(
        L1_CHAIN_ID, settings.l1_port, settings.state_dir / "l1", L1_BLOCK_SECONDS,
        settings.page_url,
    )  # fmt: skip
    return Plan(
        "l1",
        "L1",
        lambda: node_command(settings.l1, options, "HEADWATER_L1"),
        lambda _: _node_problem(settings.l1_rpc_url, L1_CHAIN_ID),
        settings.l1_rpc_url,
    )


def chain_plan(settings: Settings, posting: Posting | None = None) -> Plan:
    options = NodeOptions(
        CHAIN_ID, settings.chain_port, settings.state_dir / "chain",
        CHAIN_BLOCK_SECONDS, settings.allow_origin or settings.page_url, heartbeat_address(),
        posting,
    )  # fmt: skip
    return Plan(
        "chain",
        "chain",
        lambda: node_command(settings.chain, options, "HEADWATER_CHAIN"),
        lambda _: _node_problem(settings.rpc_url, CHAIN_ID),
        settings.rpc_url,
    )


def publisher_plan(settings: Settings, arguments: list[str]) -> Plan:
    return Plan(
        "publisher",
        "price publisher",
        lambda: [
            *_module("scripts.operate.publisher", settings), *arguments
        ],
        lambda service: _log_problem(service, "published"),
    )  # fmt: skip


def heartbeat_plan(settings: Settings) -> Plan:
    """For a chain that does not call it by itself."""
    return Plan(
        "heartbeat",
        "heartbeat",
        lambda: _module("scripts.operate.heartbeat", settings),
        lambda service: _log_problem(service, "calling open_block"),
    )


def traffic_plan(settings: Settings) -> Plan:
    return Plan(
        "traffic",
        "demo traffic",
        lambda: [*_module("scripts.operate.traffic", settings), "--seed", str(settings.seed)],
        lambda service: _log_problem(service, "traffic runs"),
    )


def keeper_plan(settings: Settings) -> Plan:
    configuration = settings.state_dir / "keeper.toml"
    return Plan(
        "keeper",
        "keeper",
        lambda: keeper_command(configuration, "run"),
        lambda _: _journal_problem(settings.state_dir / "journal.sqlite"),
    )


def page_plan(settings: Settings) -> Plan:
    def command() -> list[str]:
        require_page(settings)
        return [
            sys.executable, "-m", "scripts.devnet.page",
            "--folder", str(settings.page_folder),
            "--deployment", str(settings.deployment_path),
            "--port", str(settings.page_port),
            "--rpc", settings.rpc_url,
        ]  # fmt: skip

    return Plan("page", "page", command, lambda _: _page_problem(settings), settings.page_url)


def require_page(settings: Settings) -> None:
    if not (settings.page_folder / "index.html").is_file():
        raise NotInstalled(
            f"the built page ({settings.page_folder}/index.html)",
            "run `make up`, which builds it, or `npm ci && npm run build` in frontend",
        )


def _module(module: str, settings: Settings) -> list[str]:
    return [
        sys.executable, "-m", module,
        "--rpc", settings.rpc_url,
        "--deployment", str(settings.deployment_path),
    ]  # fmt: skip


# --- Health ---


def _node_problem(url: str, chain_id: int) -> str | None:
    try:
        found = Rpc(url, timeout_seconds=3).chain_id()
    except HeadwaterError as failure:
        return str(failure)
    return None if found == chain_id else f"chain id {found} answers, not {chain_id}"


def _log_problem(service: Service, word: str) -> str | None:
    """A service that says so in its log is at work."""
    try:
        text = service.log_path.read_bytes()[service.log_start :]
    except OSError:
        return "it has not said anything yet"
    return None if word.encode() in text else f"it has not said `{word}` yet"


def _journal_problem(path: Path) -> str | None:
    """The keeper finished a tick not long ago."""
    if not path.exists():
        return "it has no journal yet"
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=2) as journal:
            row = journal.execute(
                "select block_number from ticks where finished = 1 limit 1"
            ).fetchone()
    except sqlite3.Error as failure:
        return f"its journal cannot be read ({failure})"
    return None if row else "it has finished no tick yet"


def _page_problem(settings: Settings) -> str | None:
    connection = http.client.HTTPConnection("127.0.0.1", settings.page_port, timeout=3)
    try:
        for path in ("/", "/deployment.json"):
            connection.request("GET", path)
            response = connection.getresponse()
            response.read()
            if response.status != 200:
                return f"{path} answers {response.status}"
    except OSError as failure:
        return failure.strerror or str(failure)
    finally:
        connection.close()
    return None
