# SPDX-License-Identifier: Apache-2.0
"""Vyper sources as syntax trees, with the functions and modules that their calls name."""

import importlib.util
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from vyper.ast import nodes as ast
from vyper.ast import parse_to_ast

REVERTS = re.compile(r"@custom:reverts(.*?)(?=^\s*@[a-z]|\Z)", re.DOTALL | re.MULTILINE)
FORWARDING = ("raw_call", "create_from_blueprint", "create_minimal_proxy_to")
QUOTED = re.compile(r'"([^"\n]+)"')


@dataclass(frozen=True, eq=False)
class Function:
    """A function and the source that holds it."""

    source: "Source"
    node: ast.FunctionDef

    @cached_property
    def decorators(self) -> frozenset[str]:
        return frozenset(getattr(each, "id", "") for each in self.node.decorator_list)

    @property
    def mutates(self) -> bool:
        return not self.decorators & {"view", "pure"}

    @property
    def docstring(self) -> str:
        return self.node.doc_string.value if self.node.doc_string else ""

    @cached_property
    def listed_reasons(self) -> tuple[str, ...]:
        return tuple(
            reason
            for section in REVERTS.findall(self.docstring)
            for reason in QUOTED.findall(section)
        )

    @cached_property
    def raised(self) -> tuple[tuple[str, ast.VyperNode], ...]:
        """The reasons that this body itself gives, each with the statement that gives it."""
        found = []
        for node in self.node.get_descendants((ast.Assert, ast.Raise)):
            reason = node.msg if isinstance(node, ast.Assert) else node.exc
            if isinstance(reason, ast.Str):
                found.append((reason.value, node))
        return tuple(found)

    @cached_property
    def callees(self) -> tuple["Function", ...]:
        calls = self.node.get_descendants(ast.Call)
        return tuple(found for call in calls if (found := self.source.called(call)) is not None)

    @cached_property
    def reached(self) -> frozenset["Function"]:
        """This function and all that it can come to, in its own file and in modules."""
        seen = {self}
        pending = [self]
        while pending:
            for callee in pending.pop().callees:
                if callee not in seen:
                    seen.add(callee)
                    pending.append(callee)
        return frozenset(seen)

    @property
    def calls_out(self) -> bool:
        """Whether another contract's reason can come through: by a call or by a creation."""
        return any(
            each.node.get_descendants((ast.ExtCall, ast.StaticCall))
            or any(_builtin(call) in FORWARDING for call in each.node.get_descendants(ast.Call))
            for each in self.reached
        )


@dataclass(frozen=True, eq=False)
class Source:
    """One `.vy` or `.vyi` file, parsed."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def is_library(self) -> bool:
        return "site-packages" in self.path.parts

    @cached_property
    def functions(self) -> dict[str, Function]:
        nodes = self.tree.get_children(ast.FunctionDef)
        return {node.name: Function(self, node) for node in nodes}

    @property
    def external_functions(self) -> Iterator[Function]:
        return (each for each in self.functions.values() if "external" in each.decorators)

    @cached_property
    def imports(self) -> tuple[tuple[str, Path | None, ast.VyperNode], ...]:
        """Each import: the name it gives, the file it names (None for built-ins), the statement."""
        found = []
        for node in self.tree.get_children((ast.ImportFrom, ast.Import)):
            found.append((node.alias or node.name, self._imported_path(node), node))
        return tuple(found)

    @cached_property
    def modules(self) -> dict[str, "Source"]:
        return {
            alias: load(path)
            for alias, path, _ in self.imports
            if path is not None and path.suffix == ".vy"
        }

    def module_named(self, expression: ast.VyperNode) -> "Source | None":
        """The module that `ownable` or `ownable_2step.ownable` names."""
        if isinstance(expression, ast.Name):
            return self.modules.get(expression.id)
        if isinstance(expression, ast.Attribute):
            outer = self.module_named(expression.value)
            return outer.modules.get(expression.attr) if outer else None
        return None

    def called(self, call: ast.Call) -> Function | None:
        """The function of ours or of a module that `call` runs; None for built-ins and other contracts."""
        function = call.func
        if not isinstance(function, ast.Attribute):
            return None
        if isinstance(function.value, ast.Name) and function.value.id == "self":
            return self.functions.get(function.attr)
        module = self.module_named(function.value)
        return module.functions.get(function.attr) if module else None

    def _imported_path(self, node: ast.VyperNode) -> Path | None:
        if isinstance(node, ast.Import):
            return None
        if node.level:
            folder = self.path.parents[node.level - 1]
            parts = node.module.split(".") if node.module else []
        else:
            package, *parts = node.module.split(".")
            found = importlib.util.find_spec(package) if package != "ethereum" else None
            if found is None or not found.submodule_search_locations:
                return None
            folder = Path(next(iter(found.submodule_search_locations)))
        folder = folder.joinpath(*parts)
        for suffix in (".vy", ".vyi"):
            path = folder / f"{node.name}{suffix}"
            if path.exists():
                return path.resolve()
        return None


@lru_cache(maxsize=512)
def load(path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    return Source(path, text, parse_to_ast(text, is_interface=path.suffix == ".vyi"))


def _builtin(call: ast.Call) -> str | None:
    return call.func.id if isinstance(call.func, ast.Name) else None


def has_side_effect(source: Source, node: ast.VyperNode) -> bool:
    """Whether this node itself, not one inside it, is a call that can change state."""
    if isinstance(node, ast.ExtCall):
        return True
    if not isinstance(node, ast.Call) or isinstance(node._parent, ast.ExtCall):
        return False
    name = _builtin(node)
    if name is not None:
        if name == "raw_call":
            static = [each for each in node.keywords if each.arg == "is_static_call"]
            return not (static and getattr(static[0].value, "value", False))
        return name in ("send", "raw_create", "selfdestruct") or name.startswith("create_")
    if isinstance(node.func, ast.Attribute) and node.func.attr == "pop":
        return source.called(node) is None
    called = source.called(node)
    return called is not None and called.mutates
