# SPDX-License-Identifier: Apache-2.0
"""Price files: what is read from them, and each way in which one is refused."""

from pathlib import Path

import pandas
import pytest

from scripts.errors import PricesInvalid
from scripts.operate.prices import parse_moment, read_history, synthetic_history
from scripts.operate.publisher import WAD, load_histories

HOUR = 3_600
START = parse_moment("2021-05-10")
END = START + 5 * HOUR
PRICES = (3900.25, 3950.0, 4010.5, 3999.99, 4100.0)


def write_csv(folder: Path, rows: list[tuple], header: str = "time,close") -> Path:
    path = folder / "ETH.csv"
    lines = [header, *(",".join(str(cell) for cell in row) for row in rows)]
    path.write_text("\n".join(lines) + "\n")
    return path


def usual_rows() -> list[tuple]:
    return [(START + index * HOUR, price) for index, price in enumerate(PRICES)]


def read(path: Path, fills_gaps: bool = False):
    return read_history(path, "tETH", START, END, fills_gaps)


def test_read_history__csv_in_seconds__gives_exact_prices(tmp_path):
    history = read(write_csv(tmp_path, usual_rows()))

    assert history.times == tuple(START + index * HOUR for index in range(5))
    assert history.prices_usd_wad[0] == 3900_250000000000000000
    assert history.prices_usd_wad[3] == 3999_990000000000000000


def test_read_history__csv_with_dates_and_capital_names__reads_the_same(tmp_path):
    rows = [(f"2021-05-10 {index:02d}:00:00", price) for index, price in enumerate(PRICES)]

    history = read(write_csv(tmp_path, rows, "Date,Close"))

    assert history.times == tuple(START + index * HOUR for index in range(5))


def test_read_history__parquet_with_a_date_index__reads_the_same(tmp_path):
    index = pandas.date_range("2021-05-10", periods=5, freq="h", name="Date")
    path = tmp_path / "binance-ETHUSDT-1h.parquet"
    pandas.DataFrame({"Open": PRICES, "Close": PRICES}, index=index).to_parquet(path)

    assert read(path).prices_usd_wad == read(write_csv(tmp_path, usual_rows())).prices_usd_wad


@pytest.mark.parametrize(
    ("header", "missing"), [("time,volume", "close or price"), ("day,close", "time or timestamp")]
)
def test_read_history__column_missing__is_refused_by_name(tmp_path, header, missing):
    with pytest.raises(PricesInvalid, match=f"has no column {missing}"):
        read(write_csv(tmp_path, usual_rows(), header))


def test_read_history__gap__is_refused_with_its_place_and_the_remedy(tmp_path):
    rows = usual_rows()
    del rows[2]

    with pytest.raises(PricesInvalid) as caught:
        read(write_csv(tmp_path, rows))

    assert "1 prices are missing between 2021-05-10 01:00 and 2021-05-10 03:00" in str(caught.value)
    assert "--fill" in str(caught.value)


def test_read_history__gap_with_fill__carries_the_last_price_on(tmp_path):
    rows = usual_rows()
    del rows[2]

    history = read(write_csv(tmp_path, rows), fills_gaps=True)

    assert history.times == tuple(START + index * HOUR for index in range(5))
    assert history.prices_usd_wad[2] == history.prices_usd_wad[1]


def test_read_history__gap_outside_the_range__does_not_matter(tmp_path):
    rows = [(START - 9 * HOUR, 3800.0), *usual_rows()]

    assert len(read(write_csv(tmp_path, rows))) == 5


@pytest.mark.parametrize(
    ("price", "fact"),
    [(0, "not above zero"), (-4, "not above zero"), ("", "no number"), ("abc", "no number"),
     ("inf", "no number"), (1e13, "more than the oracle takes")],
)  # fmt: skip
def test_read_history__price_that_is_none__is_refused_with_its_row(tmp_path, price, fact):
    rows = usual_rows()
    rows[3] = (rows[3][0], price)

    with pytest.raises(PricesInvalid, match=rf"2021-05-10 03:00 \(row 4\) is {fact}"):
        read(write_csv(tmp_path, rows))


@pytest.mark.parametrize("swap", [(1, 2), (2, 2)])
def test_read_history__time_that_does_not_rise__is_refused(tmp_path, swap):
    rows = usual_rows()
    first, second = swap
    rows[first], rows[second] = rows[second], rows[first]
    if first == second:
        rows[second] = rows[second - 1]

    with pytest.raises(PricesInvalid, match="time does not rise at row"):
        read(write_csv(tmp_path, rows))


def test_read_history__range_not_covered__says_what_is(tmp_path):
    path = write_csv(tmp_path, usual_rows())

    with pytest.raises(PricesInvalid, match="covers 2021-05-10 00:00 to 2021-05-10 04:00"):
        read_history(path, "tETH", END + HOUR, END + 9 * HOUR)
    with pytest.raises(PricesInvalid, match="3 prices are missing after 2021-05-10 04:00"):
        read_history(path, "tETH", START, END + 3 * HOUR)


def test_load_histories__folder__finds_both_assets(tmp_path):
    for word in ("BTC", "ETH"):
        write_csv(tmp_path, usual_rows()).rename(tmp_path / f"{word}USDT.csv")

    histories = load_histories(tmp_path, None, START, END, False)

    assert set(histories) == {"tBTC", "tETH"}


def test_load_histories__no_such_file__is_refused(tmp_path):
    with pytest.raises(PricesInvalid, match="no such file or folder"):
        load_histories(tmp_path / "absent", None, START, END, False)


def test_synthetic_history__same_seed__gives_the_same_and_says_so():
    histories = [synthetic_history("tETH", 3_000 * WAD, START, END, HOUR, 7) for _ in range(2)]
    other = synthetic_history("tETH", 3_000 * WAD, START, END, HOUR, 8)

    assert histories[0] == histories[1]
    assert histories[0].prices_usd_wad != other.prices_usd_wad
    assert histories[0].origin == "synthetic, seed 7"


def test_read_history__real_file__covers_the_crash_of_may_2021():
    path = Path(__file__).resolve().parents[3] / "shared/data/prices_1h/binance-ETHUSDT-1h.parquet"
    if not path.exists():
        pytest.skip("no real prices beside this checkout")

    history = read_history(path, "tETH", START, parse_moment("2021-05-25"))

    assert len(history) == 360
    assert min(history.prices_usd_wad) < 2_000 * WAD < 4_000 * WAD < max(history.prices_usd_wad)
