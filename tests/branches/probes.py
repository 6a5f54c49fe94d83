# SPDX-License-Identifier: Apache-2.0
"""Compile a contract with probes.

Built without optimisation, so that the polarity of each conditional jump is the one in which the
compiler's own templates write it (`vyper.ir.compile_ir`). What the compiler adds by itself, overflow,
bounds and ABI checks, the selector table and locks, are no decisions of the source and get none.
"""

import copy
import json
import re
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts import compiler
from scripts.compiler import ROOT, Artifact, Layout, Sources

CACHE = ROOT / ".build" / "coverage" / "contracts"

# Change it with anything below that changes what is compiled.
VERSION = "6"

# What an account looked at says: MAGIC, the number of the test, of the contract, of the probe.
MAGIC = 0xC0DE
MAGIC_SHIFT, TEST_SHIFT, CONTRACT_SHIFT = 128, 32, 16

DECISIONS = ("If", "Assert", "BoolOp", "For")
# A probe costs 2,600 gas: the bounds that the contracts put on others' gas grow with it.
GAS_BOUND = re.compile(r"^((?:FEED|RATE_MODEL|COVER)_GAS: constant\(uint256\) = )", re.MULTILINE)
GAS_FACTOR = 20
# And so does what the heartbeat gives an item.
ITEM_GAS = "gas=job.item_gas,"

# An argument is one node for all who name it, and says where the last one does.
SHARED = ("Name", "arg")

LOOP_EMPTY, LOOP_AGAIN = "_sym_loop_exit", "_sym_loop_start"


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """A line, or one way out of a decision on it."""

    path: str
    line: int
    # "line", or the decision with its place among those of its line, as "If 1".
    what: str
    outcome: str

    def __str__(self) -> str:
        return f"contracts/{self.path}:{self.line} {self.what} {self.outcome}".rstrip()


@dataclass(frozen=True)
class Probed:
    artifact: Artifact
    number: int
    points: tuple[Point, ...]


def compile_probed(path: str, sources: Sources, measured: Sequence[str]) -> Probed:
    """Compile `path` with probes in the sources measured; the same sources give the same."""
    key = compiler.digest(path, {**sources, "probes": f"{VERSION} {sorted(measured)}"}, "none")
    cached = CACHE / f"{Path(path).stem}-{key}.json"
    if not cached.exists():
        cached.parent.mkdir(parents=True, exist_ok=True)
        cached.write_text(json.dumps(_compile(path, sources, measured, int(key[:4], 16))))
    made = json.loads(cached.read_text())
    artifact = Artifact(
        Path(path).stem,
        tuple(made["abi"]),
        bytes.fromhex(made["bytecode"]),
        bytes.fromhex(made["runtime"]),
    )
    return Probed(artifact, made["number"], tuple(Point(*each) for each in made["points"]))


def _compile(path: str, sources: Sources, measured: Sequence[str], number: int) -> dict[str, Any]:
    from vyper.compiler.output import build_abi_output
    from vyper.compiler.phases import CompilerData, generate_assembly, generate_bytecode

    sources = {
        name: GAS_BOUND.sub(rf"\g<1>{GAS_FACTOR} * ", text).replace(
            ITEM_GAS, f"gas={GAS_FACTOR} * job.item_gas,"
        )
        for name, text in sources.items()
    }
    # The one warning is of size, which is held for what is deployed.
    with compiler.laid_out(sources, "none") as layout, warnings.catch_warnings(action="ignore"):
        data = CompilerData(
            layout.bundle.load_file(layout.folder / path),
            input_bundle=layout.bundle,
            settings=layout.settings,
        )
        nodes = copy.deepcopy(data.ir_nodes)
        _place_nodes(nodes, None)
        assembly = generate_assembly(nodes, data.settings.optimize)
        points: list[Point] = []
        assembly[:] = _Prober(layout, measured, number, points).probed(assembly)
        runtime = next(each for each in assembly if isinstance(each, list) and _is_runtime(each))
        return {
            "abi": build_abi_output(data),
            "bytecode": generate_bytecode(assembly, compiler_metadata=None).hex(),
            "runtime": generate_bytecode(runtime[1:], compiler_metadata=None).hex(),
            "number": number,
            "points": [(each.path, each.line, each.what, each.outcome) for each in points],
        }


@dataclass(frozen=True, slots=True)
class _Within:
    """Where a node without a place of its own stands: in this statement, as no decision."""

    module_node: Any
    lineno: int


