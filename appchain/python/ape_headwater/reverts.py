# SPDX-License-Identifier: Apache-2.0
"""The engine's refusals, in the exceptions that Ape's tests look at."""

from typing import Any

from ape.exceptions import OutOfGasError, VirtualMachineError
from headwater_engine import MethodRefused
from web3.exceptions import ContractLogicError

# JSON-RPC's code of a method that does not exist.
UNKNOWN_METHOD = -32_601
# The code of an execution that a contract reverted; its data is what the contract returned.
REVERTED = 3
# Every other refusal of an execution.
FAILED = -32_000

REVERT_MESSAGE = "execution reverted"


def exception_of(refused: MethodRefused, **details: Any) -> Exception:
    """A refusal as web3.py raises a revert, from which Ape reads the reason, or as Ape names it."""
    if refused.code == REVERTED:
        return ContractLogicError(refused.message, str(refused.data))
    message = refused.message.lower().replace(" ", "")
    kind = OutOfGasError if "outofgas" in message else None
    if kind is None:
        return VirtualMachineError(refused.message, base_err=refused, **details)
    return kind(base_err=refused, **details)


def failure_of_trace(top: dict[str, Any]) -> MethodRefused:
    """Why a transaction failed, by the outermost call that callTracer shows."""
    error = top.get("error", "")
    if error != REVERT_MESSAGE:
        return MethodRefused(error, FAILED)
    reason = top.get("revertReason")
    message = f"{REVERT_MESSAGE}: {reason}" if reason else REVERT_MESSAGE
    return MethodRefused(message, REVERTED, top.get("output", "0x"))
