# SPDX-License-Identifier: Apache-2.0
"""What calls would change: the chain runs them in the timelock's name, and what they log is shown.

Every setter logs the old value and the new one, so their events are the difference.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from strategies.chain.rpc import METHOD_NOT_FOUND, revert_reason

from ...devnet.rpc import RpcRefused
from ..chain import Chain
from .calls import Book, Call
from .operations import TIMELOCK


@dataclass(frozen=True, slots=True)
class Effect:
    """Of one call, after those before it: the events, or why it is refused."""

    events: tuple[str, ...]
    refusal: str = ""


def foresee(chain: Chain, book: Book, calls: Sequence[Call]) -> list[Effect] | None:
    """On the latest block, up to the first refusal; None where the node cannot tell."""
    timelock = chain.address(TIMELOCK)
    requests = [
        {
            "from": timelock,
            "to": call.target,
            "data": "0x" + call.payload.hex(),
            "value": hex(call.amount_wei),
        }
        for call in calls
    ]
    options = {"blockStateCalls": [{"calls": requests}], "validation": False}
    try:
        blocks = chain.rpc.call("eth_simulateV1", options, "latest")
    except RpcRefused as refusal:
        if refusal.code == METHOD_NOT_FOUND:
            return None
        raise
    effects = []
    for answer in blocks[0]["calls"]:
        if int(answer["status"], 16) != 1:
            fault = answer.get("error") or {}
            data = answer.get("returnData") or fault.get("data") or "0x"
            effects.append(Effect((), revert_reason(data) or str(fault.get("message", "reverts"))))
            break
        events = (book.show_event(log) for log in answer["logs"])
        effects.append(Effect(tuple(event for event in events if event)))
    return effects
