# SPDX-License-Identifier: Apache-2.0
"""Run calls on the state of a block without sending them.

With `eth_simulateV1` the calls run one after the other, so that a deposit sees the withdrawal
before it. A server without it gets one `eth_call` for the first call of each group; the rest of a
group depends on state that such a server cannot show. Whoever brings a fork in memory has them all
run there, on any server, as the transactions that they will be: in the next block, one by one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from strategies.chain.rpc import METHOD_NOT_FOUND, Rpc, RpcRefused, revert_reason
from strategies.errors import RpcAnswerInvalid
from strategies.units import Address, BlockReference


class Sandbox(Protocol):
    """A copy in memory of the chain after one block."""

    def begin(self) -> None:
        """Go back to the end of that block."""

    def send(self, sender: str, target: str, data: str, gas_limit: int) -> str:
        """Run a transaction and keep what it does; why it fails, empty if it does not."""


# Copies the chain behind a JSON-RPC client as of a block. A server's answer that is none is a
# ValueError; what the client raises passes through.
Fork = Callable[[Callable, int], Sandbox]


@dataclass(frozen=True, slots=True)
class TrialCall:
    group: str
    target: Address
    data: str
    gas_limit: int


@dataclass(frozen=True, slots=True)
class Trial:
    is_success: bool
    is_certain: bool  # False where the call could not be tried on the state it will meet
    reason: str


_PASSED = Trial(True, True, "")


class Simulator:
    def __init__(self, rpc: Rpc, sender: Address, fork: Fork | None = None) -> None:
        self._rpc = rpc
        self._sender = sender
        self._fork = fork
        self._forked: tuple[BlockReference, Sandbox] | None = None
        self._has_sequence = True

    def run(self, block: BlockReference, calls: Sequence[TrialCall]) -> list[Trial]:
        if not calls:
            return []
        if self._fork is not None:
            return self._run_in_memory(self._fork, block, calls)
        if self._has_sequence:
            trials = self._run_sequence(block, calls)
            if trials is not None:
                return trials
        return self._run_singly(block, calls)

    def _run_in_memory(
        self, fork: Fork, block: BlockReference, calls: Sequence[TrialCall]
    ) -> list[Trial]:
        try:
            if self._forked is None or self._forked[0] != block:
                self._forked = (block, fork(self._rpc.call, block.number))
            sandbox = self._forked[1]
            sandbox.begin()
            reasons = [
                sandbox.send(self._sender, call.target, call.data, call.gas_limit) for call in calls
            ]
        except ValueError as error:
            raise RpcAnswerInvalid(self._rpc.rpc_url, "a fork", str(error)) from error
        return [Trial(False, True, reason) if reason else _PASSED for reason in reasons]

    def _request(self, call: TrialCall) -> dict:
        return {
            "from": self._sender,
            "to": call.target,
            "data": call.data,
            "gas": hex(call.gas_limit),
        }

    def _run_sequence(
        self, block: BlockReference, calls: Sequence[TrialCall]
    ) -> list[Trial] | None:
        state = {"calls": [self._request(call) for call in calls]}
        options = {"blockStateCalls": [state], "validation": False}
        try:
            blocks = self._rpc.call("eth_simulateV1", options, hex(block.number))
        except RpcRefused as refused:
            # Only a missing method is final; any other refusal is about these calls.
            self._has_sequence = refused.code != METHOD_NOT_FOUND
            return None
        return [_sequence_trial(one) for one in blocks[0]["calls"]]

    def _run_singly(self, block: BlockReference, calls: Sequence[TrialCall]) -> list[Trial]:
        first = {}
        for index, call in enumerate(calls):
            first.setdefault(call.group, index)
        tried = sorted(first.values())
        answers = self._rpc.batch(
            [("eth_call", [self._request(calls[i]), hex(block.number)]) for i in tried]
        )
        trials = [Trial(True, False, "depends on the call before it")] * len(calls)
        for index, answer in zip(tried, answers, strict=True):
            refused = isinstance(answer, RpcRefused)
            trials[index] = Trial(False, True, answer.reason) if refused else _PASSED
        return trials


def _sequence_trial(answer: dict) -> Trial:
    if int(answer["status"], 16) == 1:
        return _PASSED
    fault = answer.get("error") or {}
    data = answer.get("returnData") or fault.get("data") or "0x"
    return Trial(False, True, revert_reason(data) or str(fault.get("message", "reverted")))
