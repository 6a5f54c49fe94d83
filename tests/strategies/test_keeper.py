# SPDX-License-Identifier: Apache-2.0
"""The loop on a real chain: paper equals live, bumps, foreign nonces, replaced blocks."""

import sqlite3
from pathlib import Path

import pytest
from eth_account import Account

from strategies.chain.journal import Journal
from strategies.chain.records import JournalIdentity
from strategies.errors import JournalBusy, JournalMismatch
from tests.strategies.chainlab import (
    CHAIN_ID,
    COUNTER,
    KEEPER_KEY,
    TOTAL_KEY,
    Chain,
    make_keeper,
    tick_once,
)

GWEI = 10**9


def _rows(path: Path, query: str) -> list[tuple]:
    with sqlite3.connect(path) as db:
        return db.execute(query).fetchall()


DECISIONS = (
    "SELECT block_number, policy, action, arguments_json, data, gas_limit, reason, max_fee_wei "
    "FROM intents ORDER BY block_number, position"
)
SKIPS = "SELECT block_number, policy, subject, code, reason, times FROM skips ORDER BY id"


def test_paper_and_live__same_block__decide_the_same(chain: Chain, tmp_path: Path) -> None:
    for _ in range(2):
        tick_once(chain, tmp_path, is_paper=True)
        tick_once(chain, tmp_path)
        chain.mine()

    live, paper = tmp_path / "live.sqlite", tmp_path / "paper.sqlite"
    assert len(_rows(live, DECISIONS)) == 4
    assert _rows(paper, DECISIONS) == _rows(live, DECISIONS)
    assert _rows(paper, SKIPS) == _rows(live, SKIPS)
    assert {row[0] for row in _rows(paper, "SELECT status FROM intents")} == {"paper"}
    assert _rows(paper, "SELECT raw_transaction FROM intents WHERE raw_transaction NOT NULL") == []
    assert chain.count(TOTAL_KEY) == 2


def test_tick__action_that_would_revert__is_skipped_with_the_contracts_words(
    chain: Chain, tmp_path: Path
) -> None:
    while chain.number % 3:
        chain.mine()

    tick_once(chain, tmp_path)

    skips = _rows(tmp_path / "live.sqlite", "SELECT code, reason FROM skips")
    assert ("would_revert", "refuse:refuse would revert: toy: refused; it was: refuses 3") in skips
    assert len(_rows(tmp_path / "live.sqlite", DECISIONS)) == 2


def test_tick__transaction_still_waiting__is_not_repeated(chain: Chain, tmp_path: Path) -> None:
    tick_once(chain, tmp_path)
    _let_wait(chain)

    tick_once(chain, tmp_path)

    live = tmp_path / "live.sqlite"
    assert len(_rows(live, DECISIONS)) == 2
    assert ("pending",) in _rows(live, "SELECT code FROM skips")


def _let_wait(chain: Chain) -> None:
    """A block whose base fee no waiting transaction can pay."""
    chain.call("anvil_setNextBlockBaseFeePerGas", hex(1_000 * GWEI))
    chain.mine()


def test_tick__transaction_waits_too_long__is_replaced_at_the_same_nonce(
    chain: Chain, tmp_path: Path
) -> None:
    first = chain.number
    tick_once(chain, tmp_path, bump_after_blocks=2)
    _let_wait(chain)
    _let_wait(chain)

    tick_once(chain, tmp_path, bump_after_blocks=2)
    chain.mine()
    tick_once(chain, tmp_path, bump_after_blocks=2)

    live = tmp_path / "live.sqlite"
    assert chain.count(first) == 1
    statuses = _rows(live, f"SELECT status, nonce FROM intents WHERE block_number = {first}")
    assert statuses == [("mined", 0), ("mined", 1)]
    attempts = (
        "SELECT count(*) FROM attempts JOIN intents ON intents.id = intent_id "
        f"WHERE block_number = {first} GROUP BY intent_id"
    )
    assert _rows(live, attempts) == [(2,), (2,)]


