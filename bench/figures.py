# SPDX-License-Identifier: Apache-2.0
"""From runs to figures: medians, spread, ratios, stages, and what bounds the next step."""

from collections.abc import Sequence
from statistics import median
from typing import Any

Figures = dict[str, Any]

# The node's counters by the stage that they belong to, in the order of the pipeline.
STAGES = {
    "decode": ("decode",),
    "signature": ("signature",),
    "execution": ("admit", "execute", "apply"),
    "commit": ("roots", "state_root"),
    "log": ("log", "publish"),
    "batch": ("batch", "archive"),
}

# Which stages share a thread: the busiest thread is the first limit, the processor the second.
THREADS = {
    "door": ("decode", "signature"),
    "sequencer": ("execution",),
    "persister": ("log",),
    "committer": ("commit", "batch"),
}


def compared(runs: Sequence[Figures]) -> Figures:
    """Ours beside anvil's: medians with the least and the greatest run."""
    ours = [run for run in runs if run["node"] == "headwater"]
    anvils = [run for run in runs if run["node"] == "anvil"]
    found = {
        **rates("tps", ours),
        **rates("anvil_tps", anvils),
        "ratio": round(middle(ours, "tps") / middle(anvils, "tps"), 2),
        "transactions": ours[0]["transactions"],
        "anvil_transactions": anvils[0]["transactions"],
    }
    if "stage_microseconds" in ours[0]:
        found["stage_microseconds"] = stages(ours)
        found["cpu_microseconds"] = round(middle(ours, "cpu_microseconds"), 2)
        found["gas_per_second"] = round(middle(ours, "gas_per_second"))
        found["log_bytes"] = middle(ours, "log_bytes")
        found["batch_bytes"] = middle(ours, "batch_bytes")
        found["bound"] = bound(found)
    return found


def rates(name: str, runs: Sequence[Figures]) -> Figures:
    """The median under `name`, and every run in the order in which they ran."""
    return {name: middle(runs, "tps"), f"{name}_runs": [run["tps"] for run in runs]}


def rebuilt(runs: Sequence[Figures]) -> Figures:
    """A rebuild beside what it rebuilds: a ratio above 1 says that the follower is faster."""
    return {
        **rates("tps", runs),
        "produced_tps": middle(runs, "produced_tps"),
        "ratio": round(median(run["tps"] / run["produced_tps"] for run in runs), 2),
        "transactions": runs[0]["transactions"],
        "batches": runs[0]["batches"],
    }


def suites(seconds: dict[str, float]) -> Figures:
    """Seconds of the Ape suite; a ratio below 1 says that ours is faster."""
    ours, anvils = seconds["headwater"], seconds["anvil"]
    return {
        "seconds": round(ours, 1),
        "anvil_seconds": round(anvils, 1),
        "ratio": round(ours / anvils, 2),
    }


def by_accounts(runs: Sequence[Figures]) -> Figures:
    """Memory a million accounts, from the difference of two chains, and the cost of a transfer."""
    small, large = runs[0], runs[-1]
    each = (large["resident_bytes"] - small["resident_bytes"]) / (
        large["accounts"] - small["accounts"]
    )
    return {
        "megabytes_per_million_accounts": round(each * 1_000_000 / 2**20),
        "by_accounts": {
            str(run["accounts"]): {"tps": run["tps"], "stage_microseconds": stages([run])}
            for run in runs
        },
    }


def stages(runs: Sequence[Figures]) -> dict[str, float]:
    """Microseconds a transaction of each stage: of each, the median over the runs."""
    return {
        stage: round(
            median(sum(run["stage_microseconds"][each] for each in counters) for run in runs), 2
        )
        for stage, counters in STAGES.items()
    }


def bound(found: Figures) -> str:
    """What the next step is bounded by: the busiest thread, or both cores together."""
    spent = found["stage_microseconds"]
    threads = {name: sum(spent[each] for each in parts) for name, parts in THREADS.items()}
    busiest = max(threads, key=lambda name: threads[name])
    largest = max(THREADS[busiest], key=lambda stage: spent[stage])
    alone = 1_000_000 / threads[busiest]
    return (
        f"the {busiest} thread ({largest} {spent[largest]:.1f} of {threads[busiest]:.1f} µs) alone "
        f"allows {alone:,.0f} tx/s; all threads use {found['cpu_microseconds']:.1f} µs of processor"
    )


def middle(runs: Sequence[Figures], key: str) -> float:
    return median(run[key] for run in runs)
