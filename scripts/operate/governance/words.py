# SPDX-License-Identifier: Apache-2.0
"""What is shown of operations, in lines."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from .calls import Book, Call
from .effects import Effect
from .operations import Operation, Standing


def standing_words(operation: Operation, now: int) -> str:
    if operation.standing is not Standing.WAITING:
        return operation.standing.value
    minutes, seconds = divmod(operation.ready_at - now, 60)
    # Far times are for contracts; a calendar ends with the year 9999.
    at = datetime.fromtimestamp(min(operation.ready_at, 253_402_300_799), UTC)
    return f"ready in {minutes:,} min {seconds} s, at {at:%Y-%m-%d %H:%M:%S} UTC"


def call_lines(
    book: Book, calls: Sequence[Call], effects: Sequence[Effect] | None
) -> Iterator[str]:
    """Each call, and under it what it would change if it ran now."""
    for number, call in enumerate(calls):
        yield book.show_call(call)
        if effects is None:
            continue
        if number >= len(effects):
            yield "    not tried: the call before it is refused"
            continue
        effect = effects[number]
        if effect.refusal:
            yield f"    today it is refused: {effect.refusal}"
        elif not effect.events:
            yield "    it logs nothing that the deployment's ABIs know"
        yield from (f"    {event}" for event in effect.events)
    if effects is None:
        yield "this node runs no calls in another's name (eth_simulateV1): effects are not shown"
