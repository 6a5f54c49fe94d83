# SPDX-License-Identifier: Apache-2.0
"""Let through what the risk state allows; what it holds back becomes a skip with the reason."""

from strategies.policy.decision import Action, Decision, Effect, Skip
from strategies.risk.limits import RiskState, RiskVerdict

_ALLOWED = {
    RiskState.ACTIVE: frozenset(Effect),
    RiskState.REDUCING: frozenset({Effect.NEUTRAL, Effect.REDUCES}),
    RiskState.HALTED: frozenset(),
}


def admit(decision: Decision, verdict: RiskVerdict) -> Decision:
    allowed = _ALLOWED[verdict.state]
    actions: list[Action] = []
    skips = list(decision.skips)
    # Half a move is not less risk: a group goes whole or not at all.
    held_groups = {action.group for action in decision.actions if action.effect not in allowed}
    for action in decision.actions:
        if action.group in held_groups:
            skips.append(_held(action, verdict))
        else:
            actions.append(action)
    return Decision(tuple(actions), tuple(skips))


def _held(action: Action, verdict: RiskVerdict) -> Skip:
    causes = "; ".join(verdict.reasons)
    return Skip(
        action.policy,
        action.subject,
        f"risk_{verdict.state}",
        f"held back while {verdict.state} ({causes}): {action.reason}",
        action.figures,
    )
