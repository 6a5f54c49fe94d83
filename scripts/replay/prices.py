# SPDX-License-Identifier: Apache-2.0
"""The prices of a replay: one row of both assets an hour, real where there is a file."""

from dataclasses import dataclass
from pathlib import Path

from ..errors import PricesInvalid
from ..operate.prices import History, moment, synthetic_history
from ..operate.publisher import WAD, load_histories

SYNTHETIC_ANCHORS_USD_WAD = {"tBTC": 60_000 * WAD, "tETH": 3_000 * WAD}
STEP_SECONDS = 3_600


@dataclass(frozen=True, slots=True)
class Tape:
    """Both assets' prices at the same times."""

    times: tuple[int, ...]
    rows: tuple[dict[str, int], ...]
    origins: dict[str, str]

    def describe(self) -> str:
        origins = "; ".join(f"{asset}: {origin}" for asset, origin in self.origins.items())
        return f"{len(self.times)} blocks from {moment(self.times[0])}, {origins}"


def load_tape(
    prices: Path | None,
    prices_btc: Path | None,
    start: int | None,
    end: int | None,
    seed: int,
    fills: bool,
) -> Tape:
    histories = load_histories(prices, prices_btc, start, end, fills)
    steps = {history.step_seconds for history in histories.values()} or {STEP_SECONDS}
    if len(steps) > 1 or len({history.times for history in histories.values()}) > 1:
        raise PricesInvalid(
            " and ".join(history.origin for history in histories.values()),
            "their times differ",
            "give two histories of the same times",
        )
    step_seconds = steps.pop()
    # Both assets move together at the first real row's times.
    times = next((history.times for history in histories.values()), None)
    for asset, anchor in SYNTHETIC_ANCHORS_USD_WAD.items():
        if asset not in histories:
            first, last = (times[0], times[-1] + 1) if times else (start, end)
            histories[asset] = synthetic_history(asset, anchor, first, last, step_seconds, seed)
    return _tape(histories)


def _tape(histories: dict[str, History]) -> Tape:
    times = histories["tETH"].times
    rows = tuple(
        {
            "tUSD": WAD,
            "tBTC": histories["tBTC"].prices_usd_wad[index],
            "tETH": histories["tETH"].prices_usd_wad[index],
        }
        for index in range(len(times))
    )
    return Tape(times, rows, {asset: histories[asset].origin for asset in ("tBTC", "tETH")})
