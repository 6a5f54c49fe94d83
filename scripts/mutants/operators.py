# SPDX-License-Identifier: Apache-2.0
"""Every defect of a few kinds that can be planted in a source: one token, or one statement, each."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scripts.mutants.source import Source

COMPARISONS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="}
ROUNDINGS = {
    "to_shares_down": "to_shares_up",
    "to_shares_up": "to_shares_down",
    "to_assets_down": "to_assets_up",
    "to_assets_up": "to_assets_down",
    "value_usd_wad_down": "value_usd_wad_up",
    "value_usd_wad_up": "value_usd_wad_down",
}
CLAMPS = {"min": "max", "max": "min"}
JUNCTIONS = {"and": "or", "or": "and"}

# Statements that are there to refuse, to settle or to have something checked later.
CHECK = re.compile(
    r"(self\._(check|verify|accrue|settle|give_back|authorize|authenticate|require_check"
    r"|note_growth|owed_shares)\w*|ownable\._check_owner|erc20\._spend_allowance"
    r"|extcall ACCOUNTS\.\w+|extcall ILendingPool\(pool\)\.check_caps)\("
)

Edit = tuple[int, int, str]


@dataclass(frozen=True)
class Mutant:
    path: str
    line: int
    last_line: int
    kind: str
    function: str
    before: str
    after: str
    text: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What the file of equivalent mutants names it by: no line number, for those move."""
        return self.path, self.function, self.before, self.after

    def __str__(self) -> str:
        return f"contracts/{self.path}:{self.line} {self.kind}: {self.before}  ->  {self.after}"


def mutants_of(path: str, text: str) -> Iterator[Mutant]:
    source = Source(path, text)
    for kind, edits in KINDS.items():
        for start, end, replacement in edits(source):
            if not source.function_at(start):
                continue
            changed = text[:start] + replacement + text[end:]
            line, last_line = text.count("\n", 0, start) + 1, text.count("\n", 0, end) + 1
            before, after = shown(text, start, end), shown(changed, start, start + len(replacement))
            function = source.function_at(start)
            yield Mutant(path, line, last_line, kind, function, before, after, changed)


def shown(text: str, start: int, end: int) -> str:
    """The lines that an edit touches, as one."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    return " ".join(text[first:last].split())


def comparisons(source: Source) -> Iterator[Edit]:
    for token in source.tokens:
        if token.text in COMPARISONS:
            yield token.start, token.end, COMPARISONS[token.text]


def roundings(source: Source) -> Iterator[Edit]:
    for at, token in enumerate(source.tokens):
        called = source.tokens[at - 1].text == "." and source.tokens[at + 1].text == "("
        if called and token.text in ROUNDINGS:
            yield token.start, token.end, ROUNDINGS[token.text]


def divisions(source: Source) -> Iterator[Edit]:
    """A quotient down becomes one up, and one up becomes one down."""
    for at, token in enumerate(source.tokens):
        if token.text == "//":
            start, end = source.left_operand(at), source.right_operand(at)
            left = source.text[start : token.start].rstrip()
            right = source.text[token.end : end].strip()
            yield start, end, f"(({left} + {right} - 1) // {right})"
        elif token.text == "_ceil_div" and source.tokens[at - 1].text == ".":
            numerator, denominator = source.arguments(at + 1)
            start, end = source.tokens[at - 2].start, source.tokens[source.matching(at + 1)].end
            yield start, end, f"(({numerator}) // ({denominator}))"


def skipped(source: Source) -> Iterator[Edit]:
    """An assertion, or a call that may refuse, is left out."""
    for first, last in source.statements:
        start, end = source.tokens[first].start, source.tokens[last].end
        statement = source.text[start:end]
        if source.tokens[first].text == "assert" or CHECK.match(statement):
            yield start, end, "pass"


def clamps(source: Source) -> Iterator[Edit]:
    for at, token in enumerate(source.tokens):
        if token.text in CLAMPS and source.tokens[at + 1].text == "(":
            yield token.start, token.end, CLAMPS[token.text]


def junctions(source: Source) -> Iterator[Edit]:
    for token in source.tokens:
        if token.text in JUNCTIONS:
            yield token.start, token.end, JUNCTIONS[token.text]


KINDS: dict[str, Callable[[Source], Iterator[Edit]]] = {
    "comparison": comparisons,
    "rounding": roundings,
    "division": divisions,
    "skipped check": skipped,
    "clamp": clamps,
    "junction": junctions,
}
