# SPDX-License-Identifier: Apache-2.0
"""What a test looks at after a call: the fields of one event, and balances of all parties."""

from typing import Any


def fields_of(receipt: Any, event: Any) -> dict[str, Any]:
    """All fields of the only `event` in `receipt`; fails where there is none or more than one."""
    logs = list(receipt.decode_logs(event))
    assert len(logs) == 1, f"{len(logs)} events {event.abi.name} where one was due"
    return dict(logs[0].event_arguments)


def balances_of(token: Any, *holders: Any) -> list[int]:
    return [token.balanceOf(holder) for holder in holders]


def ceil_div(numerator: int, denominator: int) -> int:
    return -(-numerator // denominator)
