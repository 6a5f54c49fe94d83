# SPDX-License-Identifier: Apache-2.0
"""deployments/abi and deployments/bytecode are what the sources compile to."""

from collections.abc import Iterator

from scripts.abi import stale_files
from scripts.checks.house import Finding, House

TITLE = "committed ABIs and bytecode are as the sources compile"


def findings(house: House) -> Iterator[Finding]:
    for path, text in sorted(stale_files().items()):
        fact = "belongs to no contract" if text is None else "differs from the sources"
        yield house.finding(path, 1, f"{fact}; run `make abi`")
