# SPDX-License-Identifier: Apache-2.0
"""Where a vault's assets lay, and what its share was worth."""

from collections.abc import Sequence

import pandas as pd

from strategies.market.frames import number_column
from strategies.units import WAD

IDLE = "idle"


def allocation_frame(
    samples: pd.DataFrame, vault: str, strategies: Sequence[str], decimals: int
) -> pd.DataFrame:
    """Whole tokens by strategy key, and what lies idle in the vault."""
    columns = {one: number_column(samples, f"{one}.assets", 10**decimals) for one in strategies}
    columns[IDLE] = number_column(samples, f"{vault}.total_idle", 10**decimals)
    return pd.DataFrame(columns).dropna(how="all")


def share_price_series(samples: pd.DataFrame, vault: str, decimals: int) -> pd.Series:
    """Assets for one whole share, from the first sample with a share on."""
    supply = number_column(samples, f"{vault}.total_supply", 1)
    price = number_column(samples, f"{vault}.price_per_share", 10**decimals)
    return price[supply > 0].rename("share_price")


def utilization_frame(samples: pd.DataFrame, pools: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {pool: number_column(samples, f"{pool}.utilization_wad", WAD) for pool in pools}
    )
