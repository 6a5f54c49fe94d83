# SPDX-License-Identifier: Apache-2.0
"""Compile a contract once; the result stays under .build/evm, named by what went into it.

The pyrevm harness of the tests keeps its results in the same files, so that each source is compiled
once for both.
"""

import hashlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

IMPORT = re.compile(r"^from\s+(\.+)([\w.]*)\s+import\s+(.+?)(?:\s+as\s+\w+)?\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Compiled:
    """What the compiler made of one deployable."""

    name: str
    abi: tuple[Mapping[str, Any], ...]
    runtime: bytes


def deployables(contracts: Path, *, with_mocks: bool = False) -> Iterator[Path]:
    """Yield the sources that become contracts: those whose file name begins with a capital."""
    for path in sorted(contracts.rglob("*.vy")):
        if path.name[0].isupper() and (with_mocks or "mocks" not in path.parts):
            yield path


def compile_source(contracts: Path, path: Path, cache: Path = ROOT / ".build" / "evm") -> Compiled:
    """Compile the deployable at `path`, from the cache if neither source nor compiler has changed."""
    name = str(path.relative_to(contracts))
    sources = _closure(contracts, path)
    cached = cache / f"{path.stem}-{_digest(name, sources)}.json"
    if not cached.exists():
        cached.parent.mkdir(parents=True, exist_ok=True)
        # Written aside and moved, so that two processes never read half a file.
        partial = cached.with_suffix(f".{os.getpid()}.partial")
        partial.write_text(json.dumps(_compile(name, sources)))
        partial.rename(cached)
    stored = json.loads(cached.read_text())
    runtime = bytes.fromhex(stored["runtime"].removeprefix("0x"))
    return Compiled(path.stem, tuple(stored["abi"]), runtime)


def _closure(contracts: Path, path: Path) -> dict[str, str]:
    sources: dict[str, str] = {}
    pending = [path]
    while pending:
        file = pending.pop()
        name = str(file.relative_to(contracts))
        if name in sources:
            continue
        sources[name] = file.read_text()
        for dots, package, imported in IMPORT.findall(sources[name]):
            folder = file.parent
            for _ in dots[1:]:
                folder = folder.parent
            folder = folder.joinpath(*package.split(".")) if package else folder
            candidates = [folder / f"{imported}.vy", folder / f"{imported}.vyi"]
            pending += [each for each in candidates if each.exists()]
    return sources


def _digest(name: str, sources: Mapping[str, str]) -> str:
    versions = [version("vyper"), version("snekmate")]
    text = json.dumps([name, versions, sorted(sources.items())])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _compile(name: str, sources: Mapping[str, str]) -> dict[str, Any]:
    from vyper.compiler import compile_from_file_input
    from vyper.compiler.input_bundle import FilesystemInputBundle

    # In a folder of its own, so that a source which changes meanwhile cannot mix with the one hashed.
    with tempfile.TemporaryDirectory() as folder:
        for each, text in sources.items():
            target = Path(folder, each)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        packages = [Path(each) for each in sys.path if each.endswith("site-packages")]
        bundle = FilesystemInputBundle([*packages, Path(folder)])
        made = compile_from_file_input(
            bundle.load_file(Path(folder, name)),
            input_bundle=bundle,
            output_formats=["abi", "bytecode", "bytecode_runtime"],
        )
    return {
        "abi": made["abi"],
        "bytecode": made["bytecode"],
        "runtime": made["bytecode_runtime"],
    }
