# SPDX-License-Identifier: Apache-2.0
"""Compile each contract once for everybody: tests, deployment, checks and the committed artefacts.

A result is found, in this order: under .build/evm, where it is named by what went into it; under
deployments/, if the file there was made of the very same sources by the very same compiler; else it
is compiled and kept. `python -m scripts.compiler` compiles what is missing, two at a time.

HEADWATER_OPTIMIZE=none builds everything without the compiler's optimisations: for tests alone, which
hold that build to the same answers. It is larger than a chain accepts, and never comes from
deployments/.
"""

import hashlib
import json
import os
import re
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ROOT / "contracts"
CACHE = ROOT / ".build" / "evm"
COMMITTED_ABI = ROOT / "deployments" / "abi"
COMMITTED_BYTECODE = ROOT / "deployments" / "bytecode"

IMPORT = re.compile(r"^from\s+(\.+)([\w.]*)\s+import\s+(.+?)(?:\s+as\s+\w+)?\s*$", re.MULTILINE)

# The level that a source asks for itself; the compiler refuses another beside it.
OPTIMIZE_PRAGMA = re.compile(r"^# pragma optimize \w+$", re.MULTILINE)

# Text by path under contracts/: a contract and all that it imports from here.
Sources = Mapping[str, str]

# "none", or nothing for what each source asks for.
Level = str | None


# What the environment asks for.
LEVEL: Level = os.environ.get("HEADWATER_OPTIMIZE") or None


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


def deployables(*, with_mocks: bool = False) -> Iterator[str]:
    """Yield the sources that become contracts, by path under contracts/."""
    for path in sorted(CONTRACTS.rglob("*.vy")):
        name = path.relative_to(CONTRACTS)
        if path.name[0].isupper() and (with_mocks or name.parts[0] != "mocks"):
            yield str(name)


@lru_cache(maxsize=256)
def compile_by_name(name: str, level: Level = LEVEL) -> Artifact:
    """Compile the contract of this name; KeyError if there is none."""
    paths = {Path(path).stem: path for path in deployables(with_mocks=True)}
    path = paths[name]
    return compile_sources(path, closure({path: (CONTRACTS / path).read_text()}), level=level)


def compile_sources(
    path: str, sources: Sources, *, committed: bool = True, level: Level = None
) -> Artifact:
    """Compile what `closure` gave; without `committed`, never from deployments/."""
    key = digest(path, sources, level)
    stored = _committed(Path(path).stem, key) if committed and level is None else None
    if stored is None:
        cached = CACHE / f"{Path(path).stem}-{key}.json"
        stored = _cached_or_compiled(path, sources, cached, level)
    return Artifact(
        name=Path(path).stem,
        abi=tuple(stored["abi"]),
        bytecode=bytes.fromhex(stored["bytecode"].removeprefix("0x")),
        runtime=bytes.fromhex(stored["runtime"].removeprefix("0x")),
    )


def closure(known: Sources) -> dict[str, str]:
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


def digest(path: str, sources: Sources, level: Level = None) -> str:
    """Name the sources and the compiler."""
    versions = [version("vyper"), version("snekmate"), *([level] if level else [])]
    text = json.dumps([path, versions, sorted(sources.items())])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _committed(name: str, key: str) -> dict[str, Any] | None:
    abi, bytecode = COMMITTED_ABI / f"{name}.json", COMMITTED_BYTECODE / f"{name}.json"
    if not (abi.exists() and bytecode.exists()):
        return None
    try:
        stored = json.loads(bytecode.read_text())
        if stored.pop("sources") != key:
            return None
        return {"abi": json.loads(abi.read_text()), **stored}
    except (ValueError, KeyError):
        # Spoilt counts as absent here; the check of deployments/ names the file.
        return None


def _cached_or_compiled(path: str, sources: Sources, cached: Path, level: Level) -> dict[str, Any]:
    # What is committed never enters the cache: the check of deployments/ compiles for itself.
    if not cached.exists():
        made = _compile(path, sources, level)
        cached.parent.mkdir(parents=True, exist_ok=True)
        # Written aside and moved, so that two processes never read half a file.
        partial = cached.with_suffix(f".{os.getpid()}.partial")
        partial.write_text(json.dumps(made))
        partial.rename(cached)
    return json.loads(cached.read_text())


def _compile(path: str, sources: Sources, level: Level = None) -> dict[str, Any]:
    from vyper.compiler import compile_from_file_input

    # The one warning is of size, which scripts/checks holds to a smaller limit.
    with laid_out(sources, level) as layout, warnings.catch_warnings(action="ignore"):
        made = compile_from_file_input(
            layout.bundle.load_file(layout.folder / path),
            input_bundle=layout.bundle,
            output_formats=["abi", "bytecode", "bytecode_runtime"],
            settings=layout.settings,
        )
    return {
        "abi": made["abi"],
        "bytecode": made["bytecode"],
        "runtime": made["bytecode_runtime"],
    }


@dataclass(frozen=True)
class Layout:
    """Sources as the compiler wants them: in a folder of their own, with what it may import."""

    folder: Path
    bundle: Any
    settings: Any


@contextmanager
def laid_out(sources: Sources, level: Level = None) -> Iterator[Layout]:
    """Write the sources aside: one that changes meanwhile cannot mix with those hashed."""
    from vyper.compiler.input_bundle import FilesystemInputBundle
    from vyper.compiler.settings import OptimizationLevel, Settings

    settings = Settings()
    if level is not None:
        settings.optimize = OptimizationLevel.from_string(level)
        sources = {name: OPTIMIZE_PRAGMA.sub("#", text) for name, text in sources.items()}

    with tempfile.TemporaryDirectory() as folder:
        for name, text in sources.items():
            target = Path(folder, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        packages = [Path(each) for each in sys.path if each.endswith("site-packages")]
        bundle = FilesystemInputBundle([*packages, Path(folder)])
        yield Layout(Path(folder), bundle, settings)


def compile_all(*, with_mocks: bool = True, processes: int = 2) -> None:
    """Fill the cache, one line a contract; nothing is compiled that is there already."""
    names = [Path(path).stem for path in deployables(with_mocks=with_mocks)]
    with ProcessPoolExecutor(max_workers=processes) as pool:
        for name, artifact in zip(names, pool.map(compile_by_name, names), strict=True):
            print(f"{name}: {len(artifact.runtime):,} bytes", flush=True)


if __name__ == "__main__":
    compile_all()
