# SPDX-License-Identifier: Apache-2.0
"""The record that outlives a kill: what was meant, signed, sent, and what became of it.

Each method is one SQLite transaction, on disk when it returns. One process writes, held by a lock
that the kernel frees when the process dies.
"""

import fcntl
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from strategies.chain.records import (
    OPEN,
    Intent,
    JournalIdentity,
    NewIntent,
    NewSkip,
    NewTick,
    SignedCall,
    Status,
    Tick,
    to_json,
)
from strategies.chain.schema import SCHEMA_VERSION, TABLES
from strategies.errors import FileMalformed, JournalBusy, JournalMismatch

_INTENT_COLUMNS = (
    "id, block_number, policy, action, subject, target, data, gas_limit, status, nonce, "
    "max_fee_wei, priority_fee_wei, raw_transaction, transaction_hash, signed_at_block, mined_block"
)


class Journal:
    def __init__(self, path: Path, identity: JournalIdentity) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = _take_lock(path)
        try:
            self._db = sqlite3.connect(path, isolation_level=None, timeout=30)
            self._db.execute("PRAGMA journal_mode = WAL")
            # A transaction is sent only after its row would survive a power cut.
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.executescript(TABLES)
            self._identify(identity)
        except sqlite3.DatabaseError as error:
            raise FileMalformed(str(path), f"is not a journal ({error})") from error

    def close(self) -> None:
        self._db.close()
        self._lock.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self._db
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _identify(self, identity: JournalIdentity) -> None:
        wanted = {
            "schema": SCHEMA_VERSION,
            "chain_id": str(identity.chain_id),
            "genesis_hash": identity.genesis_hash.lower(),
            "mode": identity.mode,
            "keeper": identity.keeper.lower(),
        }
        found = dict(self._db.execute("SELECT name, value FROM identity"))
        for name, value in wanted.items():
            if name in found and found[name] != value:
                raise JournalMismatch(str(self.path), name, found[name], value)
        with self._transaction() as db:
            db.executemany("INSERT OR IGNORE INTO identity VALUES (?, ?)", wanted.items())

    # --- Runs ---

    def begin_run(self, block_number: int) -> int:
        with self._transaction() as db:
            cursor = db.execute(
                "INSERT INTO runs (process, started_at_block) VALUES (?, ?)",
                (os.getpid(), block_number),
            )
        return int(cursor.lastrowid)

    def end_run(self, run: int, ended: str) -> None:
        with self._transaction() as db:
            db.execute(
                "UPDATE runs SET ended = ?, last_block = (SELECT max(block_number) FROM ticks) "
                "WHERE id = ?",
                (ended, run),
            )

    def note_fact(self, name: str, value: Mapping) -> None:
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, json.dumps(value)))

    # --- Ticks ---

    def tick(self, block_number: int) -> Tick | None:
        return self._one_tick("WHERE block_number = ?", (block_number,))

    def last_tick(self) -> Tick | None:
        return self._one_tick("ORDER BY block_number DESC LIMIT 1", ())

    def last_tick_before(self, block_number: int) -> Tick | None:
        return self._one_tick(
            "WHERE block_number < ? ORDER BY block_number DESC LIMIT 1", (block_number,)
        )

    def unfinished_ticks(self) -> list[Tick]:
        rows = self._db.execute("SELECT * FROM ticks WHERE finished = 0 ORDER BY block_number")
        return [_tick(row) for row in rows]

    def _one_tick(self, where: str, values: tuple) -> Tick | None:
        row = self._db.execute(f"SELECT * FROM ticks {where}", values).fetchone()
        return None if row is None else _tick(row)

    def write_decision(self, tick: NewTick, status: Status) -> None:
        """The whole decision of a block or nothing of it."""
        block = tick.block
        with self._transaction() as db:
            db.execute(
                "INSERT INTO ticks VALUES (?, ?, ?, ?, ?, 0)",
                (
                    block.number,
                    block.hash,
                    block.timestamp,
                    tick.risk_state,
                    to_json(list(tick.risk_reasons)),
                ),
            )
            for position, intent in enumerate(tick.intents):
                _insert_intent(db, block.number, position, intent, status)
            for skip in tick.skips:
                _insert_skip(db, block.number, skip)
            db.executemany(
                "INSERT OR REPLACE INTO samples VALUES (?, ?, ?)",
                [(block.number, name, str(value)) for name, value in tick.samples.items()],
            )

    def finish_tick(self, block_number: int) -> None:
        with self._transaction() as db:
            db.execute("UPDATE ticks SET finished = 1 WHERE block_number = ?", (block_number,))

    def reopen_from(self, block_number: int) -> None:
        """Blocks from here on are no longer the chain's: what they held is open once more."""
        with self._transaction() as db:
            db.execute("DELETE FROM ticks WHERE block_number >= ?", (block_number,))
            db.execute("DELETE FROM samples WHERE block_number >= ?", (block_number,))
            db.execute(
                "UPDATE intents SET status = 'sent', mined_block = NULL, gas_used = NULL, "
                "error = NULL WHERE mined_block >= ? AND status IN ('mined', 'reverted')",
                (block_number,),
            )

    # --- Intents ---

    def open_intents(self) -> list[Intent]:
        marks = ", ".join("?" for _ in OPEN)
        return self._intents(f"WHERE status IN ({marks}) ORDER BY nonce", OPEN)

    def intents_of(self, block_number: int) -> list[Intent]:
        return self._intents("WHERE block_number = ? ORDER BY position", (block_number,))

    def _intents(self, where: str, values: tuple) -> list[Intent]:
        rows = self._db.execute(f"SELECT {_INTENT_COLUMNS} FROM intents {where}", values)
        return [
            Intent(*row[:8], Status(row[8]), row[9], int(row[10]), int(row[11]), *row[12:])
            for row in rows
        ]

    def attempts_of(self, intent: Intent) -> list[str]:
        """Hashes of every signed form, oldest first."""
        rows = self._db.execute(
            "SELECT transaction_hash FROM attempts WHERE intent_id = ? ORDER BY rowid", (intent.id,)
        )
        return [row[0] for row in rows]

    def mark_signed(self, intent: Intent, signed: SignedCall, block_number: int) -> None:
        fees = (str(signed.max_fee_wei), str(signed.priority_fee_wei))
        with self._transaction() as db:
            db.execute(
                "INSERT OR IGNORE INTO attempts VALUES (?, ?, ?, ?, ?, ?)",
                (signed.hash, intent.id, signed.raw, *fees, block_number),
            )
            db.execute(
                "UPDATE intents SET status = 'signed', raw_transaction = ?, transaction_hash = ?, "
                "max_fee_wei = ?, priority_fee_wei = ?, signed_at_block = ? WHERE id = ?",
                (signed.raw, signed.hash, *fees, block_number, intent.id),
            )

    def mark_sent(self, intent: Intent) -> None:
        self._mark(intent, "status = 'sent', error = NULL", ())

    def mark_refused(self, intent: Intent, error: str) -> None:
        """The server did not take it; it stays signed and is offered again."""
        self._mark(intent, "error = ?", (error,))

    def mark_dropped(self, intent: Intent, error: str) -> None:
        self._mark(intent, "status = 'dropped', error = ?", (error,))

    def mark_executed(
        self,
        intent: Intent,
        status: Status,
        transaction_hash: str,
        block_number: int,
        gas_used: int,
        error: str | None,
    ) -> None:
        self._mark(
            intent,
            "status = ?, transaction_hash = ?, mined_block = ?, gas_used = ?, error = ?",
            (status, transaction_hash, block_number, gas_used, error),
        )

    def _mark(self, intent: Intent, assignment: str, values: tuple) -> None:
        with self._transaction() as db:
            db.execute(f"UPDATE intents SET {assignment} WHERE id = ?", (*values, intent.id))

    # --- What decisions look back on ---

    def failures_in_a_row(self) -> tuple[int, int | None, str]:
        """(count, block of the last, its error) over executed intents, newest first."""
        count, last_block, error = 0, None, ""
        rows = self._db.execute(
            "SELECT status, mined_block, error FROM intents WHERE status IN ('mined', 'reverted') "
            "ORDER BY mined_block DESC, nonce DESC LIMIT 100"
        )
        for status, mined_block, fault in rows:
            if status == Status.MINED:
                break
            if last_block is None:
                last_block, error = mined_block, fault or "no reason"
            count += 1
        return count, last_block, error

    def last_samples(self, suffix: str) -> dict[str, str]:
        """The newest sampled values whose name ends so, by name."""
        newest = self._db.execute("SELECT max(block_number) FROM samples").fetchone()[0]
        rows = self._db.execute(
            "SELECT name, value FROM samples WHERE block_number = ? AND name LIKE ?",
            (newest, f"%{suffix}"),
        )
        return dict(rows)

    def last_sampled_at(self) -> int | None:
        """Timestamp of the newest block with samples."""
        row = self._db.execute(
            "SELECT block_timestamp FROM ticks WHERE block_number = "
            "(SELECT max(block_number) FROM samples)"
        ).fetchone()
        return None if row is None else row[0]


