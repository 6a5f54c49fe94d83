# SPDX-License-Identifier: Apache-2.0
"""A compounded liquidity position against the same position never compounded.

Both start as one LP token. The compounded one is a vault share, with profit that still unlocks and
fees not yet harvested counted in. Of the one never compounded there are two readings: its fees
lie as the two tokens they were paid in, or each fee was turned into LP tokens when it was earned
but earns nothing itself. The second isolates compounding from price moves of idle tokens.
"""

from dataclasses import dataclass

import pandas as pd

from strategies.market.frames import number_column
from strategies.units import WAD

OPENING_USD = 1_000

# Growth columns: LP tokens of what began as one, and USD of what began as OPENING_USD.
COMPOUNDED_LP = "compounded_lp"
SIMPLE_LP = "never_compounded_lp"
COMPOUNDED_USD = "compounded_usd"
HELD_USD = "fees_held_usd"
LP_USD = "lp_token_usd"


@dataclass(frozen=True, slots=True)
class LiquidityNames:
    """Which samples speak of one vault over one pair."""

    vault: str
    strategy: str
    pair: str
    symbol0: str
    symbol1: str
    decimals0: int
    decimals1: int


def liquidity_growth(samples: pd.DataFrame, names: LiquidityNames) -> pd.DataFrame:
    """Both positions at every sampled block from the first with a circulating share on."""
    price0 = number_column(samples, f"{names.symbol0}.price_usd_wad", WAD)
    price1 = number_column(samples, f"{names.symbol1}.price_usd_wad", WAD)
    lp_usd = number_column(samples, f"{names.pair}.liquidity_usd_wad", WAD)
    lp_per_share = _lp_per_share(samples, names, price0, price1, lp_usd)

    known = lp_per_share.notna() & (lp_usd > 0)
    frame = pd.DataFrame({LP_USD: lp_usd[known]})
    if frame.empty:
        return frame
    frame[COMPOUNDED_LP] = lp_per_share[known] / lp_per_share[known].iloc[0]
    fees0, fees1 = (_fees_per_lp(samples, names, side)[known] for side in (0, 1))
    earned_usd = fees0 * price0[known] + fees1 * price1[known]
    frame[SIMPLE_LP] = 1 + (earned_usd / frame[LP_USD]).cumsum()
    tokens_bought = OPENING_USD / frame[LP_USD].iloc[0]
    frame[COMPOUNDED_USD] = frame[COMPOUNDED_LP] * frame[LP_USD] * tokens_bought
    frame[HELD_USD] = tokens_bought * (
        frame[LP_USD] + fees0.cumsum() * price0[known] + fees1.cumsum() * price1[known]
    )
    return frame


def _lp_per_share(
    samples: pd.DataFrame,
    names: LiquidityNames,
    price0: pd.Series,
    price1: pd.Series,
    lp_usd: pd.Series,
) -> pd.Series:
    idle = number_column(samples, f"{names.vault}.total_idle", WAD)
    placed = number_column(samples, f"{names.strategy}.assets", WAD)
    supply = number_column(samples, f"{names.vault}.total_supply", WAD)
    locked = number_column(samples, f"{names.vault}.locked_shares", WAD)
    pending = (
        number_column(samples, f"{names.strategy}.pending0", 10**names.decimals0) * price0
        + number_column(samples, f"{names.strategy}.pending1", 10**names.decimals1) * price1
    )
    circulating = supply - locked
    return ((idle + placed + pending / lp_usd) / circulating).where(circulating > 0)


def _fees_per_lp(samples: pd.DataFrame, names: LiquidityNames, side: int) -> pd.Series:
    """Whole tokens of fees that one LP token earned since the sample before."""
    decimals = (names.decimals0, names.decimals1)[side]
    paid = number_column(samples, f"{names.pair}.fees_paid{side}", 10**decimals)
    supply = number_column(samples, f"{names.pair}.total_supply", WAD)
    between = (supply + supply.shift(1)) / 2
    return (paid.diff() / between).fillna(0.0)
