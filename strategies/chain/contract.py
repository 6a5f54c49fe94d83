# SPDX-License-Identifier: Apache-2.0
"""Contract calls encoded and decoded by the ABIs under deployments/abi."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from eth_abi import decode as decode_abi
from eth_abi import encode as encode_abi
from eth_abi.exceptions import DecodingError, EncodingError
from eth_utils import function_abi_to_4byte_selector, get_abi_input_types, get_abi_output_types
from eth_utils import to_checksum_address as checksum

from strategies.errors import ArgumentInvalid, FileMalformed, FileMissing


@dataclass(frozen=True)
class Abi:
    """The functions of one contract, by name and number of arguments."""

    name: str
    entries: tuple[dict, ...]

    @cached_property
    def _functions(self) -> dict[tuple[str, int], dict]:
        return {
            (entry["name"], len(entry.get("inputs", ()))): entry
            for entry in self.entries
            if entry.get("type") == "function"
        }

    def has(self, function: str) -> bool:
        return any(name == function for name, _ in self._functions)

    def encode(self, function: str, arguments: tuple) -> str:
        entry = self._entry(function, len(arguments))
        selector = function_abi_to_4byte_selector(entry)
        try:
            body = encode_abi(get_abi_input_types(entry), arguments)
        except (EncodingError, TypeError, ValueError, OverflowError) as error:
            raise ArgumentInvalid(
                f"an argument of {self.name}.{function}",
                ", ".join(str(argument) for argument in arguments),
                f"values that its ABI can hold ({error})",
            ) from error
        return "0x" + (selector + body).hex()

    def decode(self, function: str, argument_count: int, data: str):
        """One value, or a tuple where the function returns several; addresses in checksum case."""
        entry = self._entry(function, argument_count)
        outputs = entry.get("outputs", ())
        try:
            values = decode_abi(get_abi_output_types(entry), bytes.fromhex(data[2:]))
        except (DecodingError, ValueError) as error:
            raise FileMalformed(
                f"{self.name}.json", f"{function} answers what its ABI cannot read: {error}"
            ) from error
        plain = tuple(_plain(output, value) for output, value in zip(outputs, values, strict=True))
        return plain[0] if len(plain) == 1 else plain

    def _entry(self, function: str, argument_count: int) -> dict:
        entry = self._functions.get((function, argument_count))
        if entry is None:
            raise FileMalformed(
                f"{self.name}.json",
                f"has no {function} with {argument_count} arguments; make the ABIs anew",
            )
        return entry


def _plain(output: dict, value):
    kind = output["type"]
    if kind.endswith("]"):
        inner = {**output, "type": kind[: kind.rindex("[")]}
        return tuple(_plain(inner, item) for item in value)
    if kind == "tuple":
        parts = zip(output["components"], value, strict=True)
        return tuple(_plain(component, item) for component, item in parts)
    if kind == "address":
        return checksum(value)
    return value


class AbiShelf:
    """Loads each ABI once, from one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loaded: dict[str, Abi] = {}

    def abi(self, contract: str) -> Abi:
        if contract not in self._loaded:
            self._loaded[contract] = self._load(contract)
        return self._loaded[contract]

    def _load(self, contract: str) -> Abi:
        path = self._folder / f"{contract}.json"
        try:
            content = json.loads(path.read_text("utf-8"))
        except FileNotFoundError as error:
            raise FileMissing(str(path), f"ABI of {contract}", "run make abi") from error
        except (ValueError, OSError) as error:
            raise FileMalformed(str(path), "is not JSON; run make abi") from error
        entries = content.get("abi") if isinstance(content, dict) else content
        if not isinstance(entries, list):
            raise FileMalformed(str(path), "holds no ABI; run make abi")
        return Abi(contract, tuple(entries))
