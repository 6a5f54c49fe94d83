# SPDX-License-Identifier: Apache-2.0
"""A short crash, lived through twice with the keeper killed in between: every check must hold."""

from datetime import UTC, datetime
from pathlib import Path

HOURS = 12
HOUR_SECONDS = 3_600
START = int(datetime(2021, 5, 19, tzinfo=UTC).timestamp())
CHECKS = 8


def write_crash(path: Path) -> None:
    """Bitcoin loses a twentieth an hour for six hours. Ether, whose pair is compounded, stands:
    within hours its moves would outweigh what compounding earns."""
    for name, opening, factor in (("ETH", 3_000, 1.0), ("BTC", 60_000, 0.95)):
        rows = [
            f"{START + hour * HOUR_SECONDS},{opening * factor ** min(hour, 6):.2f}"
            for hour in range(HOURS)
        ]
        (path / f"{name}USDT-1h.csv").write_text("\n".join(["time,price", *rows]) + "\n")


def test_replay__crash_with_the_keeper_killed__passes_every_check(run_module, tmp_path):
    prices = tmp_path / "prices"
    prices.mkdir()
    write_crash(prices)
    report = tmp_path / "report.html"

    done = run_module(
        "scripts.replay", "--prices", str(prices), "--kill-keeper", "3", "--report", str(report)
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("PASS  ") == CHECKS
    assert "FAIL" not in done.stdout
    assert "killed 3 times, the run ends in the state of one not killed" in done.stdout
    # A crash without a liquidation would have tested nothing.
    assert ", 0 liquidations" not in done.stdout
    assert report.read_text().startswith("<!doctype html>")
