# SPDX-License-Identifier: Apache-2.0
"""Which orders are executed, which are left, and what is said of each."""

from dataclasses import replace

import pytest

from strategies.model.orders import Kind
from strategies.policy import liquidator, orders
from strategies.policy.decision import Action, Decision, Effect, Skip
from strategies.policy.snapshot import OrderView, Snapshot
from strategies.units import WAD
from tests.strategies import builders as b

HEALTH = 12 * WAD // 10
# (1.5 * 10,000 - 12,000) / (1.5 * 0.9751 - 0.8) USD at 2,000 are a little above 2.26 tETH. A
# fair sale of it fetches some 4,527 tUSD.
SOLD = 2_263_638_421_489_474_082
FETCHED = 4_500 * b.USD_UNIT


def _view(*views: OrderView, opened_in: int | None = None, **changes) -> Snapshot:
    pools = (
        b.pool("usd", b.USD, 10**13, 8 * 10**12),
        b.pool("eth", b.ETH, 1_000 * WAD, 100 * WAD),
    )
    # Gas of 10 gwei: 600,000 of it cost 12 dollars.
    defaults = {
        "pools": pools,
        "debtors": (b.debtor(HEALTH),),
        "order_book": b.order_book(*views, opened_in=opened_in),
        "base_fee_wei": 10**10,
    }
    return b.snapshot(**(defaults | changes))


def _due(number: int = 7, **changes) -> OrderView:
    return b.order_view(number, b.order(), b.standing(HEALTH), **changes)


def _decide(view: Snapshot, **changes) -> Decision:
    return orders.decide(view, replace(b.ORDERS_POLICY, **changes))


def _only_skip(decision: Decision) -> Skip:
    assert decision.actions == ()
    (skip,) = decision.skips
    return skip


def _only_action(decision: Decision) -> Action:
    (action,) = decision.actions
    return action


# --- When ---


