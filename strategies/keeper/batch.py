# SPDX-License-Identifier: Apache-2.0
"""Reads gathered by name and answered together."""

from strategies.chain.reader import Read, ReadRefused, read_many
from strategies.chain.rpc import Rpc
from strategies.errors import RpcAnswerInvalid
from strategies.units import BlockReference


class Batch:
    """`add` reads under names, `run` them in one round trip, then look the answers up."""

    def __init__(self, rpc: Rpc, block: BlockReference) -> None:
        self._rpc = rpc
        self._block = block
        self._reads: dict[tuple, Read] = {}
        self._answers: dict[tuple, object] = {}

    def add(self, name: tuple, read: Read) -> None:
        self._reads[name] = read

    def run(self) -> None:
        if self._reads:
            answers = read_many(self._rpc, self._block, list(self._reads.values()))
            self._answers.update(zip(self._reads, answers, strict=True))
            self._reads = {}

    def has(self, *name) -> bool:
        return name in self._answers

    def maybe(self, *name):
        """The answer, or the `ReadRefused` that explains why there is none."""
        return self._answers[name]

    def number(self, *name) -> int:
        """Zero where the contract refuses to say: what is unknown is not counted on."""
        answer = self._answers.get(name, 0)
        return 0 if isinstance(answer, ReadRefused) else answer

    def need(self, *name):
        answer = self._answers[name]
        if isinstance(answer, ReadRefused):
            what = ".".join(str(part) for part in name)
            raise RpcAnswerInvalid(self._rpc.rpc_url, what, answer.reason)
        return answer
