# SPDX-License-Identifier: Apache-2.0
"""Loans that fall, markets that are bent, pools without cash, and the protocol's own liquidation."""

from collections.abc import Callable
from random import Random

from strategies.units import BPS, WAD
from tests.evm import Mutation, actor
from tests.invariant.driver import Step, must
from tests.worlds.boundary import (
    BORROWER,
    ETH,
    LENDER,
    PROVIDER,
    RESERVE,
    USD,
    build_boundary,
    open_pair,
)
from tests.worlds.lending import OWNER, PRICES_USD_WAD

NEIGHBOUR = actor("neighbour")
DEBTORS = (BORROWER, NEIGHBOUR)
DEAREST = PRICES_USD_WAD["eth"] // WAD
DAY_SECONDS = 86_400

WEIGHTS = {
    "open_block": 12,
    "price": 10,
    "borrow": 6,
    "repay": 2,
    "reserve": 3,
    "target": 2,
    "slippage": 1,
    "route": 2,
    "limit": 3,
    "drain": 2,
    "depth": 1,
    "wait": 2,
}


class LiquidatorDriver:
    def __init__(self, mutation: Mutation | None = None) -> None:
        self.world = build_boundary([NEIGHBOUR], mutation)
        self.world.lend_and_borrow()
        self.lending, self.machine = self.world.lending, self.world.lending.machine
        self.liquidator = self.world.liquidator
        self.usd, self.eth = self.lending.tokens["usd"], self.lending.tokens["eth"]
        self.pool, self.collateral = self.lending.pools["usd"], self.lending.pools["eth"]
        self.pair = self.world.pairs["eth"]
        # Back from dollars to ether: the owner's mistake, which quotes a lot and brings nothing.
        self.other_pair = open_pair(self.lending, self.world.factory, "eth", DEAREST, fee_bps=100)
        # How often it liquidated, over all episodes.
        self.liquidations = 0
        self.begin()

    def begin(self) -> None:
        self.reserve_before = self.reserve_after = self.usd.balanceOf(self.liquidator)

    # --- What is drawn ---

    def choose(self, random: Random) -> Step:
        action = random.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        if action == "price":
            skew_bps = random.choice((0, 0, 0, -100, -500, 200))
            return Step(action, (random.choice((1_000, 2_000, 2_300, 2_450, DEAREST)), skew_bps))
        if action in ("borrow", "repay"):
            return Step(action, (random.choice(DEBTORS), random.choice((500, 20_000)) * USD))
        if action in ("reserve", "target"):
            return Step(action, (random.choice((0, 1, 500 * USD, RESERVE, 2 * RESERVE)),))
        if action == "slippage":
            return Step(action, (random.choice((0, 200, 1_000)),))
        if action == "route":
            return Step(action, (random.choice(("none", "good", "good", "elsewhere")),))
        if action == "limit":
            return Step(action, (random.choice((0, 500, 2_000)),))
        if action == "drain":
            return Step(action, (random.choice((0, ETH // 100, ETH)),))
        if action == "depth":
            return Step(action, (random.choice((500, 990)),))
        return Step(action, (random.choice((60, 3_600, DAY_SECONDS)),) if action == "wait" else ())

    # --- What is done ---

    def perform(self, step: Step) -> None:
        self.reserve_before = self.reserve_after = self.usd.balanceOf(self.liquidator)
        getattr(self, f"_{step.action}")(*step.arguments)

    def _open_block(self) -> None:
        self.world.open_block()
        self.liquidations += any(log.event == "Tended" for log in self.liquidator.logs())
        self.reserve_after = self.usd.balanceOf(self.liquidator)

    def _price(self, dollars: int, skew_bps: int) -> None:
        self.world.move_market("eth", dollars * (BPS + skew_bps) // BPS)
        self.lending.set_price("eth", dollars * WAD)

    def _borrow(self, debtor: str, assets: int) -> None:
        """Against what lets health stand at 1.2."""
        price_usd_wad = self.lending.oracle.price_usd_wad(self.eth)
        collateral = assets * 10**12 * WAD * 3 // 2 // price_usd_wad
        self.collateral.deposit(collateral, debtor, sender=debtor)
        if self.collateral.address not in self.lending.accounts.pledges_of(debtor):
            self.lending.accounts.pledge(debtor, self.collateral, sender=debtor)
        self.pool.borrow(assets, debtor, sender=debtor)

    def _repay(self, debtor: str, assets: int) -> None:
        self.pool.repay(assets, debtor, sender=debtor)

    def _reserve(self, assets: int) -> None:
        held = self.usd.balanceOf(self.liquidator)
        if assets > held:
            self.usd.transfer(self.liquidator, assets - held, sender=LENDER)
        else:
            self.liquidator.withdraw(self.usd, held - assets, LENDER, sender=OWNER)

    def _target(self, assets: int) -> None:
        self.liquidator.set_reserve_target(self.usd, assets, sender=OWNER)

    def _slippage(self, slippage_bps: int) -> None:
        self.liquidator.set_max_slippage(slippage_bps, sender=OWNER)

    def _route(self, kind: str) -> None:
        hops = [(self.pair.address, self.eth.address), (self.other_pair.address, self.usd.address)]
        length = {"none": 0, "good": 1, "elsewhere": 2}[kind]
        self.liquidator.set_route(self.eth, self.usd, hops[:length], sender=OWNER)

    def _limit(self, outflow_bps: int) -> None:
        window = DAY_SECONDS if outflow_bps else 0
        self.lending.terms.set_outflow_limit(self.collateral, outflow_bps, window, sender=OWNER)

    def _drain(self, left: int) -> None:
        """Somebody borrows the ether but for so much."""
        usd = self.pool
        if usd.address not in self.lending.accounts.pledges_of(LENDER):
            self.lending.accounts.pledge(LENDER, usd, sender=LENDER)
        self.collateral.borrow(max(0, self.collateral.idle() - left), LENDER, sender=LENDER)

    def _depth(self, part: int) -> None:
        """So many thousandths of the market's liquidity leave."""
        shares = self.pair.balanceOf(PROVIDER) * part // 1_000
        self.pair.remove_liquidity(shares, 0, 0, PROVIDER, sender=PROVIDER)

    def _wait(self, seconds: int) -> None:
        self.machine.wait(seconds)

    # --- What must hold ---

    def check(self, step: Step) -> None:
        for check in CHECKS.values():
            check(self, step)


def check_beat_3(driver: LiquidatorDriver, step: Step) -> None:
    """No less of the debt's token than before, nothing else, and nobody may take any of it."""
    had, has = driver.reserve_before, driver.reserve_after
    must("BEAT-3", has >= had, f"{step} left {has} of {had} in reserve")
    for name, token in driver.lending.tokens.items():
        pool = driver.lending.pools[name]
        if name != "usd":
            held = token.balanceOf(driver.liquidator)
            must("BEAT-3", held == 0, f"{step} left {held} of {name}")
        shares = pool.balanceOf(driver.liquidator)
        must("BEAT-3", shares == 0, f"{step} left {shares} shares of {name}")
        for spender in (pool, driver.world.router):
            allowed = token.allowance(driver.liquidator, spender)
            must("BEAT-3", allowed == 0, f"{step} left an allowance of {allowed} {name}")


CHECKS: dict[str, Callable[[LiquidatorDriver, Step], None]] = {"BEAT-3": check_beat_3}
