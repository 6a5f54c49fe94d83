# SPDX-License-Identifier: Apache-2.0
"""A pool that loses, a reserve that comes and goes, a stake whose market somebody bends.

What a loss took is measured by balances, and the days are counted here as well.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from strategies.units import BPS, WAD
from tests.evm import Mutation
from tests.invariant.driver import Step, must
from tests.invariant.figures import part_of
from tests.worlds.backstop import (
    HEAD_USD_WAD,
    LIMIT,
    SLASH_BPS,
    SLIPPAGE_BPS,
    STAKE,
    STAKER,
    build_backstop,
)
from tests.worlds.boundary import PROVIDER, USD
from tests.worlds.lending import OWNER

DAY_SECONDS = 86_400
# A base unit of a dollar in USD, WAD.
UNIT_USD_WAD = WAD // USD

WEIGHTS = {
    "lose": 16,
    "give": 5,
    "withdraw": 3,
    "bend": 4,
    "price": 2,
    "limit": 3,
    "bounds": 3,
    "stake": 1,
    "wait": 6,
}


@dataclass(frozen=True)
class Figures:
    reserve: int
    paid: int
    stake: int
    held_head: int


@dataclass(frozen=True)
class Loss:
    """What was asked for, and what was there, before and after."""

    asked: int
    limit: int
    paid_today: int
    taken_today: int
    before: Figures
    after: Figures

    @property
    def paid(self) -> int:
        return self.after.paid - self.before.paid

    @property
    def taken(self) -> int:
        return self.before.stake - self.after.stake

    @property
    def fetched(self) -> int:
        return self.after.reserve + self.paid - self.before.reserve

    @property
    def wanted(self) -> int:
        return min(self.asked, max(0, self.limit - self.paid_today))


class BackstopDriver:
    def __init__(self, mutation: Mutation | None = None) -> None:
        self.world = build_backstop(mutation)
        self.machine, self.backstop = self.world.machine, self.world.backstop
        # Losses that took of the stake, over all episodes.
        self.sales = 0
        self.begin()

    def begin(self) -> None:
        self.limit, self.slash_bps, self.slippage_bps = LIMIT, SLASH_BPS, SLIPPAGE_BPS
        self.head_usd_wad = HEAD_USD_WAD
        self.day = self.paid_today = self.taken_today = 0
        self.loss: Loss | None = None

    def figures(self) -> Figures:
        world = self.world
        return Figures(
            world.usd.balanceOf(self.backstop),
            world.usd.balanceOf(world.pool),
            world.staking.totalAssets(),
            world.head.balanceOf(self.backstop),
        )

    # --- What is drawn ---

    def choose(self, random: Random) -> Step:
        action = random.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        if action == "lose":
            return Step(action, (random.choice((1, 700 * USD, 10_300 * USD, LIMIT // 5, LIMIT)),))
        if action == "give":
            return Step(action, (random.choice((1, 300 * USD, 50_000 * USD)),))
        if action == "withdraw":
            return Step(action, (part_of(random, self.world.usd.balanceOf(self.backstop)),))
        if action == "bend":
            return Step(
                action, (random.choice((20_000 * WAD, 200_000 * WAD)), random.random() < 0.5)
            )
        if action == "price":
            return Step(action, (random.choice((0, WAD, HEAD_USD_WAD, 3 * WAD)),))
        if action == "limit":
            return Step(action, (random.choice((0, 1_000 * USD, LIMIT, LIMIT)),))
        if action == "bounds":
            slash_bps = random.choice((0, 200, SLASH_BPS, 3_000))
            return Step(action, (slash_bps, random.choice((0, 100, SLIPPAGE_BPS, 2_000))))
        if action == "stake":
            return Step(action, (part_of(random, STAKE),))
        return Step(action, (random.choice((60, 6 * 3_600, DAY_SECONDS)),))

    # --- What is done ---

    def perform(self, step: Step) -> None:
        self.loss = None
        getattr(self, f"_{step.action}")(*step.arguments)

    def _lose(self, assets: int) -> None:
        today = self.machine.timestamp // DAY_SECONDS
        if today != self.day:
            self.day, self.paid_today, self.taken_today = today, 0, 0
        before, counted = self.figures(), (self.paid_today, self.taken_today)
        self.world.lose(assets)
        self.loss = Loss(assets, self.limit, *counted, before, self.figures())
        self.paid_today += self.loss.paid
        self.taken_today += self.loss.taken
        self.sales += self.loss.taken > 0

    def _give(self, assets: int) -> None:
        self.world.usd.transfer(self.backstop, assets, sender=STAKER)

    def _withdraw(self, assets: int) -> None:
        self.backstop.withdraw(self.world.usd, assets, STAKER, sender=OWNER)

    def _bend(self, head: int, is_sold: bool) -> None:
        """Somebody sells HEAD on its pair, or buys it; the feed stays where it is."""
        token = self.world.head if is_sold else self.world.usd
        assets = head if is_sold else head * HEAD_USD_WAD // WAD // UNIT_USD_WAD
        self.world.pair.swap(token, assets, 0, PROVIDER, sender=PROVIDER)

    def _price(self, head_usd_wad: int) -> None:
        self.world.boundary.lending.feed.set_price(self.world.head, head_usd_wad, sender=OWNER)
        self.head_usd_wad = head_usd_wad

    def _limit(self, assets: int) -> None:
        self.backstop.set_limit(self.world.pool, assets, sender=OWNER)
        self.limit = assets

    def _bounds(self, slash_bps: int, slippage_bps: int) -> None:
        self.backstop.set_bounds(slash_bps, slippage_bps, sender=OWNER)
        self.slash_bps, self.slippage_bps = slash_bps, slippage_bps

    def _stake(self, assets: int) -> None:
        self.world.staking.deposit(assets, STAKER, sender=STAKER)

    def _wait(self, seconds: int) -> None:
        self.machine.wait(seconds)

    # --- What must hold ---

    def check(self, step: Step) -> None:
        for check in CHECKS.values():
            check(self, step)


def check_back_1(driver: BackstopDriver, step: Step) -> None:
    """The reserve first, the stake for what it lacks, and no more than was lost."""
    loss = driver.loss
    if loss is None:
        return
    must("BACK-1", loss.paid <= loss.asked, f"{loss.paid} paid for a loss of {loss.asked}")
    most = loss.before.reserve + loss.fetched
    fact = f"{loss.paid} paid of {most} for {loss.wanted} that could be asked"
    must("BACK-1", loss.paid == min(loss.wanted, most), fact)
    lacked = max(0, loss.wanted - loss.before.reserve)
    must("BACK-1", lacked > 0 or loss.taken == 0, f"{loss.taken} HEAD taken, and nothing lacked")
    if loss.taken > 0:
        # What brings the rest if the sale ends at its bound, and a base unit of each.
        sold_usd_wad = loss.taken * driver.head_usd_wad // WAD
        most_usd_wad = (lacked + 1) * UNIT_USD_WAD * BPS // (BPS - driver.slippage_bps)
        fact = f"{sold_usd_wad} USD of HEAD taken for {lacked} that lacked"
        must("BACK-1", sold_usd_wad <= most_usd_wad + driver.head_usd_wad // WAD + 1, fact)


def check_back_2(driver: BackstopDriver, step: Step) -> None:
    """Within the day's limit, the day's part of the stake, and the bound on a sale."""
    loss = driver.loss
    if loss is None:
        return
    left = max(0, loss.limit - loss.paid_today)
    must("BACK-2", loss.paid <= left, f"{loss.paid} paid, {left} of the day's limit left")
    stake = loss.before.stake + loss.taken_today
    part = stake * driver.slash_bps // BPS
    fact = f"{loss.taken} HEAD after {loss.taken_today} today, of {part}"
    must("BACK-2", loss.taken == 0 or loss.taken_today + loss.taken <= part, fact)
    sold_usd_wad = loss.taken * driver.head_usd_wad // WAD
    least_usd_wad = sold_usd_wad * (BPS - driver.slippage_bps) // BPS
    fact = f"{loss.fetched} fetched for {sold_usd_wad} USD of HEAD"
    must("BACK-2", loss.fetched * UNIT_USD_WAD >= least_usd_wad, fact)
    must("BACK-2", loss.after.held_head == 0, f"{loss.after.held_head} HEAD taken and not sold")


CHECKS: dict[str, Callable[[BackstopDriver, Step], None]] = {
    "BACK-1": check_back_1,
    "BACK-2": check_back_2,
}
