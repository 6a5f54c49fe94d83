# SPDX-License-Identifier: Apache-2.0
"""Calls of an operation: `LendingPool/usd_prime.set_rate_model(AdaptiveRate)`, and back from bytes.

A contract that the deployment does not name, such as a pool that the factory made, is written
`LendingPool@0x...` by its kind and address.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from eth_abi import decode as decode_abi
from eth_abi.exceptions import DecodingError
from eth_utils import (
    function_abi_to_4byte_selector,
    get_abi_input_types,
    is_address,
    to_checksum_address,
)

from ...errors import CallInvalid
from ..chain import Chain
from .events import decode_event
from .values import parse_value, show_value, split_arguments

WRITTEN = re.compile(r"\s*([\w/]+)(?:@(0x[0-9a-fA-F]{40}))?\.(\w+)\((.*)\)\s*", re.DOTALL)

# Of the controller: longer calls it does not take.
MAX_PAYLOAD_BYTES = 1_024


@dataclass(frozen=True, slots=True)
class Call:
    target: str
    payload: bytes
    amount_wei: int = 0


class Book:
    """The contracts of a deployment by name and by address, with their functions and events."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self.names = {entry["address"]: key for key, entry in chain.record.contracts.items()}
        # Kinds of contracts that the deployment does not name, as they are met.
        self._kinds: dict[str, str] = {}

    # --- From words ---

    def parse(self, text: str) -> Call:
        found = WRITTEN.fullmatch(text)
        if found is None:
            raise CallInvalid(text, "is not written as Contract.function(arguments)")
        name, address, function, arguments = found.groups()
        target, kind = self._contract(name, address)
        entry = self._function(kind, function, written := list(split_arguments(arguments)))
        values = [
            parse_value(one, parameter, self._chain.record.address)
            for one, parameter in zip(written, entry["inputs"], strict=True)
        ]
        payload = self._chain.encode(kind, function, *values)
        if len(payload) > MAX_PAYLOAD_BYTES:
            raise CallInvalid(function, f"takes {len(payload)} bytes here, the timelock 1,024")
        return Call(target, payload)

    def _contract(self, name: str, address: str | None) -> tuple[str, str]:
        """Address and kind."""
        contracts = self._chain.record.contracts
        # A blueprint is recorded under a name of its own, and cannot be called.
        kinds = {entry["contract"] for entry in contracts.values()}
        kinds = {kind for kind in kinds if not kind.endswith("Blueprint")}
        if address is not None:
            if name not in kinds or not is_address(address):
                raise CallInvalid(f"{name}@{address}", "is no kind of contract and its address")
            self._kinds[to_checksum_address(address)] = name
            return to_checksum_address(address), name
        if name not in contracts or contracts[name]["contract"] not in kinds:
            raise CallInvalid(name, f"is no contract of the deployment{_hint(name, contracts)}")
        return contracts[name]["address"], contracts[name]["contract"]

    def _function(self, kind: str, function: str, written: Sequence[str]) -> Mapping[str, Any]:
        functions = [one for one in self._chain.abi(kind).entries if one["type"] == "function"]
        named = [one for one in functions if one["name"] == function]
        if not named:
            hint = _hint(function, [one["name"] for one in functions])
            raise CallInvalid(f"{kind}.{function}", f"is no function{hint}")
        if all(one["stateMutability"] in ("view", "pure") for one in named):
            raise CallInvalid(f"{kind}.{function}", "is a view: it changes nothing")
        for entry in named:
            if len(entry["inputs"]) == len(written):
                return entry
        wanted = ", ".join(f"{one['name']}: {one['type']}" for one in named[-1]["inputs"])
        raise CallInvalid(f"{kind}.{function}", f"takes ({wanted}), not {len(written)} arguments")

    # --- Into words ---

    def show_call(self, call: Call) -> str:
        name = self.names.get(call.target)
        entry = self._called(call)
        value = f", with {call.amount_wei} wei" if call.amount_wei else ""
        if entry is None:
            return f"{name or call.target}: unknown call 0x{call.payload.hex()}{value}"
        try:
            values = decode_abi(get_abi_input_types(entry), call.payload[4:])
        except DecodingError:
            return f"{name}.{entry['name']} with malformed arguments 0x{call.payload.hex()}{value}"
        written = self._show_all(entry["inputs"], values)
        return f"{self._name(call.target)}.{entry['name']}({', '.join(written)}){value}"

    def show_event(self, log: Mapping[str, Any]) -> str | None:
        """The event of a log as words; None where its contract or its event is unknown."""
        address = to_checksum_address(log["address"])
        found = decode_event(self._entries(address), log)
        if found is None:
            return None
        entry, fields = found
        shown = self._show_all(entry["inputs"], [fields[one["name"]] for one in entry["inputs"]])
        words = [f"{one['name']} {text}" for one, text in zip(entry["inputs"], shown, strict=True)]
        return f"{self._name(address)}: {entry['name']}({', '.join(words)})"

    def _show_all(self, kinds: Sequence[Mapping[str, Any]], values: Sequence[Any]) -> list[str]:
        return [
            show_value(value, kind, self.names) for kind, value in zip(kinds, values, strict=True)
        ]

    def _called(self, call: Call) -> Mapping[str, Any] | None:
        for entry in self._entries(call.target):
            if entry["type"] == "function" and call.payload[:4] == (
                function_abi_to_4byte_selector(entry)
            ):
                return entry
        return None

    def _entries(self, address: str) -> list[Mapping[str, Any]]:
        key = self.names.get(address)
        kind = self._chain.contract_name(key) if key else self._kinds.get(address)
        if kind is None or kind.endswith("Blueprint"):
            return []
        return list(self._chain.abi(kind).entries)

    def _name(self, address: str) -> str:
        return self.names.get(address) or f"{self._kinds[address]}@{address}"


def _hint(name: str, known: Sequence[str] | Mapping[str, Any]) -> str:
    close = get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""
