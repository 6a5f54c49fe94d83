# SPDX-License-Identifier: Apache-2.0
"""The keeper's journal as a replay's checks read it."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class JournalIntent:
    identity: str
    block_number: int
    action: str
    function: str
    status: str
    nonce: int | None
    transaction_hash: str | None
    mined_block: int | None
    gas_used: int | None


def _read(path: Path, query: str) -> list[tuple]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as journal:
        return journal.execute(query).fetchall()


def read_intents(path: Path) -> list[JournalIntent]:
    rows = _read(
        path,
        "select id, block_number, action, function, status, nonce, transaction_hash, mined_block,"
        " gas_used from intents order by block_number, position",
    )
    return [JournalIntent(*row) for row in rows]


def sent_hashes(path: Path) -> list[str]:
    return [
        intent.transaction_hash
        for intent in read_intents(path)
        if intent.status == "sent" and intent.transaction_hash
    ]


def finished_ticks(path: Path) -> set[int]:
    return {row[0] for row in _read(path, "select block_number from ticks where finished = 1")}
