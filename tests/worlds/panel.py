# SPDX-License-Identifier: Apache-2.0
"""Read a fixed set of figures from many contracts in one call, after every step of a driver."""

from collections.abc import Hashable, Sequence
from typing import Any

from tests.evm import Contract, Machine, actor
from tests.evm.codec import encode
from tests.worlds.doubles import panel

# (key, contract, view, arguments, which word of the answer)
Figure = tuple[Hashable, Contract, str, tuple[Any, ...], int]
READER = actor("reader")


class Panel:
    def __init__(self, machine: Machine, figures: Sequence[Figure]) -> None:
        self.machine = machine
        self.keys = [key for key, *_ in figures]
        self.window = machine.deploy(panel())
        reads = [
            (contract.address, contract.calldata(view, *arguments), word)
            for _, contract, view, arguments, word in figures
        ]
        head = self.window.calldata("look", [])[:4]
        self.data = head + encode(("(address,bytes,uint256)[]",), [reads])

    def look(self) -> dict[Any, int]:
        answer = self.machine.call(READER, self.window.address, self.data)
        count = int.from_bytes(answer[32:64], "big")
        words = (answer[64 + 32 * at : 96 + 32 * at] for at in range(count))
        return {
            key: int.from_bytes(word, "big") for key, word in zip(self.keys, words, strict=True)
        }
