# SPDX-License-Identifier: Apache-2.0
"""The pytest plugin: `-p tests.branches.recorder` writes which test reached which point.

What a fixture of a module or of the session reaches, all tests of that module, or all tests, reach.
Into .build/coverage/reached.json goes, for each point, the tests by their node ids (a module's path or
"" stands for those), and which tests failed.
"""

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from pyrevm import BlockEnv

from scripts import compiler
from scripts.compiler import CONTRACTS, ROOT, Artifact, Level, Sources
from tests.branches.probes import (
    CONTRACT_SHIFT,
    MAGIC,
    MAGIC_SHIFT,
    TEST_SHIFT,
    Point,
    Probed,
    compile_probed,
)
from tests.evm import machine as evm
from tests.evm.machine import GAS_LIMIT, Machine

REACHED = ROOT / ".build" / "coverage" / "reached.json"
# The rooms of lending, and what stands before its lenders' losses.
MEASURED = ("lending/", "oracles/", "rates/", "staking/Backstop.vy")

# Probes make code more than twice as long, and a call several times as dear.
CODE_SIZE_LIMIT = 65_536
WIDE_GAS_LIMIT = 20 * GAS_LIMIT


def measured_sources() -> list[str]:
    """What is measured and the modules that it is built of, by path under contracts/."""
    roots = [path for path in compiler.deployables() if path.startswith(MEASURED)]
    used = compiler.closure({path: (CONTRACTS / path).read_text() for path in roots})
    return sorted(path for path in used if path.endswith(".vy"))


class Recorder:
    def __init__(self) -> None:
        self.measured = measured_sources()
        self.probed: dict[int, Probed] = {}
        self.names: list[str] = []
        self.numbers: dict[str, int] = {}
        self.entropy = bytes(32)
        self.machines: list[Machine] = []
        self.failed: list[str] = []
        self.switch_to("")

    # --- Compiling ---

    def compile_sources(
        self, path: str, sources: Sources, *, committed: bool = True, level: Level = None
    ) -> Artifact:
        measured = [each for each in self.measured if each in sources]
        if not measured:
            return COMPILE(path, sources, committed=committed, level=level)
        made = compile_probed(path, sources, measured)
        known = self.probed.setdefault(made.number, made)
        assert known.points == made.points, "two contracts drew the same number"
        return made.artifact

    # --- Telling tests apart ---

    def switch_to(self, name: str) -> None:
        """From here on what is reached is reached by the test, module or session of that name."""
        number = self.numbers.setdefault(name, len(self.numbers))
        if number == len(self.names):
            self.names.append(name)
        self.entropy = (MAGIC << MAGIC_SHIFT | number << TEST_SHIFT).to_bytes(32, "big")
        for each in self.machines:
            each.evm.set_block_env(each._block())

    def block(self, machine: Machine) -> BlockEnv:
        return BlockEnv(
            number=machine.number,
            timestamp=machine.timestamp,
            gas_limit=WIDE_GAS_LIMIT,
            prevrandao=self.entropy,
        )

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self.switch_to(item.nodeid)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> Iterator[Any]:
        before = self.names[int.from_bytes(self.entropy, "big") >> TEST_SHIFT & 0xFFFFFFFF]
        if fixturedef.scope == "module":
            self.switch_to(request.node.nodeid)
        elif fixturedef.scope in ("package", "session"):
            self.switch_to("")
        try:
            return (yield)
        finally:
            self.switch_to(before)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and report.nodeid not in self.failed:
            self.failed.append(report.nodeid)

    # --- Reading ---

    def reached(self) -> dict[Point, set[str]]:
        found: dict[Point, set[str]] = defaultdict(set)
        for machine in self.machines:
            for address in machine.evm.db_accounts:
                word = int(address, 16)
                if word >> MAGIC_SHIFT != MAGIC:
                    continue
                probed = self.probed[word >> CONTRACT_SHIFT & 0xFFFF]
                found[probed.points[word & 0xFFFF]].add(self.names[word >> TEST_SHIFT & 0xFFFFFFFF])
        return found

    def pytest_sessionfinish(self) -> None:
        reached = self.reached()
        points = sorted({point for each in self.probed.values() for point in each.points})
        listed = [
            [point.path, point.line, point.what, point.outcome, sorted(reached.get(point, ()))]
            for point in points
        ]
        REACHED.parent.mkdir(parents=True, exist_ok=True)
        REACHED.write_text(json.dumps({"points": listed, "failed": self.failed}))


COMPILE = compiler.compile_sources


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("HEADWATER_MUTANT"):
        raise pytest.UsageError("coverage is measured on the contracts as they are")
    recorder = Recorder()
    compiler.compile_sources = recorder.compile_sources  # type: ignore[assignment]
    evm.CODE_SIZE_LIMIT, evm.GAS_LIMIT = CODE_SIZE_LIMIT, WIDE_GAS_LIMIT
    start = Machine.__init__

    def started(machine: Machine) -> None:
        start(machine)
        recorder.machines.append(machine)

    Machine.__init__ = started  # type: ignore[method-assign]
    Machine._block = lambda machine: recorder.block(machine)  # type: ignore[method-assign]
    config.pluginmanager.register(recorder, "headwater-coverage")
