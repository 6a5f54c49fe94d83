# SPDX-License-Identifier: Apache-2.0
"""Run on one mutant the tests that may see it, the fastest first, and stop at the first death.

A worker imports the compiler and pytest once. Each mutant is compiled and tested in a fork of it, which
has seen no contract and no test.
"""

import importlib
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from scripts import compiler
from scripts.compiler import CONTRACTS, ROOT
from scripts.mutants.operators import Mutant
from scripts.mutants.planted import Planted
from scripts.mutants.rooms import CORE, EVERYTHING, ROOMS, SOURCES, Room, room_of
from scripts.mutants.selection import Selection, reaching

FOLDER = ROOT / ".build" / "mutants"

# A mutant whose tests do not come to an end has been noticed.
LIMIT_SECONDS = 600

PRELOADED = ("vyper.compiler", "pytest", "hypothesis", "eth_account", "eth_abi", "pyrevm")

OPTIONS = (
    *("-p", "no:ape_test", "-p", "no:cacheprovider", "-p", "no:faulthandler"),
    *("-p", "tests.light_ape", "-xq", "--tb=no"),
)
EXPLOITS = "tests/regression/exploits"
ONE_BUILD = ("-k", "not unoptimized")

PASSED, FAILED, INTERRUPTED, NOTHING_RUN = 0, 1, 2, 5


@dataclass(frozen=True)
class Verdict:
    """killed, survived, same (the compiler makes the same code) or stillborn (it refuses)."""

    outcome: str
    detail: str = ""


@dataclass(frozen=True)
class Stage:
    """What pytest is asked to run; of it, if there is a selection, what that holds."""

    arguments: tuple[str, ...]
    selection: Selection | None = None


class Watcher:
    """A plugin: leaves out what is not selected, and notes the first test that fails."""

    def __init__(self, selection: Selection | None) -> None:
        self.selection = selection
        self.killer = ""

    def pytest_collection_modifyitems(self, config: Any, items: list[Any]) -> None:
        if self.selection is not None:
            kept = [each for each in items if self.selection.has(each.nodeid)]
            config.hook.pytest_deselected(items=[each for each in items if each not in kept])
            items[:] = kept

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            self.killer = self.killer or report.nodeid

    # A module that deploys where it is imported can fail there.
    pytest_collectreport = pytest_runtest_logreport


def prepare() -> None:
    """Load what every mutant needs, once a worker."""
    for name in PRELOADED:
        importlib.import_module(name)
    for contract in (contract for room in ROOMS for contract in room.contracts):
        _original(contract)


def examine_mutant(mutant: Mutant, number: int) -> Verdict:
    selection = reaching(mutant.path, mutant.line, mutant.last_line)
    return _in_fork(mutant.path, mutant.text, number, _stages(mutant.path, selection))


def examine_planted(planted: Planted, number: int) -> Verdict:
    """Take a repair out; only the tests of its own rule count."""
    text = planted.plant(Path(CONTRACTS, planted.path).read_text())
    tests = f"test_{planted.rule[0].lower()}{int(planted.rule[1:]):02}_"
    return _in_fork(planted.path, text, number, [Stage((EXPLOITS, "-k", tests))])


def examine_original(number: int) -> Verdict:
    """See that nothing dies of no defect."""
    path = CORE.sources[0]
    stages = [Stage((EXPLOITS,))]
    for room in ROOMS:
        stages += _suites(room)
    stages.append(Stage(EVERYTHING))
    return _in_fork(path, (CONTRACTS / path).read_text(), number, stages, is_compared=False)


def _stages(path: str, selection: Selection) -> list[Stage]:
    quick, slow = selection.only(slow=False), selection.only(slow=True)
    made = [Stage(tuple(quick.files), quick)] if quick.files else []
    made += _suites(room_of(path))
    made += [Stage(EVERYTHING)]
    return [*made, Stage(tuple(slow.files), slow)] if slow.files else made


def _suites(room: Room) -> list[Stage]:
    return [Stage((*suites, *ONE_BUILD)) for suites in (room.models, room.drivers) if suites]


def _in_fork(
    path: str, text: str, number: int, stages: Sequence[Stage], *, is_compared: bool = True
) -> Verdict:
    FOLDER.mkdir(parents=True, exist_ok=True)
    context = get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_examine, args=(sender, path, text, number, stages, is_compared))
    child.start()
    sender.close()
    try:
        if not receiver.poll(LIMIT_SECONDS):
            return Verdict("killed", f"no end within {LIMIT_SECONDS} s")
        return receiver.recv()
    except EOFError:
        log = _log(number).read_text(errors="replace")
        raise RuntimeError(f"contracts/{path}: the tests could not be run:\n{log}") from None
    finally:
        child.kill()
        child.join()


def _log(number: int) -> Path:
    return FOLDER / f"{number}.log"


def _examine(
    sender: Connection,
    path: str,
    text: str,
    number: int,
    stages: Sequence[Stage],
    is_compared: bool,
) -> None:
    log = os.open(_log(number), os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
    os.dup2(log, sys.stdout.fileno())
    os.dup2(log, sys.stderr.fileno())
    verdict = _compiled(path, text) if is_compared else None
    sender.send(verdict or _tested(path, text, number, stages))
    sender.close()


def _tested(path: str, text: str, number: int, stages: Sequence[Stage]) -> Verdict:
    import pytest

    file = FOLDER / f"{number}.json"
    file.write_text(json.dumps({"path": path, "text": text}))
    os.environ["HEADWATER_MUTANT"] = str(file)
    os.environ.setdefault("HEADWATER_FUZZ_EXAMPLES", "60")
    sys.dont_write_bytecode = True
    try:
        for stage in stages:
            watcher = Watcher(stage.selection)
            status = pytest.main([*OPTIONS, *stage.arguments], plugins=[watcher])
            if status in (FAILED, INTERRUPTED) and watcher.killer:
                return Verdict("killed", watcher.killer)
            if status not in (PASSED, NOTHING_RUN):
                raise RuntimeError(f"pytest ends with {status}")
    finally:
        file.unlink()
    return Verdict("survived")


def _compiled(path: str, text: str) -> Verdict | None:
    """Compile what becomes of it; a verdict if there is nothing to test."""
    contracts = room_of(path).contracts if path in SOURCES else CORE.contracts
    is_used, is_same = False, True
    for contract in contracts:
        sources = compiler.closure({contract: (CONTRACTS / contract).read_text()})
        if path not in sources:
            continue
        is_used = True
        try:
            made = compiler.compile_sources(contract, {**sources, path: text})
        except Exception as refusal:  # whatever the compiler raises, and it raises much
            return Verdict("stillborn", type(refusal).__name__)
        is_same = is_same and made.bytecode == _original(contract)
    return Verdict("same") if is_used and is_same else None


@cache
def _original(contract: str) -> bytes:
    sources = compiler.closure({contract: (CONTRACTS / contract).read_text()})
    return compiler.compile_sources(contract, sources).bytecode
