# SPDX-License-Identifier: Apache-2.0
"""No revert reason without a test that names it: a refusal that nobody has seen may not be one."""

from collections.abc import Iterator

from scripts.checks.house import Finding, House
from scripts.checks.vyper_source import load

TITLE = "each revert reason is met by a test"


def findings(house: House) -> Iterator[Finding]:
    tests = "\n".join(
        path.read_text(encoding="utf-8")
        for path in house.files
        if path.suffix == ".py" and path.relative_to(house.root).parts[0] == "tests"
    )
    for path in house.vyper_files:
        if path.suffix != ".vy" or house.area(path) == "mocks":
            continue
        for function in load(path.resolve()).functions.values():
            for reason, node in function.raised:
                if f'"{reason}"' not in tests:
                    yield house.finding(path, node.lineno, f'no test meets "{reason}"')
