# SPDX-License-Identifier: Apache-2.0
"""`make replay`: live through real prices, report, and check what must hold.

python -m scripts.replay --prices PATH --from 2021-05-10 --to 2021-05-25 [--seed 7]
                         [--kill-keeper 10] [--once] [--report report.html]
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from strategies.command import OneLineParser, run_as_command
from strategies.errors import EXIT_REFUSED

from ..devnet.keeper import keeper_command
from ..devnet.nodes import anvil_path
from ..devnet.ports import require_free_port
from ..errors import PricesInvalid, ReplayFailed, SettingInvalid
from ..operate.prices import parse_range
from ..settings import ROOT, load_settings
from .checks import Check, check_outcome, check_same_state
from .prices import Tape, load_tape
from .run import Outcome, Wishes, play

DEFAULT_PORT = 8555
PORT_SETTING = "HEADWATER_REPLAY_PORT"
# Hours that a replay without a file and without dates lives through.
SYNTHETIC_FROM, SYNTHETIC_TO = "2021-05-10", "2021-05-12"
MAX_BLOCKS = 20_000


def run(arguments: argparse.Namespace) -> int:
    settings = load_settings()
    port = _port()
    tape = _tape(arguments)
    anvil_path()
    require_free_port(port, "replay's chain", PORT_SETTING)
    console = Console(highlight=False)
    console.print(
        f"replay of {tape.describe()}; seed {arguments.seed}", markup=False, soft_wrap=True
    )
    for asset, origin in tape.origins.items():
        if origin.startswith("synthetic"):
            console.print(f"{asset} has no file: its prices are synthetic", markup=False)

    folder = Path(tempfile.mkdtemp(prefix="headwater-replay-"))
    try:
        outcomes = []
        for number in range(1 if arguments.once else 2):
            kills = arguments.kill_keeper if number == 0 else 0
            wishes = Wishes(arguments.seed, port, kills)
            title = "first run" if number == 0 else "second run"
            outcomes.append(_play_with_bar(settings, tape, wishes, folder / title[:5], title))
        checks = check_outcome(outcomes[0], tape.rows[-1]["tETH"])
        if len(outcomes) > 1:
            checks.append(check_same_state(*outcomes))
        _write_report(outcomes[0], arguments.report)
        return _conclude(console, outcomes[0], checks, arguments.report)
    finally:
        if arguments.keep:
            console.print(f"kept {folder}", markup=False)
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _tape(arguments: argparse.Namespace) -> Tape:
    is_synthetic = arguments.prices is None and arguments.prices_btc is None
    first = arguments.start or (SYNTHETIC_FROM if is_synthetic else None)
    last = arguments.end or (SYNTHETIC_TO if is_synthetic else None)
    start, end = parse_range(first, last)
    tape = load_tape(
        arguments.prices, arguments.prices_btc, start, end, arguments.seed, arguments.fill
    )
    if len(tape.times) > MAX_BLOCKS:
        raise PricesInvalid(
            str(arguments.prices),
            f"has {len(tape.times)} rows in this range",
            f"choose at most {MAX_BLOCKS} with --from and --to",
        )
    return tape


def _port() -> int:
    given = os.environ.get(PORT_SETTING, str(DEFAULT_PORT))
    if not given.isdecimal() or not 1 <= int(given) <= 65_535:
        raise SettingInvalid(PORT_SETTING, given, "a port from 1 to 65535")
    return int(given)


def _play_with_bar(settings, tape: Tape, wishes: Wishes, folder: Path, title: str) -> Outcome:
    folder.mkdir()
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TimeRemainingColumn(), TextColumn("{task.fields[status]}"),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), refresh_per_second=2) as bar:
        task = bar.add_task(title, total=len(tape.times), status="")

        def progress(done: int, total: int, status: str) -> None:
            bar.update(task, completed=done, total=total, status=status)

        return play(settings, tape, wishes, folder, progress)


def _write_report(outcome: Outcome, path: Path) -> None:
    command = keeper_command(outcome.folder / "keeper.toml", "report", "--output", str(path))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        raise ReplayFailed(f"the report was not made: {lines[-1] if lines else 'no reason given'}")


def _conclude(console: Console, outcome: Outcome, checks: list[Check], report: Path) -> int:
    for check in checks:
        mark = "[green]PASS[/]" if check.is_passed else "[red]FAIL[/]"
        console.print(f"{mark}  {check.name}\n      {escape(check.figures)}", soft_wrap=True)
    console.print(
        f"{outcome.blocks} blocks in {outcome.seconds - outcome.stage_seconds:.0f} s after "
        f"{outcome.stage_seconds:.0f} s of deployment, {outcome.transactions} transactions "
        f"({outcome.reverted_traffic} of the traffic's refused), final state root "
        f"{outcome.state_root}",
        markup=False,
        soft_wrap=True,
    )
    console.print(f"report: {report}", markup=False, soft_wrap=True)
    failed = [check for check in checks if not check.is_passed]
    if failed:
        print(f"error: {len(failed)} of {len(checks)} checks failed", file=sys.stderr)
        return EXIT_REFUSED
    return 0


def parse_arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = OneLineParser(
        prog="python -m scripts.replay", description="Replay real prices over a fresh chain."
    )
    parser.add_argument("--prices", type=Path, help="CSV or Parquet file, or a folder of them")
    parser.add_argument("--prices-btc", type=Path, help="a file for tBTC beside --prices for tETH")
    parser.add_argument("--from", dest="start", help="first day, such as 2021-05-10")
    parser.add_argument("--to", dest="end", help="the day after the last")
    parser.add_argument("--fill", action="store_true", help="carry the last price over gaps")
    parser.add_argument("--seed", type=int, default=load_settings().seed)
    parser.add_argument(
        "--kill-keeper",
        type=int,
        default=0,
        metavar="N",
        help="SIGKILL it N times in the first run",
    )
    runs = parser.add_mutually_exclusive_group()
    runs.add_argument(
        "--twice", action="store_true", help="compare with a second run (the default)"
    )
    runs.add_argument("--once", action="store_true", help="leave the second run out")
    parser.add_argument("--report", type=Path, default=Path("report.html"))
    parser.add_argument("--keep", action="store_true", help="keep journal and logs")
    return parser.parse_args(given)


def main() -> int:
    return run_as_command(lambda: run(parse_arguments()))


if __name__ == "__main__":
    raise SystemExit(main())
