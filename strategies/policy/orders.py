# SPDX-License-Identifier: Apache-2.0
"""Execute borrowers' orders that are due, where the bounty is worth more than the gas."""

from dataclasses import dataclass

from strategies.model.accounts import value_usd_wad_down, value_usd_wad_up
from strategies.model.orders import (
    Kind,
    bounty_assets_down,
    due_assets,
    is_due,
    is_fair_sale,
)
from strategies.policy import words
from strategies.policy.decision import Action, Decision, Effect, Skip
from strategies.policy.snapshot import GrantView, OrderBookView, OrderView, Snapshot, TokenView
from strategies.units import BPS, format_units

POLICY = "orders"

# Whom these pay is bound by the grant; the others pay into the pool.
PAYING = ("withdraw", "borrow")
NAMES = {Kind.STOP_LOSS: "stop-loss", Kind.TAKE_PROFIT: "take-profit", Kind.TOP_UP: "top-up"}


@dataclass(frozen=True, slots=True)
class OrdersParameters:
    min_profit_usd_wad: int
    cost_usd_wad: int  # of an execution, beside its gas
    heartbeat_blocks: int  # leave orders to a heartbeat that opened one of so many blocks
    execute_gas: int
    expected_gas: int  # for the cost


@dataclass(frozen=True, slots=True)
class _Execution:
    """What a due order would move and pay."""

    view: OrderView
    token: TokenView  # of the pool: sold or paid in
    bounty_token: TokenView
    assets: int
    bought_assets: int  # by a sale; 0 for a top-up
    bounty_assets: int
    profit_usd_wad: int


def decide(snapshot: Snapshot, parameters: OrdersParameters) -> Decision:
    """Worst health first; of one account, what pays best.

    Each is judged as if it were the only one. When they are tried in this order, what another has
    made needless is left, and what cannot be executed holds up nothing.
    """
    book = snapshot.order_book
    if book is None:
        return Decision()
    decision = _quiet(snapshot, book)
    executions: list[_Execution] = []
    for view in book.orders:
        found = _judge(snapshot, book, view, parameters)
        if isinstance(found, _Execution):
            executions.append(found)
        elif found is not None:
            decision += Decision(skips=(found,))
    executions.sort(
        key=lambda one: (one.view.standing.health_wad, -one.profit_usd_wad, one.view.id)
    )
    actions = tuple(_execute(book, one, parameters) for one in executions)
    return decision + Decision(actions)


def _quiet(snapshot: Snapshot, book: OrderBookView) -> Decision:
    """One word on all that are not due, and one on each of which that is not known."""
    standing = [one for one in book.orders if one.order.expires_at > snapshot.block.timestamp]
    skips = [_skip(one, "unknown", one.refusal) for one in standing if one.standing is None]
    waiting = [one for one in standing if one.standing and not is_due(one.order, one.standing)]
    if waiting:
        reason = f"{len(waiting)} of {len(book.orders)} orders are not due{_nearest(waiting)}"
        skips.append(Skip(POLICY, "orders", "not_due", reason))
    expired = len(book.orders) - len(standing)
    if expired:
        reason = (
            f"{expired} of {len(book.orders)} orders have expired; only the heartbeat drops them"
        )
        skips.append(Skip(POLICY, "orders.expired", "expired", reason))
    return Decision(skips=tuple(skips))


def _nearest(waiting: list[OrderView]) -> str:
    by_health = [one for one in waiting if one.order.kind != Kind.TAKE_PROFIT]
    if not by_health:
        return ""
    nearest = min(
        by_health, key=lambda one: (one.standing.health_wad - one.order.trigger_wad, one.id)
    )
    health, trigger = nearest.standing.health_wad, nearest.order.trigger_wad
    return (
        f"; order {nearest.id} is the nearest, at health {_health(health)} for {_health(trigger)}"
    )


