# SPDX-License-Identifier: Apache-2.0
"""What a policy answers: actions to send and actions not taken, each with its reason in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from strategies.units import Address


class Effect(StrEnum):
    """What an action does to the funds at risk; the risk gate lets each kind through or not."""

    EXPOSES = "exposes"  # puts more of somebody's funds at risk
    NEUTRAL = "neutral"  # books, claims or streams what is already there
    REDUCES = "reduces"  # takes funds or debt out of risk


@dataclass(frozen=True, slots=True)
class Action:
    """One contract call that the keeper should send.

    `key` is unique within a policy and a block, so that chain, block, policy and key name the
    intent for ever. Actions of one `group` build on each other: when one cannot be sent, those
    after it are not sent either.
    """

    policy: str
    key: str
    subject: str
    group: str
    target: Address
    contract: str  # whose ABI encodes the call
    function: str
    arguments: tuple
    gas_limit: int
    effect: Effect
    reason: str
    figures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Skip:
    """One action that was considered and not taken; `code` names the kind of reason."""

    policy: str
    subject: str
    code: str
    reason: str
    figures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    actions: tuple[Action, ...] = ()
    skips: tuple[Skip, ...] = ()

    def __add__(self, other: "Decision") -> "Decision":
        return Decision(self.actions + other.actions, self.skips + other.skips)
