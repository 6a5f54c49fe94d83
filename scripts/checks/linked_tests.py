# SPDX-License-Identifier: Apache-2.0
"""A test that a document links to by name is there: `[test_name](../tests/path.py)`."""

import re
from collections.abc import Iterator

from scripts.checks.house import Finding, House

TITLE = "tests that docs/ link to exist"

LINK = re.compile(r"\[(test_\w+)\]\(([^)\s]+\.py)\)")


def findings(house: House) -> Iterator[Finding]:
    for path in house.files:
        if path.suffix != ".md":
            continue
        text = path.read_text(encoding="utf-8")
        for number, line in enumerate(text.splitlines(), 1):
            for name, target in LINK.findall(line):
                file = (path.parent / target).resolve()
                if not file.is_file():
                    yield house.finding(path, number, f"{target} is not there")
                elif not re.search(rf"^def {name}\(", file.read_text(), re.MULTILINE):
                    yield house.finding(path, number, f"{target} holds no {name}")
