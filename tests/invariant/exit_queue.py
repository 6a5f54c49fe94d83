# SPDX-License-Identifier: Apache-2.0
"""Lenders who queue for the cash of a pool that is lent out, and a model of each ticket in fractions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from strategies.units import WAD
from tests.evm import Mutation, Reverted, actor
from tests.invariant.driver import Step, must
from tests.invariant.figures import part_of
from tests.worlds.exit_queue import BORROWER, COLLATERAL, LIQUIDATOR, LOT, build_exit_queue
from tests.worlds.lending import PRICES_USD_WAD
from tests.worlds.panel import Panel

LENDERS = {role: actor(role) for role in ("whale", "lender", "latecomer")}
MAX_UINT256 = 2**256 - 1
MOST_TICKETS = 12


@dataclass
class Ticket:
    """What a ticket should have, to the last fraction."""

    owner: str
    shares: Fraction
    assets: Fraction
    joined_shares: int
    # Each claim drops a fraction of a base unit and of a share.
    claims: int = 0


class ExitQueueDriver:
    def __init__(self, mutation: Mutation | None = None) -> None:
        self.world = build_exit_queue(list(LENDERS.values()), mutation)
        self.machine, self.queue = self.world.lending.machine, self.world.queue
        self.pool, self.token = self.world.pool, self.world.token
        self.panel = Panel(self.machine, self._figures())
        self.begin()

    def begin(self) -> None:
        self.planned: list[Step] = []
        self.tickets: dict[int, Ticket] = {}
        self.received = self.claimed = 0
        self.given_shares = self.given_assets = 0
        self.served: tuple[int, int] | None = None
        self.is_theft = False
        self.touched: int | None = None
        self.after = self.panel.look()
        self.before = self.after
        self.seen = self.seen_before = self._tickets()

    def _figures(self) -> Iterator[Any]:
        pool, queue = self.pool, self.queue
        yield "idle", pool, "idle", (), 0
        yield "held_shares", pool, "balanceOf", (queue,), 0
        yield "held_assets", self.token, "balanceOf", (queue,), 0
        yield "waiting", queue, "waiting_shares", (pool,), 0
        yield "servable", queue, "servable_shares", (pool,), 0
        yield "free", pool, "maxRedeem", (queue,), 0
        yield "debt", pool, "debt_of", (BORROWER,), 0
        for role, address in LENDERS.items():
            yield ("shares", role), pool, "balanceOf", (address,), 0

    def _tickets(self) -> dict[int, tuple[str, int, int]]:
        """Owner, shares and assets of each ticket, as the contract tells."""
        return {
            number: tuple(self.queue.ticket_of(number)[1:])
            for number in range(1, self.queue.ticket_count() + 1)
        }

    # --- Drawing calls ---

    def choose(self, random: Random) -> Step:
        if self.planned:
            return self.planned.pop()
        action = random.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        role = random.choice(list(LENDERS))
        if action == "deposit":
            return Step(action, (role, part_of(random, random.choice([LOT, LOT, 1_000]))))
        if action in ("join", "give_shares"):
            return Step(action, (role, part_of(random, self.after["shares", role])))
        if action in ("claim", "cancel", "hand_on", "steal"):
            if not self.tickets:
                return Step("join", (role, self.after["shares", role]))
            number = random.choice(list(self.tickets))
            return Step(action, (number, role))
        if action == "borrow":
            # Most of the time the pool is lent to its last unit.
            idle = self.after["idle"]
            return Step(action, (random.choice([idle, part_of(random, idle)]),))
        if action == "repay":
            debt = self.after["debt"]
            return Step(action, (random.choice([MAX_UINT256, part_of(random, debt), debt // 997]),))
        if action == "grind":
            self.planned = [Step(action, (name, self.after["shares", name])) for name in LENDERS]
            return self.planned.pop()
        if action == "give_assets":
            return Step(action, (role, part_of(random, LOT)))
        if action == "withdraw":
            return Step(action, (role, part_of(random, self.after["idle"])))
        if action == "wait":
            return Step(action, (random.choice([1, 12, 86_400, 90 * 86_400]),))
        return Step(action)

    # --- Making calls ---

    def perform(self, step: Step) -> None:
        self.before, self.seen_before = self.after, self.seen
        self.served, self.touched, self.is_theft = None, None, False
        try:
            getattr(self, f"_do_{step.action}")(*step.arguments)
        finally:
            self.after, self.seen = self.panel.look(), self._tickets()

    def _owner_of(self, number: int) -> str:
        # A shorter list of calls may have lost the one that made the ticket.
        if number not in self.tickets:
            raise Reverted("", f"no ticket {number}")
        return LENDERS[self.tickets[number].owner]

    def _do_deposit(self, role: str, assets: int) -> None:
        self.pool.deposit(assets, LENDERS[role], sender=LENDERS[role])

    def _do_join(self, role: str, shares: int) -> None:
        if len(self.tickets) >= MOST_TICKETS:
            return
        number = self.queue.join(self.pool, shares, LENDERS[role], sender=LENDERS[role])
        self.tickets[number] = Ticket(role, Fraction(shares), Fraction(0), shares)
        self.touched = number

    def _do_claim(self, number: int, role: str) -> None:
        owner = self._owner_of(number)
        assets = self.queue.claim(number, LENDERS[role], sender=owner)
        self.touched, self.claimed = number, self.claimed + assets
        self.tickets[number].assets -= assets
        self.tickets[number].claims += 1
        if self.queue.ticket_of(number)[1] == NOBODY:
            del self.tickets[number]

    def _do_cancel(self, number: int, role: str) -> None:
        owner = self._owner_of(number)
        _, assets = self.queue.cancel(number, LENDERS[role], sender=owner)
        self.touched, self.claimed = number, self.claimed + assets
        del self.tickets[number]

    def _do_hand_on(self, number: int, role: str) -> None:
        owner = self._owner_of(number)
        self.queue.transfer_ticket(number, LENDERS[role], sender=owner)
        self.touched, self.tickets[number].owner = number, role

    def _do_steal(self, number: int, role: str) -> None:
        thief = LENDERS[role]
        if self._owner_of(number) == thief:
            return
        for call in (self.queue.claim, self.queue.cancel, self.queue.transfer_ticket):
            try:
                call(number, thief, sender=thief)
            except Reverted:
                continue
            self.is_theft = True

    def _do_serve(self) -> None:
        shares, assets = self.queue.serve(self.pool, sender=LIQUIDATOR)
        self.served = shares, assets
        self.received += assets
        if shares == 0:
            return
        part = Fraction(shares, self.before["waiting"])
        for ticket in self.tickets.values():
            ticket.assets += assets * ticket.shares / self.before["waiting"]
            ticket.shares *= 1 - part

    def _do_grind(self, role: str, shares: int) -> None:
        """Join, and have all but a base unit of what waits paid: there the product takes a step."""
        self._do_join(role, min(shares, self.pool.balanceOf(LENDERS[role])))
        self.pool.borrow(self.pool.idle(), BORROWER, sender=BORROWER)
        worth = self.pool.previewRedeem(self.queue.waiting_shares(self.pool))
        self.pool.repay(max(worth - 1, 0), BORROWER, sender=BORROWER)
        self.before = self.panel.look()
        self._do_serve()

    def _do_give_shares(self, role: str, shares: int) -> None:
        self.pool.transfer(self.queue, shares, sender=LENDERS[role])
        self.given_shares += shares

    def _do_give_assets(self, role: str, assets: int) -> None:
        self.token.transfer(self.queue, assets, sender=LENDERS[role])
        self.given_assets += assets

    def _do_borrow(self, assets: int) -> None:
        self.pool.borrow(assets, BORROWER, sender=BORROWER)

    def _do_repay(self, assets: int) -> None:
        self.pool.repay(assets, BORROWER, sender=BORROWER)

    def _do_withdraw(self, role: str, assets: int) -> None:
        self.pool.withdraw(assets, LENDERS[role], LENDERS[role], sender=LENDERS[role])

    def _do_lose(self) -> None:
        """The collateral is worth half of the debt, for as long as it takes to be liquidated."""
        lending = self.world.lending
        half = self.pool.debt_of(BORROWER) * 10**12 // 2
        lending.set_price("eth", max(1, half * WAD // COLLATERAL))
        eth = lending.pools["eth"]
        try:
            self.pool.liquidate(BORROWER, eth, MAX_UINT256, 0, sender=LIQUIDATOR)
        finally:
            lending.set_price("eth", PRICES_USD_WAD["eth"])
            eth.deposit(COLLATERAL, BORROWER, sender=BORROWER)

    def _do_wait(self, seconds: int) -> None:
        self.machine.wait(seconds)

    def check(self, step: Step) -> None:
        for check in CHECKS.values():
            check(self, step)


NOBODY = "0x" + "00" * 20


def check_exit_1(driver: ExitQueueDriver, step: Step) -> None:
    """Shares that wait are held, and are at least what all tickets have waiting."""
    seen = driver.after
    held, counted = seen["held_shares"], seen["waiting"] + driver.given_shares
    must("EXIT-1", held == counted, f"holds {held} shares, {counted} wait or were given")
    of_tickets = sum(shares for _, shares, _ in driver.seen.values())
    must("EXIT-1", of_tickets <= seen["waiting"], f"{of_tickets} of {seen['waiting']} wait")


def check_exit_2(driver: ExitQueueDriver, step: Step) -> None:
    """Assets received and not claimed are held, and cover what all tickets may claim."""
    left = driver.received - driver.claimed
    held = driver.after["held_assets"]
    must("EXIT-2", held == left + driver.given_assets, f"holds {held} assets, {left} are owed")
    claimable = sum(assets for _, _, assets in driver.seen.values())
    must("EXIT-2", claimable <= left, f"{claimable} may be claimed of {left}")


def check_exit_3(driver: ExitQueueDriver, step: Step) -> None:
    """A serving takes all that the pool has cash for, from each ticket in proportion."""
    if driver.served is not None:
        shares, _ = driver.served
        wanted = min(driver.before["free"], driver.before["waiting"])
        least = min(wanted, driver.before["waiting"] - driver.before["waiting"] // 10**9 - 1)
        fact = f"{shares} shares served, {driver.before['servable']} foretold, {wanted} could be"
        is_all = least <= shares <= wanted or _is_worthless(driver, wanted)
        must("EXIT-3", shares == driver.before["servable"] and is_all, fact)
    for number, ticket in driver.tickets.items():
        _, shares, assets = driver.seen[number]
        lost_shares = ticket.shares - shares
        fact = f"ticket {number} has {shares} shares and {assets} assets, due {ticket}"
        slack = 2 + ticket.claims + ticket.joined_shares // 10**15
        must("EXIT-3", 0 <= lost_shares <= slack, fact)
        must("EXIT-3", 0 <= ticket.assets - assets <= 2 + ticket.claims, fact)


def _is_worthless(driver: ExitQueueDriver, shares: int) -> bool:
    return driver.pool.previewRedeem(shares) <= 1 or shares == 0


def check_exit_4(driver: ExitQueueDriver, step: Step) -> None:
    """But for servings, a ticket changes by its owner's call alone."""
    must("EXIT-4", not driver.is_theft, f"{step} went through")
    if driver.served is not None:
        return
    for number, had in driver.seen_before.items():
        if number != driver.touched:
            has = driver.seen[number]
            must("EXIT-4", has == had, f"{step} changed ticket {number} from {had} to {has}")


def check_exit_5(driver: ExitQueueDriver, step: Step) -> None:
    """A gift to the queue changes what nobody has, and nothing that is waited for."""
    if step.action in ("give_shares", "give_assets"):
        kept = driver.before["waiting"], driver.seen_before
        has = driver.after["waiting"], driver.seen
        must("EXIT-5", has == kept, f"{step} moved {kept} to {has}")


CHECKS: dict[str, Callable[[ExitQueueDriver, Step], None]] = {
    "EXIT-5": check_exit_5,
    "EXIT-4": check_exit_4,
    "EXIT-1": check_exit_1,
    "EXIT-2": check_exit_2,
    "EXIT-3": check_exit_3,
}

WEIGHTS = {
    "deposit": 10,
    "join": 16,
    "claim": 8,
    "cancel": 4,
    "hand_on": 3,
    "steal": 3,
    "serve": 16,
    "grind": 3,
    "borrow": 12,
    "repay": 14,
    "withdraw": 3,
    "give_shares": 2,
    "give_assets": 2,
    "lose": 2,
    "wait": 6,
}
