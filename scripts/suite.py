# SPDX-License-Identifier: Apache-2.0
"""Run every suite in two lanes and close with a table; the exit status is 0 only if all passed.

`python -m scripts.suite` runs all, `python -m scripts.suite lint` the named stages one by one.
"""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from scripts.compiler import ROOT

LOGS = ROOT / ".build" / "suite"

# A stage that hangs must not outlast the limit on the whole run.
STAGE_LIMIT_SECONDS = 3_000
RUN_LIMIT_SECONDS = 4_200

PYTHON = ".venv/bin/python"
# Without this Ape's plugin starts a chain for suites that need none.
PYTEST = (PYTHON, "-m", "pytest", "-p", "no:ape_test", "-q")
# The node's blocks are held against this; scripts/bootstrap.sh installs it.
ORACLE = f"HEADWATER_T8N={ROOT / '.build/oracle/bin/ethereum-spec-evm'} t8n"
UNOPTIMIZED = ("HEADWATER_OPTIMIZE=none", "APE_HEADWATER_CODE_SIZE_LIMIT=40000")
CARGO = ("env", "-C", "appchain", ORACLE, "cargo")
NPM = ("npm", "--prefix", "frontend", "run", "--silent")

# The line with which a test runner closes.
CLOSING = re.compile(r"\b\d+ (?:passed|failed|errors?|kept|broken|checks?)\b|All checks passed")
# Cargo closes once a crate, also where a crate has no test of that kind.
EMPTY = re.compile(r"\b0 passed; 0 failed\b")
COLOR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True, slots=True)
class Stage:
    name: str
    commands: tuple[tuple[str, ...], ...]
    # Stages that must be over first, whatever their outcome.
    after: tuple[str, ...] = ()


@dataclass(slots=True)
class Outcome:
    status: int
    seconds: float
    closings: list[str] = field(default_factory=list)


def present(*folders: str) -> tuple[str, ...]:
    """Keep the folders that exist: a room may hold no tests yet."""
    return tuple(folder for folder in folders if (ROOT / folder).is_dir())


def ape_test(network: str) -> tuple[str, ...]:
    suites = present("tests/unit", "tests/integration", "tests/regression")
    return (".venv/bin/ape", "test", *suites, "-q", "--network", network)


def stages() -> tuple[list[Stage], list[Stage]]:
    """Return two lanes of about the same length, one a processor."""
    compile_all = Stage("compile", ((PYTHON, "-m", "scripts.compiler"),))
    lint = Stage(
        "lint",
        (
            (".venv/bin/ruff", "check", "."),
            (".venv/bin/ruff", "format", "--check", "."),
            (".venv/bin/lint-imports", "--no-logo"),
        ),
    )
    # Somebody else's node and our own: the contracts must not tell them apart.
    contracts = Stage(
        "contracts (Ape on anvil)", (ape_test("ethereum:local:foundry"),), ("compile",)
    )
    engine = Stage(
        "engine (Ape, Python)",
        (
            ("scripts/bootstrap.sh", "engine"),
            ape_test("headwater:local:engine"),
            # What the compiler's optimisations add must be nothing but speed and size.
            ("env", *UNOPTIMIZED, *ape_test("headwater:local:engine")),
            (*PYTEST, "tests/engine"),
        ),
        ("compile",),
    )
    # What waits for `compile` reads what it writes.
    checks = Stage("checks", ((PYTHON, "-m", "scripts.checks"),), ("compile",))
    exact = present("tests/vectors", "tests/fuzz", "tests/invariant")
    fuzz = Stage("fuzz and invariants", ((*PYTEST, *exact),), ("compile",))
    coverage = Stage("coverage", ((PYTHON, "-m", "tests.branches"),), ("compile",))
    proofs = Stage("proofs", ((PYTHON, "-m", "tests.symbolic"),))
    devnet = present("tests/strategies", "tests/scripts")
    strategies = Stage(
        "strategies and scripts", (("env", "HEADWATER_CHAIN=anvil", *PYTEST, *devnet),)
    )
    page = Stage("page (lint, vitest)", ((*NPM, "lint"), (*NPM, "test")))
    node = Stage(
        "node (cargo)",
        (
            (*CARGO, "fmt", "--check"),
            (*CARGO, "test", "--release", "--locked", "--workspace", "--quiet"),
            # All at once: each choice of packages asks for other features and builds revm anew.
            (*CARGO, "build", "--release", "--locked", "--workspace", "--quiet"),
            (*PYTEST, "tests/node", "tests/bench", "tests/scripts/test_devnet.py"),
        ),
    )
    journey = Stage("journey (Chromium)", ((*NPM, "e2e"),))
    return [compile_all, contracts, strategies, fuzz, coverage], [
        lint,
        page,
        checks,
        proofs,
        node,
        engine,
        journey,
    ]


