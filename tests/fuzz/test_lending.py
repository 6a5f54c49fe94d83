# SPDX-License-Identifier: Apache-2.0
"""Three pools and their accounts, call by call, equal to the model to the wei.

Each example is a list of calls with extreme figures and gaps; the answers, the refusals and,
at the end, every figure of every pool and account must be the same.
"""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from strategies.errors import ContractRefused
from strategies.model.accounts import Accounts
from strategies.model.lending_pool import LendingPool
from strategies.units import WAD
from tests.evm import actor
from tests.fuzz.agreement import Refused, agreed, answer_of
from tests.fuzz.numbers import gaps_seconds, up_to
from tests.worlds.lending import DECIMALS, OWNER, TREASURY, LendingWorld, build_lending

ACTORS = [actor("first"), actor("second")]
HOLDERS = [*ACTORS, TREASURY]
NAMES = list(DECIMALS)
MAX_UINT256 = 2**256 - 1

# Shares of total assets and windows; none among them.
LIMITS = [(0, 0), (500, 600), (2_000, 3_600), (10_000, 86_400)]

# The actions that a pause may stop, by the bit that stands for each.
PAUSES = {1: "supply", 2: "borrow", 4: "liquidation", 8: "flash"}

names = st.sampled_from(NAMES)
actors = st.sampled_from(ACTORS)
sizes = up_to(2**112)
lots = st.integers(1, 40).map(lambda count: count * 10**11)

calls = st.one_of(
    st.tuples(st.just("deposit"), names, actors, st.one_of(sizes, lots)),
    st.tuples(st.just("deposit"), names, actors, lots),
    st.tuples(st.just("mint"), names, actors, sizes),
    st.tuples(st.just("withdraw"), names, actors, sizes),
    st.tuples(st.just("redeem"), names, actors, sizes),
    st.tuples(st.just("pledge"), names, actors, st.just(0)),
    st.tuples(st.just("unpledge"), names, actors, st.just(0)),
    st.tuples(st.just("borrow"), names, actors, up_to(2**80)),
    st.tuples(st.just("borrow"), names, actors, up_to(2**40)),
    st.tuples(st.just("repay"), names, actors, st.one_of(sizes, st.just(MAX_UINT256))),
    st.tuples(st.just("repay_shares"), names, actors, up_to(2**128)),
    st.tuples(st.just("liquidate"), names, actors, st.one_of(sizes, st.just(MAX_UINT256))),
    st.tuples(st.just("price"), names, actors, st.integers(1, 10**6).map(lambda each: each * WAD)),
    st.tuples(st.just("price"), names, actors, up_to(2**90).map(lambda each: each + 1)),
    st.tuples(st.just("accrue"), names, actors, st.just(0)),
    st.tuples(st.just("flash"), names, actors, sizes),
    st.tuples(st.just("set_flash_fee"), names, actors, st.integers(0, 100)),
    st.tuples(st.just("set_outflow_limit"), names, actors, st.integers(0, len(LIMITS) - 1)),
    st.tuples(st.just("pause"), names, actors, st.integers(0, 15)),
)


@pytest.fixture(scope="module")
def world(built: None) -> LendingWorld:
    return build_lending(ACTORS)


# A first loan, so that most examples have debt, interest and something to liquidate.
OPENING = [
    (0, ("deposit", "usd", ACTORS[0], 10**13)),
    (0, ("deposit", "btc", ACTORS[1], 10**9)),
    (0, ("pledge", "btc", ACTORS[1], 0)),
    (12, ("borrow", "usd", ACTORS[1], 4 * 10**11)),
]
CRASH = [
    (86_400, ("price", "btc", ACTORS[0], 45_000 * WAD)),
    (0, ("liquidate", "usd", ACTORS[0], MAX_UINT256)),
    (0, ("price", "btc", ACTORS[0], 1_000 * WAD)),
    (0, ("liquidate", "usd", ACTORS[0], MAX_UINT256)),
]

