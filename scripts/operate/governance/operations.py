# SPDX-License-Identifier: Apache-2.0
"""The operations of a timelock, read from its events and its own word on where each stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from eth_utils import to_checksum_address

from ...errors import OperationUnusable
from ..chain import Chain
from .calls import Call
from .events import decode_event

TIMELOCK = "Timelock"
NO_OPERATION = bytes(32)
# Of which no node that we know refuses the logs.
SPAN_BLOCKS = 10_000
# What the controller notes in place of a time.
UNSET, DONE = 0, 1


class Standing(Enum):
    CANCELLED = "cancelled"
    WAITING = "waiting"
    READY = "ready"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Operation:
    name: bytes
    calls: tuple[Call, ...]
    predecessor: bytes
    salt: bytes
    standing: Standing
    ready_at: int

    @property
    def arguments(self) -> tuple:
        """As `execute_batch` takes it."""
        return batch_arguments(self.calls, self.predecessor, self.salt)

    @property
    def short_name(self) -> str:
        return "0x" + self.name.hex()[:8]


def batch_arguments(calls: Sequence[Call], predecessor: bytes, salt: bytes) -> tuple:
    return (
        tuple(call.target for call in calls),
        tuple(call.amount_wei for call in calls),
        tuple(call.payload for call in calls),
        predecessor,
        salt,
    )


def read_operations(chain: Chain) -> list[Operation]:
    """Every operation that was ever announced, in the order of announcing."""
    announced: dict[bytes, dict[str, Any]] = {}
    for log in _logs(chain):
        entry, fields = decode_event(chain.abi(TIMELOCK).entries, log) or ({"name": ""}, {})
        if entry["name"] == "CallScheduled":
            call = Call(to_checksum_address(fields["target"]), fields["payload"], fields["amount"])
            if fields["index"] == 0:
                # Also where it was cancelled and announced anew: the later word counts.
                announced.pop(fields["id"], None)
                announced[fields["id"]] = {"calls": [], "salt": bytes(32), **fields}
            announced[fields["id"]]["calls"].append(call)
        elif entry["name"] == "CallSalt":
            announced[fields["id"]]["salt"] = fields["salt"]
    return _with_standing(chain, announced)


def find_operation(operations: Sequence[Operation], given: str) -> Operation:
    """The one whose name begins as given."""
    start = given.lower().removeprefix("0x")
    found = [one for one in operations if one.name.hex().startswith(start)]
    if not start or not found:
        raise OperationUnusable(given, "was never announced; `list --all` shows what was")
    if len(found) > 1:
        raise OperationUnusable(given, f"begins the names of {len(found)} operations; give more")
    return found[0]


# --- Inside ---


def _logs(chain: Chain) -> list[Mapping[str, Any]]:
    """All since the timelock's creation, in spans that nodes answer."""
    first, head = chain.record.contracts[TIMELOCK]["block"], chain.rpc.block_number()
    spans = [
        {
            "address": chain.address(TIMELOCK),
            "fromBlock": hex(start),
            "toBlock": hex(min(start + SPAN_BLOCKS - 1, head)),
        }
        for start in range(first, head + 1, SPAN_BLOCKS)
    ]
    answers = chain.rpc.batch([("eth_getLogs", [span]) for span in spans])
    return [log for answer in answers for log in answer]


def _with_standing(chain: Chain, announced: Mapping[bytes, Mapping[str, Any]]) -> list[Operation]:
    block = chain.rpc.block("latest") or {}
    now, number = int(block["timestamp"], 16), int(block["number"], 16)
    times = chain.read([chain.view(TIMELOCK, "get_timestamp", name) for name in announced], number)
    return [
        Operation(
            name, tuple(fields["calls"]), fields["predecessor"], fields["salt"],
            _standing(ready_at, now), ready_at,
        )
        for (name, fields), ready_at in zip(announced.items(), times, strict=True)
    ]  # fmt: skip


def _standing(ready_at: int, now: int) -> Standing:
    if ready_at in (UNSET, DONE):
        return Standing.CANCELLED if ready_at == UNSET else Standing.DONE
    return Standing.WAITING if ready_at > now else Standing.READY
