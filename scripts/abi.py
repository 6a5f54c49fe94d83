# SPDX-License-Identifier: Apache-2.0
"""Write deployments/abi/<Contract>.json: the wall between the contracts and everybody else.

The files are committed, so that the page and the engine are built without a Vyper compiler; a check
holds them equal to the sources.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts.compiler import ROOT, Compiled, compile_source, deployables

FOLDER = ROOT / "deployments" / "abi"

ORDER = ("constructor", "fallback", "event", "function")


def abi_text(compiled: Compiled) -> str:
    """Return the ABI as a JSON list, one entry a line, sorted: a changed function is a changed line."""
    lines = [json.dumps(entry, separators=(",", ":")) for entry in sorted(compiled.abi, key=_place)]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def stale_abis(contracts: Path, folder: Path) -> dict[Path, str | None]:
    """Return what to write, or None for a file that belongs to no contract, by path."""
    wanted = {
        folder / f"{path.stem}.json": abi_text(compile_source(contracts, path))
        for path in deployables(contracts)
    }
    stale: dict[Path, str | None] = {
        path: text
        for path, text in wanted.items()
        if not path.exists() or path.read_text() != text
    }
    stale.update(dict.fromkeys(set(folder.glob("*.json")) - set(wanted)))
    return stale


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    stale = stale_abis(ROOT / "contracts", FOLDER)
    for path, text in sorted(stale.items()):
        if text is None:
            path.unlink()
            print(f"removed {path.relative_to(ROOT)}")
        else:
            path.write_text(text)
            print(f"wrote {path.relative_to(ROOT)}")
    if not stale:
        print("deployments/abi is as the sources compile")


def _place(entry: Mapping[str, Any]) -> tuple[int, str, int]:
    kind = entry["type"]
    place = ORDER.index(kind) if kind in ORDER else len(ORDER)
    return place, entry.get("name", ""), len(entry.get("inputs", ()))


if __name__ == "__main__":
    main()
