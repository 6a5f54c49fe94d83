# SPDX-License-Identifier: Apache-2.0
"""Which tests may notice a defect: those that reach the line it stands on, by `make coverage`."""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from scripts.compiler import ROOT

REACHED = ROOT / ".build" / "coverage" / "reached.json"
MEASURE = (sys.executable, "-m", "tests.branches", "--measure")

# Slow, and seldom the first to notice.
SLOW = "tests/invariant/matrix"


@dataclass(frozen=True)
class Selection:
    """Tests by node id, whole modules by path; `everything` if a line runs before any test."""

    tests: frozenset[str]
    modules: frozenset[str]
    everything: bool = False

    @property
    def files(self) -> list[str]:
        """Where the tests stand: first the files of those that reach the line themselves."""
        own = {test.partition("::")[0] for test in self.tests}
        return [*sorted(own), *sorted(self.modules - own)]

    def has(self, test: str) -> bool:
        return self.everything or test in self.tests or test.partition("::")[0] in self.modules

    def only(self, *, slow: bool) -> "Selection":
        def wanted(names: Collection[str]) -> frozenset[str]:
            return frozenset(name for name in names if name.startswith(SLOW) == slow)

        return Selection(wanted(self.tests), wanted(self.modules), self.everything)


def measure() -> None:
    """Measure anew; RuntimeError if the tests do not pass as they are."""
    done = subprocess.run(MEASURE, cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"no mutant can be judged by tests that fail:\n{done.stdout}")


def reaching(path: str, first: int, last: int) -> Selection:
    """The tests that reach a statement; of a line that is part of none, those of the line before."""
    lines = _tests_by_line().get(path, {})
    names = {name for line in range(first, last + 1) for name in lines.get(line, ())}
    if not names:
        before = max((line for line in lines if line < first), default=None)
        names = set() if before is None else lines[before]
    return Selection(
        frozenset(name for name in names if "::" in name),
        frozenset(name for name in names if name and "::" not in name),
        "" in names,
    )


@lru_cache(maxsize=1)
def _tests_by_line() -> dict[str, dict[int, set[str]]]:
    found: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for path, line, _what, _outcome, tests in json.loads(REACHED.read_text())["points"]:
        found[path][line].update(tests)
    return found
