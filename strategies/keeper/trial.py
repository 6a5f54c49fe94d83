# SPDX-License-Identifier: Apache-2.0
"""Try the decided actions on the block's state; what would revert becomes a skip with the reason."""

from dataclasses import dataclass

from strategies.chain.contract import AbiShelf
from strategies.chain.simulation import Simulator, TrialCall
from strategies.errors import ArgumentInvalid
from strategies.policy.decision import Action, Skip
from strategies.units import BlockReference


@dataclass(frozen=True, slots=True)
class Prepared:
    action: Action
    data: str


def prepare(
    shelf: AbiShelf,
    simulator: Simulator,
    block: BlockReference,
    actions: tuple[Action, ...],
) -> tuple[list[Prepared], list[Skip]]:
    """A group goes whole or not at all; what is left is tried again without it."""
    prepared, skips = _encode(shelf, actions)
    while prepared:
        calls = [
            TrialCall(one.action.group, one.action.target, one.data, one.action.gas_limit)
            for one in prepared
        ]
        trials = simulator.run(block, calls)
        failed = next(
            (
                (one, trial)
                for one, trial in zip(prepared, trials, strict=True)
                if not trial.is_success
            ),
            None,
        )
        if failed is None:
            break
        one, trial = failed
        reason = f"{one.action.key} would revert: {trial.reason}"
        skips += [
            _skip(other.action, "would_revert", reason)
            for other in prepared
            if other.action.group == one.action.group
        ]
        prepared = [other for other in prepared if other.action.group != one.action.group]
    return prepared, skips


def _encode(shelf: AbiShelf, actions: tuple[Action, ...]) -> tuple[list[Prepared], list[Skip]]:
    prepared: list[Prepared] = []
    skips: list[Skip] = []
    broken: set[str] = set()
    for action in actions:
        try:
            data = shelf.abi(action.contract).encode(action.function, action.arguments)
        except ArgumentInvalid as error:
            broken.add(action.group)
            skips.append(_skip(action, "not_encodable", str(error)))
            continue
        prepared.append(Prepared(action, data))
    return [one for one in prepared if one.action.group not in broken], skips


def _skip(action: Action, code: str, reason: str) -> Skip:
    """One row for each action: its subject may have several."""
    return Skip(action.policy, action.subject, code, f"{reason}; it was: {action.reason}")
