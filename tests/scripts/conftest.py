# SPDX-License-Identifier: Apache-2.0
"""A devnet of the tests' own: other ports, a throw-away state folder, real anvil."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from scripts.devnet.nodes import ReplayNodeOptions, anvil_path, anvil_replay_command
from scripts.devnet.processes import Service, start_service, stop_service
from scripts.devnet.rpc import Rpc
from scripts.errors import NotInstalled
from scripts.settings import CHAIN_ID, ROOT
from tests.scripts.waiting import wait_for

FIRST_PORT = 18_640
CHAIN_PORT, L1_PORT, PAGE_PORT, OTHER_PORT, REPLAY_PORT = range(FIRST_PORT, FIRST_PORT + 5)

Run = Callable[..., subprocess.CompletedProcess]


@pytest.fixture(scope="session", autouse=True)
def anvil() -> Path:
    try:
        return anvil_path()
    except NotInstalled as failure:
        pytest.skip(str(failure))


@pytest.fixture
def devnet_environment(tmp_path: Path) -> dict[str, str]:
    """The environment of a devnet that stands beside any other on this machine."""
    page = tmp_path / "page"
    page.mkdir()
    (page / "index.html").write_text("<!doctype html><title>Headwater</title>")
    return {
        "HEADWATER_STATE_DIR": str(tmp_path / "state"),
        "HEADWATER_CHAIN_PORT": str(CHAIN_PORT),
        "HEADWATER_L1_PORT": str(L1_PORT),
        "HEADWATER_PAGE_PORT": str(PAGE_PORT),
        "HEADWATER_REPLAY_PORT": str(REPLAY_PORT),
        "HEADWATER_PAGE_FOLDER": str(page),
    }


@pytest.fixture
def run_module(devnet_environment: Mapping[str, str]) -> Run:
    """Run one of our commands to its end, as a person would."""

    def run(module: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env={**os.environ, **devnet_environment, **environment},
            capture_output=True,
            text=True,
            timeout=180,
            stdin=subprocess.DEVNULL,
        )

    return run


@pytest.fixture
def start_chain(tmp_path: Path) -> Iterator[Callable[..., Rpc]]:
    """Start real nodes that mine when told; stopped at the end of the test."""
    started: list[Service] = []

    def start(
        port: int = CHAIN_PORT, chain_id: int = CHAIN_ID, genesis: int = 1_700_000_000
    ) -> Rpc:
        command = anvil_replay_command(ReplayNodeOptions(chain_id, port, genesis))
        service = start_service(f"node-{port}", command, tmp_path / f"node-{port}.log")
        started.append(service)
        rpc = Rpc(f"http://127.0.0.1:{port}", timeout_seconds=60)
        wait_for(lambda: rpc.chain_id() == chain_id)
        return rpc

    yield start
    for service in started:
        stop_service(service)
