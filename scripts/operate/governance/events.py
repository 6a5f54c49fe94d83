# SPDX-License-Identifier: Apache-2.0
"""A log as an event of an ABI."""

from collections.abc import Iterable, Mapping
from typing import Any

from eth_abi import decode as decode_abi
from eth_utils import event_abi_to_log_topic, get_abi_input_types

Entry = Mapping[str, Any]


def decode_event(
    entries: Iterable[Entry], log: Mapping[str, Any]
) -> tuple[Entry, dict[str, Any]] | None:
    """The ABI entry of the event, and its fields by name; None where no entry is this log's."""
    topics = [bytes.fromhex(each[2:]) for each in log["topics"]]
    for entry in entries:
        is_event = entry["type"] == "event"
        if not is_event or not topics or event_abi_to_log_topic(entry) != topics[0]:
            continue
        indexed = [one for one in entry["inputs"] if one["indexed"]]
        plain = [one for one in entry["inputs"] if not one["indexed"]]
        words = zip(indexed, topics[1:], strict=True)
        fields = {one["name"]: decode_abi([one["type"]], word)[0] for one, word in words}
        types = get_abi_input_types({"type": "function", "name": "", "inputs": plain})
        values = decode_abi(types, bytes.fromhex(log["data"][2:]))
        return entry, fields | dict(zip((one["name"] for one in plain), values, strict=True))
    return None
