# SPDX-License-Identifier: Apache-2.0
"""Measure the lanes named, or all; print the table; write results.json and results.png."""

import argparse
import json
import os
import platform
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench import counts, plot, table
from bench.errors import BenchError, LaneUnknown
from bench.lanes import Lane, all_lanes

COUNTS = "counts"


def main() -> int:
    """Exit status 0 if every lane was measured and no stage takes more instructions than before."""
    options = _options()
    console = Console()
    try:
        lanes = _chosen(options.lanes, is_smoke=options.smoke)
        results = _known(options.output) if options.lanes else {}
        results = {**results, "cpu": processor()}
        try:
            measure(lanes, results, console)
        finally:
            # Also when a lane fails: what was measured before it is not lost.
            report(results, options.output, console)
        if not options.lanes or COUNTS in options.lanes:
            return counts.check(console)
    except BenchError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def measure(lanes: tuple[Lane, ...], results: dict[str, Any], console: Console) -> None:
    """Run the lanes one after the other, with a bar, into `results`."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
        task = progress.add_task("", total=sum(lane.steps for lane in lanes))
        for lane in lanes:
            progress.update(task, description=f"{lane.name}: signing")

            def step(text: str, name: str = lane.name) -> None:
                progress.update(task, advance=1, description=f"{name}: {text}")

            figures = lane.measure(step)
            if lane.name == "accounts":
                results["accounts"] = figures
            else:
                results.setdefault("lanes", {})[lane.name] = figures


def report(results: dict[str, Any], output: Path, console: Console) -> None:
    """Write and print figures, lanes that were measured one by one in the table's order too."""
    lanes = results.get("lanes", {})
    if not lanes and "accounts" not in results:
        return
    order = [lane.name for lane in all_lanes()]
    results["lanes"] = dict(sorted(lanes.items(), key=lambda item: order.index(item[0])))
    output.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")
    table.show(results, console)
    plot.draw(results, output.with_suffix(".png"))


def processor() -> str:
    """The processor's name and how many of it there are."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    for line in cpuinfo.read_text().splitlines() if cpuinfo.exists() else ():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return f"{model}, {os.cpu_count()} cores"


def _known(output: Path) -> dict[str, Any]:
    """Figures of other lanes, kept if this machine's processor made them."""
    found = json.loads(output.read_text()) if output.exists() else {}
    return found if found.get("cpu") == processor() else {}


def _chosen(names: list[str], *, is_smoke: bool) -> tuple[Lane, ...]:
    lanes = all_lanes(is_smoke=is_smoke)
    known = (*(lane.name for lane in lanes), COUNTS)
    for name in names:
        if name not in known:
            raise LaneUnknown(name, known)
    return tuple(lane for lane in lanes if not names or lane.name in names)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("lanes", nargs="*", help="lanes to measure; all if none is named")
    parser.add_argument("--smoke", action="store_true", help="sizes that only show that it works")
    parser.add_argument("--output", type=Path, default=plot.RESULTS, help="where results go")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
