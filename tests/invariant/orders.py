# SPDX-License-Identifier: Apache-2.0
"""A borrower sets orders, prices move, and an executor tries each order whenever it likes.

What an execution took is measured by all that the borrower has, in dollars, and not by what the
contract says of it.
"""

from dataclasses import dataclass, replace
from random import Random
from typing import Any

from strategies.units import BPS, WAD
from tests.evm import Mutation, compile_contract
from tests.invariant.driver import Step, must
from tests.worlds.boundary import BORROWER, ETH, LIQUIDATOR, USD, build_boundary
from tests.worlds.lending import OWNER

EXECUTOR = LIQUIDATOR
FOREVER = 2**256 - 1
HOUR = 3_600
STOP_LOSS, TAKE_PROFIT, TOP_UP = 1, 2, 4
SUPPLY, WITHDRAW, BORROW, REPAY = 1, 2, 4, 8
# What rounding may cost in one execution: a cent.
CENT_WAD = WAD // 100

# Shares burned are rounded up: a base unit in each execution of an order.
DUST = 10

# How often each action is drawn.
WEIGHTS = {"set": 6, "cancel": 1, "execute": 8, "run_item": 4, "price": 6, "wait": 1, "borrow": 5}


@dataclass(frozen=True)
class Order:
    """As it is set, but for its account and its route."""

    kind: int
    name: str
    trigger_wad: int
    target_wad: int
    assets: int
    slippage_bps: int
    bounty_bps: int
    expires_at: int


@dataclass(frozen=True)
class Figures:
    """What the borrower has, and what the executor was paid."""

    health_wad: int
    supplied: int
    debt: int
    wallet: dict[str, int]
    executor: dict[str, int]
    wealth_usd_wad: int


