# SPDX-License-Identifier: Apache-2.0
"""Between Python's numbers, numpy's arrays and the engine's words of 32 bytes."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint8]

WORD_BYTES = 32
ADDRESS_BYTES = 20
UINT64_BYTES = 8


def word(value: int) -> bytes:
    """A number as a word.

    Raises
    ------
    OverflowError
        If it is negative or above 2**256 - 1.
    """
    return value.to_bytes(WORD_BYTES)


def address_bytes(address: str) -> bytes:
    """An address in hexadecimal, in any case of its letters.

    Raises
    ------
    ValueError
        If it is not 0x and forty digits.
    """
    try:
        found = bytes.fromhex(address.removeprefix("0x"))
    except ValueError:
        found = b""
    if len(found) != ADDRESS_BYTES or not address.startswith("0x"):
        raise ValueError(f"{address!r} is no address: 0x and forty hexadecimal digits")
    return found


def word_array(values: Iterable[int]) -> Words:
    """Numbers as an array of words, one a row."""
    joined = b"".join(map(word, values))
    return np.frombuffer(joined, dtype=np.uint8).reshape(-1, WORD_BYTES)


def to_uint64(words: Words) -> npt.NDArray[np.uint64]:
    """Words, along the last axis, as numbers of 64 bits.

    Raises
    ------
    OverflowError
        If one of them does not fit.
    """
    if words[..., :-UINT64_BYTES].any():
        raise OverflowError("a word does not fit 64 bits")
    low = np.ascontiguousarray(words[..., -UINT64_BYTES:])
    return low.view(">u8")[..., 0].astype(np.uint64)


def to_ints(words: Words) -> list[int]:
    """Words, one a row, as Python's numbers."""
    return [int.from_bytes(row.tobytes()) for row in words.reshape(-1, WORD_BYTES)]
