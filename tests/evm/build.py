# SPDX-License-Identifier: Apache-2.0
"""Compile a contract once and keep the result under .build/evm, named by what went into it."""

import hashlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = ROOT / "contracts"
CACHE = ROOT / ".build" / "evm"

IMPORT = re.compile(r"^from\s+(\.+)([\w.]*)\s+import\s+(.+?)(?:\s+as\s+\w+)?\s*$", re.MULTILINE)

# A planted change to a source: (path under contracts/, text to find, text to put there).
Mutation = tuple[str, str, str]


@dataclass(frozen=True)
class Artifact:
    """What the compiler made of one source."""

    name: str
    abi: tuple[Mapping[str, Any], ...]
    bytecode: bytes
    runtime: bytes

    @cached_property
    def functions(self) -> dict[str, list[Mapping[str, Any]]]:
        """ABI functions by name; default arguments give several entries under one name."""
        found: dict[str, list[Mapping[str, Any]]] = {}
        for entry in self.abi:
            if entry["type"] == "function":
                found.setdefault(entry["name"], []).append(entry)
        return found


@lru_cache(maxsize=256)
def compile_contract(path: str, mutation: Mutation | None = None) -> Artifact:
    """Compile `contracts/<path>`, from the cache if neither source nor compiler has changed.

    A mutation of a source that this contract does not use leaves it as it is.
    """
    sources = _closure({path: (CONTRACTS / path).read_text()})
    if mutation is not None and mutation[0] in sources:
        sources = _mutated(sources, mutation)
    return _built(path, sources)


@lru_cache(maxsize=256)
def compile_text(path: str, text: str) -> Artifact:
    """Compile a source that stands in no file, as if it were `contracts/<path>`."""
    return _built(path, _closure({path: text}))


def _built(path: str, sources: Mapping[str, str]) -> Artifact:
    cached = CACHE / f"{Path(path).stem}-{_digest(path, sources)}.json"
    if not cached.exists():
        cached.parent.mkdir(parents=True, exist_ok=True)
        # Written aside and moved, so that two test processes never read half a file.
        partial = cached.with_suffix(f".{os.getpid()}.partial")
        partial.write_text(json.dumps(_compile(path, sources)))
        partial.rename(cached)
    stored = json.loads(cached.read_text())
    return Artifact(
        name=Path(path).stem,
        abi=tuple(stored["abi"]),
        bytecode=bytes.fromhex(stored["bytecode"].removeprefix("0x")),
        runtime=bytes.fromhex(stored["runtime"].removeprefix("0x")),
    )


def _closure(known: Mapping[str, str]) -> dict[str, str]:
    """Add all that the known sources import from this repository, by path under contracts/."""
    sources: dict[str, str] = {}
    pending = [CONTRACTS / path for path in known]
    while pending:
        file = pending.pop()
        name = str(file.relative_to(CONTRACTS))
        if name in sources:
            continue
        sources[name] = known[name] if name in known else file.read_text()
        for dots, package, imported in IMPORT.findall(sources[name]):
            folder = file.parent
            for _ in dots[1:]:
                folder = folder.parent
            folder = folder.joinpath(*package.split(".")) if package else folder
            candidates = [folder / f"{imported}.vy", folder / f"{imported}.vyi"]
            pending += [each for each in candidates if each.exists()]
    return sources


def _mutated(sources: Mapping[str, str], mutation: Mutation) -> dict[str, str]:
    path, old, new = mutation
    if sources.get(path, "").count(old) != 1:
        raise ValueError(
            f"contracts/{path} must hold exactly one {old!r} for the mutant to be made"
        )
    return {**sources, path: sources[path].replace(old, new)}


def _digest(path: str, sources: Mapping[str, str]) -> str:
    versions = [version("vyper"), version("snekmate")]
    text = json.dumps([path, versions, sorted(sources.items())])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _compile(path: str, sources: Mapping[str, str]) -> dict[str, Any]:
    from vyper.compiler import compile_from_file_input
    from vyper.compiler.input_bundle import FilesystemInputBundle

    with tempfile.TemporaryDirectory() as folder:
        for name, text in sources.items():
            target = Path(folder, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        packages = [Path(each) for each in sys.path if each.endswith("site-packages")]
        bundle = FilesystemInputBundle([*packages, Path(folder)])
        made = compile_from_file_input(
            bundle.load_file(Path(folder, path)),
            input_bundle=bundle,
            output_formats=["abi", "bytecode", "bytecode_runtime"],
        )
    return {
        "abi": made["abi"],
        "bytecode": made["bytecode"],
        "runtime": made["bytecode_runtime"],
    }
