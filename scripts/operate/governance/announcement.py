# SPDX-License-Identifier: Apache-2.0
"""What is to be announced, from the command line or from a file."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from strategies.errors import ArgumentInvalid, FileMalformed, FileMissing

from ...errors import OperationUnusable
from ..chain import Chain
from .calls import Call
from .operations import DONE as DONE_TIME
from .operations import NO_OPERATION, TIMELOCK, UNSET, batch_arguments

KEYS = {"calls", "delay_seconds"}
# A year: more is a mistake in the unit.
MAX_DELAY_SECONDS = 365 * 86_400


@dataclass(frozen=True, slots=True)
class Announcement:
    calls: tuple[str, ...]
    # None for the least.
    delay_seconds: int | None = None


def read_announcement(
    calls: Sequence[str], path: Path | None, delay_seconds: int | None
) -> Announcement:
    if bool(calls) == (path is not None):
        raise ArgumentInvalid("what to announce", " ".join(calls), "calls, or --file, and not both")
    found = Announcement(tuple(calls)) if path is None else _read_file(path)
    chosen = found.delay_seconds if delay_seconds is None else delay_seconds
    if chosen is not None and not 0 < chosen <= MAX_DELAY_SECONDS:
        raise ArgumentInvalid("the delay", str(chosen), "seconds, up to a year")
    return Announcement(found.calls, chosen)


def free_salt(chain: Chain, calls: Sequence[Call]) -> bytes:
    """The first number under which these very calls are not done yet; pending ones are refused."""
    number = 0
    while True:
        salt = number.to_bytes(32, "big")
        batch = batch_arguments(calls, NO_OPERATION, salt)
        (name,) = chain.read([chain.view(TIMELOCK, "hash_operation_batch", *batch)])
        (ready_at,) = chain.read([chain.view(TIMELOCK, "get_timestamp", name)])
        if ready_at == UNSET:
            return salt
        if ready_at != DONE_TIME:
            raise OperationUnusable("0x" + name.hex()[:8], "is announced already, of these calls")
        number += 1


def _read_file(path: Path) -> Announcement:
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise FileMissing(str(path), "announcement", "name another") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as failure:
        raise FileMalformed(str(path), f"is no TOML: {failure}") from None
    unknown = sorted(set(content) - KEYS)
    if unknown:
        raise FileMalformed(str(path), f"has {unknown[0]}; known are {', '.join(sorted(KEYS))}")
    calls, delay_seconds = content.get("calls"), content.get("delay_seconds")
    if not isinstance(calls, list) or not calls or not all(isinstance(c, str) for c in calls):
        raise FileMalformed(str(path), 'lacks calls = ["Contract.function(arguments)", ...]')
    if delay_seconds is not None and type(delay_seconds) is not int:
        raise FileMalformed(str(path), f"has delay_seconds {delay_seconds!r}, no whole number")
    return Announcement(tuple(calls), delay_seconds)
