# SPDX-License-Identifier: Apache-2.0
"""Sizes of any figures; and any order in any market: due when the model says so, moving and paying
to the wei what it says. The model is given what a keeper reads in the same block; the contract
then executes.
"""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from strategies.model import order_sizes as sizes
from strategies.model.accounts import value_usd_wad_down, value_usd_wad_up
from strategies.model.order_sizes import NO_DEBT_WAD
from strategies.model.orders import (
    Kind,
    Order,
    Standing,
    bounty_assets_down,
    due_assets,
    is_fair_sale,
)
from strategies.units import BPS, WAD
from tests.evm import Contract, Machine, compile_contract
from tests.fuzz.agreement import Refused, answer_of
from tests.fuzz.numbers import up_to
from tests.worlds.boundary import (
    BORROWER,
    ETH,
    LENDER,
    LIQUIDATOR,
    USD,
    BoundaryWorld,
    build_boundary,
)
from tests.worlds.doubles import module_window
from tests.worlds.lending import DECIMALS, OWNER

EXECUTOR = LIQUIDATOR
FOREVER = 2**256 - 1
SUPPLY, WITHDRAW, BORROW, REPAY = 1, 2, 4, 8
HOUR = 3_600
# The oracle follows leaps slowly and by so much at most, so that bid, price and ask differ.
BAND_BPS, MEAN_SECONDS = 300, HOUR
STALE = "oracle: stale price"


@dataclass
class OrdersWorld:
    boundary: BoundaryWorld
    orders: Contract

    @property
    def now(self) -> int:
        return self.boundary.lending.machine.timestamp


@pytest.fixture(scope="module")
def window(built: None) -> Contract:
    return Machine().deploy(module_window())


@pytest.fixture(scope="module")
def world(built: None) -> OrdersWorld:
    """Health 1.2: twenty thousand tUSD owed against ten tETH at 3,000; nothing ungranted."""
    boundary = build_boundary()
    boundary.lend_and_borrow()
    lending = boundary.lending
    operators = lending.machine.deploy(compile_contract("lending/Operators.vy"), lending.accounts)
    lending.accounts.set_operators(operators, sender=OWNER)
    orders = lending.machine.deploy(
        compile_contract("lending/Orders.vy"), operators, boundary.router
    )
    for name in ("usd", "eth"):
        lending.oracle.set_guards(lending.tokens[name], 0, BAND_BPS, MEAN_SECONDS, sender=OWNER)
        for action in (SUPPLY, WITHDRAW, BORROW, REPAY):
            forever = (FOREVER, orders.address, 2**64, 0)
            operators.grant(BORROWER, orders, action, lending.pools[name], forever, sender=BORROWER)
    return OrdersWorld(boundary, orders)


# --- Sizes ---


