# SPDX-License-Identifier: Apache-2.0
"""Compile contracts as they are, with a planted change, or from a text that stands in no file.

HEADWATER_MUTANT names a JSON file with the path and the text of a source that takes the place of
ours, whatever a test compiles: `make mutants` runs whole suites so.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path

from scripts import compiler
from scripts.compiler import CONTRACTS, Artifact, Level

# A planted change to a source: (path under contracts/, text to find, text to put there).
Mutation = tuple[str, str, str]


# The builds that the fuzz suites hold to the same answers.
BUILDS: Mapping[str, Level] = {"deployed": None, "unoptimized": "none"}

_levels: list[Level] = [compiler.LEVEL]


@contextmanager
def build(name: str) -> Iterator[None]:
    """Compile as BUILDS says, in here."""
    _levels.append(BUILDS[name])
    try:
        yield
    finally:
        _levels.pop()


def compile_contract(path: str, mutation: Mutation | None = None) -> Artifact:
    """Compile `contracts/<path>`, from the cache if neither source nor compiler has changed.

    A mutation of a source that this contract does not use leaves it as it is.
    """
    return _compile_contract(path, mutation, _levels[-1])


def compile_text(path: str, text: str) -> Artifact:
    """Compile a source that stands in no file, as if it were `contracts/<path>`."""
    return _compile_text(path, text, _levels[-1])


@lru_cache(maxsize=256)
def _compile_contract(path: str, mutation: Mutation | None, level: Level) -> Artifact:
    sources = _replaced(compiler.closure({path: (CONTRACTS / path).read_text()}))
    if mutation is not None and mutation[0] in sources:
        sources = _mutated(sources, mutation)
    return compiler.compile_sources(path, sources, level=level)


@lru_cache(maxsize=256)
def _compile_text(path: str, text: str, level: Level) -> Artifact:
    return compiler.compile_sources(path, _replaced(compiler.closure({path: text})), level=level)


@cache
def _mutant() -> Mapping[str, str]:
    """The source that stands in for ours, if the environment names one."""
    file = os.environ.get("HEADWATER_MUTANT")
    if not file:
        return {}
    planted = json.loads(Path(file).read_text())
    return {planted["path"]: planted["text"]}


def _replaced(sources: Mapping[str, str]) -> dict[str, str]:
    planted = {path: text for path, text in _mutant().items() if path in sources}
    return {**sources, **planted}


def _mutated(sources: Mapping[str, str], mutation: Mutation) -> dict[str, str]:
    path, old, new = mutation
    if sources.get(path, "").count(old) != 1:
        raise ValueError(
            f"contracts/{path} must hold exactly one {old!r} for the mutant to be made"
        )
    return {**sources, path: sources[path].replace(old, new)}
