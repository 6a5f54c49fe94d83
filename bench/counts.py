# SPDX-License-Identifier: Apache-2.0
"""Instructions of each stage by callgrind: the same on a busy machine as on a quiet one.

`python -m bench.counts` counts anew and fails if a stage takes more than the snapshot by over the
bound; `--write` makes the snapshot. Another rustc makes other code, so its counts are only shown.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.errors import BenchError, LaneFailed
from scripts.compiler import ROOT

SNAPSHOT = Path(__file__).with_name("instructions.json")
BINARY = ROOT / "appchain" / "target" / "release" / "bench"
STAGES = ("decode", "signature", "execution", "execution_mix", "commit", "log", "batch")

# Counts of one binary differ by less than a hundredth from run to run: hash maps have seeds.
MAX_GROWTH_PERCENT = 5
# Of `counts.rs`.
TRANSACTIONS = 512

COLLECTED = re.compile(r"Collected : (\d+)")


def check(console: Console) -> int:
    """Count, show, and compare with the snapshot; 1 if a stage grew beyond the bound."""
    if shutil.which("valgrind") is None:
        console.print("instructions: not counted, for valgrind is not installed")
        return 0
    counted = {stage: count(stage) for stage in STAGES}
    snapshot = json.loads(SNAPSHOT.read_text())
    is_comparable = snapshot["rustc"] == rustc()
    table = Table("stage", "instructions a transaction", "snapshot", "change")
    grown = []
    for stage, found in counted.items():
        kept = snapshot["instructions_per_transaction"][stage]
        table.add_row(stage, f"{found:,}", f"{kept:,}", f"{found / kept - 1:+.1%}")
        if 100 * found > (100 + MAX_GROWTH_PERCENT) * kept:
            grown.append(stage)
    console.print(table)
    if not is_comparable:
        console.print(f"instructions: not compared, for the snapshot is of {snapshot['rustc']}")
        return 0
    if grown:
        console.print(f"instructions: {', '.join(grown)} grew by more than {MAX_GROWTH_PERCENT} %")
    return 1 if grown else 0


def write() -> None:
    """Make the snapshot."""
    counted = {stage: count(stage) for stage in STAGES}
    content = {"rustc": rustc(), "instructions_per_transaction": counted}
    SNAPSHOT.write_text(json.dumps(content, indent=2) + "\n")


def count(stage: str) -> int:
    """Instructions a transaction of one stage."""
    with tempfile.TemporaryDirectory() as folder:
        ran = subprocess.run(
            (
                "valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out",
                "--collect-atstart=no", "--toggle-collect=bench::counts::counted*",
                str(BINARY), "count", stage,
            ),
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
    found = COLLECTED.search(ran.stderr)
    if ran.returncode != 0 or found is None:
        last = (ran.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise LaneFailed(f"valgrind bench count {stage}", ran.returncode, last)
    return round(int(found.group(1)) / TRANSACTIONS)


def rustc() -> str:
    """The compiler's version, as it says it."""
    return subprocess.run(
        ("rustc", "--version"), capture_output=True, text=True, check=True
    ).stdout.strip()


def main() -> int:
    """Exit status 0 if no stage grew."""
    parser = argparse.ArgumentParser(prog="python -m bench.counts", description=__doc__)
    parser.add_argument("--write", action="store_true", help="make the snapshot")
    options = parser.parse_args()
    try:
        if options.write:
            write()
            return 0
        return check(Console())
    except BenchError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
