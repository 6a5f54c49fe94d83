# SPDX-License-Identifier: Apache-2.0
"""Plots as inline SVG, the same bytes for the same figures."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib

matplotlib.use("Agg")

import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import pandas as pd

# Told apart also by people who see red and green alike (Okabe and Ito).
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000")
DASHES = ("-", "--", "-.", ":")
# A longer series draws the same picture with every nth point.
MAX_POINTS = 2_000
# Ticks from here on are whole numbers, which read better in groups of three.
GROUPED_FROM = 10_000

_STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "headwater",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e3e6ea",
    "axes.edgecolor": "#8a929c",
    "legend.frameon": False,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
}


@dataclass(frozen=True, slots=True)
class Plot:
    title: str
    caption: str
    svg: str


def lines(
    title: str, caption: str, frame: pd.DataFrame, unit: str, labels: Sequence[str]
) -> Plot | None:
    frame = _thinned(frame)
    if frame.empty:
        return None
    with plt.rc_context(_STYLE):
        figure, axes = plt.subplots(figsize=(9, 3.4))
        for index, (column, label) in enumerate(zip(frame.columns, labels, strict=True)):
            axes.plot(
                frame.index,
                frame[column],
                label=label,
                color=COLORS[index % len(COLORS)],
                linestyle=DASHES[index % len(DASHES)],
                linewidth=1.6,
            )
        return _finish(figure, axes, title, caption, unit)


def areas(
    title: str, caption: str, frame: pd.DataFrame, unit: str, labels: Sequence[str]
) -> Plot | None:
    frame = _thinned(frame).fillna(0.0)
    if frame.empty:
        return None
    with plt.rc_context(_STYLE):
        figure, axes = plt.subplots(figsize=(9, 3.4))
        axes.stackplot(
            frame.index,
            *(frame[column] for column in frame.columns),
            labels=labels,
            colors=COLORS,
            alpha=0.85,
        )
        return _finish(figure, axes, title, caption, unit)


def _thinned(frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.dropna(how="all")
    step = -(-len(frame) // MAX_POINTS) or 1
    return frame.iloc[::step]


def _finish(figure, axes, title: str, caption: str, unit: str) -> Plot:
    axes.set_ylabel(unit)
    if max(map(abs, axes.get_ylim())) >= GROUPED_FROM:
        axes.yaxis.set_major_formatter("{x:,.0f}")
    else:
        axes.ticklabel_format(axis="y", useOffset=False, style="plain")
    locator = mdates.AutoDateLocator(maxticks=8)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator))
    axes.legend(loc="upper left", bbox_to_anchor=(0, -0.16), ncols=3)
    buffer = io.StringIO()
    figure.savefig(
        buffer, format="svg", bbox_inches="tight", metadata={"Date": None, "Creator": None}
    )
    plt.close(figure)
    text = buffer.getvalue()
    # The XML prologue has no place inside HTML.
    return Plot(title, caption, text[text.index("<svg") :])