class OrdersDriver:
    """Draws the moves of all, makes them, and checks ORD-1 and ORD-2."""

    def __init__(self, mutation: Mutation | None = None) -> None:
        self.world = build_boundary(mutation=mutation)
        self.world.lend_and_borrow()
        self.lending, self.machine = self.world.lending, self.world.lending.machine
        self.pools, self.tokens = self.lending.pools, self.lending.tokens
        operators = self.machine.deploy(
            compile_contract("lending/Operators.vy", mutation=mutation), self.lending.accounts
        )
        self.lending.accounts.set_operators(operators, sender=OWNER)
        self.orders = self.machine.deploy(
            compile_contract("lending/Orders.vy", mutation=mutation), operators, self.world.router
        )
        forever = (FOREVER, self.orders.address, 2**64, 0)
        for name, action in (
            *(("eth", SUPPLY), ("eth", WITHDRAW)),
            *(("usd", REPAY), ("usd", BORROW)),
        ):
            arguments = (BORROWER, self.orders, action, self.pools[name], forever)
            operators.grant(*arguments, sender=BORROWER)
        # Kinds that were executed, with and without a bounty, over all episodes.
        self.executed: set[tuple[int, bool]] = set()
        self.begin()

    def begin(self) -> None:
        self.known: dict[int, Order] = {}
        self.tried: Order | None = None
        self.is_paid = False
        self.before = self.after = self.figures()

    # --- What is drawn ---

    def choose(self, random: Random) -> Step:
        action = random.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        if action == "set":
            return Step(action, self._draw_order(random))
        if action in ("cancel", "execute"):
            return Step(action, (random.choice(list(self.known) or [1]),))
        if action == "run_item":
            return Step(action, (random.randrange(len(self.known) + 1),))
        if action == "price":
            skew_bps = random.choice((0, 0, 0, -400, 200))
            return Step(action, (random.choice((2_500, 2_700, 3_000, 3_400, 4_000)), skew_bps))
        return Step(action, (random.choice((60, HOUR, 3 * HOUR)),))

    def _draw_order(self, random: Random) -> tuple[Any, ...]:
        kind = random.choice((STOP_LOSS, TAKE_PROFIT, TOP_UP))
        name = random.choice(("eth", "usd")) if kind == TOP_UP else "eth"
        trigger_wad = random.choice((108, 115, 125)) * WAD // 100
        target_wad = trigger_wad + random.choice((5, 20, 50)) * WAD // 100
        if kind == TAKE_PROFIT:
            trigger_wad = random.choice((3_000, 3_400)) * WAD
        if kind != TOP_UP and random.random() < 0.2:
            target_wad = FOREVER
        unit = {"usd": 1_000 * USD, "eth": ETH}[name]
        assets = random.choice((unit // 2, 5 * unit, 100 * unit))
        bounds = (random.choice((50, 200)), random.choice((0, 50)), random.choice((1, 10)) * HOUR)
        return kind, name, trigger_wad, target_wad, assets, *bounds

    # --- What is done ---

    def perform(self, step: Step) -> None:
        self.tried = None
        self.before = self.after = self.figures()
        getattr(self, f"_{step.action}")(*step.arguments)

    def _set(self, kind: int, name: str, *rest: int) -> None:
        *figures, seconds = rest
        order = Order(kind, name, *figures, self.machine.timestamp + seconds)
        hops = [(self.world.pairs["eth"].address, self.tokens["eth"].address)]
        fields = (
            *(BORROWER, kind, self.pools[name].address, *figures),
            *(order.expires_at, hops if kind != TOP_UP else []),
        )
        number = self.orders.set_order(fields, sender=BORROWER)
        self.known[number] = order

    def _cancel(self, number: int) -> None:
        self.orders.cancel_order(number, sender=BORROWER)
        self.known.pop(number)

    def _execute(self, number: int) -> None:
        self.orders.execute(number, sender=EXECUTOR)
        self._count(number, is_paid=True)

    def _run_item(self, position: int) -> None:
        numbers = self.orders.orders(position, 1)
        self.orders.run_item(position, sender=EXECUTOR)
        if numbers:
            self._count(numbers[0], is_paid=False)

    def _count(self, number: int, *, is_paid: bool) -> None:
        self.tried, self.is_paid, self.after = self.known[number], is_paid, self.figures()
        if (self.after.supplied, self.after.debt) != (self.before.supplied, self.before.debt):
            self.executed.add((self.tried.kind, is_paid))
            left = self.tried.assets - self.moved(self.tried)
            self.known[number] = replace(self.tried, assets=left)
        standing = self.orders.orders_of(BORROWER)
        self.known = {each: order for each, order in self.known.items() if each in standing}

    def _price(self, dollars: int, skew_bps: int) -> None:
        self.world.move_market("eth", dollars * (BPS + skew_bps) // BPS)
        self.lending.set_price("eth", dollars * WAD)

    def _wait(self, seconds: int) -> None:
        self.machine.wait(seconds)

    def _borrow(self, _seconds: int) -> None:
        """More of both, so that there is always something to unwind."""
        self.pools["eth"].deposit(ETH, BORROWER, sender=BORROWER)
        self.pools["usd"].borrow(2_200 * USD, BORROWER, sender=BORROWER)

    # --- What must hold ---

    def check(self, step: Step) -> None:
        for check in CHECKS.values():
            check(self, step)

    def figures(self) -> Figures:
        status = self.lending.accounts.status(BORROWER)
        eth = self.pools["eth"]
        wallet = {name: self.tokens[name].balanceOf(BORROWER) for name in ("usd", "eth")}
        _debt_pool, _assets, debt_usd_wad, collateral_usd_wad, _limit, _higher, health_wad = status
        return Figures(
            health_wad,
            eth.convertToAssets(eth.balanceOf(BORROWER)),
            self.pools["usd"].debt_of(BORROWER),
            wallet,
            {name: self.tokens[name].balanceOf(EXECUTOR) for name in ("usd", "eth")},
            collateral_usd_wad - debt_usd_wad + self.usd_wad(wallet),
        )

    def price_usd_wad(self, name: str) -> int:
        return self.lending.oracle.price_usd_wad(self.tokens[name])

    def usd_wad(self, held: dict[str, int]) -> int:
        units = {"usd": USD, "eth": ETH}
        return sum(
            assets * self.price_usd_wad(name) // units[name] for name, assets in held.items()
        )

    def is_due(self, order: Order) -> bool:
        if order.kind == TAKE_PROFIT:
            is_met = self.price_usd_wad("eth") >= order.trigger_wad
        else:
            is_met = self.before.health_wad < order.trigger_wad
        is_standing = self.machine.timestamp < order.expires_at
        return is_met and is_standing and self.before.health_wad < order.target_wad

    def moved(self, order: Order) -> int:
        """Assets sold or paid in, by what the borrower has less of."""
        if order.kind == TOP_UP:
            return self.before.wallet[order.name] - self.after.wallet[order.name]
        return self.before.supplied - self.after.supplied


def check_ord_1(driver: OrdersDriver, step: Step) -> None:
    """Only when due; no more than the order's assets, its bound and its bounty; for better health."""
    order, before, after = driver.tried, driver.before, driver.after
    if order is None or (after.supplied, after.debt) == (before.supplied, before.debt):
        return
    must("ORD-1", driver.is_due(order), f"{order} was not due at health {before.health_wad}")
    must("ORD-1", after.health_wad > before.health_wad, f"health is {after.health_wad}")
    moved = driver.moved(order)
    must("ORD-1", 0 < moved <= order.assets + DUST, f"{moved} of {order.assets} moved")

    bounty_bps = order.bounty_bps if driver.is_paid else 0
    slippage_bps = 0 if order.kind == TOP_UP else order.slippage_bps
    moved_usd_wad = driver.usd_wad({order.name: moved})
    lost_usd_wad = before.wealth_usd_wad - after.wealth_usd_wad
    allowed_usd_wad = moved_usd_wad * (slippage_bps + bounty_bps) // BPS + CENT_WAD
    must("ORD-1", lost_usd_wad <= allowed_usd_wad, f"lost {lost_usd_wad} of {moved_usd_wad}")
    gained_usd_wad = driver.usd_wad(after.executor) - driver.usd_wad(before.executor)
    # Of what the sale fetched, which may be better than the oracle's word by the market's lead.
    bounty_usd_wad = moved_usd_wad * bounty_bps // BPS * 105 // 100
    must("ORD-1", 0 <= gained_usd_wad <= bounty_usd_wad, f"the executor got {gained_usd_wad}")


def check_ord_2(driver: OrdersDriver, step: Step) -> None:
    """Nothing is left in the contract, and nobody may take anything from it."""
    orders = driver.orders
    for name, token in driver.tokens.items():
        must("ORD-2", token.balanceOf(orders) == 0, f"it holds {name}")
        pool = driver.pools[name]
        shares = pool.balanceOf(orders), pool.debt_shares_of(orders)
        must("ORD-2", shares == (0, 0), f"it holds shares or a debt of {name}")
        for spender in (pool, driver.world.router):
            must("ORD-2", token.allowance(orders, spender) == 0, f"{name} may be taken from it")


CHECKS = {"ORD-1": check_ord_1, "ORD-2": check_ord_2}
