# SPDX-License-Identifier: Apache-2.0
"""Figures as people read them in reasons."""

from strategies.units import BPS, WAD, format_units


def usd(value_usd_wad: int) -> str:
    """`14.10 USD`; amounts under a cent keep four figures instead."""
    sign = "-" if value_usd_wad < 0 else ""
    magnitude = abs(value_usd_wad)
    if 0 < magnitude < WAD // 100:
        return f"{sign}{magnitude / WAD:.4g} USD"
    cents = (magnitude * 100 + WAD // 2) // WAD
    return f"{sign}{cents // 100:,}.{cents % 100:02d} USD".replace(",", " ")


def percent(ratio_wad: int) -> str:
    """`3.42 %` of a WAD ratio."""
    return f"{ratio_wad * 100 / WAD:.2f} %"


def bps(ratio_wad: int) -> str:
    """`4.1 bps` of a WAD ratio."""
    return f"{ratio_wad * BPS / WAD:.3g} bps"


def duration(seconds: int) -> str:
    """`3 h 20 min`: the two largest units."""
    if seconds < 0:
        return "0 s"
    parts = []
    for size, name in ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")):
        count, seconds = divmod(seconds, size)
        if count or parts:
            parts.append((count, name))
        if len(parts) == 2:
            break
    return " ".join(f"{count} {name}" for count, name in parts if count) or "0 s"


def assets(quantity: int, decimals: int, symbol: str) -> str:
    """`12.5 tUSD`, at most six decimals."""
    text = format_units(quantity, decimals)
    whole, _, fraction = text.partition(".")
    fraction = fraction[:6].rstrip("0")
    return f"{whole}.{fraction} {symbol}" if fraction else f"{whole} {symbol}"
