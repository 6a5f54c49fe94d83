# SPDX-License-Identifier: Apache-2.0
"""The lanes: what each runs, how often, and how its runs become the figures of results.json."""

import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import ape_suite, figures
from bench.errors import LaneFailed
from scripts.compiler import ROOT

APPCHAIN = ROOT / "appchain" / "target" / "release"
ANVIL = ROOT / ".venv" / "bin" / "anvil"

# One line of JSON that the Rust side printed for a run.
Run = dict[str, Any]
Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Size:
    """How much a lane sends."""

    transactions: int
    anvil_transactions: int
    rounds: int
    accounts: int = 10_000

    @property
    def arguments(self) -> list[str]:
        return [
            "--accounts", str(self.accounts), "--transactions", str(self.transactions),
            "--anvil-transactions", str(self.anvil_transactions), "--rounds", str(self.rounds),
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lane:
    """A line of the table."""

    name: str
    # How many runs its bar counts.
    steps: int
    # Measures it; calls back with a few words after each run.
    measure: Callable[[Callable[[str], None]], Figures]


def rust_runs(*arguments: str) -> Iterator[Run]:
    """Runs of the Rust side, each as it ends; LaneFailed if the command fails."""
    command = [str(APPCHAIN / "bench"), *arguments]
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True
        )
        try:
            for line in process.stdout or ():
                yield json.loads(line)
        except BaseException:
            process.kill()
            raise
        finally:
            status = process.wait()
        if status != 0:
            errors.seek(0)
            last = (errors.read().strip().splitlines() or ["it said nothing"])[-1]
            raise LaneFailed(f"bench {arguments[0]}", status, last)


def beside_anvil(*arguments: str, size: Size) -> Callable[[Callable[[str], None]], Figures]:
    """A lane whose runs are ours, anvil's, ours, anvil's."""

    def measure(step: Callable[[str], None]) -> Figures:
        runs = []
        for run in rust_runs(*arguments, *size.arguments, "--anvil", str(ANVIL)):
            runs.append(run)
            step(f"{run['node']} {run['tps']:,.0f} tx/s")
        return figures.compared(runs)

    return measure


def rebuilt(size: Size) -> Callable[[Callable[[str], None]], Figures]:
    """The token lane's chain, rebuilt from an L1 alone."""

    def measure(step: Callable[[str], None]) -> Figures:
        runs = []
        for run in rust_runs("rebuild", *size.arguments, "--anvil", str(ANVIL)):
            runs.append(run)
            step(f"{run['tps']:,.0f} tx/s, produced at {run['produced_tps']:,.0f}")
        return figures.rebuilt(runs)

    return measure


def scaled(
    counts: tuple[int, ...], transactions: int
) -> Callable[[Callable[[str], None]], Figures]:
    """Chains of several sizes: memory, and what a transfer costs."""

    def measure(step: Callable[[str], None]) -> Figures:
        runs = []
        for count in counts:
            arguments = ("--accounts", str(count), "--transactions", str(transactions))
            runs += rust_runs("scale", *arguments)
            step(f"{count:,} accounts")
        return figures.by_accounts(runs)

    return measure


def suite_beside_anvil(*paths: str) -> Callable[[Callable[[str], None]], Figures]:
    """The Ape suite on anvil and on our engine."""

    def measure(step: Callable[[str], None]) -> Figures:
        seconds = {}
        for node, network in ape_suite.NETWORKS.items():
            with tempfile.TemporaryDirectory() as folder:
                seconds[node] = ape_suite.seconds(network, paths, Path(folder))
            step(f"{node} {seconds[node]:.0f} s")
        return figures.suites(seconds)

    return measure


def all_lanes(*, is_smoke: bool = False) -> tuple[Lane, ...]:
    """Every lane, whole or so small that only its working is shown."""
    bulk = Size(400_000, 15_000, 3)
    mix = Size(150_000, 10_000, 3)
    http = Size(60_000, 15_000, 3)
    rebuild = Size(200_000, 0, 3)
    scale, scale_transactions = (10_000, 1_000_000), 100_000
    suite = ape_suite.SUITES
    if is_smoke:
        bulk = mix = http = rebuild = Size(200, 100, 1, accounts=20)
        scale, scale_transactions = (100, 1_000), 100
        suite = ape_suite.SMOKE
    node = ("--node", str(APPCHAIN / "headwater-node"))
    return (
        Lane(
            "native_transfers", 2 * bulk.rounds, beside_anvil("bulk", "native_transfers", size=bulk)
        ),
        Lane(
            "erc20_transfers", 2 * bulk.rounds, beside_anvil("bulk", "erc20_transfers", size=bulk)
        ),
        Lane("mix", 2 * mix.rounds, beside_anvil("bulk", "mix", size=mix)),
        Lane("rpc_http", 2 * http.rounds, beside_anvil("http", *node, size=http)),
        Lane("ape_suite", 2, suite_beside_anvil(*suite)),
        Lane("rebuild", rebuild.rounds, rebuilt(rebuild)),
        Lane("accounts", len(scale), scaled(scale, scale_transactions)),
    )
