# SPDX-License-Identifier: Apache-2.0
"""Every source file says its licence in its first lines; contracts/ has another than the rest."""

import re
from collections.abc import Iterator

from scripts.checks.house import Finding, House

TITLE = "every source file has its SPDX line"

SUFFIXES = {".py", ".vy", ".vyi", ".ts", ".tsx", ".js", ".mjs", ".css", ".sh", ".rs"}
LINE = re.compile(r"SPDX-License-Identifier: (\S+)")
WITHIN_LINES = 6


def findings(house: House) -> Iterator[Finding]:
    for path in house.files:
        if path.suffix not in SUFFIXES or path.stat().st_size == 0:
            continue
        is_contract = path.relative_to(house.root).parts[0] == "contracts"
        wanted = "AGPL-3.0-only" if is_contract else "Apache-2.0"
        head = "\n".join(
            path.read_text(encoding="utf-8", errors="replace").split("\n")[:WITHIN_LINES]
        )
        found = LINE.search(head)
        if found is None:
            yield house.finding(path, 1, f"has no SPDX line; it is {wanted}")
        elif found.group(1) != wanted:
            yield house.finding(path, 1, f"says {found.group(1)}; this folder is {wanted}")
