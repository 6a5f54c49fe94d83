# SPDX-License-Identifier: Apache-2.0
"""A chain to simulate on: in RAM alone, or forked from a running one."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from ._load import native
from .errors import MessageRefused, Reverted, SnapshotUnknown
from .origin import Origin, Request
from .outcome import NOBODY, Message, Outcome, outcome_of
from .words import WORD_BYTES, Words, address_bytes, word, word_array

CHAIN_ID = 31_337
GAS_LIMIT = 10_000_000_000
HARDFORK = "cancun"

T = TypeVar("T")


class Chain:
    """Blocks that are filled at once and ended when told to, on a state that can be written.

    A transaction runs in the open block and is seen by the next call. There are no headers, roots or
    signatures of blocks, no limit on a block's gas, and the base fee stays: what contracts compute is
    as on the node, by the same code. Threads may share a chain and take turns; the GIL is released
    while one works. Amounts are wei, times are seconds since 1970.
    """

    def __init__(
        self,
        accounts: Mapping[str, int] | None = None,
        *,
        timestamp: int = 1,
        chain_id: int = CHAIN_ID,
        hardfork: str = HARDFORK,
        base_fee: int = 0,
    ) -> None:
        """Begin an empty chain on which `accounts` own so many wei; its first block is at `timestamp`.

        Raises
        ------
        ValueError
            For a hard fork that is not cancun, prague or osaka, or an address that is none.
        """
        self._native = native.Chain(
            chain_id, hardfork, GAS_LIMIT, base_fee, 1, timestamp, None, None
        )
        for address, wei in (accounts or {}).items():
            self.set_balance(address, wei)

    @classmethod
    def from_genesis(cls, genesis: Mapping[str, Any] | str) -> "Chain":
        """Begin a chain by a genesis file's content, in geth's format.

        Raises
        ------
        ValueError
            If it is none.
        """
        text = genesis if isinstance(genesis, str) else json.dumps(genesis)
        made = cls.__new__(cls)
        made._native = native.Chain(0, HARDFORK, GAS_LIMIT, 0, 0, 0, text, None)
        return made

    @classmethod
    def fork(
        cls, request: Request, block: int | str = "latest", *, hardfork: str = HARDFORK
    ) -> "Chain":
        """Go on from a block of a running chain, whose state is read when it is first needed.

        `request` is any JSON-RPC client: called with a method and its parameters, it returns the
        result. The open block is one second after the one forked from.

        Raises
        ------
        OriginInvalid
            If there is no such block, and from any method whose reads get no chain's answer. What
            `request` raises passes through, and nothing of that message or transaction is kept.
        """
        origin = Origin(request, block)
        made = cls.__new__(cls)
        made._native = native.Chain(
            origin.chain_id,
            hardfork,
            origin.gas_limit,
            origin.base_fee,
            origin.number + 1,
            origin.timestamp + 1,
            None,
            origin,
        )
        return made

    # --- Calls and transactions ---

    def call(self, message: Message) -> bytes:
        """Run a message on the present state, keep nothing, and return its output.

        Raises
        ------
        Reverted
            If it fails.
        MessageRefused
            If it cannot run at all, such as one that sends more than its sender owns.
        """
        return _successful(self.calls([message])[0]).output

    def calls(self, messages: Sequence[Message]) -> list[Outcome]:
        """Run each of many messages on the present state; the ones that fail say so themselves.

        Raises
        ------
        MessageRefused
            As `call` does.
        """
        made = [message.native() for message in messages]
        return list(map(outcome_of, _run(lambda: self._native.call(made))))

    def send(self, message: Message) -> Outcome:
        """Run a transaction of any sender and keep what it does.

        Raises
        ------
        Reverted
            If it fails; its nonce is used all the same.
        MessageRefused
            If it is invalid; then nothing has changed.
        """
        return _successful(self.send_many([message])[0])

    def send_many(self, messages: Sequence[Message]) -> list[Outcome]:
        """Run transactions one after the other; the ones that fail say so themselves.

        Raises
        ------
        MessageRefused
            For the first one that is invalid; the ones before it are kept.
        """
        made = [message.native() for message in messages]
        return list(map(outcome_of, _run(lambda: self._native.send(made))))

    def send_signed(self, raw: Sequence[bytes]) -> list[Outcome]:
        """Run signed transactions one after the other, with nonces and fees as on a node.

        Raises
        ------
        MessageRefused
            For the first one that is invalid; the ones before it are kept.
        """
        return list(map(outcome_of, _run(lambda: self._native.send_signed(list(raw)))))

    # --- Blocks and time ---

    @property
    def chain_id(self) -> int:
        return self._native.head()[0]

    @property
    def number(self) -> int:
        """Height of the open block."""
        return self._native.head()[1]

    @property
    def timestamp(self) -> int:
        """Time of the open block."""
        return self._native.head()[2]

    @property
    def base_fee(self) -> int:
        return self._native.head()[3]

    def mine(self, blocks: int = 1, seconds: int = 1) -> None:
        """End the open block, and as many empty ones as make `blocks`, `seconds` apart."""
        self._native.mine(blocks, seconds)

    def set_time(self, timestamp: int) -> None:
        """Move the open block to `timestamp`, forwards or backwards."""
        self._native.set_time(timestamp)

    def set_beneficiary(self, address: str) -> None:
        """Let the open block and later ones pay tips to `address`."""
        self._native.set_beneficiary(address_bytes(address))

    # --- Going back ---

    def snapshot(self) -> int:
        """Remember this moment by a number."""
        return self._native.snapshot()

    def revert(self, snapshot: int) -> None:
        """Go back to a remembered moment; it and the later ones are forgotten.

        Raises
        ------
        SnapshotUnknown
            If there is none of that number.
        """
        if snapshot < 0 or not self._native.revert(snapshot):
            raise SnapshotUnknown(snapshot)

    # --- State ---

    def balance(self, address: str) -> int:
        return int.from_bytes(self._native.balances(address_bytes(address)))

    def nonce(self, address: str) -> int:
        return self._native.account(address_bytes(address))[0]

    def code(self, address: str) -> bytes:
        return self._native.account(address_bytes(address))[1]

    def storage(self, address: str, slot: int) -> int:
        return int.from_bytes(self._native.slots(address_bytes(address), word(slot)))

    def set_balance(self, address: str, wei: int) -> None:
        self._native.set_balance(address_bytes(address), word(wei))

    def set_nonce(self, address: str, nonce: int) -> None:
        self._native.set_nonce(address_bytes(address), nonce)

    def set_code(self, address: str, code: bytes) -> None:
        self._native.set_code(address_bytes(address), bytes(code))

    def set_storage(self, address: str, slot: int, value: int) -> None:
        self._native.set_slot(address_bytes(address), word(slot), word(value))

    # --- Many at once ---

    def balance_array(self, addresses: Iterable[str]) -> Words:
        """Balances as words, one a row: uint8 of shape (n, 32)."""
        return _rows(self._native.balances(b"".join(map(address_bytes, addresses))))

    def storage_array(self, address: str, slots: Words | Iterable[int]) -> Words:
        """Values of many slots of a contract as words, one a row: uint8 of shape (n, 32)."""
        keys = slots if isinstance(slots, np.ndarray) else word_array(slots)
        return _rows(self._native.slots(address_bytes(address), keys.tobytes()))

    def call_array(
        self, to: str, inputs: npt.NDArray[np.uint8], words: int = 1, sender: str = NOBODY
    ) -> tuple[Words, npt.NDArray[np.bool_]]:
        """Call a contract with each row of `inputs`.

        Returns the first `words` words of each answer, uint8 of shape (n, words, 32) and zero where
        an answer is shorter, and which calls succeeded. A failed call's row holds its revert data.
        """
        count, width = inputs.shape
        outputs, successes = _run(
            lambda: self._native.call_words(
                address_bytes(sender), address_bytes(to), inputs.tobytes(), width, words
            )
        )
        shaped = np.frombuffer(outputs, dtype=np.uint8).reshape(count, words, WORD_BYTES)
        return shaped, np.frombuffer(successes, dtype=np.bool_)


def _rows(joined: bytearray) -> Words:
    return np.frombuffer(joined, dtype=np.uint8).reshape(-1, WORD_BYTES)


def _run(work: Callable[[], T]) -> T:
    try:
        return work()
    except native.Refused as refused:
        raise MessageRefused(str(refused)) from None


def _successful(outcome: Outcome) -> Outcome:
    if not outcome.is_success:
        raise Reverted(outcome)
    return outcome