# A twentieth may leave, then what came back and what the time has refilled.
BREAKER = [
    (0, ("set_outflow_limit", "usd", ACTORS[0], 1)),
    (0, ("withdraw", "usd", ACTORS[0], 5 * 10**11)),
    (0, ("withdraw", "usd", ACTORS[0], 10**9)),
    (1, ("repay", "usd", ACTORS[1], 10**11)),
    (0, ("withdraw", "usd", ACTORS[0], 10**11)),
    (300, ("borrow", "usd", ACTORS[1], 10**10)),
    (300, ("deposit", "usd", ACTORS[0], 10**12)),
    (0, ("set_flash_fee", "usd", ACTORS[0], 9)),
    (0, ("flash", "usd", ACTORS[0], 10**12)),
    (0, ("pause", "usd", ACTORS[0], 5)),
    (0, ("deposit", "usd", ACTORS[0], 10**6)),
    (0, ("liquidate", "usd", ACTORS[0], 1)),
]


@given(script=st.lists(st.tuples(gaps_seconds, calls), min_size=1, max_size=12))
@example(script=CRASH)
@example(script=BREAKER)
def test_lending__any_calls__equal_the_model(
    world: LendingWorld, script: list[tuple[int, tuple[str, str, str, int]]]
) -> None:
    with world.machine.undone():
        model = world.model()
        for gap, call in [*OPENING, *script]:
            world.machine.wait(gap)
            model = step(world, model, *call)
        compare(world, model)


def step(world: LendingWorld, model: Accounts, action: str, name: str, me: str, size: int) -> Any:
    """Make one call on both; return the model to go on with."""
    pool, now, accounts = world.pools[name], world.machine.timestamp, world.accounts
    if action == "price":
        world.feed.set_price(world.tokens[name], size, sender=me)
        model.prices_usd_wad[name] = size
        return model
    if action == "liquidate":
        return liquidate(world, model, name, me, size)
    if action == "flash":
        return flash(world, model, name, me, size)
    if action in ("set_flash_fee", "set_outflow_limit", "pause"):
        set_terms(world, model.markets[name].pool, action, pool, size)
        return model

    def on_chain() -> Any:
        if action in ("pledge", "unpledge"):
            return getattr(accounts, action)(me, pool, sender=me)
        if action == "accrue":
            return pool.accrue(sender=me)
        if action in ("withdraw", "redeem"):
            return getattr(pool, action)(size, me, me, sender=me)
        return getattr(pool, action)(size, me, sender=me)

    def on_model(model: Accounts) -> Any:
        mirrored = model.markets[name].pool
        if action == "pledge":
            return model.pledge(me, name)
        if action == "unpledge":
            return model.unpledge(now, me, name)
        if action == "accrue":
            return mirrored.accrue(now)
        if action in ("deposit", "mint"):
            return getattr(mirrored, action)(now, size, me)
        if action == "repay":
            return model.repay(now, name, size, me)[1]
        return getattr(model, action)(now, name, size, me)

    model, _ = agreed(model, on_chain, on_model)
    return model


def set_terms(
    world: LendingWorld, mirrored: LendingPool, action: str, pool: Any, size: int
) -> None:
    """Change both: nothing of it is refused."""
    if action == "set_flash_fee":
        world.terms.set_flash_fee(pool, size, sender=OWNER)
        mirrored.flash_fee_bps = size
    elif action == "set_outflow_limit":
        mirrored.outflow_bps, mirrored.outflow.window_seconds = LIMITS[size]
        world.terms.set_outflow_limit(pool, *LIMITS[size], sender=OWNER)
    else:
        world.terms.unpause(pool, 15, 0, sender=OWNER)
        world.terms.pause(pool, size, sender=OWNER)
        mirrored.paused = frozenset(name for bit, name in PAUSES.items() if size & bit)