def _judge(
    snapshot: Snapshot, book: OrderBookView, view: OrderView, parameters: OrdersParameters
) -> _Execution | Skip | None:
    """The execution, why a due order is left, or nothing to say of one that is not due."""
    is_expired = view.order.expires_at <= snapshot.block.timestamp
    if is_expired or view.standing is None or not is_due(view.order, view.standing):
        return None
    assets = due_assets(snapshot.block.timestamp, view.order, view.standing)
    if assets == 0:
        reason = "due, but nothing can be moved: no shares, none may leave, or none of it counts"
        return _skip(view, "nothing_to_move", reason)
    if snapshot.is_account_awaited(view.order.account):
        return _skip(view, "pending", "due; a transaction for its account is on its way")
    if view.order.bounty_bps == 0:
        return _skip(view, "no_bounty", "due, but it names no bounty")
    opened_in = book.heartbeat_opened_in
    if opened_in is not None and (snapshot.block.number - opened_in < parameters.heartbeat_blocks):
        reason = f"due; the heartbeat, which opened block {opened_in}, runs it before any user"
        return _skip(view, "heartbeat", reason)
    execution = _weigh(snapshot, view, assets, parameters)
    return (
        _refused_grant(snapshot, book, execution)
        or _refused_market(snapshot, execution)
        or _unprofitable(execution, parameters)
        or execution
    )


def _weigh(
    snapshot: Snapshot, view: OrderView, assets: int, parameters: OrdersParameters
) -> _Execution:
    order = view.order
    token = snapshot.token(snapshot.pool(order.pool).asset)
    debtor = next(one for one in snapshot.debtors if one.account == order.account)
    bounty_token, bought, bounty = token, 0, bounty_assets_down(order, assets)
    if order.kind != Kind.TOP_UP:
        bounty_token = snapshot.token(snapshot.pool(debtor.debt_pool).asset)
        # The same asset needs no sale.
        bought = assets if bounty_token is token else view.bought_assets
        bounty = bounty_assets_down(order, bought)
    cost = snapshot.gas_cost_usd_wad(parameters.expected_gas) + parameters.cost_usd_wad
    profit = bounty_token.usd_wad_down(bounty) - cost
    return _Execution(view, token, bounty_token, assets, bought, bounty, profit)


# --- Why a due order is left ---


def _refused_grant(snapshot: Snapshot, book: OrderBookView, one: _Execution) -> Skip | None:
    needed = (one.assets, one.bounty_assets)
    if one.view.order.kind == Kind.TOP_UP:
        # The bounty is paid in too, and taken out again.
        needed = (one.assets + one.bounty_assets, one.bounty_assets)
    pool = snapshot.pool(one.view.order.pool)
    for grant, assets in zip(one.view.grants, needed, strict=False):
        fault = _grant_fault(snapshot, book, grant, assets, one.token)
        if fault:
            reason = f"due, but {grant.account} {fault} to {grant.action} on {pool.key}"
            return _skip(one.view, "no_grant", reason)
    if one.view.order.kind == Kind.TOP_UP:
        return _short_wallet(one, needed[0])
    return None


def _grant_fault(
    snapshot: Snapshot, book: OrderBookView, grant: GrantView, assets: int, token: TokenView
) -> str:
    if grant.expires_at == 0:
        return "has not granted Orders, or has revoked,"
    if grant.expires_at <= snapshot.block.timestamp:
        return "let the grant expire that Orders had"
    if assets > grant.assets:
        left = words.assets(grant.assets, token.decimals, token.symbol)
        wanted = words.assets(assets, token.decimals, token.symbol)
        return f"grants Orders {left}, less than the {wanted} needed,"
    if grant.action in PAYING and grant.receiver != book.address:
        return f"has the grant pay {grant.receiver} instead of Orders"
    return ""


def _short_wallet(one: _Execution, needed: int) -> Skip | None:
    view, token = one.view, one.token
    if min(view.wallet_assets, view.wallet_allowance) >= needed:
        return None
    held, allowed, wanted = (
        words.assets(each, token.decimals, token.symbol)
        for each in (view.wallet_assets, view.wallet_allowance, needed)
    )
    reason = (
        f"due, but needs {wanted} of {view.grants[0].account}, who has {held} and allows {allowed}"
    )
    return _skip(view, "no_balance", reason)