class Suite:
    """Runs stages and remembers how they ended."""

    def __init__(self, lanes: Sequence[Sequence[Stage]]) -> None:
        self.lanes = lanes
        self.outcomes: dict[str, Outcome] = {}
        self._began = time.monotonic()
        self._over = {stage.name: threading.Event() for lane in lanes for stage in lane}
        self._running: set[subprocess.Popen[bytes]] = set()
        self._stopped = False
        self._print_lock = threading.Lock()

    def run(self) -> None:
        threads = [threading.Thread(target=self._run_lane, args=(lane,)) for lane in self.lanes]
        for thread in threads:
            thread.start()
        try:
            for thread in threads:
                thread.join()
        except KeyboardInterrupt:
            self._stopped = True
            for process in list(self._running):
                stop(process)
            raise

    def _run_lane(self, lane: Sequence[Stage]) -> None:
        for stage in lane:
            for name in stage.after:
                if name in self._over:
                    self._over[name].wait()
            if not self._stopped:
                self._run_stage(stage)
            self._over[stage.name].set()

    def _run_stage(self, stage: Stage) -> None:
        self._say(f"> {stage.name} ...")
        log = LOGS / (re.sub(r"[^a-z]+", "-", stage.name.lower()).strip("-") + ".log")
        started = time.monotonic()
        status = 0
        with log.open("wb") as output:
            for command in stage.commands:
                output.write(f"$ {' '.join(command)}\n".encode())
                output.flush()
                status = self._run_command(command, output, started) or status
        text = COLOR.sub("", log.read_text(errors="replace"))
        lines = text.splitlines()
        closings = [
            line.strip(" =") for line in lines if CLOSING.search(line) and not EMPTY.search(line)
        ]
        outcome = Outcome(status, time.monotonic() - started, closings[-3:])
        self.outcomes[stage.name] = outcome
        verdict = "passed" if status == 0 else f"FAILED (exit status {status})"
        shown = [*(lines[-80:] if status else lines[-4:])]
        body = "".join(f"    {line}\n" for line in shown)
        self._say(f"{body}< {stage.name}: {verdict} in {outcome.seconds:.0f} s")

    def _run_command(self, command: tuple[str, ...], output, started: float) -> int:
        left = min(
            STAGE_LIMIT_SECONDS - (time.monotonic() - started),
            RUN_LIMIT_SECONDS - (time.monotonic() - self._began),
        )
        try:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except FileNotFoundError:
            output.write(f"error: {command[0]} is missing; run `make test`\n".encode())
            return 127
        self._running.add(process)
        try:
            return process.wait(timeout=max(left, 1))
        except subprocess.TimeoutExpired:
            stop(process)
            output.write(f"\nerror: not done after {STAGE_LIMIT_SECONDS} s, stopped\n".encode())
            return 124
        finally:
            self._running.discard(process)

    def _say(self, text: str) -> None:
        with self._print_lock:
            print(text, flush=True)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Stop a command and all that it started; what does not heed is killed."""
    for sign in (signal.SIGINT, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
            process.wait(timeout=20)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def print_table(suite: Suite, seconds: float) -> None:
    ran = [stage for lane in suite.lanes for stage in lane]
    names = [stage.name for stage in ran]
    width = max(map(len, names))
    print("\nWhat the runners said last:")
    for name in names:
        for line in suite.outcomes[name].closings[-1:]:
            print(f"  {name:<{width}}  {line}")
    print(f"\n  {'stage':<{width}}  result  seconds")
    for name in names:
        outcome = suite.outcomes[name]
        verdict = "passed" if outcome.status == 0 else "FAILED"
        print(f"  {name:<{width}}  {verdict}  {outcome.seconds:7.0f}")
    failed = [stage.name for stage in ran if suite.outcomes[stage.name].status != 0]
    print(f"\n{len(names) - len(failed)} stages passed, {len(failed)} failed in {seconds:.0f} s")
    if failed:
        folder = LOGS.relative_to(ROOT)
        print(f"failed: {', '.join(failed)}; the whole output is under {folder}")


def main(wanted: Sequence[str]) -> int:
    lanes = stages()
    if wanted:
        known: dict[str, Stage] = {stage.name.split()[0]: stage for lane in lanes for stage in lane}
        unknown = [name for name in wanted if name not in known]
        if unknown:
            print(f"error: no stage {unknown[0]!r}; say {', '.join(known)}", file=sys.stderr)
            return 2
        lanes = ([known[name] for name in wanted], [])
    LOGS.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    suite = Suite(lanes)
    try:
        suite.run()
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    print_table(suite, time.monotonic() - started)
    return int(any(outcome.status != 0 for outcome in suite.outcomes.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
