# SPDX-License-Identifier: Apache-2.0
"""Write deployments/abi and deployments/bytecode: the wall between the contracts and the rest.

The files are committed, so that the page is built, and the devnet deployed, without minutes of
compiling; a check compiles the sources and holds the files equal to what comes out.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts import compiler
from scripts.compiler import COMMITTED_ABI, COMMITTED_BYTECODE, CONTRACTS, ROOT

ORDER = ("constructor", "fallback", "event", "function")


def abi_text(abi: tuple[Mapping[str, Any], ...]) -> str:
    """Return the ABI as a JSON list, one entry a line, sorted: a changed function is a changed line."""
    lines = [json.dumps(entry, separators=(",", ":")) for entry in sorted(abi, key=_place)]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def wanted_files() -> dict[Path, str]:
    """Compile every deployable, and return what the two folders must hold."""
    wanted: dict[Path, str] = {}
    for path in compiler.deployables():
        sources = compiler.closure({path: (CONTRACTS / path).read_text()})
        made = compiler.compile_sources(path, sources, committed=False)
        stored = {
            "sources": compiler.digest(path, sources),
            "bytecode": "0x" + made.bytecode.hex(),
            "runtime": "0x" + made.runtime.hex(),
        }
        wanted[COMMITTED_ABI / f"{made.name}.json"] = abi_text(made.abi)
        wanted[COMMITTED_BYTECODE / f"{made.name}.json"] = json.dumps(stored, indent=0) + "\n"
    return wanted


def stale_files() -> dict[Path, str | None]:
    """Return what to write, or None for a file that belongs to no contract, by path."""
    wanted = wanted_files()
    present = {*COMMITTED_ABI.glob("*.json"), *COMMITTED_BYTECODE.glob("*.json")}
    stale: dict[Path, str | None] = dict.fromkeys(present - set(wanted))
    for path, text in wanted.items():
        if not path.exists() or path.read_text() != text:
            stale[path] = text
    return stale


def main() -> None:
    stale = stale_files()
    for path, text in sorted(stale.items()):
        if text is None:
            path.unlink()
            print(f"removed {path.relative_to(ROOT)}")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Whole or not at all: deployment and tests read these files while we write.
            partial = path.with_suffix(".partial")
            partial.write_text(text)
            partial.rename(path)
            print(f"wrote {path.relative_to(ROOT)}")
    if not stale:
        print("deployments/abi and deployments/bytecode are as the sources compile")


def _place(entry: Mapping[str, Any]) -> tuple[int, str, int]:
    kind = entry["type"]
    place = ORDER.index(kind) if kind in ORDER else len(ORDER)
    return place, entry.get("name", ""), len(entry.get("inputs", ()))


if __name__ == "__main__":
    main()
