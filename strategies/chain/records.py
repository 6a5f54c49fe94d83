# SPDX-License-Identifier: Apache-2.0
"""Rows of the journal as the rest of the engine sees them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from strategies.units import Address, BlockReference, ChainId, TransactionHash, Wei


class Status(StrEnum):
    PAPER = "paper"  # decided, tried, and by design not sent
    INTENDED = "intended"
    SIGNED = "signed"
    SENT = "sent"
    MINED = "mined"
    REVERTED = "reverted"
    DROPPED = "dropped"


OPEN = (Status.INTENDED, Status.SIGNED, Status.SENT)


@dataclass(frozen=True, slots=True)
class JournalIdentity:
    chain_id: ChainId
    genesis_hash: str
    mode: str
    keeper: Address


@dataclass(frozen=True, slots=True)
class NewIntent:
    """An intent before it has a status; `nonce` is absent on paper."""

    id: str
    policy: str
    action: str
    subject: str
    contract: str
    function: str
    target: Address
    arguments: tuple
    data: str
    gas_limit: int
    reason: str
    figures: Mapping[str, str]
    nonce: int | None
    max_fee_wei: Wei
    priority_fee_wei: Wei


@dataclass(frozen=True, slots=True)
class NewSkip:
    policy: str
    subject: str
    code: str
    reason: str
    figures: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NewTick:
    """All that one decision writes, in one transaction."""

    block: BlockReference
    risk_state: str
    risk_reasons: tuple[str, ...]
    intents: tuple[NewIntent, ...]
    skips: tuple[NewSkip, ...]
    samples: Mapping[str, int | str]


@dataclass(frozen=True, slots=True)
class SignedCall:
    raw: str
    hash: TransactionHash
    max_fee_wei: Wei
    priority_fee_wei: Wei


@dataclass(frozen=True, slots=True)
class Intent:
    id: str
    block_number: int
    policy: str
    action: str
    subject: str
    target: Address
    data: str
    gas_limit: int
    status: Status
    nonce: int | None
    max_fee_wei: int
    priority_fee_wei: int
    raw_transaction: str | None
    transaction_hash: str | None
    signed_at_block: int | None
    mined_block: int | None


@dataclass(frozen=True, slots=True)
class Tick:
    block_number: int
    block_hash: str
    block_timestamp: int
    risk_state: str
    risk_reasons: tuple[str, ...]
    is_finished: bool


def intent_id(chain_id: int, block: BlockReference, policy: str, action: str) -> str:
    """The same action of the same block has the same id, whoever computes it and when."""
    text = json.dumps([chain_id, block.number, block.hash, policy, action], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def to_json(value) -> str:
    """Integers as text, so that no reader rounds them."""
    return json.dumps(_texts(value), separators=(",", ":"), sort_keys=True)


def _texts(value):
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, Mapping):
        return {str(key): _texts(item) for key, item in value.items()}
    return [_texts(item) for item in value]
