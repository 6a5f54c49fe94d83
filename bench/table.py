# SPDX-License-Identifier: Apache-2.0
"""The table that `make bench` prints."""

from statistics import median
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

# What each lane must reach: transactions a second, and times anvil.
MUST: dict[str, tuple[int, float]] = {
    "native_transfers": (50_000, 10),
    "erc20_transfers": (30_000, 8),
    "mix": (0, 5),
    "rpc_http": (0, 3),
}
HEADINGS = ("lane", "tx/s", "spread", "anvil", "spread", "ratio", "must", "met")
STAGES = ("decode", "signature", "execution", "commit", "log", "batch")


def show(results: dict[str, Any], console: Console) -> None:
    """Print all that `results` holds."""
    lanes = results["lanes"]
    console.print(f"\n{results['cpu']}; medians, and how far the outermost run is from them")
    console.print(_rates(lanes))
    if any("stage_microseconds" in lane for lane in lanes.values()):
        console.print(_stages(lanes))
    for name, lane in lanes.items():
        if "bound" in lane:
            console.print(f"{name}: {lane['bound']}", highlight=False)
    if "accounts" in results:
        _show_accounts(results["accounts"], console)


def _rates(lanes: dict[str, Any]) -> Table:
    table = _table(*HEADINGS)
    for name, lane in lanes.items():
        if "anvil_tps" in lane:
            least, times = MUST.get(name, (0, 0.0))
            is_met = lane["tps"] >= least and lane["ratio"] >= times
            wanted = f"{least:,}, {times:g}x" if least else f"{times:g}x"
            table.add_row(
                name, f"{lane['tps']:,.0f}", _spread(lane["tps_runs"]), f"{lane['anvil_tps']:,.0f}",
                _spread(lane["anvil_tps_runs"]), f"{lane['ratio']:.1f}x", wanted, _mark(is_met),
            )  # fmt: skip
        elif "produced_tps" in lane:
            table.add_row(
                name, f"{lane['tps']:,.0f}", _spread(lane["tps_runs"]),
                f"produced {lane['produced_tps']:,.0f}", "", f"{lane['ratio']:.1f}x", "1x",
                _mark(lane["ratio"] >= 1),
            )  # fmt: skip
        elif "anvil_seconds" in lane:
            table.add_row(
                name, f"{lane['seconds']:,.0f} s", "", f"{lane['anvil_seconds']:,.0f} s", "",
                f"{lane['ratio']:.2f}", "at most 1", _mark(lane["ratio"] <= 1),
            )  # fmt: skip
    return table


def _stages(lanes: dict[str, Any]) -> Table:
    table = _table("µs a transaction", *STAGES, "CPU")
    for name, lane in lanes.items():
        if "stage_microseconds" in lane:
            spent = [f"{lane['stage_microseconds'][stage]:.2f}" for stage in STAGES]
            table.add_row(name, *spent, f"{lane['cpu_microseconds']:.2f}")
    return table


def _show_accounts(accounts: dict[str, Any], console: Console) -> None:
    console.print(f"memory: {accounts['megabytes_per_million_accounts']} MB a million accounts")
    for count, found in accounts["by_accounts"].items():
        spent = found["stage_microseconds"]
        console.print(
            f"{int(count):>9,} accounts: {found['tps']:>9,.0f} tx/s, execution "
            f"{spent['execution']:.2f} µs, commit {spent['commit']:.2f} µs a transfer",
            highlight=False,
        )


def _table(first: str, *others: str) -> Table:
    table = Table(box=box.SIMPLE, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(first, no_wrap=True)
    for heading in others:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def _spread(runs: list[float]) -> str:
    """How far the outermost run is from the median."""
    middle = median(runs)
    return f"±{max(max(runs) - middle, middle - min(runs)) / middle:.0%}"


def _mark(is_met: bool) -> str:
    return "yes" if is_met else "NO"
