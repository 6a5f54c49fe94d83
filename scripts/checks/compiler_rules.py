# SPDX-License-Identifier: Apache-2.0
"""Keep Vyper sources away from what the pinned compiler is known to compile wrongly.

Vyper 0.4.3 has published miscompilations that no release repairs. Each rule names the construct that
triggers one, and costs us nothing to avoid.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from vyper.ast import nodes as ast

from scripts.checks.house import Finding, House
from scripts.checks.vyper_source import Source, has_side_effect, load

TITLE = "Vyper sources avoid known miscompilations"

# Tokens whose balances carry nothing of ours, so that a raw transfer needs no lock.
PLAIN_TOKENS = ("contracts/assets/TestToken.vy", "contracts/governance/HeadToken.vy")

PRAGMA = re.compile(r"^#\s*(?:pragma |@)(.+?)\s*$", re.MULTILINE)


def findings(house: House) -> Iterator[Finding]:
    for path in house.vyper_files:
        spoilt = list(_characters(house, path))
        yield from spoilt
        # A hidden separator moves what the parser reads: nothing it says would be about this text.
        if not spoilt:
            yield from _rules(house, load(path.resolve()))


def _characters(house: House, path: Path) -> Iterator[Finding]:
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        strange = sorted({byte for byte in line if not 32 <= byte <= 126})
        if strange:
            codes = ", ".join(f"0x{byte:02x}" for byte in strange)
            yield house.finding(path, number, f"holds {codes}; sources are printable ASCII")


def _rules(house: House, source: Source) -> Iterator[Finding]:
    path = source.path
    yield from _pragmas(house, source)
    for node in source.tree.get_descendants(ast.IfExp):
        yield house.finding(path, node.lineno, "ternary; write an if statement")
    for node in source.tree.get_descendants((ast.ExtCall, ast.Call)):
        if has_side_effect(source, node) and not _stands_alone(node):
            yield house.finding(
                path,
                node.lineno,
                "call with a side effect inside an expression; give its result a name first",
            )
    for function in source.functions.values():
        yield from _blueprints(house, source, function.node)
    yield from _raw_transfers(house, source)


def _pragmas(house: House, source: Source) -> Iterator[Finding]:
    if source.path.suffix == ".vyi":
        return
    pragmas = PRAGMA.findall(source.text)
    wanted = ["version "]
    if house.area(source.path) == "mocks":
        # A double that plays an attacker calls back while it is called.
        pass
    elif source.path.name[0].isupper():
        wanted += ["evm-version ", "nonreentrancy on"]
    elif any(source.external_functions):
        # The lock is a matter of each file: it does not reach what a module exports.
        wanted += ["nonreentrancy on"]
    for start in wanted:
        if not any(pragma.startswith(start) for pragma in pragmas):
            yield house.finding(source.path, 1, f"has no `# pragma {start.strip()}`")
    for pragma in pragmas:
        if "venom" in pragma or "experimental" in pragma:
            yield house.finding(source.path, 1, "asks for the experimental code generator")


def _stands_alone(node: ast.VyperNode) -> bool:
    parent = node._parent
    if isinstance(parent, ast.Expr):
        return True
    if isinstance(parent, ast.Assert):
        return parent.test is node
    return isinstance(parent, (ast.Assign, ast.AnnAssign, ast.Return)) and parent.value is node


def _blueprints(house: House, source: Source, function: ast.FunctionDef) -> Iterator[Finding]:
    for call in function.get_descendants(ast.Call):
        if getattr(call.func, "id", None) != "create_from_blueprint":
            continue
        offset = [each.value for each in call.keywords if each.arg == "code_offset"]
        if not (offset and isinstance(offset[0], ast.Int)):
            yield house.finding(source.path, call.lineno, "code_offset must be a literal")
        asserted = (each.node_source_code for each in function.get_descendants(ast.Assert))
        if not any(".codesize" in text for text in asserted):
            yield house.finding(
                source.path, call.lineno, "assert that the contract created has code (.codesize)"
            )


def _raw_transfers(house: House, source: Source) -> Iterator[Finding]:
    if house.name(source.path) in PLAIN_TOKENS or house.area(source.path) == "mocks":
        return
    for export in source.tree.get_children(ast.ExportsDecl):
        for node in (export.annotation, *export.annotation.get_descendants(ast.Attribute)):
            if not isinstance(node, ast.Attribute):
                continue
            module = source.module_named(node.value)
            if module is None or not module.is_library:
                continue
            if module.path.stem not in ("erc20", "erc4626"):
                continue
            if node.attr in ("transfer", "transferFrom", "__interface__", "IERC20"):
                yield house.finding(
                    source.path,
                    node.lineno,
                    f"exports {module.path.stem}.{node.attr} raw; wrap it so that it takes our lock",
                )
