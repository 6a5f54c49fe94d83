# SPDX-License-Identifier: Apache-2.0
"""Keep each deployable well under the limit of the chain, and its size in git.

`python -m scripts.checks.bytecode_size --write` writes the snapshot anew.
"""

import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

from scripts import compiler
from scripts.checks.house import Finding, House

TITLE = "runtime code is at most 20,480 bytes and as in the snapshot"

# The chain refuses more than 24,576; the rest is room for a repair.
LIMIT_BYTES = 20_480
SNAPSHOT = "tests/snapshots/bytecode_size.txt"


def sizes() -> dict[str, int]:
    names = sorted(Path(path).stem for path in compiler.deployables())
    return {name: len(compiler.compile_by_name(name).runtime) for name in names}


def snapshot_text(size_by_name: Mapping[str, int]) -> str:
    head = f"# vyper {version('vyper')}, snekmate {version('snekmate')}; bytes of runtime code\n"
    width = max(map(len, size_by_name), default=0)
    return head + "".join(f"{name:<{width}} {size:>6}\n" for name, size in size_by_name.items())


def oversized(size_by_name: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    for name, size in size_by_name.items():
        if size > LIMIT_BYTES:
            yield name, f"{name} has {size:,} bytes of runtime code; {LIMIT_BYTES:,} are allowed"


def findings(house: House) -> Iterator[Finding]:
    measured = sizes()
    for _, fact in oversized(measured):
        yield Finding("contracts", 1, fact)
    snapshot = house.root / SNAPSHOT
    if not snapshot.exists() or snapshot.read_text() != snapshot_text(measured):
        yield Finding(SNAPSHOT, 1, "is not what the sources compile to; run `make snapshot`")


if __name__ == "__main__":
    text = snapshot_text(sizes())
    if "--write" in sys.argv[1:]:
        target = compiler.ROOT / SNAPSHOT
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    print(text, end="")
