# SPDX-License-Identifier: Apache-2.0
"""Stop-losses, profits to take and top-ups: when they run, what they move, and who is paid."""

from enum import IntFlag

import ape
import pytest

from tests.unit.contracts.lending_house import (
    BPS,
    ETH,
    FOREVER,
    MAX_AGE_SECONDS,
    NOBODY,
    USD,
    WAD,
    Action,
    logs,
    sub_account,
)

DAY = 86_400
FEE_BPS = 30
SLIPPAGE_BPS, BOUNTY_BPS = 200, 50
# A health of 1.6 before, of 1.2 at 1,500: between the trigger and the target.
TRIGGER_WAD, TARGET_WAD = 13 * WAD // 10, 15 * WAD // 10
FALLEN, RISEN = 1_500, 3_000
# Ten million dollars a side: a sale of the tests moves the price by less than the fee.
DEPTH_USD = 10_000_000


class Kind(IntFlag):
    STOP_LOSS = 1
    TAKE_PROFIT = 2
    TOP_UP = 4


@pytest.fixture(scope="module")
def factory(project, owner, treasury):
    blueprint = owner.declare(project.VolatilePair).contract_address
    return owner.deploy(project.PairFactory, blueprint, treasury, owner)


@pytest.fixture(scope="module")
def router(project, owner, factory):
    return owner.deploy(project.Router, factory)


@pytest.fixture(scope="module")
def orders(project, owner, operators, router):
    return owner.deploy(project.Orders, operators, router)


@pytest.fixture(scope="module")
def pair(project, house, owner, factory, stranger):
    """The stranger's own, so that a test can move it."""
    factory.create_pair(house.eth, house.usd, FEE_BPS, sender=owner)
    made = project.VolatilePair.at(factory.pairs(0))
    for token in (house.eth, house.usd):
        token.approve(made, FOREVER, sender=stranger)
    return made


@pytest.fixture
def market(house, pair, stranger):
    """Sets the feed's price and opens the pair at it."""

    def at(dollars, pair_dollars=None):
        house.set_price(house.eth, dollars)
        sides = {
            house.eth.address: DEPTH_USD * ETH // (pair_dollars or dollars),
            house.usd.address: DEPTH_USD * USD,
        }
        pots = (sides[pair.token0()], sides[pair.token1()])
        pair.add_liquidity(*pots, 0, stranger, sender=stranger)

    return at


@pytest.fixture
def indebted(house, orders, lender, borrower):
    """The borrower owes 10,000 tUSD against 10 tETH at 2,000: health 1.6."""
    house.lend_and_borrow(lender, borrower)
    return house


@pytest.fixture
def give(chain, operators, orders, borrower):
    """Grant Orders something on an account of the borrower."""

    def give(action, pool, assets=FOREVER, account=borrower, **bounds):
        granted = (
            assets,
            bounds.get("receiver", orders),
            chain.pending_timestamp + bounds.get("seconds", 10 * DAY),
            bounds.get("min_health_wad", 0),
        )
        operators.grant(account, orders, action, pool, granted, sender=borrower)

    return give


@pytest.fixture
def draft(chain, house, borrower, pair):
    """A stop-loss, but for what is changed."""

    def draft(**changed):
        fields = {
            "account": borrower,
            "kind": Kind.STOP_LOSS,
            "pool": house.eth_pool,
            "trigger_wad": TRIGGER_WAD,
            "target_health_wad": TARGET_WAD,
            "assets": 10 * ETH,
            "max_slippage_bps": SLIPPAGE_BPS,
            "bounty_bps": BOUNTY_BPS,
            "expires_at": chain.pending_timestamp + DAY,
            "hops": [(pair.address, house.eth.address)],
        }
        return tuple((fields | changed).values())

    return draft


@pytest.fixture
def place(orders, borrower, draft):
    def place(**changed):
        return orders.set_order(draft(**changed), sender=borrower).return_value

    return place


def assert_holds_nothing(house, orders):
    for token in (house.usd, house.eth, *house.pools):
        assert token.balanceOf(orders) == 0


def test_constructor__without_contracts__reverts(project, owner, operators, orders, router):
    assert orders.operators() == operators
    assert orders.router() == router
    for wrong in ((NOBODY, router), (operators, NOBODY)):
        with ape.reverts("orders: not a contract"):
            owner.deploy(project.Orders, *wrong)


