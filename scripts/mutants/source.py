# SPDX-License-Identifier: Apache-2.0
"""A Vyper source as tokens with their places. Python's tokenizer reads Vyper; its grammar does not."""

import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

SKIPPED = {tokenize.NL, tokenize.COMMENT}
LAYOUT = {tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
OPENING, CLOSING = "([{", ")]}"

# Where the operands of a multiplication end, to the left.
LOOSER = {"=", "+", "-", "<", ">", "<=", ">=", "==", "!=", ",", ":", "->", "+=", "-="}
WORDS = {"return", "and", "or", "not", "in", "if", "assert"}


@dataclass(frozen=True, slots=True)
class Token:
    kind: int
    text: str
    start: int
    end: int
    line: int


@dataclass(frozen=True)
class Source:
    path: str
    text: str

    @cached_property
    def tokens(self) -> list[Token]:
        """All tokens that mean something, comments and blank lines left out."""
        offsets = [0]
        for line in self.text.splitlines(keepends=True):
            offsets.append(offsets[-1] + len(line))
        return [
            Token(
                each.type,
                each.string,
                offsets[each.start[0] - 1] + each.start[1],
                offsets[min(each.end[0] - 1, len(offsets) - 1)] + each.end[1],
                each.start[0],
            )
            for each in tokenize.generate_tokens(io.StringIO(self.text).readline)
            if each.type not in SKIPPED
        ]

    @cached_property
    def statements(self) -> list[tuple[int, int]]:
        """First and last token of each logical line."""
        found, first = [], None
        for at, token in enumerate(self.tokens):
            if token.kind in LAYOUT:
                if first is not None and token.kind == tokenize.NEWLINE:
                    found.append((first, at - 1))
                    first = None
            elif first is None:
                first = at
        return found

    @cached_property
    def functions(self) -> list[tuple[int, str]]:
        """Where each function begins, and its name; "" for what stands between them."""
        found = [(0, "")]
        for at, token in enumerate(self.tokens[:-1]):
            if token.text == "def":
                found.append((token.start, self.tokens[at + 1].text))
            elif token.text == "@" and self.tokens[at - 1].kind in LAYOUT:
                found.append((token.start, ""))
        return found

    def function_at(self, offset: int) -> str:
        return [name for start, name in self.functions if start <= offset][-1]

    def matching(self, at: int) -> int:
        """The token that closes the bracket at `at`."""
        depth = 0
        for index in range(at, len(self.tokens)):
            depth += self.tokens[index].text in OPENING
            depth -= self.tokens[index].text in CLOSING
            if depth == 0:
                return index
        raise ValueError(f"{self.path}: a bracket is not closed")

    def arguments(self, opening: int) -> Iterator[str]:
        """The texts between the bracket at `opening` and its end, split at its own commas."""
        closing, depth, start = self.matching(opening), 0, self.tokens[opening].end
        for index in range(opening + 1, closing + 1):
            token = self.tokens[index]
            if depth == 0 and (token.text == "," or index == closing):
                piece = self.text[start : token.start].strip()
                if piece:
                    yield piece
                start = token.end
            depth += token.text in OPENING
            depth -= token.text in CLOSING

    def left_operand(self, at: int) -> int:
        """Where the product that is divided at `at` begins."""
        depth, index = 0, at
        while index > 0:
            token = self.tokens[index - 1]
            if token.text in CLOSING and token.text:
                depth += 1
            elif token.text in OPENING and token.text:
                if depth == 0:
                    break
                depth -= 1
            elif depth == 0 and (
                token.text in LOOSER or token.text in WORDS or token.kind in LAYOUT
            ):
                break
            index -= 1
        return self.tokens[index].start

    def right_operand(self, at: int) -> int:
        """Where the divisor after `at` ends."""
        index = at + 1
        if self.tokens[index].text == "(":
            index = self.matching(index)
        while True:
            following = self.tokens[index + 1].text
            if following == "." or following == "**":
                index += 2
            elif following in ("(", "["):
                index = self.matching(index + 1)
            else:
                return self.tokens[index].end
