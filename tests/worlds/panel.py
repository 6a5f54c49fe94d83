# SPDX-License-Identifier: Apache-2.0
"""Read a fixed set of figures from many contracts after every step of a driver."""

from collections.abc import Hashable, Iterable
from typing import Any

from tests.evm import Contract, Machine, actor

# (key, contract, view, arguments, which word of the answer)
Figure = tuple[Hashable, Contract, str, tuple[Any, ...], int]
READER = actor("reader")


class Panel:
    """The calls are encoded once; a look costs some ten microseconds a figure."""

    def __init__(self, machine: Machine, figures: Iterable[Figure]) -> None:
        self.machine = machine
        self.reads = [
            (key, contract.address, contract.calldata(view, *arguments), 32 * word, 32 * word + 32)
            for key, contract, view, arguments, word in figures
        ]

    def look(self) -> dict[Any, int]:
        call = self.machine.call
        return {
            key: int.from_bytes(call(READER, target, data)[start:end], "big")
            for key, target, data, start, end in self.reads
        }
