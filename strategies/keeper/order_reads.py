# SPDX-License-Identifier: Apache-2.0
"""What the orders policy needs to know of a block: read in the collector's own round trips."""

from dataclasses import dataclass
from itertools import starmap

from strategies.chain.contract import AbiShelf
from strategies.chain.reader import Read, ReadRefused
from strategies.keeper.batch import Batch
from strategies.keeper.catalog import Catalog, PoolEntry
from strategies.model.orders import Kind, Order, Standing, due_assets
from strategies.policy.snapshot import GrantView, OrderBookView, OrderView
from strategies.units import Address, Timestamp

# `Orders.orders` answers at most this many at once.
PAGE = 100

# The flag of each action in `IOperators`.
ACTIONS = {"supply": 1, "withdraw": 2, "borrow": 4, "repay": 8}


@dataclass(frozen=True, slots=True)
class _Position:
    """`ILens.PositionView`, field by field."""

    pool: Address
    shares: int
    assets: int
    debt_assets: int
    is_pledged: bool
    wallet_assets: int  # of the owner, who pays
    max_withdraw: int
    allowance: int  # of the owner's assets to the pool


class OrderReads:
    """One method for each round trip, in order; then `view`. Without an order book they ask nothing."""

    def __init__(self, shelf: AbiShelf, catalog: Catalog, now: Timestamp, batch: Batch) -> None:
        self._shelf = shelf
        self._catalog = catalog
        self._now = now
        self._batch = batch
        self._pools = {pool.address: pool for pool in catalog.pools}
        self._tokens = {token.address: token for token in catalog.tokens}

    # --- Round trips ---

    def ask_count(self) -> None:
        book = self._catalog.order_book
        if book is None:
            return
        self._ask((book, "item_count"), book, "Orders")
        at = self._catalog.heartbeat
        if at is not None:
            for function in ("opened_in", "opening_jobs", "closing_jobs"):
                self._ask((at, function), at, "Heartbeat")

    def ask_pages(self) -> None:
        for start in self._pages():
            at = self._catalog.order_book
            self._ask((start, "orders"), at, "Orders", (start, PAGE))

    def ask_orders(self) -> None:
        for number in self._numbers():
            self._ask((number, "order_of"), self._catalog.order_book, "Orders", (number,))

    def ask_standings(self) -> None:
        catalog = self._catalog
        placed: dict[Address, list[Address]] = {}
        for order in self._orders().values():
            debt_pool = self._debt_pool(order)
            if debt_pool is None or order.pool not in self._pools:
                continue
            placed.setdefault(order.account, []).append(order.pool)
            pools = (debt_pool.address, order.pool)
            self._ask((*pools, "thresholds_bps"), catalog.risk_terms, "RiskTerms", pools)
            for asset in (self._pools[order.pool].asset, debt_pool.asset):
                for function in ("bid_usd_wad", "ask_usd_wad"):
                    self._ask((asset, function), catalog.oracle, "PriceOracle", (asset,))
        for account, pools in placed.items():
            self._ask((account, "owner_of"), catalog.accounts, "Accounts", (account,))
            # An account has at most eight orders, and the lens takes sixteen pools.
            self._ask((account, "account"), catalog.lens, "Lens", (account, pools))

    def ask_executions(self) -> None:
        """Of what is due: what its route would pay, and what its owner lets happen."""
        for number, order in self._orders().items():
            standing, _ = self._standing(order)
            assets = 0 if standing is None else due_assets(self._now, order, standing)
            if assets == 0:
                continue
            is_sale = self._debt_pool(order).asset != self._pools[order.pool].asset
            if order.kind != Kind.TOP_UP and is_sale:
                name, at = (number, "quote_exact_in"), self._catalog.router
                self._ask(name, at, "Router", (order.hops, assets))
            for action, account in self._granted(order):
                arguments = (account, self._catalog.order_book, ACTIONS[action], order.pool)
                name = (number, action, "grant_of")
                self._ask(name, self._catalog.operators, "Operators", arguments)

    # --- The view ---

    def view(self) -> OrderBookView | None:
        if self._catalog.order_book is None:
            return None
        return OrderBookView(
            address=self._catalog.order_book,
            heartbeat_opened_in=self._heartbeat_opened_in(),
            orders=tuple(self._view(number, order) for number, order in self._orders().items()),
        )

    def _heartbeat_opened_in(self) -> int | None:
        at, batch = self._catalog.heartbeat, self._batch
        if at is None:
            return None
        jobs = (*batch.need(at, "opening_jobs"), *batch.need(at, "closing_jobs"))
        is_job = any(target == self._catalog.order_book for target, _, _ in jobs)
        return batch.need(at, "opened_in") if is_job else None

    def _view(self, number: int, order: Order) -> OrderView:
        standing, refusal = self._standing(order)
        if standing is None:
            return OrderView(number, order, standing=None, refusal=refusal)
        batch, position = self._batch, self._position(order)
        quote = batch.maybe(number, "quote_exact_in") if batch.has(number, "quote_exact_in") else 0
        is_refused = isinstance(quote, ReadRefused)
        return OrderView(
            id=number,
            order=order,
            standing=standing,
            bought_assets=0 if is_refused else quote,
            debt_ask_usd_wad=batch.need(self._debt_pool(order).asset, "ask_usd_wad"),
            route_refusal=quote.reason if is_refused else "",
            grants=tuple(
                _grant(action, account, batch.need(number, action, "grant_of"))
                for action, account in self._granted(order)
                if batch.has(number, action, "grant_of")
            ),
            wallet_assets=position.wallet_assets,
            wallet_allowance=position.allowance,
        )

    def _standing(self, order: Order) -> tuple[Standing | None, str]:
        """Where it stands, or why that is not known."""
        batch, pool = self._batch, self._pools.get(order.pool)
        if pool is None:
            return None, f"its pool {order.pool} is not in the deployments file"
        if not batch.has(order.account, "status"):
            return None, "its account owes nothing"
        debt_pool = self._debt_pool(order)
        if debt_pool is None:
            return None, "the pool that its account owes to is not in the deployments file"
        status = batch.maybe(order.account, "status")
        bid, ask = (batch.maybe(pool.asset, each) for each in ("bid_usd_wad", "ask_usd_wad"))
        for answer in (status, bid, ask):
            if isinstance(answer, ReadRefused):
                return None, f"where it stands is unknown: {answer.reason}"
        _, _, debt_usd_wad, _, _, limit_usd_wad, health_wad = status
        position = self._position(order)
        _, threshold_bps = batch.need(debt_pool.address, pool.address, "thresholds_bps")
        standing = Standing(
            debt_usd_wad=debt_usd_wad,
            liquidation_limit_usd_wad=limit_usd_wad,
            health_wad=health_wad,
            is_debt_pool=pool is debt_pool,
            threshold_bps=threshold_bps if position.is_pledged else 0,
            held_assets=position.assets,
            releasable=batch.need(pool.address, "releasable"),
            decimals=self._tokens[pool.asset].unit.decimals,
            price_usd_wad=batch.need(pool.asset, "peek")[0],
            bid_usd_wad=bid,
            ask_usd_wad=ask,
        )
        return standing, ""

    # --- Names ---

    def _ask(self, name: tuple, target: Address, kind: str, arguments: tuple = ()) -> None:
        """`name` ends with the function."""
        self._batch.add(name, Read(target, self._shelf.abi(kind), name[-1], arguments))

    def _pages(self) -> range:
        book = self._catalog.order_book
        count = 0 if book is None else self._batch.need(book, "item_count")
        return range(0, count, PAGE)

    def _numbers(self) -> list[int]:
        return [one for start in self._pages() for one in self._batch.need(start, "orders")]

    def _orders(self) -> dict[int, Order]:
        return {number: _order(self._batch.need(number, "order_of")) for number in self._numbers()}

    def _debt_pool(self, order: Order) -> PoolEntry | None:
        """Absent where the account owes nothing, or owes to a pool that we do not know."""
        if not self._batch.has(order.account, "debt_pool_of"):
            return None
        return self._pools.get(self._batch.need(order.account, "debt_pool_of"))

    def _position(self, order: Order) -> _Position:
        _status, _is_priced, positions = self._batch.need(order.account, "account")
        return next(one for one in starmap(_Position, positions) if one.pool == order.pool)

    def _granted(self, order: Order) -> tuple[tuple[str, Address], ...]:
        """(action, account) of the grants that an execution for a bounty needs."""
        if order.kind != Kind.TOP_UP:
            return (("withdraw", order.account),)
        owner = self._batch.need(order.account, "owner_of")
        if order.pool == self._debt_pool(order).address:
            return ("repay", owner), ("borrow", order.account)
        return ("supply", owner), ("withdraw", order.account)


def _order(fields: tuple) -> Order:
    account, kind, *rest = fields
    return Order(account, Kind(kind), *rest)


def _grant(action: str, account: Address, grant: tuple) -> GrantView:
    assets, receiver, expires_at, _ = grant
    return GrantView(action, account, assets, receiver, expires_at)
