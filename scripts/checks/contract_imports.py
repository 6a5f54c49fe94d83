# SPDX-License-Identifier: Apache-2.0
"""Hold the directions of STYLE for contracts: modules below, deployables beside each other."""

from collections.abc import Iterator
from pathlib import Path

from scripts.checks.house import Finding, House
from scripts.checks.vyper_source import load

TITLE = "contracts import interfaces and modules only"

ALLOWED = {
    "interfaces": {"interfaces"},
    "modules": {"interfaces", "modules"},
}
ALLOWED_TO_DEPLOYABLES = {"interfaces", "modules"}


def findings(house: House) -> Iterator[Finding]:
    for path in house.vyper_files:
        area = house.area(path)
        allowed = ALLOWED.get(area or "", ALLOWED_TO_DEPLOYABLES)
        for _, imported, node in load(path.resolve()).imports:
            target = _area(house, imported)
            if target is not None and target not in allowed:
                fact = f"{area} must not import {house.name(imported)}; use its interface"
                yield house.finding(path, node.lineno, fact)


def _area(house: House, path: Path | None) -> str | None:
    """The area of ours that `path` lies in; None for built-ins and libraries."""
    if path is None or "site-packages" in path.parts:
        return None
    return house.area(path)
