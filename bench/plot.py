# SPDX-License-Identifier: Apache-2.0
"""results.json as a picture: `python -m bench.plot` writes results.png beside it."""

import json
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

from matplotlib import pyplot
from matplotlib.axes import Axes

from bench.figures import STAGES

RESULTS = Path(__file__).with_name("results.json")
OURS, ANVILS = "#1f6f8b", "#c9a227"
SHADES = ("#1f6f8b", "#4f9da6", "#99c1b9", "#c9a227", "#d98e73", "#8d6a9f")


def draw(results: dict[str, Any], target: Path) -> None:
    """Rates beside anvil's with every run, and where the microseconds of a transaction go."""
    lanes = results["lanes"]
    figure, (rates, stages) = pyplot.subplots(1, 2, figsize=(13, 4.6), layout="constrained")
    _draw_rates(rates, {name: lane for name, lane in lanes.items() if "anvil_tps" in lane})
    _draw_stages(stages, {n: lane for n, lane in lanes.items() if "stage_microseconds" in lane})
    figure.suptitle(f"Headwater beside anvil: {results['cpu']}", fontsize=11)
    # Without the date and the library's version, the same figures give the same file.
    figure.savefig(target, dpi=110, metadata={"Software": None})
    pyplot.close(figure)


def _draw_rates(axes: Axes, lanes: dict[str, Any]) -> None:
    for row, lane in enumerate(lanes.values()):
        for offset, key, color in ((-0.2, "tps", OURS), (0.2, "anvil_tps", ANVILS)):
            axes.barh(row + offset, lane[key], 0.36, color=color)
            runs = lane[f"{key}_runs"]
            axes.plot(runs, [row + offset] * len(runs), ".", color="black", markersize=4)
        axes.annotate(
            f"{lane['tps']:,.0f}, {lane['ratio']:.1f}x", (max(lane["tps_runs"]), row - 0.2),
            xytext=(5, 0), textcoords="offset points", va="center", fontsize=8,
        )  # fmt: skip
    axes.set_xscale("log")
    axes.margins(x=0.25)
    axes.set_yticks(range(len(lanes)), list(lanes))
    axes.invert_yaxis()
    axes.set_xlabel("transactions a second (log); blue ours, yellow anvil; dots are runs")


def _draw_stages(axes: Axes, lanes: dict[str, Any]) -> None:
    left = [0.0] * len(lanes)
    for stage, color in zip(STAGES, SHADES, strict=True):
        widths = [lane["stage_microseconds"][stage] for lane in lanes.values()]
        axes.barh(range(len(lanes)), widths, 0.6, left=left, color=color, label=stage)
        left = [start + width for start, width in zip(left, widths, strict=True)]
    axes.set_yticks(range(len(lanes)), list(lanes))
    axes.invert_yaxis()
    axes.set_xlabel("µs a transaction, by stage; the stages run beside one another")
    axes.legend(fontsize=8)


if __name__ == "__main__":
    draw(json.loads(RESULTS.read_text()), RESULTS.with_suffix(".png"))
