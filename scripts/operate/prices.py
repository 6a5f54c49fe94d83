# SPDX-License-Identifier: Apache-2.0
"""Price histories: real ones from CSV or Parquet, checked before use, or a seeded walk.

A file that lacks a column, leaves a gap, runs backwards or holds a price that is no price is
refused whole, with the place; nothing of it is published.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from ..deploy._parameters import MAX_PRICE_USD_WAD
from ..errors import PricesInvalid, SettingInvalid

TIME_NAMES = ("time", "timestamp", "date", "datetime", "open_time")
PRICE_NAMES = ("close", "price")
ASSET_WORDS = {"tBTC": "BTC", "tETH": "ETH"}
READABLE = (".parquet", ".csv")

WAD = 10**18


@dataclass(frozen=True, slots=True)
class History:
    """Prices of one asset at rising times, `step_seconds` apart."""

    asset: str
    times: tuple[int, ...]
    prices_usd_wad: tuple[int, ...]
    step_seconds: int
    # What a person reads: the file, or that nothing of this is real.
    origin: str

    def __len__(self) -> int:
        return len(self.times)


def moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")


def parse_moment(text: str) -> int:
    """Seconds since 1970 of a date or a date and time, in UTC."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError as failure:
        raise PricesInvalid(text, "is no date", "write it as 2021-05-10") from failure
    return int(value.replace(tzinfo=value.tzinfo or UTC).timestamp())


def parse_range(first: str | None, last: str | None) -> tuple[int | None, int | None]:
    """The moments of `--from` and `--to`; what is not given stays open."""
    start = parse_moment(first) if first else None
    end = parse_moment(last) if last else None
    if start is not None and end is not None and end <= start:
        raise SettingInvalid("--to", str(last), f"a day after --from {first}")
    return start, end


# --- Files ---


def find_file(path: Path, asset: str) -> Path | None:
    """The file of an asset: the path itself, or the one of a folder that names the asset."""
    if not path.exists():
        raise PricesInvalid(str(path), "no such file or folder", "name a CSV or Parquet file")
    if path.is_file():
        return path
    word = ASSET_WORDS[asset]
    found = sorted(
        one for one in path.iterdir() if one.suffix in READABLE and word in one.name.upper()
    )
    if len(found) > 1:
        names = ", ".join(one.name for one in found)
        raise PricesInvalid(str(path), f"several files are of {word}: {names}", "name one of them")
    return found[0] if found else None


def asset_of_file(path: Path, default: str) -> str:
    """Which asset a file is of, by its name."""
    named = [asset for asset, word in ASSET_WORDS.items() if word in path.name.upper()]
    return named[0] if len(named) == 1 else default


def read_history(
    path: Path, asset: str, start: int | None, end: int | None, fills_gaps: bool = False
) -> History:
    """Prices from `start` to `end`, the last one not included, every step of them there.

    None stands for the file's own first and last.
    """
    times, prices = _read_columns(path)
    _require_rising(path, times)
    step_seconds = _usual_step(path, times)
    start = times[0] if start is None else start
    end = times[-1] + 1 if end is None else end
    chosen = [index for index, time in enumerate(times) if start <= time < end]
    if not chosen:
        raise PricesInvalid(
            str(path),
            f"covers {moment(times[0])} to {moment(times[-1])}, "
            f"not {moment(start)} to {moment(end)}",
            "ask for days that it covers",
        )
    _require_prices(path, times, prices, chosen)
    rows = [(times[index], _to_wad(prices[index])) for index in chosen]
    rows = _close_gaps(path, rows, start, end, step_seconds, fills_gaps)
    return History(
        asset,
        tuple(time for time, _ in rows),
        tuple(price for _, price in rows),
        step_seconds,
        str(path),
    )


def _read_columns(path: Path) -> tuple[list[int], list[float]]:
    import pandas

    if path.suffix not in READABLE:
        raise PricesInvalid(str(path), "is neither .csv nor .parquet", "convert it")
    try:
        frame = pandas.read_parquet(path) if path.suffix == ".parquet" else pandas.read_csv(path)
    except (ValueError, OSError, pandas.errors.ParserError) as failure:
        first_line = str(failure).splitlines()[0] if str(failure) else type(failure).__name__
        raise PricesInvalid(str(path), f"cannot be read ({first_line})", "replace it") from failure
    if isinstance(frame.index, pandas.DatetimeIndex) or frame.index.name:
        frame = frame.reset_index()
    by_name = {str(column).lower(): column for column in frame.columns}
    time_column = next((by_name[name] for name in TIME_NAMES if name in by_name), None)
    price_column = next((by_name[name] for name in PRICE_NAMES if name in by_name), None)
    for column, wanted in ((time_column, TIME_NAMES), (price_column, PRICE_NAMES)):
        if column is None:
            raise PricesInvalid(
                str(path),
                f"has no column {' or '.join(wanted)}; it has "
                f"{', '.join(str(name) for name in frame.columns) or 'none'}",
                "rename the column",
            )
    if frame.empty:
        raise PricesInvalid(str(path), "has no rows", "replace it")
    prices = pandas.to_numeric(frame[price_column], errors="coerce")
    return _to_seconds(path, frame[time_column]), [float(price) for price in prices]