def test_tick__nonce_used_elsewhere__drops_the_intent_and_goes_on(
    chain: Chain, tmp_path: Path
) -> None:
    account = Account.from_key(KEEPER_KEY)
    keeper, journal = make_keeper(chain, tmp_path)
    keeper.run(lambda: False, max_ticks=1)
    journal.close()
    chain.call("anvil_dropAllTransactions")
    for nonce in range(2):
        other = account.sign_transaction(
            {
                "chainId": CHAIN_ID,
                "nonce": nonce,
                "to": account.address,
                "value": 0,
                "gas": 21_000,
                "gasPrice": 10 * GWEI,
            }
        )
        chain.call("eth_sendRawTransaction", "0x" + other.raw_transaction.hex())
    chain.mine()

    tick_once(chain, tmp_path)
    chain.mine()
    tick_once(chain, tmp_path)

    live = tmp_path / "live.sqlite"
    rows = _rows(live, "SELECT status, nonce FROM intents ORDER BY block_number, position")
    assert rows[:4] == [("dropped", 0), ("dropped", 1), ("mined", 2), ("mined", 3)]


def test_tick__decided_but_unsigned_when_the_chain_moved__is_decided_afresh(
    chain: Chain, tmp_path: Path
) -> None:
    class Stop(Exception):
        pass

    def stop_before_signing(name: str) -> None:
        if name == "recorded":
            raise Stop

    first = chain.number
    with pytest.raises(Stop):
        tick_once(chain, tmp_path, on_step=stop_before_signing)
    chain.mine()
    tick_once(chain, tmp_path)
    chain.mine()
    tick_once(chain, tmp_path)

    rows = _rows(
        tmp_path / "live.sqlite", "SELECT block_number, status FROM intents ORDER BY block_number"
    )
    assert rows[:4] == [
        (first, "dropped"),
        (first, "dropped"),
        (first + 1, "mined"),
        (first + 1, "mined"),
    ]
    assert (chain.count(first), chain.count(first + 1)) == (0, 1)


def test_tick__replaced_blocks__send_the_same_bytes_again(chain: Chain, tmp_path: Path) -> None:
    before = chain.call("evm_snapshot")
    first = chain.number
    tick_once(chain, tmp_path)
    chain.mine()
    tick_once(chain, tmp_path)
    live = tmp_path / "live.sqlite"
    raw = _rows(live, f"SELECT raw_transaction FROM intents WHERE block_number = {first}")
    assert chain.count(first) == 1

    chain.call("evm_revert", before)
    chain.call("anvil_dropAllTransactions")
    chain.call("evm_setNextBlockTimestamp", int(chain.block("latest")["timestamp"], 16) + 60)
    chain.call("evm_mine")
    assert chain.count(first) == 0
    tick_once(chain, tmp_path)
    chain.mine()

    assert chain.count(first) == 1
    assert _rows(live, f"SELECT raw_transaction FROM intents WHERE block_number = {first}") == raw


def test_journal__of_another_chain_or_mode__is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    Journal(path, JournalIdentity(1, "0xaa", "live", COUNTER)).close()

    with pytest.raises(JournalMismatch, match="genesis_hash is 0xaa in the journal but 0xbb"):
        Journal(path, JournalIdentity(1, "0xbb", "live", COUNTER))
    with pytest.raises(JournalMismatch, match="mode is live in the journal but paper"):
        Journal(path, JournalIdentity(1, "0xaa", "paper", COUNTER))


def test_journal__second_writer__is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    first = Journal(path, JournalIdentity(1, "0xaa", "live", COUNTER))

    with pytest.raises(JournalBusy):
        Journal(path, JournalIdentity(1, "0xaa", "live", COUNTER))

    first.close()
    Journal(path, JournalIdentity(1, "0xaa", "live", COUNTER)).close()