def test_set_order__is_logged_and_listed(indebted, orders, borrower, draft):
    order = draft()

    receipt = orders.set_order(order, sender=borrower)

    (event,) = logs(receipt, orders.OrderSet)
    assert (event["id"], event["account"]) == (1, borrower)
    assert tuple(event["order"])[:9] == order[:9]
    assert receipt.return_value == orders.item_count() == 1
    assert tuple(orders.order_of(1))[:9] == order[:9]
    assert list(orders.orders(0, 10)) == list(orders.orders_of(borrower)) == [1]


def test_orders__come_in_pages(indebted, orders, borrower, place):
    for _ in range(8):
        place()

    assert list(orders.orders(0, 3)) == [1, 2, 3]
    assert list(orders.orders(6, 100)) == [7, 8]
    assert list(orders.orders(8, 1)) == list(orders.orders(0, 0)) == []
    with ape.reverts("orders: too many orders"):
        place()

    # The last takes the place of the one that goes.
    receipt = orders.cancel_order(2, sender=borrower)
    assert logs(receipt, orders.OrderRemoved) == [{"id": 2, "account": borrower}]
    assert list(orders.orders(0, 100)) == [1, 8, 3, 4, 5, 6, 7]
    assert list(orders.orders_of(borrower)) == [1, 3, 4, 5, 6, 7, 8]
    assert place() == 9


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"kind": 0}, "orders: not one kind"),
        ({"kind": 3}, "orders: not one kind"),
        ({"pool": NOBODY}, "orders: pool not listed"),
        ({"trigger_wad": 0}, "orders: zero trigger"),
        ({"target_health_wad": TRIGGER_WAD}, "orders: bad target"),
        ({"trigger_wad": 1, "target_health_wad": WAD - 1}, "orders: bad target"),
        ({"target_health_wad": 1_001 * WAD}, "orders: bad target"),
        ({"kind": Kind.TOP_UP, "target_health_wad": FOREVER}, "orders: bad target"),
        ({"assets": 0}, "orders: zero assets"),
        ({"max_slippage_bps": 1_001}, "orders: slippage too large"),
        ({"bounty_bps": 101}, "orders: bounty too large"),
        ({"expires_at": 1}, "orders: already expired"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_set_order__out_of_bounds__reverts(indebted, place, changed, reason):
    with ape.reverts(reason):
        place(**changed)


@pytest.mark.parametrize(
    "changed",
    [{"trigger_wad": 1, "target_health_wad": WAD}, {"target_health_wad": 1_000 * WAD}],
    ids=["least target", "largest target"],
)
def test_set_order__at_its_bounds__is_taken(indebted, orders, place, changed):
    assert place(**changed) == 1
    assert orders.order_of(1).target_health_wad == changed["target_health_wad"]


def test_set_order__that_ends_at_once__reverts(indebted, chain, place):
    with ape.reverts("orders: already expired"):
        place(expires_at=chain.pending_timestamp)


def test_set_order__of_another_or_without_debt__reverts(
    indebted, orders, borrower, stranger, draft
):
    with ape.reverts("orders: not the owner"):
        orders.set_order(draft(), sender=stranger)
    with ape.reverts("orders: no debt"):
        orders.set_order(draft(account=sub_account(borrower, 1)), sender=borrower)


def test_cancel_order__is_for_the_owner(indebted, orders, borrower, stranger, place):
    place()

    with ape.reverts("orders: not the owner"):
        orders.cancel_order(1, sender=stranger)
    orders.cancel_order(1, sender=borrower)

    for call in (orders.order_of, orders.due_assets):
        with ape.reverts("orders: no such order"):
            call(1)
    for method in (orders.execute, orders.cancel_order):
        with ape.reverts("orders: no such order"):
            method(1, sender=borrower)


def test_execute__a_stop_loss__sells_until_the_target(
    indebted, orders, borrower, liquidator, give, place, market
):
    house = indebted
    give(Action.WITHDRAW, house.eth_pool)
    place()
    # Health 1.6, and then 1.4: above the target, and above the trigger.
    for dollars in (2_000, 1_750):
        house.set_price(house.eth, dollars)
        assert orders.due_assets(1) == 0
        with ape.reverts("orders: not due"):
            orders.execute(1, sender=liquidator)
    market(FALLEN)
    due = orders.due_assets(1)
    purse, wallet = house.usd.balanceOf(liquidator), house.usd.balanceOf(borrower)

    receipt = orders.execute(1, sender=liquidator)

    (event,) = logs(receipt, orders.OrderExecuted)
    bought, health_wad = event["bought_assets"], house.accounts.health_wad(borrower)
    bounty = bought * BOUNTY_BPS // BPS
    assert event == {
        "id": 1,
        "account": borrower,
        "executor": liquidator,
        "assets": due,
        "bought_assets": bought,
        "bounty_assets": bounty,
        "health_wad": health_wad,
    }
    assert tuple(receipt.return_value) == (due, bounty)
    assert due * FALLEN * USD * (BPS - SLIPPAGE_BPS) <= bought * ETH * BPS
    # The bound was 2 %, and the sale cost little more than its fee.
    assert TARGET_WAD <= health_wad < TARGET_WAD * 103 // 100
    assert house.usd.balanceOf(liquidator) == purse + bounty
    assert house.usd.balanceOf(borrower) == wallet
    assert house.usd_pool.debt_of(borrower) == 10_000 * USD - bought + bounty
    assert orders.order_of(1).assets == 10 * ETH - due
    assert_holds_nothing(house, orders)
    # Some tokens refuse to send nothing.
    assert all(sent["value"] > 0 for sent in logs(receipt, house.usd.Transfer))
    # It stands, and is not due again.
    with ape.reverts("orders: not due"):
        orders.execute(1, sender=liquidator)


def test_due_assets__at_the_target_but_for_a_fraction__is_nothing(
    indebted, orders, borrower, place
):
    house = indebted
    # 24,000 USD and eight of the smallest parts of one over 10,000 USD: 2.4 and a fraction.
    house.feed.set_price(house.eth, RISEN * WAD + 1, house.chain.pending_timestamp, sender=borrower)
    place(kind=Kind.TAKE_PROFIT, trigger_wad=RISEN * WAD, target_health_wad=24 * WAD // 10)

    assert house.accounts.health_wad(borrower) == 24 * WAD // 10
    assert orders.due_assets(1) == 0


def test_execute__of_a_used_up_order__removes_it(
    indebted, orders, borrower, liquidator, give, place, market
):
    give(Action.WITHDRAW, indebted.eth_pool)
    place(assets=ETH)
    market(FALLEN)

    receipt = orders.execute(1, sender=liquidator)

    assert logs(receipt, orders.OrderExecuted)[0]["assets"] == ETH
    assert logs(receipt, orders.OrderRemoved) == [{"id": 1, "account": borrower}]
    assert orders.item_count() == 0


def test_execute__where_an_outflow_limit_binds__sells_what_may_leave(
    indebted, orders, borrower, owner, liquidator, give, place, market
):
    house, pool = indebted, indebted.eth_pool
    give(Action.WITHDRAW, pool)
    place()
    market(FALLEN)
    wanted = orders.due_assets(1)
    house.terms.set_outflow_limit(pool, 500, DAY, sender=owner)
    room = pool.releasable()
    assert room == pool.totalAssets() // 20 < wanted
    held = pool.convertToAssets(pool.balanceOf(borrower))

    receipt = orders.execute(1, sender=liquidator)

    (event,) = logs(receipt, orders.OrderExecuted)
    assert event["assets"] == room
    assert pool.convertToAssets(pool.balanceOf(borrower)) in (held - room, held - room - 1)
    assert orders.order_of(1).assets == 10 * ETH - room
    assert_holds_nothing(house, orders)
    # It stands, and waits for the limit to refill.
    with ape.reverts("orders: not due"):
        orders.execute(1, sender=liquidator)


def test_execute__to_owe_nothing__leaves_the_rest_to_the_owner(
    indebted, orders, borrower, liquidator, give, place, market
):
    house = indebted
    give(Action.WITHDRAW, house.eth_pool)
    place(target_health_wad=FOREVER)
    market(FALLEN)
    wallet = house.usd.balanceOf(borrower)

    receipt = orders.execute(1, sender=liquidator)

    (event,) = logs(receipt, orders.OrderExecuted)
    left = event["bought_assets"] - event["bounty_assets"] - 10_000 * USD
    assert left > 0
    assert house.usd.balanceOf(borrower) == wallet + left
    assert house.usd_pool.debt_of(borrower) == 0
    assert event["health_wad"] == FOREVER
    assert_holds_nothing(house, orders)


def test_execute__a_profit__is_taken_once(
    indebted, orders, borrower, liquidator, give, place, market
):
    house = indebted
    give(Action.WITHDRAW, house.eth_pool)
    place(kind=Kind.TAKE_PROFIT, trigger_wad=RISEN * WAD, target_health_wad=4 * WAD)
    market(RISEN - 1)
    with ape.reverts("orders: not due"):
        orders.execute(1, sender=liquidator)
    house.set_price(house.eth, RISEN)

    receipt = orders.execute(1, sender=liquidator)

    assert logs(receipt, orders.OrderExecuted)[0]["health_wad"] >= 4 * WAD
    assert logs(receipt, orders.OrderRemoved) == [{"id": 1, "account": borrower}]
    assert_holds_nothing(house, orders)


def test_execute__a_sale_below_the_bound__reverts(
    indebted, orders, liquidator, give, place, market
):
    give(Action.WITHDRAW, indebted.eth_pool)
    place()
    # The pair is three per cent below the oracle.
    market(FALLEN, FALLEN * 97 // 100)

    with ape.reverts("orders: sale below bound"):
        orders.execute(1, sender=liquidator)


def test_execute__at_a_stale_price__reverts(
    indebted, chain, orders, liquidator, give, place, market
):
    give(Action.WITHDRAW, indebted.eth_pool, seconds=2 * MAX_AGE_SECONDS)
    place(expires_at=chain.pending_timestamp + 2 * MAX_AGE_SECONDS)
    market(FALLEN)
    chain.mine(deltatime=MAX_AGE_SECONDS + 1)

    with ape.reverts("oracle: stale price"):
        orders.execute(1, sender=liquidator)


def test_execute__an_expired_order__reverts(
    indebted, chain, orders, borrower, liquidator, give, place, market
):
    give(Action.WITHDRAW, indebted.eth_pool)
    place()
    market(FALLEN)
    chain.mine(deltatime=DAY)

    assert orders.due_assets(1) == 0
    with ape.reverts("orders: expired"):
        orders.execute(1, sender=liquidator)
    receipt = orders.run_item(0, sender=liquidator)
    assert logs(receipt, orders.OrderRemoved) == [{"id": 1, "account": borrower}]


def test_execute__beyond_the_grant__reverts(
    indebted, operators, orders, borrower, receiver, liquidator, give, place, market
):
    house = indebted
    place()
    market(FALLEN)

    with ape.reverts("operators: no grant"):
        orders.execute(1, sender=liquidator)
    give(Action.WITHDRAW, house.eth_pool, 1)
    with ape.reverts("operators: grant exceeded"):
        orders.execute(1, sender=liquidator)
    give(Action.WITHDRAW, house.eth_pool, receiver=receiver)
    with ape.reverts("operators: wrong receiver"):
        orders.execute(1, sender=liquidator)
    give(Action.WITHDRAW, house.eth_pool, min_health_wad=2 * WAD)
    with ape.reverts("operators: below agreed health"):
        orders.execute(1, sender=liquidator)


def test_execute__of_so_little_that_health_stays__reverts(
    indebted, orders, liquidator, give, place, market
):
    house = indebted
    give(Action.SUPPLY, house.eth_pool)
    place(kind=Kind.TOP_UP, assets=1, bounty_bps=0)
    market(FALLEN)
    assert orders.due_assets(1) == 1

    with ape.reverts("orders: health not better"):
        orders.execute(1, sender=liquidator)


# The second is so near that no sale at the bound would reach it: all would be sold.
@pytest.mark.parametrize("target_wad", [2 * WAD, 104 * WAD // 100])
def test_execute__that_costs_more_health_than_it_repays__reverts(
    indebted, orders, owner, liquidator, give, place, market, target_wad
):
    # At health 1.02 a sale ten per cent below the oracle loses more of 95 % than it repays.
    house = indebted
    house.terms.set_collateral(house.usd_pool, house.eth_pool, 9_400, 9_500, sender=owner)
    give(Action.WITHDRAW, house.eth_pool)
    bounds = {"assets": ETH // 2, "max_slippage_bps": 1_000, "bounty_bps": 100}
    place(trigger_wad=103 * WAD // 100, target_health_wad=target_wad, **bounds)
    market(1_074, 972)

    with ape.reverts("orders: health not better"):
        orders.execute(1, sender=liquidator)


def test_sell_and_repay__is_for_the_account_layer(indebted, orders, borrower, stranger, place):
    place()

    for caller in (stranger, borrower):
        with ape.reverts("orders: not the account layer"):
            orders.sell_and_repay(1, ETH, caller, sender=caller)
        # Nor by a batch of one's own.
        step = indebted.call(orders, caller, "sell_and_repay", 1, ETH, caller)
        with ape.reverts("accounts: target not a pool"):
            indebted.accounts.batch([step], sender=caller)


def test_execute__a_top_up__supplies_from_the_owners_tokens(
    indebted, orders, borrower, liquidator, give, place, market
):
    house = indebted
    give(Action.SUPPLY, house.eth_pool)
    give(Action.WITHDRAW, house.eth_pool)
    place(kind=Kind.TOP_UP)
    market(FALLEN)
    # (1.5 - 1.2) * 10,000 dollars, which count four fifths.
    due = orders.due_assets(1)
    assert due == 25 * ETH // 10
    wallet, purse = house.eth.balanceOf(borrower), house.eth.balanceOf(liquidator)

    receipt = orders.execute(1, sender=liquidator)

    bounty = due * BOUNTY_BPS // BPS
    assert logs(receipt, orders.OrderExecuted) == [
        {
            "id": 1,
            "account": borrower,
            "executor": liquidator,
            "assets": due,
            "bought_assets": 0,
            "bounty_assets": bounty,
            "health_wad": house.accounts.health_wad(borrower),
        }
    ]
    assert house.accounts.health_wad(borrower) == TARGET_WAD
    assert house.eth.balanceOf(borrower) == wallet - due - bounty
    assert house.eth.balanceOf(liquidator) == purse + bounty
    assert orders.order_of(1).assets == 10 * ETH - due - bounty
    assert_holds_nothing(house, orders)


def test_execute__a_top_up__repays_from_the_owners_tokens(
    indebted, orders, borrower, liquidator, give, place, market
):
    house = indebted
    give(Action.REPAY, house.usd_pool)
    give(Action.BORROW, house.usd_pool)
    place(kind=Kind.TOP_UP, pool=house.usd_pool, assets=5_000 * USD, hops=[])
    market(FALLEN)
    # 12,000 / 8,000 = 1.5
    assert orders.due_assets(1) == 2_000 * USD
    wallet, purse = house.usd.balanceOf(borrower), house.usd.balanceOf(liquidator)

    orders.execute(1, sender=liquidator)

    assert house.usd_pool.debt_of(borrower) == 8_000 * USD
    assert house.usd.balanceOf(liquidator) == purse + 10 * USD
    assert house.usd.balanceOf(borrower) == wallet - 2_010 * USD
    assert_holds_nothing(house, orders)


def test_execute__a_top_up_of_what_is_not_pledged__is_never_due(
    indebted, orders, liquidator, place, market
):
    place(kind=Kind.TOP_UP, pool=indebted.btc_pool)
    market(FALLEN)

    with ape.reverts("orders: not due"):
        orders.execute(1, sender=liquidator)


def test_run_item__executes_without_a_bounty(
    indebted, orders, borrower, stranger, give, place, market
):
    house = indebted
    give(Action.WITHDRAW, house.eth_pool)
    place()
    for position in (0, 1):
        assert logs(orders.run_item(position, sender=stranger), orders.OrderExecuted) == []
    market(FALLEN)
    purse = house.usd.balanceOf(stranger)

    receipt = orders.run_item(0, sender=stranger)

    (event,) = logs(receipt, orders.OrderExecuted)
    assert event["bounty_assets"] == 0
    assert house.usd_pool.debt_of(borrower) == 10_000 * USD - event["bought_assets"]
    assert house.usd.balanceOf(stranger) == purse
    assert_holds_nothing(house, orders)


def test_run_item__a_top_up__needs_no_grant_to_take_out(
    indebted, orders, borrower, stranger, give, place, market
):
    give(Action.SUPPLY, indebted.eth_pool)
    place(kind=Kind.TOP_UP)
    market(FALLEN)

    orders.run_item(0, sender=stranger)

    assert indebted.accounts.health_wad(borrower) == TARGET_WAD


def test_run_item__of_an_account_without_debt__drops_the_order(
    indebted, orders, borrower, stranger, place
):
    place()
    indebted.usd_pool.repay(FOREVER, borrower, sender=borrower)
    with ape.reverts("orders: not due"):
        orders.execute(1, sender=stranger)

    receipt = orders.run_item(0, sender=stranger)

    assert logs(receipt, orders.OrderRemoved) == [{"id": 1, "account": borrower}]
    assert orders.item_count() == 0
