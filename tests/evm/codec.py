# SPDX-License-Identifier: Apache-2.0
"""ABI encoding, with a short way for the words that most calls are made of.

`eth_abi` is exact but slow; words of 32 bytes are most of the traffic of a fuzzer.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from eth_abi import decode as slow_decode
from eth_abi import encode as slow_encode
from eth_hash.auto import keccak

WORD_TYPES = frozenset({"uint256", "address", "bool"})


def type_of(parameter: Mapping[str, Any]) -> str:
    """Write an ABI parameter as the canonical type that signatures are hashed from."""
    if not parameter["type"].startswith("tuple"):
        return parameter["type"]
    members = ",".join(type_of(each) for each in parameter["components"])
    return f"({members}){parameter['type'].removeprefix('tuple')}"


def types_of(parameters: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(type_of(each) for each in parameters)


@lru_cache(maxsize=4096)
def selector(name: str, types: tuple[str, ...]) -> bytes:
    return keccak(f"{name}({','.join(types)})".encode())[:4]


@lru_cache(maxsize=4096)
def topic(name: str, types: tuple[str, ...]) -> bytes:
    return keccak(f"{name}({','.join(types)})".encode())


def encode(types: tuple[str, ...], values: Sequence[Any]) -> bytes:
    if len(types) != len(values):
        raise TypeError(
            f"{len(types)} arguments expected ({', '.join(types)}), {len(values)} given"
        )
    if WORD_TYPES.issuperset(types):
        return b"".join(_word(kind, value) for kind, value in zip(types, values, strict=True))
    return slow_encode(types, [_plain(each) for each in values])


def decode(types: tuple[str, ...], output: bytes) -> Any:
    """Decode to nothing, one value, or a tuple."""
    if not types:
        return None
    if WORD_TYPES.issuperset(types):
        words = [output[32 * at : 32 * at + 32] for at in range(len(types))]
        values = tuple(READ[kind](word) for kind, word in zip(types, words, strict=True))
    else:
        values = tuple(slow_decode(types, output))
    return values[0] if len(values) == 1 else values


def _word(kind: str, value: Any) -> bytes:
    if kind == "address":
        return bytes(12) + bytes.fromhex(str(value)[2:])
    return int(value).to_bytes(32, "big")


def _plain(value: Any) -> Any:
    """Replace contracts by their addresses, at any depth."""
    if isinstance(value, (list, tuple)):
        return type(value)(_plain(each) for each in value)
    return getattr(value, "address", value)


READ: dict[str, Callable[[bytes], Any]] = {
    "uint256": lambda word: int.from_bytes(word, "big"),
    "address": lambda word: "0x" + word[12:].hex(),
    "bool": lambda word: word[-1] == 1,
}
