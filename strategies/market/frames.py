# SPDX-License-Identifier: Apache-2.0
"""Rows of the journal as frames."""

from collections.abc import Iterable, Mapping

import pandas as pd

# One row for each action ever decided.
ACTION_COLUMNS = (
    "block_number",
    "policy",
    "action",
    "subject",
    "status",
    "nonce",
    "transaction_hash",
    "mined_block",
    "gas_used",
    "reason",
    "error",
)


def samples_frame(rows: Iterable[Mapping]) -> pd.DataFrame:
    """Samples wide: one row a block with its time as index, one column a name.

    Rows have block_number, block_timestamp, name, value (text).
    """
    long = pd.DataFrame(list(rows), columns=["block_number", "block_timestamp", "name", "value"])
    if long.empty:
        return pd.DataFrame(index=pd.DatetimeIndex([], name="time"))
    wide = long.pivot(index="block_timestamp", columns="name", values="value").sort_index()
    wide.index = pd.to_datetime(wide.index, unit="s", utc=True)
    wide.index.name = "time"
    wide.columns.name = None
    return wide


def number_column(samples: pd.DataFrame, name: str, scale: int) -> pd.Series:
    """One sampled integer divided by its scale; missing where it was not sampled."""
    if name not in samples:
        return pd.Series(float("nan"), index=samples.index, name=name)
    return samples[name].map(lambda text: int(text) / scale, na_action="ignore").astype(float)


def actions_frame(rows: Iterable[Mapping]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=list(ACTION_COLUMNS))
    return frame.sort_values(["block_number", "nonce"], kind="stable").reset_index(drop=True)
