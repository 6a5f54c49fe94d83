# SPDX-License-Identifier: Apache-2.0
"""Hold docstrings and revert reasons together: what a caller may meet is what the text lists.

A reason raised in an internal function or a module counts for every external function that reaches
it. Reasons of snekmate may be listed but need not be. Reasons of other contracts of ours may be
listed by a function that calls out, since they come through unchanged. That each condition has a
reason of its own is for the reviewer: two texts may say one fact.
"""

import re
from collections.abc import Iterator

from scripts.checks.house import Finding, House
from scripts.checks.vyper_source import Function, Source, load

TITLE = "revert reasons are short facts, and docstrings list them"

FORM = re.compile(r"[a-z][a-z0-9-]*: [^A-Z\s][^.]*")
LONGEST_BYTES = 32


def findings(house: House) -> Iterator[Finding]:
    sources = [
        load(path.resolve())
        for path in house.vyper_files
        if path.suffix == ".vy" and house.area(path) != "mocks"
    ]
    everywhere = {reason for source in sources for reason in _raised(source)}
    libraries = {
        reason for source in sources for module in _libraries(source) for reason in _raised(module)
    }
    everywhere |= libraries
    for source in sources:
        yield from _forms(house, source, libraries)
        for function in source.external_functions:
            yield from _docstring(house, function, everywhere)


def _raised(source: Source) -> Iterator[str]:
    return (reason for each in source.functions.values() for reason, _ in each.raised)


def _libraries(source: Source) -> Iterator[Source]:
    for module in source.modules.values():
        if module.is_library:
            yield module
        yield from _libraries(module)


def _forms(house: House, source: Source, libraries: set[str]) -> Iterator[Finding]:
    for function in source.functions.values():
        for reason, node in function.raised:
            # Where a standard part of ours stands in for snekmate's, it says the same words.
            if reason in libraries:
                continue
            if len(reason.encode()) > LONGEST_BYTES:
                fact = f'"{reason}" is longer than {LONGEST_BYTES} bytes'
                yield house.finding(source.path, node.lineno, fact)
            if not FORM.fullmatch(reason):
                fact = f'"{reason}" is not of the form "contract: fact in lower case"'
                yield house.finding(source.path, node.lineno, fact)


def _docstring(house: House, function: Function, everywhere: set[str]) -> Iterator[Finding]:
    path, line = function.source.path, function.node.lineno
    name = function.node.name
    if "@notice" not in function.docstring:
        yield house.finding(path, line, f"{name} has no @notice")
    own: set[str] = set()
    library: set[str] = set()
    for reached in function.reached:
        target = library if reached.source.is_library else own
        target.update(reason for reason, _ in reached.raised)
    listed = set(function.listed_reasons)
    for reason in sorted(own - listed):
        yield house.finding(path, line, f'{name} can revert with "{reason}" but does not list it')
    foreign = everywhere if function.calls_out else set()
    for reason in sorted(listed - own - library - foreign):
        yield house.finding(path, line, f'{name} lists "{reason}" but nothing raises it')
