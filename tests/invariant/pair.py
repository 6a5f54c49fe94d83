# SPDX-License-Identifier: Apache-2.0
"""Liquidity providers, traders and donors around one pair."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from strategies.model.pair import LOCKED_LIQUIDITY_HOLDER, MIN_TRADE
from tests.evm import Mutation, actor
from tests.invariant.driver import Step, must
from tests.invariant.figures import any_size, part_of
from tests.worlds.exchange import build_pair
from tests.worlds.panel import Panel

ROLES = {role: actor(role) for role in ("maker", "partner", "trader")}


class PairDriver:
    def __init__(self, mutation: Mutation | None = None) -> None:
        self.world = build_pair(list(ROLES.values()), mutation=mutation)
        self.machine, self.pair, self.tokens = (
            self.world.machine,
            self.world.pair,
            self.world.tokens,
        )
        self.holders = {**ROLES, "locked": LOCKED_LIQUIDITY_HOLDER}
        self.panel = Panel(self.machine, self._figures())
        self.begin()

    def begin(self) -> None:
        self.donated = [0, 0]
        self.quoted: int | None = None
        self.paid: int | None = None
        self.round_trip: tuple[list[int], list[int]] | None = None
        self.after = self.panel.look()
        self.before = self.after

    def _figures(self) -> Iterator[Any]:
        pair = self.pair
        yield "supply", pair, "totalSupply", (), 0
        for side, token in enumerate(self.tokens):
            yield ("reserve", side), pair, "reserves", (), side
            yield ("held", side), token, "balanceOf", (pair,), 0
            yield ("paid", side), pair, f"fees_paid{side}", (), 0
            yield ("claimed", side), pair, f"fees_claimed{side}", (), 0
            yield ("protocol", side), pair, "claimable_protocol_fees", (), side
            for role, address in self.holders.items():
                yield ("claimable", side, role), pair, "claimable_fees", (address,), side
        for role, address in self.holders.items():
            yield ("shares", role), pair, "balanceOf", (address,), 0

    # --- Drawing calls ---

    def choose(self, random: Random) -> Step:
        action = random.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        role = random.choice(list(ROLES))
        side = random.randrange(2)
        reserves = [self.after["reserve", 0], self.after["reserve", 1]]
        if self.after["supply"] == 0 and random.random() < 0.7:
            action = "add"
        if action == "add":
            sizes = (any_size(random, 80), any_size(random, 80))
            if reserves[0] and random.random() < 0.7:
                size = part_of(random, reserves[0])
                sizes = (size, size * reserves[1] // reserves[0] + 1)
            return Step(action, (role, *sizes))
        if action == "remove":
            return Step(action, (role, part_of(random, self.after["shares", role])))
        if action in ("swap", "round_trip"):
            size = random.choice(
                [MIN_TRADE, any_size(random, 100), part_of(random, reserves[side])]
            )
            return Step(action, (role, side, size))
        if action == "transfer":
            to = random.choice(list(ROLES))
            return Step(action, (role, to, part_of(random, self.after["shares", role])))
        if action == "donate":
            return Step(action, (role, side, any_size(random, 60)))
        if action == "wait":
            return Step(action, (random.choice([1, 12, 3_600, 86_400]),))
        return Step(action, (role,))

    # --- Making calls ---

    def perform(self, step: Step) -> None:
        self.before = self.after
        self.quoted = self.paid = self.round_trip = None
        try:
            getattr(self, f"_do_{step.action}")(*step.arguments)
        finally:
            self.after = self.panel.look()

    def _do_add(self, role: str, assets0: int, assets1: int) -> None:
        self.pair.add_liquidity(assets0, assets1, 0, ROLES[role], sender=ROLES[role])

    def _do_remove(self, role: str, liquidity: int) -> None:
        self.pair.remove_liquidity(liquidity, 0, 0, ROLES[role], sender=ROLES[role])

    def _do_swap(self, role: str, side: int, assets: int) -> None:
        token = self.tokens[side]
        self.quoted = self.pair.quote(token, assets)
        self.paid = self.pair.swap(token, assets, 0, ROLES[role], sender=ROLES[role])

    def _do_round_trip(self, role: str, side: int, assets: int) -> None:
        """There and back, with what came out; then liquidity in and out again."""
        me = ROLES[role]
        purse = self._purse(me)
        out = self.pair.swap(self.tokens[side], assets, 0, me, sender=me)
        self.pair.swap(self.tokens[1 - side], max(out, MIN_TRADE), 0, me, sender=me)
        *_, liquidity = self.pair.add_liquidity(assets, assets, 0, me, sender=me)
        self.pair.remove_liquidity(liquidity, 0, 0, me, sender=me)
        self.round_trip = (purse, self._purse(me))

    def _purse(self, holder: str) -> list[int]:
        return [token.balanceOf(holder) for token in self.tokens]

    def _do_claim(self, role: str) -> None:
        self.pair.claim_fees(ROLES[role], sender=ROLES[role])

    def _do_claim_protocol(self, role: str) -> None:
        self.pair.claim_protocol_fees(sender=ROLES[role])

    def _do_transfer(self, role: str, to: str, liquidity: int) -> None:
        self.pair.transfer(ROLES[to], liquidity, sender=ROLES[role])

    def _do_donate(self, role: str, side: int, assets: int) -> None:
        self.tokens[side].transfer(self.pair, assets, sender=ROLES[role])
        self.donated[side] += assets

    def _do_wait(self, seconds: int) -> None:
        self.machine.wait(seconds)

    def check(self, step: Step) -> None:
        for check in CHECKS.values():
            check(self, step)


def check_pair_1(driver: PairDriver, step: Step) -> None:
    """Held equals reserves, unclaimed LP fees, unclaimed protocol fees and donations."""
    seen = driver.after
    for side in (0, 1):
        fees = seen["paid", side] - seen["claimed", side] + seen["protocol", side]
        owed = seen["reserve", side] + fees + driver.donated[side]
        held = seen["held", side]
        must("PAIR-1", held == owed, f"holds {held} of token{side}, owes {owed}")


def check_pair_2(driver: PairDriver, step: Step) -> None:
    """The product of the reserves per squared LP token never falls."""
    before, after = driver.before, driver.after
    if before["supply"] == 0:
        return
    product0 = before["reserve", 0] * before["reserve", 1]
    product1 = after["reserve", 0] * after["reserve", 1]
    fact = f"from {product0} / {before['supply']}^2 to {product1} / {after['supply']}^2"
    must("PAIR-2", product1 * before["supply"] ** 2 >= product0 * after["supply"] ** 2, fact)


def check_pair_3(driver: PairDriver, step: Step) -> None:
    """Claimed and claimable LP fees never exceed those paid, and miss them by dust."""
    seen = driver.after
    for side in (0, 1):
        claimable = sum(seen["claimable", side, role] for role in driver.holders)
        given, paid = seen["claimed", side] + claimable, seen["paid", side]
        fact = f"token{side}: {given} claimed or claimable of {paid} paid"
        must("PAIR-3", given <= paid, fact)
        must("PAIR-3", paid - given <= len(driver.holders), fact)


def check_pair_4(driver: PairDriver, step: Step) -> None:
    """A swap pays its quote; no round of calls gains in one token and loses in none."""
    must("PAIR-4", driver.quoted == driver.paid, f"quoted {driver.quoted}, paid {driver.paid}")
    if driver.round_trip is not None:
        purse, later = driver.round_trip
        gains = [new - old for old, new in zip(purse, later, strict=True)]
        must("PAIR-4", min(gains) < 0 or max(gains) <= 0, f"a round trip gained {gains}")


def check_pair_5(driver: PairDriver, step: Step) -> None:
    """LP balances sum to the supply; neither it nor a reserve is ever zero again."""
    seen = driver.after
    shares = sum(seen["shares", role] for role in driver.holders)
    must("PAIR-5", shares == seen["supply"], f"supply {seen['supply']}, balances {shares}")
    if driver.before["supply"] > 0:
        least = min(seen["supply"], seen["reserve", 0], seen["reserve", 1])
        must("PAIR-5", least > 0, "the pair is empty again")


CHECKS: dict[str, Callable[[PairDriver, Step], None]] = {
    "PAIR-1": check_pair_1,
    "PAIR-2": check_pair_2,
    "PAIR-3": check_pair_3,
    "PAIR-4": check_pair_4,
    "PAIR-5": check_pair_5,
}

WEIGHTS = {
    "add": 12,
    "remove": 8,
    "swap": 30,
    "round_trip": 8,
    "claim": 8,
    "claim_protocol": 3,
    "transfer": 6,
    "donate": 3,
    "wait": 5,
}
