# SPDX-License-Identifier: Apache-2.0
"""Messages, and what came of them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .words import address_bytes, word

if TYPE_CHECKING:
    from ._native import Event as NativeEvent
    from ._native import Message as NativeMessage
    from ._native import Ran

NOBODY = "0x" + "00" * 20
ERROR_SELECTOR = bytes.fromhex("08c379a0")
PANIC_SELECTOR = bytes.fromhex("4e487b71")


@dataclass(frozen=True, slots=True)
class Message:
    """A call, or a transaction of a sender whose key nobody needs.

    Without `to` it creates a contract. `value` and `gas_price` are wei; without a gas price it pays no
    fee. Without a gas limit it has all the gas that a transaction may have.
    """

    to: str | None
    data: bytes = b""
    sender: str = NOBODY
    value: int = 0
    gas: int | None = None
    gas_price: int | None = None

    def native(self) -> "NativeMessage":
        target = None if self.to is None else address_bytes(self.to)
        return (
            address_bytes(self.sender),
            target,
            bytes(self.data),
            word(self.value),
            self.gas,
            self.gas_price,
        )


@dataclass(frozen=True, slots=True)
class Event:
    """A log entry."""

    address: str
    topics: tuple[bytes, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call or transaction left: gas in units, the fee's part and refunds included."""

    is_success: bool
    output: bytes
    gas_used: int
    events: tuple[Event, ...]
    created: str | None
    halt: str | None

    @property
    def reason(self) -> str:
        """Why it failed, in the contract's own words where there are any; empty if it did not."""
        if self.is_success:
            return ""
        return self.halt or revert_reason(self.output)


def outcome_of(ran: "Ran") -> Outcome:
    is_success, output, gas_used, events, created, halt = ran
    name = None if created is None else "0x" + created.hex()
    return Outcome(is_success, output, gas_used, tuple(map(event_of, events)), name, halt)


def event_of(event: "NativeEvent") -> Event:
    address, topics, data = event
    return Event("0x" + address.hex(), tuple(topics), data)


def revert_reason(output: bytes) -> str:
    """The text of `Error(string)`, the code of `Panic(uint256)`, else the bytes as they are."""
    selector, rest = output[:4], output[4:]
    if selector == ERROR_SELECTOR and len(rest) >= 64:
        length = int.from_bytes(rest[32:64])
        return rest[64 : 64 + length].decode(errors="replace")
    if selector == PANIC_SELECTOR and len(rest) == 32:
        return f"panic: code {int.from_bytes(rest):#04x}"
    return "0x" + output.hex() if output else "reverted without a reason"
