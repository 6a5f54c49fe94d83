# SPDX-License-Identifier: Apache-2.0
"""Plant every defect, see which tests notice, and name those that none does.

`python -m scripts.mutants --sample 60 --seed 7` takes 60 of them by lot, and every repair of the
exploit table. The exit status is 0 if each repair is missed by its test and at least 95 % of the
others die.
"""

import argparse
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from random import Random

from scripts.compiler import CONTRACTS
from scripts.mutants.attacks import ATTACKS
from scripts.mutants.operators import Mutant, mutants_of
from scripts.mutants.planted import PLANTED, Planted
from scripts.mutants.rooms import SOURCES
from scripts.mutants.runner import (
    FOLDER,
    Verdict,
    examine_mutant,
    examine_original,
    examine_planted,
    prepare,
)
from scripts.mutants.selection import measure
from strategies.command import OneLineParser

EQUIVALENT = Path(__file__).with_name("equivalent.toml")
LEAST_KILLED_PERCENT = 95
PROCESSES = 2
BAR_WIDTH = 30


def main(arguments: Sequence[str]) -> int:
    parser = OneLineParser(prog="python -m scripts.mutants")
    parser.add_argument("--sample", type=int, help="how many to draw, beside the repairs; all")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--path", action="append", type=source, help="only those of this source; may be repeated"
    )
    parser.add_argument("--planted", action="store_true", help="only the repairs")
    parser.add_argument("--measured", action="store_true", help="trust the last `make coverage`")
    parser.add_argument("--list", action="store_true", help="print them and plant nothing")
    asked = parser.parse_args(arguments)

    known = equivalents()
    everything = [
        mutant
        for path in SOURCES
        if asked.path is None or path in asked.path
        for mutant in mutants_of(path, (CONTRACTS / path).read_text())
    ]
    unknown = set(known) - {each.key for each in everything}
    if unknown and asked.path is None:
        print(f"error: {EQUIVALENT.name} names what is no mutant: {sorted(unknown)[0]}")
        return 2
    drawn: list[Mutant] = [each for each in everything if each.key not in known]
    if asked.sample is not None and asked.sample < len(drawn):
        drawn = Random(asked.seed).sample(drawn, asked.sample)
    repairs: list[Planted] = [
        each for each in (*PLANTED, *ATTACKS) if asked.path is None or each.path in asked.path
    ]
    if asked.planted:
        drawn = []
    if asked.list:
        print(*repairs, *drawn, sep="\n")
        return 0

    print(
        f"{len(repairs)} repairs to take out, {len(drawn)} mutants of {len(everything)},"
        f" {len(known)} of those equivalent by {EQUIVALENT.name}"
    )
    started = time.monotonic()
    if not asked.measured:
        measure()
    try:
        verdicts = examine_all(repairs, drawn)
    except RuntimeError as failure:
        print(f"error: {failure}", file=sys.stderr)
        return 2
    return report(verdicts, time.monotonic() - started)


def source(path: str) -> str:
    """A source with something to plant in it; argparse says the error."""
    if path not in {*SOURCES, *(each.path for each in (*PLANTED, *ATTACKS))}:
        raise argparse.ArgumentTypeError(f"nothing to plant in {path}, --list shows what there is")
    return path


def equivalents() -> dict[tuple[str, str, str, str], str]:
    """The reason for each mutant that nobody can tell from the original."""
    listed = tomllib.loads(EQUIVALENT.read_text())["equivalent"]
    return {
        (each["path"], each["function"], each["before"], each["after"]): each["reason"]
        for each in listed
    }


def examine_all(
    repairs: Sequence[Planted], mutants: Sequence[Mutant]
) -> list[tuple[Planted | Mutant, Verdict]]:
    verdicts: list[tuple[Planted | Mutant, Verdict]] = []
    total = len(repairs) + len(mutants)
    # Spawned: what they fork off must have seen no contract and no test.
    context = get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=context, initializer=prepare) as pool:
        unharmed = pool.submit(examine_original, total).result()
        if unharmed.outcome != "survived":
            raise RuntimeError(f"{unharmed.detail} fails without any defect")
        waiting: dict[Future[Verdict], Planted | Mutant] = {}
        for number, planted in enumerate(repairs):
            waiting[pool.submit(examine_planted, planted, number)] = planted
        for number, mutant in enumerate(mutants, len(repairs)):
            waiting[pool.submit(examine_mutant, mutant, number)] = mutant
        try:
            for future in as_completed(waiting):
                verdicts.append((waiting[future], future.result()))
                show(verdicts, total)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    if sys.stdout.isatty():
        print()
    return verdicts


def show(verdicts: Sequence[tuple[Planted | Mutant, Verdict]], total: int) -> None:
    """A bar on a terminal; a line for each survivor and each tenth mutant elsewhere."""
    mutant, verdict = verdicts[-1]
    done, counts = len(verdicts), Counter(each.outcome for _, each in verdicts)
    full = BAR_WIDTH * done // total
    state = f"{done}/{total}  killed {counts['killed']}, survived {counts['survived']}"
    bar = f"[{'#' * full}{'.' * (BAR_WIDTH - full)}] {state}"
    if sys.stdout.isatty():
        print(f"\r{bar}", end="", flush=True)
    elif verdict.outcome == "survived" or done % 10 == 0 or done == total:
        print(bar, f"  {mutant}" if verdict.outcome == "survived" else "", flush=True)


def report(verdicts: Sequence[tuple[Planted | Mutant, Verdict]], seconds: float) -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    lines = sorted(f"{verdict.outcome}\t{each}\t{verdict.detail}" for each, verdict in verdicts)
    (FOLDER / "report.txt").write_text("\n".join(lines) + "\n")

    counts = Counter(verdict.outcome for _, verdict in verdicts)
    print(f"no test is needed for {counts['same']} that compile to the same code", end="")
    print(f" and {counts['stillborn']} that do not compile; {seconds:.0f} s")
    missed = [
        each for each, verdict in verdicts if isinstance(each, Planted) and is_missed(verdict)
    ]
    others = [verdict for each, verdict in verdicts if isinstance(each, Mutant)]
    survivors = [each for each, verdict in verdicts if verdict.outcome == "survived"]
    for each in (*missed, *(each for each in survivors if isinstance(each, Mutant))):
        print(f"survived: {each}")

    killed = sum(verdict.outcome == "killed" for verdict in others)
    tested = killed + sum(verdict.outcome == "survived" for verdict in others)
    is_enough = killed * 100 >= tested * LEAST_KILLED_PERCENT
    if tested:
        print(f"of those drawn {100 * killed / tested:.1f} % were killed", end="")
        print("" if is_enough else f"; {LEAST_KILLED_PERCENT} % are asked for")
    print(f"mutants: {counts['killed']} killed, {counts['survived']} survived")
    return int(bool(missed) or not is_enough)


def is_missed(verdict: Verdict) -> bool:
    """A repair must leave a mark: one that cannot be taken out is as bad as a test that sleeps."""
    return verdict.outcome != "killed"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
