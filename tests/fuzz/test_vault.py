# SPDX-License-Identifier: Apache-2.0
"""A vault over two lending strategies, call by call, equal to the model to the wei.

A borrower pays the interest that the vault earns and may leave the pool without cash.
"""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies.model.accounts import Accounts
from strategies.model.vault import DEAD_SHARE_HOLDER, Vault
from tests.evm import actor
from tests.fuzz.agreement import agreed
from tests.fuzz.numbers import gaps_seconds, up_to
from tests.worlds.lending import OWNER
from tests.worlds.vaults import BORROWER, MANAGER, MAX_UINT256, NAMES, VaultWorld, build_vault

ACTORS = [actor("first"), actor("second")]

actors = st.sampled_from(ACTORS)
names = st.sampled_from(NAMES)
sizes = st.one_of(up_to(2**100), up_to(2**44))
losses = st.sampled_from([0, 1, 10_000])
# Of the pool: how much may leave in how many seconds.
LIMITS = [(0, 0), (500, 600), (2_000, 86_400)]
calls = st.one_of(
    st.tuples(st.just("deposit"), actors, sizes, losses),
    st.tuples(st.just("mint"), actors, sizes, losses),
    st.tuples(st.just("withdraw"), actors, sizes, losses),
    st.tuples(st.just("redeem"), actors, sizes, losses),
    st.tuples(st.just("update_debt"), names, sizes, losses),
    st.tuples(st.just("update_debt"), names, st.just(MAX_UINT256), losses),
    st.tuples(st.just("process_report"), names, st.just(0), losses),
    st.tuples(st.just("borrow"), names, up_to(2**44), losses),
    st.tuples(st.just("repay"), names, st.one_of(sizes, st.just(MAX_UINT256)), losses),
    st.tuples(st.just("limit"), names, st.integers(0, len(LIMITS) - 1), losses),
    st.tuples(st.just("lose"), names, st.just(0), losses),
)
OPENING = [
    (0, ("deposit", ACTORS[0], 10**12, 0)),
    (0, ("update_debt", NAMES[0], 6 * 10**11, 0)),
    (0, ("update_debt", NAMES[1], 3 * 10**11, 0)),
    (0, ("borrow", NAMES[0], 5 * 10**11, 0)),
    (30 * 86_400, ("process_report", NAMES[0], 0, 0)),
]


@dataclass
class Mirror:
    accounts: Accounts
    vault: Vault

    @property
    def pool(self) -> Any:
        return self.accounts.markets["usd"].pool


@pytest.fixture(scope="module")
def world(built: None) -> VaultWorld:
    """Let the borrower stand behind a loan of any size that the pool has cash for."""
    world = build_vault(ACTORS)
    eth = world.lending.pools["eth"]
    eth.deposit(10**27, BORROWER, sender=BORROWER)
    world.lending.accounts.pledge(BORROWER, eth, sender=BORROWER)
    return world


def mirror_of(world: VaultWorld) -> Mirror:
    accounts, vault = world.model()
    accounts.markets["eth"].pool.deposit(world.lending.machine.timestamp, 10**27, BORROWER)
    accounts.pledge(BORROWER, "eth")
    return Mirror(accounts, vault)


@given(script=st.lists(st.tuples(gaps_seconds, calls), min_size=1, max_size=12))
def test_vault__any_calls__equal_the_model(world: VaultWorld, script: list[Any]) -> None:
    machine = world.lending.machine
    with machine.undone():
        mirror = mirror_of(world)
        for gap, call in [*OPENING, *script]:
            machine.wait(gap)
            mirror = step(world, mirror, *call)
        compare(world, mirror)


def step(
    world: VaultWorld, mirror: Mirror, action: str, who: str, size: int, max_loss: int
) -> Mirror:
    vault, pool, now = world.vault, world.lending.pools["usd"], world.lending.machine.timestamp
    if action == "lose":
        return lose(world, mirror)
    if action == "limit":
        mirror.pool.outflow_bps, mirror.pool.outflow.window_seconds = LIMITS[size]
        world.lending.terms.set_outflow_limit(pool, *LIMITS[size], sender=OWNER)
        return mirror
    on_chain = {
        "deposit": lambda: vault.deposit(size, who, sender=who),
        "mint": lambda: vault.mint(size, who, sender=who),
        "withdraw": lambda: vault.withdraw(size, who, who, max_loss, sender=who),
        "redeem": lambda: vault.redeem(size, who, who, max_loss, sender=who),
        "update_debt": lambda: vault.update_debt(world.strategies[who], size, sender=MANAGER),
        "process_report": lambda: vault.process_report(world.strategies[who], sender=MANAGER),
        "borrow": lambda: pool.borrow(size, BORROWER, sender=BORROWER),
        "repay": lambda: pool.repay(size, BORROWER, sender=BORROWER),
    }[action]
    on_model = {
        "deposit": lambda mirror: mirror.vault.deposit(now, size, who),
        "mint": lambda mirror: mirror.vault.mint(now, size, who),
        "withdraw": lambda mirror: mirror.vault.withdraw(now, size, who, max_loss),
        "redeem": lambda mirror: mirror.vault.redeem(now, size, who, max_loss),
        "update_debt": lambda mirror: mirror.vault.update_debt(now, who, size),
        "process_report": lambda mirror: mirror.vault.process_report(now, who),
        "borrow": lambda mirror: mirror.accounts.borrow(now, "usd", size, BORROWER),
        "repay": lambda mirror: mirror.accounts.repay(now, "usd", size, BORROWER)[1],
    }[action]
    mirror, _ = agreed(mirror, on_chain, on_model)
    return mirror


def lose(world: VaultWorld, mirror: Mirror) -> Mirror:
    """The borrower's collateral becomes worthless and the loan is written off."""
    lending, now = world.lending, world.lending.machine.timestamp
    lending.set_price("eth", 10**6)
    mirror.accounts.prices_usd_wad["eth"] = 10**6
    eth, liquidator = lending.pools["eth"], ACTORS[0]

    def on_model(mirror: Mirror) -> tuple[int, int]:
        quote = mirror.accounts.liquidate(now, "usd", liquidator, BORROWER, "eth", MAX_UINT256)
        return quote.repay_assets, quote.seized_shares

    mirror, _ = agreed(
        mirror,
        lambda: lending.pools["usd"].liquidate(BORROWER, eth, MAX_UINT256, 0, sender=liquidator),
        on_model,
    )
    return mirror


def compare(world: VaultWorld, mirror: Mirror) -> None:
    on_chain, vault, now = world.vault, mirror.vault, world.lending.machine.timestamp
    assert on_chain.totalIdle() == vault.total_idle
    assert on_chain.totalDebt() == vault.total_debt
    assert on_chain.totalSupply() == vault.supply(now)
    assert on_chain.unlockedShares() == vault.profit.unlocked(now)
    assert on_chain.profitUnlockingRate() == vault.profit.rate
    assert on_chain.fullProfitUnlockDate() == vault.profit.ends_at
    for holder in [*ACTORS, DEAD_SHARE_HOLDER]:
        assert on_chain.balanceOf(holder) == vault.shares.get(holder, 0)
        assert on_chain.maxWithdraw(holder) == vault.max_withdraw(now, holder, 0)
        most = vault.max_withdraw(now, holder, 10_000)
        assert on_chain.maxWithdraw(holder, 10_000) == most
    for name, strategy in world.strategies.items():
        figures = on_chain.strategies(strategy)
        assert figures[2] == vault.strategies[name].current_debt
        assert strategy.totalAssets() == vault.strategies[name].worth(now)
