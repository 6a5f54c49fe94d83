# SPDX-License-Identifier: Apache-2.0
"""The figures of `make coverage` are those of what ran, and an explanation of nothing is refused."""

from collections.abc import Iterator

import pytest

from tests.branches.__main__ import Reached, complaints
from tests.branches.probes import Point
from tests.branches.recorder import Recorder
from tests.evm import Contract, Machine
from tests.evm.machine import Reverted

PATH = "lending/Probe.vy"
SOURCE = """# pragma version 0.4.3
total: public(uint256)

@internal
@pure
def _check(n: uint256):
    assert n != 7, "seven"

@external
def act(items: DynArray[uint256, 4], n: uint256):
    self._check(n)
    if n > 2 and n < 5:
        self.total += 1
    for item: uint256 in items:
        if item == n:
            break
        self.total += item
    assert self.total < 100
"""
ACT = "def act(items: DynArray[uint256, 4], n: uint256):"
LINE = {text.strip(): number for number, text in enumerate(SOURCE.splitlines(), 1)}


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    made = Recorder()
    made.measured = [PATH]
    start = Machine.__init__

    def started(machine: Machine) -> None:
        start(machine)
        made.machines.append(machine)

    monkeypatch.setattr(Machine, "__init__", started)
    monkeypatch.setattr(Machine, "_block", lambda machine: made.block(machine))
    yield made


@pytest.fixture
def contract(recorder: Recorder) -> Contract:
    artifact = recorder.compile_sources(PATH, {PATH: SOURCE})
    return Machine().deploy(artifact)


def ways(recorder: Recorder, test: str) -> set[tuple[int, str, str]]:
    """What a test reached, but for lines."""
    return {
        (point.line, point.what, point.outcome)
        for point, tests in recorder.reached().items()
        if test in tests and point.what != "line"
    }


def test_recorder__of_each_decision__knows_which_way_it_went(
    recorder: Recorder, contract: Contract
) -> None:
    check, junction = LINE['assert n != 7, "seven"'], LINE["if n > 2 and n < 5:"]
    loop, found = LINE["for item: uint256 in items:"], LINE["if item == n:"]
    bound = LINE["assert self.total < 100"]

    recorder.switch_to("small")
    contract.act([], 1)
    recorder.switch_to("between")
    contract.act([1, 3, 9], 3)
    recorder.switch_to("large")
    contract.act([1, 2], 9)
    recorder.switch_to("refused")
    with pytest.raises(Reverted):
        contract.act([], 7)
    with pytest.raises(Reverted):
        contract.act([100], 0)

    outside = {(check, "Assert 1", "holds"), (junction, "If 1", "is false")}
    assert ways(recorder, "small") == {
        *outside,
        (junction, "BoolOp 1", "is false"),
        (loop, "For 1", "has no item"),
        (bound, "Assert 1", "holds"),
    }
    assert ways(recorder, "between") == {
        (check, "Assert 1", "holds"),
        (junction, "BoolOp 1", "is true"),
        (junction, "If 1", "is true"),
        (loop, "For 1", "has an item"),
        (loop, "For 2", "goes on"),
        (found, "If 1", "is false"),
        (found, "If 1", "is true"),
        (bound, "Assert 1", "holds"),
    }
    assert ways(recorder, "large") == {
        *outside,
        (junction, "BoolOp 1", "is true"),
        (loop, "For 1", "has an item"),
        (loop, "For 2", "goes on"),
        (loop, "For 2", "ends"),
        (found, "If 1", "is false"),
        (bound, "Assert 1", "holds"),
    }
    assert ways(recorder, "refused") >= {
        (check, "Assert 1", "fails"),
        (bound, "Assert 1", "fails"),
    }


def test_recorder__of_lines__knows_those_that_ran_also_in_a_call_that_reverted(
    recorder: Recorder, contract: Contract
) -> None:
    recorder.switch_to("refused")
    with pytest.raises(Reverted):
        contract.act([], 7)

    reached = recorder.reached()
    lines = {
        point.line for point in reached if point.what == "line" and "refused" in reached[point]
    }
    assert lines == {LINE[each] for each in (ACT, "self._check(n)", 'assert n != 7, "seven"')}


def test_probed_contract__answers__as_the_plain_one(recorder: Recorder) -> None:
    contract = Machine().deploy(recorder.compile_sources(PATH, {PATH: SOURCE}))

    contract.act([5, 6], 4)

    assert contract.total() == 12
    assert [point for point in next(iter(recorder.probed.values())).points if point.what != "line"]


def test_complaints__name_what_is_missed_and_what_is_explained_for_nothing() -> None:
    missed = Reached("modules/units.vy", 1, "If 1", "is true", ())
    reached = Reached("modules/units.vy", 2, "If 1", "is true", ("a test",))
    nothing = ("modules/units.vy", "", "gone", "If 1 is true")

    assert complaints([reached], {}) == []
    assert complaints([missed, reached], {missed.key: "why"}) == []
    assert len(complaints([missed, reached], {})) == 1
    assert "reached, or no longer there" in complaints([reached], {reached.key: "why"})[0]
    assert len(complaints([missed], {missed.key: "why", nothing: "why"})) == 1


def test_point__of_a_line__says_where_it_stands() -> None:
    assert str(Point("lending/A.vy", 3, "line", "")) == "contracts/lending/A.vy:3 line"