def _to_seconds(path: Path, column) -> list[int]:
    import pandas

    if pandas.api.types.is_numeric_dtype(column):
        # Milliseconds when seconds would lie beyond the year 5138.
        scale = 1_000 if column.max() > 10**11 else 1
        if column.isna().any():
            raise PricesInvalid(str(path), "has a row without a time", "remove the row")
        return [int(value) // scale for value in column]
    try:
        moments = pandas.to_datetime(column, utc=True)
    except (ValueError, TypeError) as failure:
        raise PricesInvalid(
            str(path), f"has a time that is no date ({failure})", "correct it"
        ) from failure
    if moments.isna().any():
        raise PricesInvalid(str(path), "has a row without a time", "remove the row")
    return [int(value.timestamp()) for value in moments]


def _require_rising(path: Path, times: Sequence[int]) -> None:
    for row in range(1, len(times)):
        if times[row] <= times[row - 1]:
            raise PricesInvalid(
                str(path),
                f"time does not rise at row {row + 1}: {moment(times[row])} after "
                f"{moment(times[row - 1])}",
                "sort it and remove repeated rows",
            )


def _usual_step(path: Path, times: Sequence[int]) -> int:
    if len(times) < 2:
        raise PricesInvalid(str(path), "has one row only", "give a history of two rows or more")
    steps = sorted(later - earlier for earlier, later in pairwise(times))
    return steps[len(steps) // 2]


def _require_prices(
    path: Path, times: Sequence[int], prices: Sequence[float], chosen: Sequence[int]
) -> None:
    for index in chosen:
        price = prices[index]
        fault = _fault_of(price)
        if fault is not None:
            raise PricesInvalid(
                str(path),
                f"price at {moment(times[index])} (row {index + 1}) is {fault}: {price:g}",
                "correct or remove the row",
            )


def _fault_of(price: float) -> str | None:
    if not math.isfinite(price):
        return "no number"
    if price <= 0:
        return "not above zero"
    return "more than the oracle takes" if price > MAX_PRICE_USD_WAD // WAD else None


def _close_gaps(
    path: Path,
    rows: list[tuple[int, int]],
    start: int,
    end: int,
    step_seconds: int,
    fills_gaps: bool,
) -> list[tuple[int, int]]:
    """The rows at every step; a missing one is refused, or carried on from the one before."""
    whole = [rows[0]]
    for time, price in rows[1:]:
        last_time, last_price = whole[-1]
        missing = (time - last_time + step_seconds // 2) // step_seconds - 1
        if missing > 0 and not fills_gaps:
            raise PricesInvalid(
                str(path),
                f"{missing} prices are missing between {moment(last_time)} and {moment(time)}",
                "choose other days, or carry the last price on with --fill",
            )
        for number in range(missing):
            whole.append((last_time + (number + 1) * step_seconds, last_price))
        whole.append((time, price))
    for missing, place in (
        ((whole[0][0] - start) // step_seconds, f"from {moment(start)} on"),
        ((end - 1 - whole[-1][0]) // step_seconds, f"after {moment(whole[-1][0])}"),
    ):
        if missing > 0:
            raise PricesInvalid(
                str(path), f"{missing} prices are missing {place}", "choose days that it covers"
            )
    return whole


def _to_wad(price: float) -> int:
    """The shortest decimal that reads back as the same float is what the file said."""
    whole, _, fraction = f"{price:.12f}".partition(".")
    return int(whole) * WAD + int(fraction) * 10**6


# --- The walk ---


@dataclass(frozen=True, slots=True)
class WalkShape:
    """How a synthetic price moves: a log price pulled back to its anchor."""

    volatility_per_step: float
    pull_per_step: float


# Restless enough to be seen in a minute, tame enough for a devnet that runs for weeks.
DEMO_WALK = WalkShape(volatility_per_step=0.0008, pull_per_step=0.002)
HOURLY_WALK = WalkShape(volatility_per_step=0.011, pull_per_step=0.001)


def next_walk_price(
    price_usd_wad: int, anchor_usd_wad: int, shape: WalkShape, chance: random.Random
) -> int:
    """One step of the walk; integers in and out, so that a chain's own price is its state."""
    distance = math.log(price_usd_wad / anchor_usd_wad)
    moved = chance.gauss(0.0, shape.volatility_per_step) - shape.pull_per_step * distance
    return max(1, int(price_usd_wad * math.exp(moved)))


def synthetic_history(
    asset: str, anchor_usd_wad: int, start: int, end: int, step_seconds: int, seed: int
) -> History:
    chance = random.Random(f"{seed}/{asset}")
    times = tuple(range(start, end, step_seconds))
    prices = [anchor_usd_wad]
    while len(prices) < len(times):
        prices.append(next_walk_price(prices[-1], anchor_usd_wad, HOURLY_WALK, chance))
    return History(asset, times, tuple(prices), step_seconds, f"synthetic, seed {seed}")
