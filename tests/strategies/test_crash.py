# SPDX-License-Identifier: Apache-2.0
"""Killed at every step and at random moments: no action twice, none lost, same final state."""

import os
import random
import signal
import sqlite3
import time
from pathlib import Path

from tests.strategies.chainlab import (
    TOTAL_KEY,
    Chain,
    in_child,
    killer_at,
    make_keeper,
    tick_once,
)

# A tick with two actions passes: adopted x2, reconciled, decided, recorded,
# (signed, sent, noted) x2, delivered, finished. One more kill than steps proves the bound.
STEPS = 13
RANDOM_KILLS = 10


def _rows(folder: Path, query: str) -> list[tuple]:
    with sqlite3.connect(folder / "live.sqlite") as db:
        return db.execute(query).fetchall()


def _raw_transactions(folder: Path) -> list[tuple]:
    return _rows(folder, "SELECT id, nonce, raw_transaction FROM intents ORDER BY nonce")


def _run_unkilled(chain: Chain, folder: Path, blocks: int) -> None:
    for _ in range(blocks):
        tick_once(chain, folder)
        chain.mine()


def _check_against_chain(chain: Chain, folder: Path, first: int, blocks: int) -> None:
    """What the journal says happened is what the chain says, once each."""
    assert [chain.count(number) for number in range(first, first + blocks)] == [1] * blocks
    assert chain.count(TOTAL_KEY) == blocks
    open_rows = _rows(folder, "SELECT count(*) FROM intents WHERE status = 'sent'")
    mined = _rows(
        folder, "SELECT transaction_hash, mined_block FROM intents WHERE status = 'mined'"
    )
    assert open_rows[0][0] + len(mined) == 2 * blocks
    for transaction_hash, mined_block in mined:
        receipt = chain.call("eth_getTransactionReceipt", transaction_hash)
        assert int(receipt["blockNumber"], 16) == mined_block
        assert int(receipt["status"], 16) == 1


def test_keeper__killed_at_every_step__repeats_and_loses_nothing(
    chain: Chain, second_chain: Chain, tmp_path: Path
) -> None:
    plain, killed = tmp_path / "plain", tmp_path / "killed"
    plain.mkdir()
    killed.mkdir()
    first = chain.number
    kills = 0

    for step in range(1, STEPS + 1):
        # Once killed at this step, then run to its end.
        outcome = in_child(
            lambda step=step: tick_once(second_chain, killed, on_step=killer_at(step))
        )
        if outcome == signal.SIGKILL:
            kills += 1
            in_child(lambda: _finish(second_chain, killed))
        second_chain.mine()
    _run_unkilled(chain, plain, STEPS)

    assert kills >= STEPS - 2
    _check_against_chain(second_chain, killed, first, STEPS)
    assert _raw_transactions(killed) == _raw_transactions(plain)
    assert second_chain.block("latest")["hash"] == chain.block("latest")["hash"]


def _finish(chain: Chain, folder: Path) -> None:
    """Tick the latest block if the kill left it open; the last step may have finished it."""
    keeper, journal = make_keeper(chain, folder)
    number = chain.number
    tick = journal.tick(number)
    if tick is None or not tick.is_finished:
        keeper.run(lambda: False, max_ticks=1)
    journal.close()


def test_keeper__killed_at_random_moments__repeats_and_loses_nothing(
    chain: Chain, tmp_path: Path
) -> None:
    """A real process, killed from outside, while blocks go on once their tick is finished."""
    chance = random.Random(7)
    first, kills, blocks = chain.number, 0, 0

    def work() -> None:
        keeper, _ = make_keeper(chain, tmp_path)
        keeper.run(lambda: False, max_ticks=None)

    child = _start(work)
    next_kill = time.monotonic() + chance.uniform(0.05, 0.4)
    deadline = time.monotonic() + 60
    while kills < RANDOM_KILLS and time.monotonic() < deadline:
        if time.monotonic() >= next_kill:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            kills += 1
            child = _start(work)
            next_kill = time.monotonic() + chance.uniform(0.05, 0.4)
        if _is_finished(tmp_path, chain.number):
            chain.mine()
            blocks += 1
        time.sleep(0.005)
    while not _is_finished(tmp_path, chain.number):
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    chain.mine()
    blocks += 1

    assert kills == RANDOM_KILLS
    assert blocks > 1
    _check_against_chain(chain, tmp_path, first, blocks)


def _start(work) -> int:
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(1)
    return child


def _is_finished(folder: Path, number: int) -> bool:
    path = folder / "live.sqlite"
    if not path.exists():
        return False
    try:
        rows = _rows(folder, f"SELECT finished FROM ticks WHERE block_number = {number}")
    except sqlite3.OperationalError:
        return False
    return bool(rows and rows[0][0])