def test_orders__due_stop_loss__is_executed_for_its_bounty() -> None:
    action = _only_action(_decide(_view(_due())))

    assert (action.target, action.function, action.arguments) == (b.ORDERS, "execute", (7,))
    assert (action.subject, action.group) == ("account.0xDEBTOR.order.7", "execute:7")
    assert action.effect == Effect.REDUCES
    assert action.figures["assets"] == str(SOLD)
    assert action.figures["bounty_assets"] == str(FETCHED * 50 // 10_000)
    assert action.figures["profit_usd_wad"] == str(22_500 * WAD // 1_000 - 12 * WAD)
    assert action.reason == (
        "stop-loss of 0xDEBTOR is due at health 1.2, below 1.3: sells 2.263638 tETH for 4500 tUSD "
        "to repay, for a bounty of 22.5 tUSD, profit 10.50 USD"
    )


def test_orders__at_its_trigger__is_not_due() -> None:
    at = 13 * WAD // 10
    below = _decide(_view(b.order_view(1, b.order(), b.standing(at - 1))))
    skip = _only_skip(_decide(_view(b.order_view(1, b.order(), b.standing(at)))))

    assert len(below.actions) == 1
    assert skip.code == "not_due"
    assert skip.reason == (
        "1 of 1 orders are not due; order 1 is the nearest, at health 1.3 for 1.3"
    )


def test_orders__take_profit__is_due_from_its_price_on() -> None:
    order = b.order(kind=Kind.TAKE_PROFIT, trigger_wad=2_000 * WAD)
    early = b.standing(HEALTH, price_usd_wad=2_000 * WAD - 1)

    action = _only_action(_decide(_view(b.order_view(1, order, b.standing(HEALTH)))))
    skip = _only_skip(_decide(_view(b.order_view(1, order, early))))

    assert "take-profit of 0xDEBTOR is due at 2 000.00 USD, from 2 000.00 USD on" in action.reason
    assert (skip.code, skip.reason) == ("not_due", "1 of 1 orders are not due")


def test_orders__take_profit_at_its_target__is_not_due() -> None:
    """Where a stop-loss is above its trigger anyway."""
    order = b.order(kind=Kind.TAKE_PROFIT, trigger_wad=1, target_health_wad=HEALTH)

    short = _decide(_view(b.order_view(1, order, b.standing(HEALTH - 1))))
    there = _decide(_view(b.order_view(1, order, b.standing(HEALTH))))

    assert [one.code for one in short.skips] != ["not_due"]
    assert [one.code for one in there.skips] == ["not_due"]


def test_orders__expired__is_never_due() -> None:
    expired = b.order(expires_at=b.NOW)
    last_second = b.order(expires_at=b.NOW + 1)

    skip = _only_skip(_decide(_view(b.order_view(1, expired, b.standing(HEALTH)))))
    alive = _decide(_view(b.order_view(1, last_second, b.standing(HEALTH))))

    assert skip.code == "expired"
    assert len(alive.actions) == 1


def test_orders__nothing_to_sell__says_so() -> None:
    empty = b.standing(HEALTH, releasable=0)

    assert _only_skip(_decide(_view(b.order_view(1, b.order(), empty)))).code == "nothing_to_move"


def test_orders__where_an_outflow_limit_binds__sells_what_may_leave() -> None:
    """No more, and the bound and the bounty of that much."""
    held_back = b.standing(HEALTH, releasable=WAD)
    view = b.order_view(1, b.order(), held_back, bought_assets=1_990 * b.USD_UNIT)

    action = _only_action(_decide(_view(view, base_fee_wei=0)))

    assert action.figures["assets"] == str(WAD)
    assert action.figures["bounty_assets"] == str(1_990 * b.USD_UNIT * 50 // 10_000)


def test_orders__stale_price__says_that_it_does_not_know() -> None:
    unknown = OrderView(1, b.order(), None, "where it stands is unknown: oracle: stale price")

    skip = _only_skip(_decide(_view(unknown)))

    assert skip.code == "unknown"
    assert skip.reason.endswith("oracle: stale price")


@pytest.mark.parametrize(
    ("opened_in", "is_left"), [(None, False), (100, True), (96, True), (95, False), (0, False)]
)
def test_orders__heartbeat__has_the_first_word_while_it_beats(
    opened_in: int | None, is_left: bool
) -> None:
    decision = _decide(_view(_due(), opened_in=opened_in))

    assert len(decision.actions) == (0 if is_left else 1)
    assert [one.code for one in decision.skips] == (["heartbeat"] if is_left else [])
    assert len(_decide(_view(_due(), opened_in=opened_in), heartbeat_blocks=0).actions) == 1


# --- For how much ---


def test_orders__bounty_below_the_gas__is_left() -> None:
    """22.50 dollars against 12 of gas."""
    assert len(_decide(_view(_due()), min_profit_usd_wad=10_500 * WAD // 1_000).actions) == 1
    poor = _only_skip(_decide(_view(_due()), min_profit_usd_wad=10_500 * WAD // 1_000 + 1))
    dear = _only_skip(_decide(_view(_due(), base_fee_wei=2 * 10**10)))
    costly = _only_skip(_decide(_view(_due()), cost_usd_wad=11 * WAD))

    assert poor.code == dear.code == costly.code == "unprofitable"
    assert poor.reason == (
        "stop-loss 7: due, but its bounty of 22.50 USD would bring 10.50 USD, less than 10.50 USD"
    )
    assert "its bounty of 22.50 USD would bring -1.50 USD, less than 0.00 USD" in dear.reason


def test_orders__without_a_bounty__is_left_even_where_gas_is_free() -> None:
    free = b.order_view(1, b.order(bounty_bps=0), b.standing(HEALTH))

    assert _only_skip(_decide(_view(free, base_fee_wei=0))).code == "no_bounty"


def test_orders__of_the_asset_owed__sells_nothing() -> None:
    """Shares of another pool of the same asset: no route, no bound, the bounty of what is taken."""
    order = b.order(pool="0xusd2", hops=(), assets=2_000 * b.USD_UNIT)
    dollars = {"price_usd_wad": WAD, "bid_usd_wad": WAD, "ask_usd_wad": WAD, "decimals": 6}
    held = b.standing(HEALTH, held_assets=10**12, releasable=10**12, **dollars)
    placed = b.order_view(1, order, held, bought_assets=0)
    view = _view(placed, base_fee_wei=0)
    view = replace(view, pools=(*view.pools, b.pool("usd2", b.USD, 10**13, 0)))

    action = _only_action(_decide(view))

    assert action.figures["bought_assets"] == action.figures["assets"] == str(2_000 * b.USD_UNIT)
    assert action.figures["bounty_assets"] == str(10 * b.USD_UNIT)


# --- What would revert ---


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"assets": 0, "expires_at": 0}, "has not granted Orders, or has revoked, to withdraw"),
        ({"expires_at": b.NOW}, "let the grant expire that Orders had to withdraw"),
        ({"assets": SOLD - 1}, "grants Orders 2.263638 tETH, less than the 2.263638 tETH needed,"),
        ({"receiver": "0xOTHER"}, "has the grant pay 0xOTHER instead of Orders to withdraw"),
    ],
)
def test_orders__without_its_grant__is_left_and_named(changed: dict, words: str) -> None:
    skip = _only_skip(_decide(_view(_due(grants=(b.grant(**changed),)))))

    assert skip.code == "no_grant"
    assert f"stop-loss 7: due, but 0xDEBTOR {words}" in skip.reason
    assert skip.reason.endswith("on eth")


def test_orders__grant_of_exactly_what_is_sold__is_enough() -> None:
    exact = (b.grant(assets=SOLD, expires_at=b.NOW + 1),)

    assert len(_decide(_view(_due(grants=exact))).actions) == 1


def test_orders__sale_below_its_bound__is_left() -> None:
    # 2 % below 4,527.277 dollars are 4,436.7313.
    fair = _decide(_view(_due(bought_assets=4_436_732_000)))
    skip = _only_skip(_decide(_view(_due(bought_assets=4_436_731_000))))

    assert len(fair.actions) == 1
    assert skip.code == "below_bound"
    assert "its route fetches 2.01 % less than the oracle says, and it bears 2.00 %" in skip.reason


def test_orders__sale_at_its_bound_exactly__is_fair() -> None:
    """One tETH of 2,000 dollars for 1,960."""
    one = b.order_view(1, b.order(assets=WAD), b.standing(HEALTH), bought_assets=1_960 * b.USD_UNIT)
    less = replace(one, bought_assets=one.bought_assets - 1)

    assert len(_decide(_view(one, base_fee_wei=0)).actions) == 1
    assert _only_skip(_decide(_view(less, base_fee_wei=0))).code == "below_bound"


def test_orders__route_that_refuses__is_left_with_its_words() -> None:
    skip = _only_skip(_decide(_view(_due(bought_assets=0, route_refusal="router: no hops"))))

    assert (skip.code, skip.reason) == (
        "no_route",
        "stop-loss 7: due, but its route refuses: router: no hops",
    )


# --- Top-ups ---


def _top_up(**changes) -> OrderView:
    """Pays in (1.5 - 1.2) * 10,000 dollars, which count four fifths: 1.875 tETH."""
    grants = (b.grant("supply", account="0xOWNER", receiver="0x0"), b.grant())
    needed = 1_875 * WAD // 1_000 * 10_050 // 10_000
    defaults = {"grants": grants, "wallet_assets": needed, "wallet_allowance": needed}
    order = b.order(kind=Kind.TOP_UP, hops=())
    return b.order_view(3, order, b.standing(HEALTH), bought_assets=0, **(defaults | changes))


def test_orders__due_top_up__is_paid_in_the_asset_of_its_pool() -> None:
    action = _only_action(_decide(_view(_top_up())))

    assert action.figures["assets"] == str(1_875 * WAD // 1_000)
    assert action.figures["bounty_assets"] == str(9_375 * WAD // 1_000_000)
    assert "pays in 1.875 tETH of its owner for a bounty of 0.009375 tETH" in action.reason


@pytest.mark.parametrize(
    ("short", "words"),
    [
        ("wallet_assets", "has 1.884374 tETH and allows 1.884375 tETH"),
        ("wallet_allowance", "has 1.884375 tETH and allows 1.884374 tETH"),
    ],
)
def test_orders__top_up_beyond_the_owners_wallet__is_left(short: str, words: str) -> None:
    """The bounty is paid in too."""
    lacking = _top_up(**{short: getattr(_top_up(), short) - 1})

    skip = _only_skip(_decide(_view(lacking)))

    assert skip.code == "no_balance"
    assert skip.reason == f"top-up 3: due, but needs 1.884375 tETH of 0xOWNER, who {words}"


def test_orders__top_up_without_the_grant_of_its_bounty__is_left() -> None:
    supply, _ = _top_up().grants
    lost = b.grant(assets=0, expires_at=0)

    skip = _only_skip(_decide(_view(_top_up(grants=(supply, lost)))))

    assert skip.code == "no_grant"
    assert "0xDEBTOR has not granted Orders, or has revoked, to withdraw on eth" in skip.reason


# --- Beside others ---


def test_orders__two_of_one_account__the_better_paid_is_tried_first() -> None:
    poorer = b.order_view(2, b.order(bounty_bps=40), b.standing(HEALTH))

    decision = _decide(_view(poorer, _due(5)))

    assert [one.arguments for one in decision.actions] == [(5,), (2,)]
    assert len({one.group for one in decision.actions}) == 2


def test_orders__two_accounts__the_worse_goes_first() -> None:
    worse = b.order_view(9, b.order(account="0xWORSE"), b.standing(HEALTH - 1))
    debtors = (b.debtor(HEALTH), b.debtor(HEALTH - 1, account="0xWORSE"))

    decision = _decide(_view(_due(), worse, debtors=debtors))

    assert [one.arguments for one in decision.actions] == [(9,), (7,)]


@pytest.mark.parametrize("subject", ["account.0xDEBTOR", "account.0xDEBTOR.order.1"])
def test_orders__transaction_for_the_account_on_its_way__waits(subject: str) -> None:
    view = _view(_due(), open_subjects=frozenset({subject}))

    assert _only_skip(_decide(view)).code == "pending"


def test_liquidator__order_on_its_way__waits() -> None:
    view = _view(
        debtors=(b.debtor(WAD - 1),), open_subjects=frozenset({"account.0xDEBTOR.order.1"})
    )

    assert _only_skip(liquidator.decide(view, b.LIQUIDATOR)).code == "pending"
    other = replace(view, open_subjects=frozenset({"account.0xDEBTOR2.order.1"}))
    assert _only_skip(liquidator.decide(other, b.LIQUIDATOR)).code == "no_quote"


def test_orders__no_order_book__decides_nothing() -> None:
    assert _decide(_view(order_book=None)) == Decision()
