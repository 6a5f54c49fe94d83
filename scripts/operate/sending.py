# SPDX-License-Identifier: Apache-2.0
"""Sends many accounts' transactions in a chosen order, with explicit nonces and fixed gas."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..devnet.accounts import devnet_account
from ..devnet.rpc import Rpc, RpcRefused
from ..devnet.transactions import FastSigner, Transaction

# Far above any base fee of a devnet; the rest is not paid.
MAX_FEE_WEI = 100 * 10**9
PRIORITY_FEE_WEI = 10**9


@dataclass(frozen=True, slots=True)
class Intent:
    """A call that account `actor` of the mnemonic is to send."""

    actor: int
    target: str
    payload: bytes
    gas: int
    label: str
    value_wei: int = 0


@dataclass(frozen=True, slots=True)
class Sent:
    intent: Intent
    transaction_hash: str


class Sender:
    """Keeps each actor's nonce, so that no question is asked between two sends."""

    def __init__(self, rpc: Rpc, chain_id: int) -> None:
        self._rpc = rpc
        self._chain_id = chain_id
        self._signers: dict[int, FastSigner] = {}
        self._nonces: dict[int, int] = {}

    def address(self, actor: int) -> str:
        return self._signer(actor).address

    def prepare(self, intents: Sequence[Intent]) -> list[tuple[Sent, str]]:
        """Sign, in order; the nonces count as used."""
        self._load_nonces({intent.actor for intent in intents})
        prepared = []
        for intent in intents:
            nonce = self._nonces[intent.actor]
            self._nonces[intent.actor] = nonce + 1
            raw, transaction_hash = self._signer(intent.actor).sign(
                Transaction(
                    self._chain_id, nonce, PRIORITY_FEE_WEI, MAX_FEE_WEI, intent.gas,
                    intent.target, intent.payload, intent.value_wei,
                )
            )  # fmt: skip
            prepared.append((Sent(intent, transaction_hash), raw))
        return prepared

    def send_prepared(self, prepared: Sequence[tuple[Sent, str]]) -> list[Sent]:
        """Send, in order; after a refusal the nonces are asked anew."""
        outcomes = self._rpc.batch_outcomes(
            [("eth_sendRawTransaction", [raw]) for _, raw in prepared]
        )
        sent = []
        for (one, _), outcome in zip(prepared, outcomes, strict=True):
            if isinstance(outcome, RpcRefused):
                self._nonces.pop(one.intent.actor, None)
            else:
                sent.append(one)
        return sent

    def send(self, intents: Sequence[Intent]) -> list[Sent]:
        return self.send_prepared(self.prepare(intents))

    def receipts(self, sent: Sequence[Sent]) -> list[dict[str, Any] | None]:
        return self._rpc.batch(
            [("eth_getTransactionReceipt", [one.transaction_hash]) for one in sent]
        )

    def _signer(self, actor: int) -> FastSigner:
        if actor not in self._signers:
            self._signers[actor] = FastSigner(bytes(devnet_account(actor).key))
        return self._signers[actor]

    def _load_nonces(self, actors: set[int]) -> None:
        unknown = sorted(actors - self._nonces.keys())
        answers = self._rpc.batch(
            [("eth_getTransactionCount", [self.address(actor), "pending"]) for actor in unknown]
        )
        for actor, answer in zip(unknown, answers, strict=True):
            self._nonces[actor] = int(answer, 16)
