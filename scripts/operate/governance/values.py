# SPDX-License-Identifier: Apache-2.0
"""Values of an ABI as people write them, and back.

An address is itself or a contract's key in the deployment; a number may have underscores, or end in
e18; bytes are 0x...; lists stand in [], tuples in ().
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from eth_utils import is_address, is_checksum_address, to_checksum_address

from ...errors import CallInvalid

NUMBER = re.compile(r"(-?)(\d[\d_]{0,90})(?:e(\d{1,2}))?")
HEX = re.compile(r"0x(?:[0-9a-fA-F]{2})*")
BRACKETS = {"[": "]", "(": ")"}

# The address of a contract by its key, or None.
Addresses = Callable[[str], str | None]


def parse_value(text: str, kind: Mapping[str, Any], addresses: Addresses) -> Any:
    """The value that `text` writes for a parameter of this ABI type."""
    name = kind["type"]
    if name.endswith("]"):
        inner = {**kind, "type": name[: name.rindex("[")]}
        return [parse_value(part, inner, addresses) for part in _parts(text, "[")]
    if name == "tuple":
        parts, components = list(_parts(text, "(")), kind["components"]
        if len(parts) != len(components):
            raise CallInvalid(text, f"has {len(parts)} parts, not {len(components)}")
        return tuple(
            parse_value(part, one, addresses) for part, one in zip(parts, components, strict=True)
        )
    if name == "address":
        return _parse_address(text, addresses)
    if name == "bool":
        if text not in ("true", "false"):
            raise CallInvalid(text, "is neither true nor false")
        return text == "true"
    if name.startswith(("uint", "int")):
        return _parse_number(text, name)
    if name.startswith("bytes"):
        return _parse_bytes(text, name)
    return text.strip("\"'")


def split_arguments(text: str) -> Iterator[str]:
    """The parts between the commas that stand in no bracket."""
    part, closing = "", []
    for letter in text:
        if letter == "," and not closing:
            yield part.strip()
            part = ""
            continue
        if letter in BRACKETS:
            closing.append(BRACKETS[letter])
        elif letter in BRACKETS.values() and (not closing or closing.pop() != letter):
            raise CallInvalid(text, f"has a {letter} too many")
        part += letter
    if closing:
        raise CallInvalid(text, f"lacks a {closing[-1]}")
    if part.strip():
        yield part.strip()


def show_value(value: Any, kind: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """As `parse_value` takes it; `names` are the keys of contracts by address."""
    name = kind["type"]
    if name.endswith("]"):
        inner = {**kind, "type": name[: name.rindex("[")]}
        return f"[{', '.join(show_value(one, inner, names) for one in value)}]"
    if name == "tuple":
        parts = zip(value, kind["components"], strict=True)
        return f"({', '.join(show_value(one, part, names) for one, part in parts)})"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, str) and is_address(value):
        address = to_checksum_address(value)
        return names.get(address, address)
    return str(value)


# --- Inside ---


def _parts(text: str, opening: str) -> Iterator[str]:
    if not text.startswith(opening) or not text.endswith(BRACKETS[opening]):
        raise CallInvalid(text, f"does not stand in {opening}{BRACKETS[opening]}")
    return split_arguments(text[1:-1])


def _parse_address(text: str, addresses: Addresses) -> str:
    known = addresses(text)
    if known is not None:
        return known
    # A checksum that is wrong is a slip of the pen; without capitals there is none to be wrong.
    if not is_address(text) or not (is_checksum_address(text) or text == text.lower()):
        raise CallInvalid(text, "is neither an address nor a contract of the deployment")
    return to_checksum_address(text)


def _parse_number(text: str, kind: str) -> int:
    found = NUMBER.fullmatch(text)
    if found is None:
        raise CallInvalid(text, f"is no whole number, as {kind} is")
    sign, digits, zeros = found.groups()
    value = int(sign + digits.replace("_", "")) * 10 ** int(zeros or 0)
    is_signed = kind.startswith("int")
    bits = int(kind.removeprefix("u").removeprefix("int")) - is_signed
    if not -(2**bits) * is_signed <= value < 2**bits:
        raise CallInvalid(text, f"does not fit {kind}")
    return value


def _parse_bytes(text: str, kind: str) -> bytes:
    if HEX.fullmatch(text) is None:
        raise CallInvalid(text, f"is not 0x and whole bytes, as {kind} is")
    value, size = bytes.fromhex(text[2:]), kind.removeprefix("bytes")
    if size and len(value) != int(size):
        raise CallInvalid(text, f"has {len(value)} bytes, not {size}")
    return value