def _refused_market(snapshot: Snapshot, one: _Execution) -> Skip | None:
    view, order = one.view, one.view.order
    if order.kind == Kind.TOP_UP or one.token is one.bounty_token:
        return None
    if view.route_refusal:
        return _skip(view, "no_route", f"due, but its route refuses: {view.route_refusal}")
    sold_usd_wad = value_usd_wad_down(one.assets, view.standing.bid_usd_wad, one.token.decimals)
    bought_usd_wad = value_usd_wad_up(
        one.bought_assets, view.debt_ask_usd_wad, one.bounty_token.decimals
    )
    if is_fair_sale(sold_usd_wad, bought_usd_wad, order.max_slippage_bps):
        return None
    loss_bps = BPS - bought_usd_wad * BPS // sold_usd_wad
    return _skip(
        view,
        "below_bound",
        f"due, but its route fetches {loss_bps / 100:.2f} % less than the oracle says, and it "
        f"bears {order.max_slippage_bps / 100:.2f} %",
    )


def _unprofitable(one: _Execution, parameters: OrdersParameters) -> Skip | None:
    if one.profit_usd_wad >= parameters.min_profit_usd_wad:
        return None
    value = words.usd(one.bounty_token.usd_wad_down(one.bounty_assets))
    reason = (
        f"due, but its bounty of {value} would bring {words.usd(one.profit_usd_wad)}, less than "
        f"{words.usd(parameters.min_profit_usd_wad)}"
    )
    return _skip(one.view, "unprofitable", reason)


# --- Words ---


def _execute(book: OrderBookView, one: _Execution, parameters: OrdersParameters) -> Action:
    view = one.view
    key = f"execute:{view.id}"
    return Action(
        policy=POLICY,
        key=key,
        subject=_subject(view),
        group=key,
        target=book.address,
        contract="Orders",
        function="execute",
        arguments=(view.id,),
        gas_limit=parameters.execute_gas,
        effect=Effect.REDUCES,
        reason=f"{_cause(view)}: {_deed(one)}, profit {words.usd(one.profit_usd_wad)}",
        figures={
            "health_wad": str(view.standing.health_wad),
            "assets": str(one.assets),
            "bought_assets": str(one.bought_assets),
            "bounty_assets": str(one.bounty_assets),
            "profit_usd_wad": str(one.profit_usd_wad),
        },
    )


def _cause(view: OrderView) -> str:
    order, name = view.order, NAMES[view.order.kind]
    if order.kind == Kind.TAKE_PROFIT:
        price, trigger = words.usd(view.standing.price_usd_wad), words.usd(order.trigger_wad)
        return f"{name} of {order.account} is due at {price}, from {trigger} on"
    health, trigger = _health(view.standing.health_wad), _health(order.trigger_wad)
    return f"{name} of {order.account} is due at health {health}, below {trigger}"


def _deed(one: _Execution) -> str:
    moved = words.assets(one.assets, one.token.decimals, one.token.symbol)
    bounty = words.assets(one.bounty_assets, one.bounty_token.decimals, one.bounty_token.symbol)
    if one.view.order.kind == Kind.TOP_UP:
        return f"pays in {moved} of its owner for a bounty of {bounty}"
    bought = words.assets(one.bought_assets, one.bounty_token.decimals, one.bounty_token.symbol)
    return f"sells {moved} for {bought} to repay, for a bounty of {bounty}"


def _health(health_wad: int) -> str:
    return format_units(health_wad, 18)[:6]


def _subject(view: OrderView) -> str:
    return f"account.{view.order.account}.order.{view.id}"


def _skip(view: OrderView, code: str, reason: str) -> Skip:
    return Skip(POLICY, _subject(view), code, f"{NAMES[view.order.kind]} {view.id}: {reason}")
