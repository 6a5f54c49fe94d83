# SPDX-License-Identifier: Apache-2.0
"""The journal for those who only look: status, explain, report. Never blocks the keeper."""

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from strategies.errors import FileMalformed, FileMissing


@dataclass(frozen=True, slots=True)
class Status:
    identity: dict[str, str]
    last_block: int | None
    is_finished: bool
    last_timestamp: int | None
    risk_state: str
    risk_reasons: list[str]
    ticks: int
    intents: dict[str, int]  # count by status
    open: list[dict]


class JournalReader:
    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.is_file():
            raise FileMissing(str(path), "journal", "run the keeper first, or correct the path")
        try:
            self._db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)
            self._db.row_factory = sqlite3.Row
            self.identity = dict(tuple(row) for row in self._db.execute("SELECT * FROM identity"))
        except sqlite3.DatabaseError as error:
            raise FileMalformed(str(path), f"is not a journal ({error})") from error

    def close(self) -> None:
        self._db.close()

    def rows(self, query: str, *values) -> list[dict]:
        return [dict(row) for row in self._db.execute(query, values)]

    def status(self) -> Status:
        last = self.rows("SELECT * FROM ticks ORDER BY block_number DESC LIMIT 1")
        counts = self.rows("SELECT status, count(*) AS n FROM intents GROUP BY status")
        waiting = self.rows(
            "SELECT action, status, nonce, transaction_hash, block_number, reason, error "
            "FROM intents WHERE status IN ('intended', 'signed', 'sent') ORDER BY nonce"
        )
        tick = last[0] if last else None
        return Status(
            identity=self.identity,
            last_block=tick["block_number"] if tick else None,
            is_finished=bool(tick["finished"]) if tick else False,
            last_timestamp=tick["block_timestamp"] if tick else None,
            risk_state=tick["risk_state"] if tick else "",
            risk_reasons=json.loads(tick["risk_reasons"]) if tick else [],
            ticks=self.rows("SELECT count(*) AS n FROM ticks")[0]["n"],
            intents={row["status"]: row["n"] for row in counts},
            open=waiting,
        )

    def latest_reasons(self, subject: str) -> list[dict]:
        """The newest word on each subject that contains the text: an action or a skip."""
        wanted = f"%{subject}%"
        skips = self.rows(
            "SELECT policy, subject, code, reason, figures_json, block_number, last_block_number, "
            "times, max(id) FROM skips WHERE subject LIKE ? GROUP BY policy, subject",
            wanted,
        )
        actions = self.rows(
            "SELECT policy, subject, action, status, reason, figures_json, block_number, "
            "mined_block, gas_used, error, max(rowid) FROM intents WHERE subject LIKE ? "
            "GROUP BY policy, subject, function",
            wanted,
        )
        found = [
            {
                "policy": row["policy"],
                "subject": row["subject"],
                "kind": "skipped",
                "code": row["code"],
                "block": row["last_block_number"],
                "since_block": row["block_number"],
                "times": row["times"],
                "reason": row["reason"],
                "figures": json.loads(row["figures_json"]),
            }
            for row in skips
        ]
        found += [
            {
                "policy": row["policy"],
                "subject": row["subject"],
                "kind": row["status"],
                "code": row["action"],
                "block": row["block_number"],
                "since_block": row["block_number"],
                "times": 1,
                "reason": row["reason"],
                "error": row["error"],
                "figures": json.loads(row["figures_json"]),
            }
            for row in actions
        ]
        return sorted(found, key=lambda one: (one["policy"], one["subject"], -one["block"]))