def flash(world: LendingWorld, model: Accounts, name: str, me: str, size: int) -> Accounts:
    pool, token, now = world.pools[name], world.tokens[name], world.machine.timestamp

    def on_chain() -> int:
        fee = pool.flashFee(token, size)
        pool.flashLoan(world.flash_borrower, token, size, b"", sender=me)
        return fee

    model, _ = agreed(model, on_chain, lambda tried: tried.markets[name].pool.flash_loan(now, size))
    return model


def liquidate(world: LendingWorld, model: Accounts, name: str, me: str, size: int) -> Accounts:
    account = next(each for each in ACTORS if each != me)
    collateral = next(iter(model.markets[name].terms))

    def on_model(model: Accounts) -> tuple[int, int]:
        quote = model.liquidate(world.machine.timestamp, name, me, account, collateral, size)
        return quote.repay_assets, quote.seized_shares

    def on_chain() -> tuple[int, int]:
        pool = world.pools[name]
        return pool.liquidate(account, world.pools[collateral], size, 0, sender=me)

    model, _ = agreed(model, on_chain, on_model)
    return model


def compare(world: LendingWorld, model: Accounts) -> None:
    """Every figure that a user can see."""
    now = world.machine.timestamp
    for name, pool in world.pools.items():
        mirrored = model.markets[name].pool
        books = mirrored.books(now)
        assert pool.idle() == mirrored.idle
        assert pool.total_debt() == books.total_debt
        assert pool.totalAssets() == mirrored.total_assets(now)
        assert pool.totalSupply() == mirrored.total_shares
        assert pool.total_debt_shares() == mirrored.total_debt_shares
        assert pool.last_accrued_at() == mirrored.last_accrued_at
        assert pool.borrow_rate_per_second_wad() == mirrored.borrow_rate_per_second_wad(now)
        assert pool.supply_rate_per_second_wad() == mirrored.supply_rate_per_second_wad(now)
        is_flash_open = "flash" not in mirrored.paused
        assert pool.maxFlashLoan(world.tokens[name]) == (mirrored.idle if is_flash_open else 0)
        assert pool.maxDeposit(ACTORS[0]) == mirrored.room(now)
        assert pool.maxWithdraw(TREASURY) == min(
            mirrored.convert_to_assets(now, mirrored.shares.get(TREASURY, 0)),
            mirrored.releasable(now),
        )
        assert pool.releasable() == mirrored.releasable(now)
        for quantity in (1, 10**6, 10**18):
            assert pool.convertToShares(quantity) == mirrored.convert_to_shares(now, quantity)
            assert pool.convertToAssets(quantity) == mirrored.convert_to_assets(now, quantity)
            assert pool.previewMint(quantity) == mirrored.preview_mint(now, quantity)
            assert pool.previewWithdraw(quantity) == mirrored.preview_withdraw(now, quantity)
        for holder in HOLDERS:
            assert pool.balanceOf(holder) == mirrored.shares.get(holder, 0)
            assert pool.debt_shares_of(holder) == mirrored.debt_shares.get(holder, 0)
            assert pool.debt_of(holder) == mirrored.debt_of(now, holder)
    for holder in ACTORS:
        expected = answer_of(lambda holder=holder: world.accounts.status(holder)[2:])
        found = answer_of(lambda holder=holder: _status(model, now, holder))
        assert isinstance(expected, Refused) or found == expected


def _status(model: Accounts, now: int, holder: str) -> tuple[int, ...]:
    status = model.status(now, holder)
    return tuple(getattr(status, each) for each in status.__slots__)


def test_opening__on_both__is_accepted(world: LendingWorld) -> None:
    with world.machine.undone():
        model = world.model()
        for gap, call in OPENING:
            world.machine.wait(gap)
            model = step(world, model, *call)
        assert model.debt_pools == {ACTORS[1]: "usd"}
        with pytest.raises(ContractRefused, match="accounts: healthy"):
            model.quote_liquidation(world.machine.timestamp, ACTORS[1], "btc", 1)
