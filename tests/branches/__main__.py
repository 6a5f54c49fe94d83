# SPDX-License-Identifier: Apache-2.0
"""Run the suites of the lending contracts with probes and name what they do not reach.

The exit status is 0 if each point is reached or explained in unreached.toml, and each explanation there
is of a point that is not reached. `--measure` only writes the figures, for `make mutants`.
"""

import argparse
import json
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from scripts.compiler import CONTRACTS, ROOT

REACHED = ROOT / ".build" / "coverage" / "reached.json"
UNREACHED = Path(__file__).with_name("unreached.toml")

UNIT = "tests/unit/contracts"
SUITES = (
    f"{UNIT}/lending",
    f"{UNIT}/oracles",
    f"{UNIT}/rates",
    "tests/integration/lending",
    "tests/regression",
    "tests/invariant/edges",
    "tests/invariant/heartbeat/test_liquidator.py",
    "tests/invariant/heartbeat/test_liquidator_bounds.py",
    "tests/invariant/heartbeat/test_liquidator_own_token.py",
    "tests/invariant/heartbeat/test_backstop.py",
    "tests/invariant/heartbeat/test_backstop_bounds.py",
    "tests/invariant/matrix",
)

PYTEST = (sys.executable, "-m", "pytest", "-p", "no:ape_test", "-p", "no:cacheprovider", "-q")
LIGHT = ("-p", "tests.light_ape", "--tb=short")
PROBED = (*LIGHT, "-p", "tests.branches.recorder", "--tb=no")

# pytest's own: all passed, and some failed.
PASSED, FAILED = 0, 1


@dataclass(frozen=True, slots=True)
class Reached:
    """A point and the tests that reach it."""

    path: str
    line: int
    what: str
    outcome: str
    tests: tuple[str, ...]

    @property
    def is_line(self) -> bool:
        return self.what == "line"

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What unreached.toml names it by: no line number, for those move."""
        text = source_lines(self.path)
        heads = [DEFINITION.match(each) for each in text[: self.line]]
        function = next((head[1] for head in reversed(heads) if head), "")
        return (
            self.path,
            function,
            text[self.line - 1].strip(),
            f"{self.what} {self.outcome}".strip(),
        )

    def __str__(self) -> str:
        path, function, source, way = self.key
        return f"contracts/{path}:{self.line} {function}, {way}: {source}"


DEFINITION = re.compile(r"def (\w+)\(")


@cache
def source_lines(path: str) -> list[str]:
    return (CONTRACTS / path).read_text().splitlines()


def measure() -> int:
    """Run the suites with probes, and without them what fails then; pytest's exit status.

    A probe costs gas: a test that bounds the gas of a call may fail with probes, and what it reached
    counts all the same. One that fails without them too has found something.
    """
    status = subprocess.run((*PYTEST, *PROBED, *SUITES), cwd=ROOT).returncode
    if status != FAILED:
        return status
    failed = json.loads(REACHED.read_text())["failed"]
    print(f"{len(failed)} failed with probes; without them:", flush=True)
    return subprocess.run((*PYTEST, *LIGHT, *failed), cwd=ROOT).returncode


def read_reached() -> list[Reached]:
    points = json.loads(REACHED.read_text())["points"]
    return [Reached(*each[:4], tuple(each[4])) for each in points]


def explanations() -> dict[tuple[str, str, str, str], str]:
    listed = tomllib.loads(UNREACHED.read_text())["unreached"]
    return {
        (each["path"], each["function"], each["source"], each["way"]): each["reason"]
        for each in listed
    }


def complaints(
    points: Sequence[Reached], reasons: Mapping[tuple[str, str, str, str], str]
) -> list[str]:
    """A line for each point neither reached nor explained, and for each explanation of nothing."""
    missed = {point.key: point for point in points if not point.tests}
    found = [f"not reached: {point}" for key, point in missed.items() if key not in reasons]
    for key in reasons:
        if key not in missed:
            found.append(f"{UNREACHED.name}: reached, or no longer there: {' | '.join(key)}")
    return found


def print_table(points: Sequence[Reached], reasons: Mapping[tuple[str, ...], str]) -> None:
    by_path: dict[str, list[Reached]] = defaultdict(list)
    for point in points:
        by_path[point.path].append(point)
    print(f"\n  {'contract':<30} {'lines':>11} {'outcomes of decisions':>23} {'explained':>10}")
    for path, own in [*sorted(by_path.items()), ("all", list(points))]:
        lines = [point for point in own if point.is_line]
        ways = [point for point in own if not point.is_line]
        explained = sum(not point.tests and point.key in reasons for point in own)
        print(f"  {path:<30} {share(lines):>11} {share(ways):>23} {explained:>10}")
    print()


def share(points: Sequence[Reached]) -> str:
    return f"{sum(bool(point.tests) for point in points)}/{len(points)}"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.branches")
    parser.add_argument("--measure", action="store_true", help="write the figures, judge nothing")
    asked = parser.parse_args(arguments)

    status = measure()
    if status != PASSED:
        print("error: tests fail, so the figures are of no use", file=sys.stderr)
        return status
    if asked.measure:
        return 0
    points, reasons = read_reached(), explanations()
    print_table(points, reasons)
    for point in points:
        if not point.tests and point.key in reasons:
            print(f"not reached, and why: {point}\n    {reasons[point.key]}")
    found = complaints(points, reasons)
    print(*found, sep="\n")
    print(f"coverage: {len(found)} points neither reached nor explained")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