def _take_lock(path: Path):
    lock = open(f"{path}.lock", "a+", encoding="ascii")  # noqa: SIM115 (held until close)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.seek(0)
        holder = lock.read().strip()
        lock.close()
        raise JournalBusy(str(path), f"process {holder or 'unknown'}") from error
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _tick(row: tuple) -> Tick:
    number, block_hash, timestamp, risk_state, reasons, finished = row
    return Tick(
        number, block_hash, timestamp, risk_state, tuple(json.loads(reasons)), bool(finished)
    )


def _insert_intent(
    db: sqlite3.Connection, block_number: int, position: int, intent: NewIntent, status: Status
) -> None:
    db.execute(
        "INSERT INTO intents (id, block_number, position, policy, action, subject, contract, "
        "function, target, arguments_json, data, gas_limit, reason, figures_json, status, nonce, "
        "max_fee_wei, priority_fee_wei) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            intent.id,
            block_number,
            position,
            intent.policy,
            intent.action,
            intent.subject,
            intent.contract,
            intent.function,
            intent.target,
            to_json(intent.arguments),
            intent.data,
            intent.gas_limit,
            intent.reason,
            to_json(intent.figures),
            status,
            intent.nonce,
            str(intent.max_fee_wei),
            str(intent.priority_fee_wei),
        ),
    )


def _insert_skip(db: sqlite3.Connection, block_number: int, skip: NewSkip) -> None:
    """Lengthen the newest row of the subject while the kind of reason stays the same."""
    newest = db.execute(
        "SELECT id, code FROM skips WHERE policy = ? AND subject = ? ORDER BY id DESC LIMIT 1",
        (skip.policy, skip.subject),
    ).fetchone()
    figures = to_json(skip.figures)
    if newest is not None and newest[1] == skip.code:
        db.execute(
            "UPDATE skips SET last_block_number = ?, times = times + 1, reason = ?, "
            "figures_json = ? WHERE id = ?",
            (block_number, skip.reason, figures, newest[0]),
        )
        return
    db.execute(
        "INSERT INTO skips (block_number, last_block_number, times, policy, subject, code, reason, "
        "figures_json) VALUES (?, ?, 1, ?, ?, ?, ?, ?)",
        (block_number, block_number, skip.policy, skip.subject, skip.code, skip.reason, figures),
    )
