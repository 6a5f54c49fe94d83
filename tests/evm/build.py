# SPDX-License-Identifier: Apache-2.0
"""Compile contracts as they are, with a planted change, or from a text that stands in no file."""

from collections.abc import Mapping
from functools import lru_cache

from scripts import compiler
from scripts.compiler import CONTRACTS, Artifact

# A planted change to a source: (path under contracts/, text to find, text to put there).
Mutation = tuple[str, str, str]


@lru_cache(maxsize=256)
def compile_contract(path: str, mutation: Mutation | None = None) -> Artifact:
    """Compile `contracts/<path>`, from the cache if neither source nor compiler has changed.

    A mutation of a source that this contract does not use leaves it as it is.
    """
    sources = compiler.closure({path: (CONTRACTS / path).read_text()})
    if mutation is not None and mutation[0] in sources:
        sources = _mutated(sources, mutation)
    return compiler.compile_sources(path, sources)


@lru_cache(maxsize=256)
def compile_text(path: str, text: str) -> Artifact:
    """Compile a source that stands in no file, as if it were `contracts/<path>`."""
    return compiler.compile_sources(path, compiler.closure({path: text}))


def _mutated(sources: Mapping[str, str], mutation: Mutation) -> dict[str, str]:
    path, old, new = mutation
    if sources.get(path, "").count(old) != 1:
        raise ValueError(
            f"contracts/{path} must hold exactly one {old!r} for the mutant to be made"
        )
    return {**sources, path: sources[path].replace(old, new)}
