# SPDX-License-Identifier: Apache-2.0
"""Feeds that speak, age, fall silent and lie, and a borrower who tries everything meanwhile."""

from collections.abc import Callable
from random import Random
from statistics import median_low

from strategies.units import WAD
from tests.evm import Mutation, Reverted
from tests.invariant.driver import Step, must
from tests.invariant.figures import part_of
from tests.worlds.lending import OWNER, PRICES_USD_WAD
from tests.worlds.oracle import (
    BORROWER,
    LIQUIDATOR,
    MAX_AGE_SECONDS,
    PUBLISHERS,
    THRESHOLD,
    build_oracle,
)

MAX_UINT256 = 2**256 - 1
CLOCK_SKEW_SECONDS = 15

# What needs a price of tBTC, for it adds risk or takes collateral.
RISKY = {"borrow", "withdraw", "transfer", "unpledge", "liquidate"}


class OracleDriver:
    def __init__(self, mutation: Mutation | None = None) -> None:
        self.world = build_oracle(mutation)
        self.lending, self.machine = self.world.lending, self.world.lending.machine
        self.usd, self.btc = self.lending.pools["usd"], self.lending.pools["btc"]
        self.begin()

    def begin(self) -> None:
        first = (PRICES_USD_WAD["btc"], self.machine.timestamp)
        self.said = dict.fromkeys(("first", "second", "published"), first)
        self.next_said = first
        self.broken: set[str] = set()
        self.is_done = False
        self.kept = first
        self.owed = self.usd.debt_of(BORROWER)
        self.held = self.btc.balanceOf(BORROWER)

    # --- Drawing calls ---

    def choose(self, random: Random) -> Step:
        action = random.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        feed = random.choice(["first", "second"])
        if action == "report":
            age = random.choice([0, 0, 1, MAX_AGE_SECONDS, MAX_AGE_SECONDS + 1, 2 * 86_400])
            return Step(action, (feed, self._price(random), age))
        if action == "set_broken":
            return Step(action, (feed, random.random() < 0.4))
        if action == "publish":
            age = random.choice([-16, -15, 0, 0, 0, 1, 100, MAX_AGE_SECONDS])
            signers = random.choice(
                [(0, 1), (0, 2), (1, 2), (0, 1, 2), (0,), (1, 0), (0, 0), (0, 3), ()]
            )
            return Step(action, (self._price(random), age, signers))
        if action == "wait":
            return Step(action, (random.choice([1, 12, 600, 1_800, MAX_AGE_SECONDS]),))
        if action in ("borrow", "deposit"):
            return Step(action, (random.choice([1, 10**6, 10**9]),))
        if action in ("withdraw", "transfer"):
            return Step(action, (part_of(random, self.held // 10**6),))
        if action == "repay":
            return Step(action, (1 + part_of(random, self.owed // 3),))
        return Step(action)

    def _price(self, random: Random) -> int:
        dollars = [0, 1, 15_500, 16_000, 17_000, 19_000, 40_000, 60_000, 61_000, 10**13]
        return random.choice(dollars) * WAD

    # --- Making calls ---

    def perform(self, step: Step) -> None:
        self.is_done = False
        try:
            getattr(self, f"_do_{step.action}")(*step.arguments)
            self.is_done = True
        finally:
            self.kept, self.before = self._published(), self.kept
            self.owed, self.held = self.usd.debt_of(BORROWER), self.btc.balanceOf(BORROWER)

    def _published(self) -> tuple[int, int]:
        return self.world.published.newest(self.world.token)

    def _do_report(self, feed: str, price_usd_wad: int, age_seconds: int) -> None:
        at = self.machine.timestamp - age_seconds
        self.world.plain[feed].set_price(self.world.token, price_usd_wad, at, sender=OWNER)
        self.said[feed] = (price_usd_wad, at)

    def _do_set_broken(self, feed: str, is_broken: bool) -> None:
        self.world.plain[feed].set_broken(is_broken, sender=OWNER)
        self.broken = self.broken | {feed} if is_broken else self.broken - {feed}

    def _do_publish(self, price_usd_wad: int, age_seconds: int, signers: tuple[int, ...]) -> None:
        at = self.machine.timestamp - age_seconds
        report = (self.world.token.address, price_usd_wad, at)
        signatures = self.world.sign([report], signers)
        self.world.published.publish([report], signatures, sender=LIQUIDATOR)
        self.next_said = (price_usd_wad, at)

    def _do_wait(self, seconds: int) -> None:
        """A later block: what was published counts."""
        self.machine.wait(seconds)
        self.said["published"] = self.next_said

    def _do_borrow(self, assets: int) -> None:
        self.usd.borrow(assets, BORROWER, sender=BORROWER)

    def _do_repay(self, assets: int) -> None:
        self.usd.repay(assets, BORROWER, sender=BORROWER)

    def _do_deposit(self, assets: int) -> None:
        self.btc.deposit(assets, BORROWER, sender=BORROWER)

    def _do_withdraw(self, assets: int) -> None:
        self.btc.withdraw(assets, BORROWER, BORROWER, sender=BORROWER)

    def _do_transfer(self, assets: int) -> None:
        self.btc.transfer(LIQUIDATOR, assets * 10**6, sender=BORROWER)

    def _do_unpledge(self) -> None:
        self.lending.accounts.unpledge(BORROWER, self.btc, sender=BORROWER)

    def _do_liquidate(self) -> None:
        self.usd.liquidate(BORROWER, self.btc, 10**9, 0, sender=LIQUIDATOR)

    # --- An independent opinion of the price ---

    def reading(self) -> tuple[int, bool]:
        """The median of what counts, the mean of the middle two if even; and whether it counts."""
        heard = [
            said
            for name, said in self.said.items()
            if name not in self.broken and 0 < said[0] <= 10**12 * WAD
        ]
        fresh = [price for price, at in heard if at + MAX_AGE_SECONDS >= self.machine.timestamp]
        if fresh and 2 * len(fresh) >= len(self.said):
            return median_down(fresh), True
        return median_down([price for price, _ in heard]), False

    def check(self, step: Step) -> None:
        for check in CHECKS.values():
            check(self, step)


def median_down(prices: list[int]) -> int:
    if not prices:
        return 0
    upper = -median_low([-price for price in prices])
    return (median_low(prices) + upper) // 2


def check_orc_1(driver: OracleDriver, step: Step) -> None:
    """A price is the median of feeds no older than their bound; without one, no risk is added."""
    price, is_fresh = driver.reading()
    oracle, token = driver.lending.oracle, driver.world.token
    stated, _, stated_fresh = oracle.peek(token)
    fact = f"the oracle says {stated}, fresh {stated_fresh}; the feeds {price}, fresh {is_fresh}"
    must("ORC-1", (stated, stated_fresh) == (price, is_fresh), fact)
    try:
        relied_on = oracle.price_usd_wad(token)
    except Reverted as refusal:
        must("ORC-1", not is_fresh, f"a fresh price was refused: {refusal}")
    else:
        must("ORC-1", is_fresh and relied_on == price, f"{fact}; it gave {relied_on}")

    if step.action in RISKY and driver.owed > 0:
        went = "went through" if driver.is_done else "was refused"
        must("ORC-1", is_fresh or not driver.is_done, f"{step} {went} without a price")
    if step.action == "deposit" or (step.action == "repay" and driver.owed > 0):
        must("ORC-1", driver.is_done, f"{step} was refused, which lowers risk")


def check_orc_2(driver: OracleDriver, step: Step) -> None:
    """A feed's report is newer than the one before it and signed by the quorum."""
    if step.action != "publish":
        must("ORC-2", driver.kept == driver.before, f"{step} changed what was published")
        return
    price, age, signers = step.arguments
    at = driver.machine.timestamp - age
    known = [each for each in signers if each < len(PUBLISHERS)]
    is_signed = len(known) == len(signers) >= THRESHOLD and list(signers) == sorted(set(signers))
    is_newer = driver.before[1] < at <= driver.machine.timestamp + CLOCK_SKEW_SECONDS
    is_due = is_signed and is_newer and price > 0
    fact = f"{step} at {driver.machine.timestamp}, after a report of {driver.before[1]}"
    must("ORC-2", driver.is_done == is_due, f"{fact}: accepted {driver.is_done}, due {is_due}")
    expected = (price, at) if is_due else driver.before
    must("ORC-2", driver.kept == expected, f"{fact}: kept {driver.kept}")


def check_orc_6(driver: OracleDriver, step: Step) -> None:
    """A report counts from the block after its own on."""
    said, due = driver.world.published.latest(driver.world.token), driver.said["published"]
    must("ORC-6", said == due, f"after {step} the feed says {said}, {due} stands")


CHECKS: dict[str, Callable[[OracleDriver, Step], None]] = {
    # Before ORC-1, which takes the feeds at their word.
    "ORC-6": check_orc_6,
    "ORC-1": check_orc_1,
    "ORC-2": check_orc_2,
}

WEIGHTS = {
    "report": 16,
    "publish": 16,
    "set_broken": 4,
    "wait": 10,
    "borrow": 8,
    "withdraw": 6,
    "transfer": 4,
    "unpledge": 1,
    "liquidate": 8,
    "repay": 4,
    "deposit": 6,
}
