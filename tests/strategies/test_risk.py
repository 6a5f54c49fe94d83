# SPDX-License-Identifier: Apache-2.0
"""Which state each danger leads to, and what that state lets through."""

from dataclasses import replace

from strategies.policy.decision import Action, Decision, Effect
from strategies.policy.snapshot import KeeperView, Snapshot
from strategies.risk.gate import admit
from strategies.risk.limits import RiskHistory, RiskLimits, RiskState, RiskVerdict, assess
from strategies.units import WAD
from tests.strategies import builders as b

LIMITS = RiskLimits(WAD // 100, WAD // 10, 3, 3_600, 100)
CALM = RiskHistory(0, None, "", ())


def _view(**changes) -> Snapshot:
    return b.snapshot(pools=(b.pool("usd", b.USD, 10**13, 8 * 10**12),), **changes)


def test_assess__nothing_wrong__is_active() -> None:
    assert assess(_view(), LIMITS, CALM) == RiskVerdict(RiskState.ACTIVE, ())


def test_assess__gas_runs_out__reduces_then_halts() -> None:
    low = _view(keeper=KeeperView(b.KEEPER, WAD // 20, 0))
    empty = _view(keeper=KeeperView(b.KEEPER, WAD // 200, 0))

    assert assess(low, LIMITS, CALM).state == RiskState.REDUCING
    halted = assess(empty, LIMITS, CALM)
    assert halted.state == RiskState.HALTED
    assert "holds 0.005 for gas, less than 0.01; fund it" in halted.reasons[0]


def test_assess__stale_price_of_a_lent_token__reduces() -> None:
    assert assess(b.stale(_view(), "tUSD"), LIMITS, CALM).state == RiskState.REDUCING
    # Nobody lends tETH here.
    assert assess(b.stale(_view(), "tETH"), LIMITS, CALM).state == RiskState.ACTIVE


def test_assess__failures_in_a_row__halt_until_forgotten() -> None:
    failing = RiskHistory(3, b.NOW - 60, "pool: not enough idle", ())

    halted = assess(_view(), LIMITS, failing)
    assert halted.state == RiskState.HALTED
    assert "3 actions in a row failed, the last with 'pool: not enough idle'" in halted.reasons[0]
    assert assess(_view(), LIMITS, replace(failing, failed_in_a_row=2)).state == RiskState.ACTIVE
    old = replace(failing, last_failed_at=b.NOW - 3_600)
    assert assess(_view(), LIMITS, old).state == RiskState.ACTIVE


def test_assess__share_price_falls__reduces() -> None:
    vault = b.vault("YieldVault/usd", b.USD, idle=10**9, price_per_share=985_000)
    history = replace(CALM, share_prices=(("YieldVault/usd", 1_000_000),))

    assert assess(_view(vaults=(vault,)), LIMITS, history).state == RiskState.REDUCING
    fine = replace(vault, price_per_share=995_000)
    assert assess(_view(vaults=(fine,)), LIMITS, history).state == RiskState.ACTIVE


def _action(group: str, effect: Effect) -> Action:
    return Action("p", f"{group}:{effect}", group, group, "0x", "C", "f", (), 1, effect, "why")


def test_admit__reducing__holds_a_whole_group_back_with_the_cause() -> None:
    decision = Decision(
        (
            _action("rebalance", Effect.REDUCES),
            _action("rebalance", Effect.EXPOSES),
            _action("harvest", Effect.NEUTRAL),
            _action("liquidate", Effect.REDUCES),
        )
    )
    verdict = RiskVerdict(RiskState.REDUCING, ("a price is stale",))

    admitted = admit(decision, verdict)

    assert [one.group for one in admitted.actions] == ["harvest", "liquidate"]
    assert {one.subject for one in admitted.skips} == {"rebalance"}
    assert "held back while reducing (a price is stale): why" in admitted.skips[0].reason


def test_admit__halted__holds_everything_back() -> None:
    decision = Decision((_action("liquidate", Effect.REDUCES),))

    assert admit(decision, RiskVerdict(RiskState.HALTED, ("no gas",))).actions == ()
    assert admit(decision, RiskVerdict(RiskState.ACTIVE, ())) == decision
