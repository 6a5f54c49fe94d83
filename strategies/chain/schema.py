# SPDX-License-Identifier: Apache-2.0
"""The tables of the journal. Quantities are TEXT: SQLite's integers end at 64 bits."""

SCHEMA_VERSION = "1"

TABLES = """
-- Whose journal this is; a journal never changes chain, mode or keeper.
CREATE TABLE IF NOT EXISTS identity (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- What a reader of the samples must know of the deployment, as JSON.
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY,
    process INTEGER NOT NULL,
    started_at_block INTEGER NOT NULL,
    last_block INTEGER,
    ended TEXT                       -- empty while it runs, and for ever after a kill
);

-- A row appears with the decision of its block; `finished` is the last write of a tick.
CREATE TABLE IF NOT EXISTS ticks (
    block_number INTEGER PRIMARY KEY,
    block_hash TEXT NOT NULL,
    block_timestamp INTEGER NOT NULL,
    risk_state TEXT NOT NULL,
    risk_reasons TEXT NOT NULL,
    finished INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS intents (
    id TEXT PRIMARY KEY,             -- of chain id, block, policy and action key
    block_number INTEGER NOT NULL,
    position INTEGER NOT NULL,       -- order within the block
    policy TEXT NOT NULL,
    action TEXT NOT NULL,            -- the action key
    subject TEXT NOT NULL,
    contract TEXT NOT NULL,
    function TEXT NOT NULL,
    target TEXT NOT NULL,
    arguments_json TEXT NOT NULL,
    data TEXT NOT NULL,
    gas_limit INTEGER NOT NULL,
    reason TEXT NOT NULL,
    figures_json TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN
        ('paper', 'intended', 'signed', 'sent', 'mined', 'reverted', 'dropped')),
    nonce INTEGER,
    max_fee_wei TEXT NOT NULL,
    priority_fee_wei TEXT NOT NULL,
    raw_transaction TEXT,
    transaction_hash TEXT,
    signed_at_block INTEGER,
    mined_block INTEGER,
    gas_used INTEGER,
    error TEXT
);
CREATE INDEX IF NOT EXISTS intents_by_block ON intents (block_number, position);
CREATE INDEX IF NOT EXISTS intents_by_status ON intents (status);

-- Every signed form of an intent: a fee bump adds one with the same nonce.
CREATE TABLE IF NOT EXISTS attempts (
    transaction_hash TEXT PRIMARY KEY,
    intent_id TEXT NOT NULL REFERENCES intents (id),
    raw_transaction TEXT NOT NULL,
    max_fee_wei TEXT NOT NULL,
    priority_fee_wei TEXT NOT NULL,
    signed_at_block INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS attempts_by_intent ON attempts (intent_id);

-- A skip that repeats block after block is one row that says from when to when and how often.
CREATE TABLE IF NOT EXISTS skips (
    id INTEGER PRIMARY KEY,
    block_number INTEGER NOT NULL,
    last_block_number INTEGER NOT NULL,
    times INTEGER NOT NULL,
    policy TEXT NOT NULL,
    subject TEXT NOT NULL,
    code TEXT NOT NULL,
    reason TEXT NOT NULL,            -- as of the last block
    figures_json TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS skips_by_subject ON skips (policy, subject, id);

CREATE TABLE IF NOT EXISTS samples (
    block_number INTEGER NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (block_number, name)
) WITHOUT ROWID;
"""
