# SPDX-License-Identifier: Apache-2.0
"""Run on one mutant the tests that may see it, the fastest first, and stop at the first death."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from scripts import compiler
from scripts.compiler import CONTRACTS, ROOT
from scripts.mutants.operators import Mutant
from scripts.mutants.planted import Planted

FOLDER = ROOT / ".build" / "mutants"

# A mutant whose tests do not come to an end has been noticed.
LIMIT_SECONDS = 600

# What the tests of the lending core deploy; other contracts that a mutant touches are compiled later.
CORE = (
    "lending/LendingPool.vy",
    "lending/Accounts.vy",
    "oracles/PriceOracle.vy",
    "rates/KinkedRate.vy",
)

PYTEST = (sys.executable, "-m", "pytest", "-p", "no:ape_test", "-p", "no:cacheprovider", "-xq")
LIGHT = ("-p", "tests.light_ape", "--tb=no")
PLAIN = ("--tb=no", "-k", "not unoptimized")
EXPLOITS, EDGES = "tests/regression/exploits", "tests/invariant/edges"
UNIT = "tests/unit/contracts"
DRIVERS = (
    "tests/invariant/test_lending.py",
    "tests/invariant/test_oracle.py",
    "tests/invariant/matrix",
)

UNIT_STAGE = (*LIGHT, f"{UNIT}/lending", f"{UNIT}/oracles", f"{UNIT}/rates", EDGES, EXPLOITS)
MODEL_STAGE = (
    *PLAIN,
    "tests/vectors",
    "tests/fuzz/test_arithmetic.py",
    "tests/fuzz/test_lending.py",
)
STAGES = (UNIT_STAGE, MODEL_STAGE, (*PLAIN, *DRIVERS))
ARITHMETIC = (
    "modules/interest.vy",
    "modules/shares.vy",
    "modules/liquidation.vy",
    "rates/KinkedRate.vy",
)
ARITHMETIC_STAGE = (*PLAIN, "tests/vectors", "tests/fuzz/test_arithmetic.py")

FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Verdict:
    """killed, survived, same (the compiler makes the same code) or stillborn (it refuses)."""

    outcome: str
    detail: str = ""


def examine(path: str, text: str, number: int, rule: str | None = None) -> Verdict:
    """Compile and test one mutant; with a rule, by the tests of that rule alone."""
    verdict = _compiled(path, text)
    if verdict is not None:
        return verdict
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"{number}.json"
    file.write_text(json.dumps({"path": path, "text": text}))
    environment = {
        **os.environ,
        "HEADWATER_MUTANT": str(file),
        "HEADWATER_FUZZ_EXAMPLES": os.environ.get("HEADWATER_FUZZ_EXAMPLES", "60"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    try:
        for stage in _stages(path, rule):
            verdict = _tested(stage, environment)
            if verdict is not None:
                return verdict
    finally:
        file.unlink()
    return Verdict("survived")


def _stages(path: str, rule: str | None) -> Sequence[Sequence[str]]:
    if rule is not None:
        tests = f"test_{rule[0].lower()}{int(rule[1:]):02}_"
        return ((*LIGHT, EXPLOITS, "-k", tests),)
    return (ARITHMETIC_STAGE, *STAGES) if path in ARITHMETIC else STAGES


def _tested(stage: Sequence[str], environment: Mapping[str, str]) -> Verdict | None:
    try:
        done = subprocess.run(
            (*PYTEST, *stage),
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=LIMIT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return Verdict("killed", f"no end within {LIMIT_SECONDS} s")
    if done.returncode == 0:
        return None
    killer = FAILED.search(done.stdout)
    if done.returncode != 1 or killer is None:
        raise RuntimeError(f"pytest {' '.join(stage)}:\n{done.stdout}\n{done.stderr}")
    return Verdict("killed", killer[1])


def _compiled(path: str, text: str) -> Verdict | None:
    """Compile what the core makes of it; a verdict if there is nothing to test."""
    is_same = True
    for contract in CORE:
        sources = compiler.closure({contract: (CONTRACTS / contract).read_text()})
        if path not in sources:
            continue
        try:
            made = compiler.compile_sources(contract, {**sources, path: text})
        except Exception as refusal:  # whatever the compiler raises, and it raises much
            return Verdict("stillborn", type(refusal).__name__)
        is_same = is_same and made.bytecode == _original(contract)
    used = any(path in compiler.closure({each: (CONTRACTS / each).read_text()}) for each in CORE)
    return Verdict("same") if used and is_same else None


@lru_cache(maxsize=8)
def _original(contract: str) -> bytes:
    sources = compiler.closure({contract: (CONTRACTS / contract).read_text()})
    return compiler.compile_sources(contract, sources).bytecode


def examine_mutant(mutant: Mutant, number: int) -> Verdict:
    return examine(mutant.path, mutant.text, number)


def examine_planted(planted: Planted, number: int) -> Verdict:
    text = planted.plant(Path(CONTRACTS, planted.path).read_text())
    return examine(planted.path, text, number, planted.rule)
