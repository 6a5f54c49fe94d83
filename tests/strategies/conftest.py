# SPDX-License-Identifier: Apache-2.0
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.deploy._deployer import MINE_VARIABLE
from scripts.devnet.nodes import ReplayNodeOptions, anvil_replay_command
from scripts.devnet.processes import start_service, stop_service
from scripts.devnet.rpc import Rpc
from scripts.settings import CHAIN_ID
from tests.scripts.waiting import free_ports, wait_for
from tests.strategies.borrowing import Borrowing, again, open_borrowing
from tests.strategies.chainlab import Chain

GENESIS = 1_700_000_000


@pytest.fixture
def chain() -> Iterator[Chain]:
    chain = Chain()
    yield chain
    chain.stop()


@pytest.fixture
def second_chain() -> Iterator[Chain]:
    chain = Chain()
    yield chain
    chain.stop()


@pytest.fixture(scope="package")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Borrowing]:
    """Deployed once; `world` is what a test does to it, undone."""
    folder = tmp_path_factory.mktemp("orders")
    (port,) = free_ports(1)
    command = anvil_replay_command(ReplayNodeOptions(CHAIN_ID, port, GENESIS))
    service = start_service("anvil", command, folder / "anvil.log")
    try:
        rpc = Rpc(f"http://127.0.0.1:{port}", timeout_seconds=60)
        wait_for(lambda: rpc.chain_id() == CHAIN_ID)
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv(MINE_VARIABLE, "1")
            opened = open_borrowing(rpc, folder)
        yield opened
    finally:
        stop_service(service)


@pytest.fixture
def world(deployed: Borrowing, tmp_path: Path) -> Iterator[Borrowing]:
    rpc = deployed.chain.rpc
    before = rpc.call("evm_snapshot")
    yield again(deployed, tmp_path)
    # What waits, and the fee of the next block, are no part of what is reverted.
    rpc.call("anvil_dropAllTransactions")
    rpc.call("evm_revert", before)
    rpc.call("anvil_setNextBlockBaseFeePerGas", rpc.block("latest")["baseFeePerGas"])
