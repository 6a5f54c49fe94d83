# SPDX-License-Identifier: Apache-2.0
"""Run calls on the state of a block without sending them.

With `eth_simulateV1` the calls run one after the other, so that a deposit sees the withdrawal
before it. A server without it gets one `eth_call` for the first call of each group; the rest of a
group depends on state that such a server cannot show.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from strategies.chain.rpc import METHOD_NOT_FOUND, Rpc, RpcRefused, revert_reason
from strategies.units import Address, BlockReference


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
    def __init__(self, rpc: Rpc, sender: Address) -> None:
        self._rpc = rpc
        self._sender = sender
        self._has_sequence = True

    def run(self, block: BlockReference, calls: Sequence[TrialCall]) -> list[Trial]:
        if not calls:
            return []
        if self._has_sequence:
            trials = self._run_sequence(block, calls)
            if trials is not None:
                return trials
        return self._run_singly(block, calls)

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
