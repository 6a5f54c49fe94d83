# SPDX-License-Identifier: Apache-2.0
"""A keeper's plan tried on a fork in memory, through the interface that strategies have for it."""

from pathlib import Path

import pytest
from headwater_engine import Node
from headwater_engine.sandbox import fork

from strategies.chain.simulation import Simulator, Trial, TrialCall
from strategies.errors import RpcAnswerInvalid, RpcUnreachable
from strategies.units import BlockReference
from tests.strategies.chainlab import COUNTER, counter_code
from tests.strategies.chainlab import selector as selector_of

KEEPER = "0x00000000000000000000000000000000000000aa"
GAS = 100_000


class InProcess:
    """A JSON-RPC client of the keeper's shape, over a node within the process."""

    rpc_url = "memory"

    def __init__(self, node: Node) -> None:
        self.node = node
        self.is_away = False

    def call(self, method: str, *parameters: object) -> object:
        if self.is_away:
            raise RpcUnreachable(self.rpc_url, "connection refused")
        return self.node.request(method, parameters)


@pytest.fixture
def rpc():
    node = Node("--base-fee", "0")
    node.request("anvil_setCode", [COUNTER, counter_code()])
    node.request("anvil_mine", ["0x1"])
    yield InProcess(node)
    node.stop()


@pytest.fixture
def block(rpc):
    head = rpc.call("eth_getBlockByNumber", "latest", False)
    return BlockReference(int(head["number"], 16), head["hash"], int(head["timestamp"], 16))


def planned(group: str, function: str) -> TrialCall:
    data = "0x" + selector_of(f"{function}(uint256)").hex() + "00" * 32
    return TrialCall(group, COUNTER, data, GAS)


def test_plan__is_tried_in_sequence_and_sent_nowhere(rpc, block):
    simulator = Simulator(rpc, KEEPER, fork)

    trials = simulator.run(block, [planned("a", "bump"), planned("b", "refuse")])

    assert trials == [Trial(True, True, ""), Trial(False, True, "toy: refused")]
    assert int(rpc.call("eth_getStorageAt", COUNTER, "0x0", "latest"), 16) == 0
    assert rpc.call("eth_getTransactionCount", KEEPER, "latest") == "0x0"


def test_plan__tried_again_on_the_same_block__meets_nothing_of_the_first_time(rpc, block):
    simulator = Simulator(rpc, KEEPER, fork)
    simulator.run(block, [planned("a", "bump")])
    rpc.is_away = True  # What it needs of the chain it has by now.

    assert simulator.run(block, [planned("a", "bump")]) == [Trial(True, True, "")]


def test_plan__while_the_server_is_away__fails_as_any_read_does(rpc, block):
    rpc.is_away = True

    with pytest.raises(RpcUnreachable):
        Simulator(rpc, KEEPER, fork).run(block, [planned("a", "bump")])


def test_plan__on_a_block_that_is_gone__is_the_servers_fault(rpc, block):
    gone = BlockReference(block.number + 100, block.hash, block.timestamp)

    with pytest.raises(RpcAnswerInvalid, match="no block"):
        Simulator(rpc, KEEPER, fork).run(gone, [planned("a", "bump")])


def test_configuration__names_the_fork(tmp_path, monkeypatch):
    from strategies.config import KeeperSection
    from strategies.errors import ConfigurationInvalid
    from strategies.keeper.session import find_fork

    class Configured:
        path = tmp_path / "keeper.toml"

        def __init__(self, name: str) -> None:
            self.keeper = KeeperSection(journal=Path("journal.sqlite"), fork=name)

    assert find_fork(Configured("")) is None
    assert find_fork(Configured("headwater_engine.sandbox:fork")) is fork
    for wrong in ("nowhere.at_all:fork", "headwater_engine.sandbox:knife", ":", "headwater_engine"):
        with pytest.raises(ConfigurationInvalid, match=r"keeper\.fork"):
            find_fork(Configured(wrong))
