# SPDX-License-Identifier: Apache-2.0
"""Which moves a vault makes, inside which bounds, and the words for staying put."""

from dataclasses import replace

import pytest

from strategies.policy import allocator
from strategies.policy.decision import Decision, Effect
from strategies.policy.snapshot import Snapshot
from strategies.units import WAD
from tests.strategies import builders as b

MILLION = 10**6 * b.USD_UNIT


def _view(held=(1, 1, 1), idle: int = 0, debts=(9, 5, 2), **changes) -> Snapshot:
    """Three pools of ten million supplied, lent to 90, 50 and 20 %."""
    names = ("hot", "warm", "cold")
    pools = tuple(
        b.pool(name, b.USD, 10 * MILLION, debt * MILLION)
        for name, debt in zip(names, debts, strict=True)
    )
    strategies = tuple(
        b.lending_strategy(f"LendingStrategy/{name}", name, amount * MILLION)
        for name, amount in zip(names, held, strict=True)
    )
    vault = b.vault("YieldVault/usd", b.USD, lending=strategies, idle=idle, **changes)
    return b.snapshot(pools=pools, vaults=(vault,))


def _with_strategy(view: Snapshot, index: int, **changes) -> Snapshot:
    vault = view.vaults[0]
    lending = list(vault.lending)
    lending[index] = replace(lending[index], **changes)
    return replace(view, vaults=(replace(vault, lending=tuple(lending)),))


def _decide(view: Snapshot, **changes) -> Decision:
    return allocator.decide(view, replace(b.ALLOCATOR, **changes))


def _moves(decision: Decision) -> dict[str, int]:
    return {one.key: int(one.figures["move_assets"]) for one in decision.actions}


def test_allocator__better_pool__withdraws_before_it_deposits() -> None:
    decision = _decide(_view())

    effects = [one.effect for one in decision.actions]
    assert effects == sorted(effects, key=lambda one: one != Effect.REDUCES)
    moves = _moves(decision)
    assert moves["update_debt:LendingStrategy/cold"] < 0
    assert sum(moves.values()) <= 0
    assert len({one.group for one in decision.actions}) == 1
    assert "lambda" in decision.actions[0].reason
    assert "no allocation earns more than" in decision.actions[0].reason


def test_allocator__targets__are_debts_after_the_move() -> None:
    view = _view()

    for action in _decide(view).actions:
        strategy = next(one for one in view.vaults[0].lending if one.address == action.arguments[0])
        move = int(action.figures["move_assets"])
        assert action.arguments[1] == strategy.current_debt + move


def test_allocator__idle_money__is_placed() -> None:
    decision = _decide(_view(held=(0, 0, 0), idle=MILLION))

    assert all(one.effect == Effect.EXPOSES for one in decision.actions)
    assert sum(_moves(decision).values()) == pytest.approx(MILLION, abs=3)


def test_allocator__minimum_idle__is_left() -> None:
    decision = _decide(_view(held=(0, 0, 0), idle=MILLION, minimum_total_idle=MILLION // 4))

    assert sum(_moves(decision).values()) <= MILLION * 3 // 4


def test_allocator__gain_below_cost__stays_inside_the_band() -> None:
    decision = _decide(_view(), margin_usd_wad=10**9 * WAD)

    assert decision.actions == ()
    skip = decision.skips[0]
    assert skip.code == "inside_band"
    assert "and must bring more than" in skip.reason
    assert "8 h" in skip.reason


def test_allocator__at_the_optimum__says_so() -> None:
    """Placing what the first decision asks for leaves nothing to do."""
    view = _view()
    for action in _decide(view, min_move_usd_wad=0).actions:
        index = next(
            i for i, one in enumerate(view.vaults[0].lending) if one.address == action.arguments[0]
        )
        move = int(action.figures["move_assets"])
        one = view.vaults[0].lending[index]
        pool = view.pools[index]
        view = replace(
            _with_strategy(
                view,
                index,
                assets=one.assets + move,
                current_debt=one.current_debt + move,
                withdrawable_assets=one.withdrawable_assets + move,
            ),
            pools=tuple(replace(p, idle=p.idle + move) if p is pool else p for p in view.pools),
        )

    decision = _decide(view)

    assert decision.actions == ()
    assert decision.skips[0].code == "at_optimum"
    assert any("its next unit would add" in one.reason for one in decision.skips[1:])


@pytest.mark.parametrize(
    "changes", [{"max_debt": 1_100_000 * b.USD_UNIT}, {"depositable_assets": MILLION // 10}]
)
def test_allocator__limits_of_a_strategy__are_kept(changes: dict) -> None:
    free = _moves(_decide(_view()))
    target = max(free, key=free.get)
    index = ["hot", "warm", "cold"].index(target.rsplit("/", 1)[1])

    bounded = _moves(_decide(_with_strategy(_view(), index, **changes)))

    assert free[target] > MILLION // 10
    assert bounded.get(target, 0) <= MILLION // 10


def test_allocator__cash_short__withdraws_no_more_than_there_is() -> None:
    view = _with_strategy(_view(), 2, withdrawable_assets=MILLION // 5)

    assert _moves(_decide(view))["update_debt:LendingStrategy/cold"] == -MILLION // 5


def test_allocator__largest_move_and_weight__are_kept() -> None:
    steps = _moves(_decide(_view(), max_move_usd_wad=50_000 * WAD))
    assert max(abs(move) for move in steps.values()) <= 50_000 * b.USD_UNIT

    weighted = _decide(_view(), weight_caps_bps={"LendingStrategy/hot": 4_000})
    after = MILLION + _moves(weighted).get("update_debt:LendingStrategy/hot", 0)
    assert after <= 3 * MILLION * 4 // 10


@pytest.mark.parametrize(
    ("change", "code"), [({"is_shutdown": True}, "shut_down"), ({}, "pending")]
)
def test_allocator__vault_that_cannot_move__says_why(change: dict, code: str) -> None:
    view = _view(**change)
    if code == "pending":
        view = replace(view, open_subjects=frozenset({"YieldVault/usd"}))

    assert _decide(view).skips[0].code == code


def test_allocator__liquidity_vault_with_idle_tokens__deposits_them() -> None:
    strategy = b.liquidity_strategy(10 * WAD, 0)
    vault = b.vault("YieldVault/lp", b.LP, liquidity=(strategy,), idle=WAD)

    decision = _decide(b.snapshot(vaults=(vault,)))

    assert decision.actions[0].arguments == (strategy.address, 11 * WAD)
    assert "4 000.00 USD idle" in decision.actions[0].reason