def _place_nodes(node: Any, statement: Any) -> None:
    """Give each node that the compiler left without a place that of what it is part of."""
    own = node.ast_source
    if own is None and statement is not None:
        is_loop = node.value == "repeat"
        node.ast_source = statement if is_loop else _Within(statement.module_node, statement.lineno)
    elif own is not None and not isinstance(own, _Within) and type(own).__name__ not in SHARED:
        statement = own
    for each in node.args:
        _place_nodes(each, statement)


def _is_runtime(segment: list[Any]) -> bool:
    return type(segment[0]).__name__ == "RuntimeHeader"


class _Prober:
    """Walks through assembly and copies it with probes between its instructions."""

    def __init__(
        self, layout: Layout, measured: Sequence[str], number: int, points: list[Point]
    ) -> None:
        self.folder, self.measured, self.number = layout.folder, measured, number
        # One list for the constructor and what it deploys: a probe's number is its place in it.
        self.points = points

    def probed(self, assembly: list[Any]) -> list[Any]:
        made: list[Any] = []
        detours: list[Any] = []
        seen: Counter[tuple[str, int, str]] = Counter()
        line_before: tuple[str, int] | None = None
        for at, item in enumerate(assembly):
            if isinstance(item, list):
                made += detours
                detours = []
                made.append(self.probed(item) if _is_runtime(item) else item)
                continue
            line = self._line(item)
            if line is not None and line != line_before and _may_stand_before(assembly, at):
                made += self._probe(Point(*line, "line", ""))
                line_before = line
            made.append(item)
            if item == "JUMPDEST":
                line_before = None
            elif item == "JUMPI":
                line_before = None
                decision = self._decision(item, str(assembly[at - 1]))
                if decision is not None:
                    kind, jump, fall = decision
                    path, number = self._place(item)
                    seen[path, number, kind] += 1
                    what = f"{kind} {seen[path, number, kind]}"
                    label = f"_sym_detour{len(self.points)}"
                    detours += [label, "JUMPDEST", *self._probe(Point(path, number, what, jump))]
                    detours += [assembly[at - 1], "JUMP"]
                    made[-2] = label
                    made += self._probe(Point(path, number, what, fall))
        made += detours
        for item in made:
            # Read here alone; the assembler would want a node of the compiler's.
            if isinstance(item, str) and hasattr(item, "ast_source"):
                item.ast_source = None
        return made

    def _probe(self, point: Point) -> list[Any]:
        where = self.number << CONTRACT_SHIFT | len(self.points)
        self.points.append(point)
        return ["PUSH4", *where.to_bytes(4, "big"), "PREVRANDAO", "OR", "BALANCE", "POP"]

    def _line(self, item: Any) -> tuple[str, int] | None:
        source = getattr(item, "ast_source", None)
        is_telling = source is not None and type(source).__name__ not in SHARED
        return self._place(item) if is_telling and source.lineno else None

    def _place(self, item: Any) -> tuple[str, int] | None:
        module = item.ast_source.module_node
        if module is None or not Path(module.resolved_path).is_relative_to(self.folder):
            return None
        file = Path(module.resolved_path)
        path = str(file.relative_to(self.folder))
        return (path, item.ast_source.lineno) if path in self.measured else None

    def _decision(self, item: Any, target: str) -> tuple[str, str, str] | None:
        """Kind, what it means to jump, what it means to go on; nothing if the source has none."""
        source = getattr(item, "ast_source", None)
        kind = type(source).__name__
        if kind not in DECISIONS or self._place(item) is None:
            return None
        if kind == "For":
            if target.startswith(LOOP_EMPTY):
                return kind, "has no item", "has an item"
            return (kind, "goes on", "ends") if target.startswith(LOOP_AGAIN) else None
        if kind == "Assert":
            is_bare = item.error_msg == "user assert"
            return (kind, "fails", "holds") if is_bare else (kind, "holds", "fails")
        return kind, "is false", "is true"


def _may_stand_before(assembly: Sequence[Any], at: int) -> bool:
    """Whether a probe before this item leaves all that belongs together together."""
    item = assembly[at]
    # A symbol is a push or, before JUMPDEST, a place; an offset takes the two items after it.
    if not isinstance(item, str) or item in ("JUMPDEST", "JUMP", "JUMPI", "_OFST"):
        return False
    return not item.startswith(("_sym", "_mem")) and "_OFST" not in assembly[max(0, at - 2) : at]


def points_of(probed: Sequence[Probed]) -> Iterator[Point]:
    for each in probed:
        yield from each.points
