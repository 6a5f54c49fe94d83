# SPDX-License-Identifier: Apache-2.0
"""Ask contract and model the same question and compare the answers, refusals included."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any, TypeVar

from strategies.errors import ArithmeticOverflow, ContractRefused
from tests.evm import Reverted

Model = TypeVar("Model")

# What the contract says when a number leaves uint256: nothing.
OVERFLOW = "(overflow)"


class Refused(str):
    """A refusal, by its reason."""


def answer_of(call: Callable[[], Any]) -> Any:
    """What the call returns, or why it was refused."""
    try:
        return call()
    except Reverted as refusal:
        return Refused(refusal.reason or OVERFLOW)
    except ContractRefused as refusal:
        return Refused(refusal.reason)
    except ArithmeticOverflow:
        return Refused(OVERFLOW)


def agreed(
    model: Model, on_chain: Callable[[], Any], on_model: Callable[[Model], Any]
) -> tuple[Model, Any]:
    """Run both; return the model to go on with (unchanged by a refusal) and the answer."""
    expected = answer_of(on_chain)
    tried = deepcopy(model)
    found = answer_of(lambda: on_model(tried))
    assert found == expected, f"model says {found!r}, contract says {expected!r}"
    return (model if isinstance(expected, Refused) else tried), expected