@given(
    debt=up_to(2**120),
    health=st.integers(0, 2 * WAD),
    target=st.one_of(st.integers(1, 2 * WAD), st.just(NO_DEBT_WAD), up_to(1_000 * WAD)),
    threshold=st.integers(0, 9_500),
    kept=st.integers(8_910, 10_000),
)
@example(debt=10**22, health=9 * WAD // 10, target=WAD, threshold=9_500, kept=9_500)
@example(debt=10**22, health=9 * WAD // 10, target=WAD, threshold=9_500, kept=9_501)
@example(debt=0, health=0, target=WAD, threshold=0, kept=10_000)
@example(debt=0, health=0, target=0, threshold=0, kept=8_910)
def test_sizes__any_loan_and_target__equal_the_model(
    window: Contract, debt: int, health: int, target: int, threshold: int, kept: int
) -> None:
    loan = (debt, debt * health // WAD, target)
    for function, arguments in (
        ("sale_usd_wad_up", (*loan, threshold, kept)),
        ("supply_usd_wad_up", (*loan, threshold)),
        ("repayment_usd_wad_up", loan),
    ):
        expected = answer_of(lambda f=function, a=arguments: getattr(window, f)(*a))
        found = answer_of(lambda f=function, a=arguments: getattr(sizes, f)(*a))
        assert found == expected, f"{function}{arguments}: {found}, contract says {expected}"


@given(usd=up_to(2**160), price=up_to(2**100), decimals=st.integers(0, 30))
@example(usd=0, price=0, decimals=18)
def test_assets__any_value_and_price__equal_the_model(
    window: Contract, usd: int, price: int, decimals: int
) -> None:
    expected = answer_of(lambda: window.order_assets_up(usd, price, decimals))
    assert answer_of(lambda: sizes.assets_up(usd, price, decimals)) == expected


# --- Orders ---

# Kind, pool, trigger (a health, or dollars), target, assets, slippage, bounty.
Drawn = tuple[Kind, str, int, int, int, int, int]

healths = st.integers(95, 160).map(lambda percent: percent * WAD // 100)
prices = st.integers(1_800, 4_500)


@st.composite
def drawn_orders(draw: st.DrawFn) -> Drawn:
    """Such as the contract takes."""
    kind = draw(st.sampled_from(Kind))
    name = draw(st.sampled_from(["eth", "usd"])) if kind == Kind.TOP_UP else "eth"
    trigger_wad, floor_wad = draw(prices) * WAD, WAD
    if kind != Kind.TAKE_PROFIT:
        trigger_wad = draw(healths)
        floor_wad = max(WAD, trigger_wad + 1)
    ends = [1_000 * WAD] if kind == Kind.TOP_UP else [1_000 * WAD, NO_DEBT_WAD]
    target_wad = draw(st.one_of(st.integers(floor_wad, 2 * WAD), st.sampled_from(ends)))
    assets = draw(st.one_of(up_to(10**22), st.sampled_from([ETH // 3, 100 * ETH, 5_000 * USD])))
    bounds = draw(st.integers(0, 1_000)), draw(st.integers(0, 100))
    return kind, name, trigger_wad, target_wad, max(1, assets), *bounds


STOP_LOSS = (Kind.STOP_LOSS, "eth", 115 * WAD // 100, 13 * WAD // 10, 9 * ETH, 400, 50)
# What is kept is 97.490251 % of a sale, which counts as 97.49 %.
STOP_ODD = (Kind.STOP_LOSS, "eth", 115 * WAD // 100, 13 * WAD // 10, 9 * ETH, 201, 51)
PROFIT = (Kind.TAKE_PROFIT, "eth", 3_300 * WAD, 2 * WAD, 9 * ETH, 400, 50)
ALL = (Kind.TAKE_PROFIT, "eth", 3_300 * WAD, NO_DEBT_WAD, 9 * ETH, 400, 50)
SUPPLY_MORE = (Kind.TOP_UP, "eth", 115 * WAD // 100, 13 * WAD // 10, 9 * ETH, 0, 37)
# Due above the mean that bids follow, so that the bid is not the price.
SUPPLY_RISEN = (Kind.TOP_UP, "eth", 125 * WAD // 100, 14 * WAD // 10, 9 * ETH, 0, 37)
# Pays in 1,000.000099 tUSD, whose bounty is just short of 10.000001.
REPAY_ODD = (Kind.TOP_UP, "usd", 115 * WAD // 100, 13 * WAD // 10, 1_010_000_100, 0, 100)
REPAY_SOME = (Kind.TOP_UP, "usd", 115 * WAD // 100, 13 * WAD // 10, 8_001 * USD, 0, 37)


@given(
    drawn=drawn_orders(),
    dollars=prices,
    usd_bps=st.integers(9_700, 10_300),
    skew_bps=st.integers(-600, 600),
    seconds=st.sampled_from([0, 12, 600, HOUR - 1, HOUR, HOUR + 1]),
)
@example(drawn=STOP_LOSS, dollars=2_700, usd_bps=10_000, skew_bps=0, seconds=600)
@example(drawn=STOP_LOSS, dollars=2_700, usd_bps=10_000, skew_bps=-600, seconds=600)
@example(drawn=STOP_LOSS, dollars=2_700, usd_bps=10_000, skew_bps=0, seconds=HOUR + 1)
@example(drawn=STOP_ODD, dollars=2_700, usd_bps=10_000, skew_bps=100, seconds=600)
@example(drawn=PROFIT, dollars=3_300, usd_bps=10_000, skew_bps=100, seconds=12)
@example(drawn=PROFIT, dollars=3_299, usd_bps=10_000, skew_bps=100, seconds=12)
@example(drawn=ALL, dollars=3_400, usd_bps=10_000, skew_bps=100, seconds=12)
@example(drawn=SUPPLY_MORE, dollars=2_700, usd_bps=10_000, skew_bps=0, seconds=600)
@example(drawn=SUPPLY_RISEN, dollars=3_050, usd_bps=10_000, skew_bps=0, seconds=12)
@example(drawn=REPAY_SOME, dollars=2_700, usd_bps=10_100, skew_bps=0, seconds=600)
@example(drawn=REPAY_SOME, dollars=2_700, usd_bps=9_900, skew_bps=0, seconds=600)
@example(drawn=REPAY_ODD, dollars=2_700, usd_bps=10_000, skew_bps=0, seconds=600)
def test_orders__any_order_and_market__equal_the_model(
    world: OrdersWorld, drawn: Drawn, dollars: int, usd_bps: int, skew_bps: int, seconds: int
) -> None:
    machine = world.boundary.lending.machine
    with machine.undone():
        order = _place(world, drawn)
        world.boundary.move_market("eth", dollars * (BPS + skew_bps) // BPS)
        world.boundary.lending.set_price("eth", dollars * WAD)
        world.boundary.lending.set_price("usd", usd_bps * WAD // BPS)
        machine.wait(seconds)
        compare(world, order)


@given(
    drawn=drawn_orders(),
    dollars=prices,
    limit_bps=st.integers(500, 2_000),
    used_bps=st.integers(0, 10_000),
    seconds=st.sampled_from([0, 12, 600, HOUR]),
)
@example(drawn=STOP_LOSS, dollars=2_700, limit_bps=500, used_bps=0, seconds=0)
@example(drawn=STOP_LOSS, dollars=2_700, limit_bps=500, used_bps=10_000, seconds=0)
@example(drawn=STOP_LOSS, dollars=2_700, limit_bps=500, used_bps=10_000, seconds=600)
@example(drawn=ALL, dollars=3_400, limit_bps=1_000, used_bps=5_000, seconds=12)
def test_orders__any_outflow_limit__equal_the_model(
    world: OrdersWorld, drawn: Drawn, dollars: int, limit_bps: int, used_bps: int, seconds: int
) -> None:
    """Of which `used_bps` have left by then, and refill for `seconds`."""
    lending = world.boundary.lending
    pool = lending.pools["eth"]
    with lending.machine.undone():
        order = _place(world, drawn)
        pool.deposit(10 * ETH, LENDER, sender=LENDER)
        lending.terms.set_outflow_limit(pool, limit_bps, HOUR, sender=OWNER)
        left = pool.releasable() * used_bps // BPS
        if left:
            pool.withdraw(left, LENDER, LENDER, sender=LENDER)
        world.boundary.move_market("eth", dollars)
        lending.set_price("eth", dollars * WAD)
        lending.machine.wait(seconds)
        compare(world, order)


def _place(world: OrdersWorld, drawn: Drawn) -> Order:
    kind, name, trigger_wad, target_wad, *bounds = drawn
    lending = world.boundary.lending
    hops = ((world.boundary.pairs["eth"].address, lending.tokens["eth"].address),)
    order = Order(
        BORROWER, kind, lending.pools[name].address, trigger_wad, target_wad, *bounds,
        expires_at=world.now + HOUR + 1, hops=hops if name == "eth" else (),
    )  # fmt: skip
    fields = tuple(getattr(order, name) for name in order.__slots__)
    world.orders.set_order(fields, sender=BORROWER)
    return order


def compare(world: OrdersWorld, order: Order) -> None:
    """The same answer to what is due; and if it is executed, the same figures."""
    expected = answer_of(lambda: world.orders.due_assets(1))
    if expected == STALE:
        return
    found = due_assets(world.now, order, standing_of(world, order))
    assert found == expected, f"model says {found}, contract says {expected}"
    if expected == 0:
        refusal = "orders: expired" if order.expires_at <= world.now else "orders: not due"
        assert answer_of(lambda: world.orders.execute(1, sender=EXECUTOR)) == refusal
        return
    if order.kind == Kind.TOP_UP:
        compare_top_up(world, order, expected)
    else:
        compare_sale(world, order, expected)


def standing_of(world: OrdersWorld, order: Order) -> Standing:
    """What a keeper reads."""
    lending = world.boundary.lending
    name = next(each for each, pool in lending.pools.items() if pool.address == order.pool)
    pool, token = lending.pools[name], lending.tokens[name]
    debt_pool, _debt, debt_usd_wad, _collateral, _borrow_limit, limit_usd_wad, health_wad = (
        lending.accounts.status(order.account)
    )
    is_pledged = lending.accounts.is_pledged(order.account, pool)
    terms = lending.terms.thresholds_bps(debt_pool, pool) if is_pledged else (0, 0)
    return Standing(
        debt_usd_wad=debt_usd_wad,
        liquidation_limit_usd_wad=limit_usd_wad,
        health_wad=health_wad,
        is_debt_pool=debt_pool.lower() == pool.address.lower(),
        threshold_bps=terms[1],
        held_assets=pool.convertToAssets(pool.balanceOf(order.account)),
        releasable=pool.releasable(),
        decimals=DECIMALS[name],
        price_usd_wad=lending.oracle.price_usd_wad(token),
        bid_usd_wad=lending.oracle.bid_usd_wad(token),
        ask_usd_wad=lending.oracle.ask_usd_wad(token),
    )


def compare_sale(world: OrdersWorld, order: Order, sold: int) -> None:
    lending = world.boundary.lending
    if not order.hops:
        bought = sold
        is_fair = True
    else:
        bought = answer_of(lambda: world.boundary.router.quote_exact_in(order.hops, sold))
        if isinstance(bought, Refused):
            assert answer_of(lambda: world.orders.execute(1, sender=EXECUTOR)) == bought
            return
        bid, ask = (
            lending.oracle.bid_usd_wad(lending.tokens["eth"]),
            lending.oracle.ask_usd_wad(lending.tokens["usd"]),
        )
        is_fair = is_fair_sale(
            value_usd_wad_down(sold, bid, DECIMALS["eth"]),
            value_usd_wad_up(bought, ask, DECIMALS["usd"]),
            order.max_slippage_bps,
        )
    bounty = bounty_assets_down(order, bought)
    owed = lending.pools["usd"].debt_of(BORROWER)
    purse = lending.tokens["usd"].balanceOf(EXECUTOR)

    answer = answer_of(lambda: world.orders.execute(1, sender=EXECUTOR))

    assert (answer == "orders: sale below bound") == (not is_fair), answer
    if not isinstance(answer, Refused):
        assert tuple(answer) == (sold, bounty)
        assert lending.tokens["usd"].balanceOf(EXECUTOR) == purse + bounty
        repaid = min(bought - bounty, owed)
        # Debt shares burned are rounded down: at most a base unit stays owed.
        assert 0 <= lending.pools["usd"].debt_of(BORROWER) - (owed - repaid) <= 1


def compare_top_up(world: OrdersWorld, order: Order, paid: int) -> None:
    lending = world.boundary.lending
    name = next(each for each, pool in lending.pools.items() if pool.address == order.pool)
    token, bounty = lending.tokens[name], bounty_assets_down(order, paid)
    # A pool takes no more than is owed.
    owed = lending.pools["usd"].debt_of(BORROWER) if name == "usd" else FOREVER
    purse, wallet = token.balanceOf(EXECUTOR), token.balanceOf(BORROWER)

    answer = answer_of(lambda: world.orders.execute(1, sender=EXECUTOR))

    if not isinstance(answer, Refused):
        assert tuple(answer) == (paid, bounty)
        assert token.balanceOf(EXECUTOR) == purse + bounty
        assert token.balanceOf(BORROWER) == wallet - min(paid + bounty, owed)


@pytest.mark.parametrize(
    ("drawn", "dollars"),
    [(STOP_LOSS, 2_700), (PROFIT, 3_300), (ALL, 3_400), (SUPPLY_MORE, 2_700), (REPAY_SOME, 2_700)],
    ids=["stop-loss", "profit", "to owe nothing", "supply", "repay"],
)
def test_examples__are_executed(world: OrdersWorld, drawn: Any, dollars: int) -> None:
    """Else the comparison above would compare refusals."""
    with world.boundary.lending.machine.undone():
        _place(world, drawn)
        world.boundary.move_market("eth", dollars)
        world.boundary.lending.set_price("eth", dollars * WAD)

        assert not isinstance(answer_of(lambda: world.orders.execute(1, sender=EXECUTOR)), Refused)
