# SPDX-License-Identifier: Apache-2.0
"""Shareholders, a keeper and a borrower who sometimes defaults, around one vault."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from strategies.model.vault import DEAD_SHARE_HOLDER
from strategies.units import WAD
from tests.evm import Mutation, Reverted, actor
from tests.invariant.driver import Step, must
from tests.invariant.figures import any_size, part_of
from tests.worlds.lending import OWNER, PRICES_USD_WAD
from tests.worlds.panel import Panel
from tests.worlds.vaults import BORROWER, MANAGER, MAX_UINT256, NAMES, build_vault

ROLES = {role: actor(role) for role in ("saver", "latecomer", "thief")}
LIQUIDATOR = ROLES["saver"]
LOT = 10**11


class VaultDriver:
    def __init__(self, mutation: Mutation | None = None) -> None:
        self.world = build_vault(list(ROLES.values()), mutation)
        self.lending, self.vault = self.world.lending, self.world.vault
        self.machine, self.strategies = self.lending.machine, self.world.strategies
        self.token, self.pool = self.lending.tokens["usd"], self.lending.pools["usd"]
        self.holders = {**ROLES, "dead": DEAD_SHARE_HOLDER, "vault": self.vault.address}
        self.panel = Panel(self.machine, self._figures())
        self.begin()

    def begin(self) -> None:
        self.donated = 0
        self.loss = 0
        self.sandwich: tuple[int, int] | None = None
        self.is_report = False
        self.after = self.panel.look()
        self.before = self.after

    def _figures(self) -> Iterator[Any]:
        vault = self.vault
        yield "held", self.token, "balanceOf", (vault,), 0
        for view in ("totalAssets", "totalIdle", "totalDebt", "totalSupply", "unlockedShares"):
            yield view, vault, view, (), 0
        for holder, address in self.holders.items():
            yield ("shares", holder), vault, "balanceOf", (address,), 0
        for name, strategy in self.strategies.items():
            yield ("debt", name), vault, "strategies", (strategy,), 2
            yield ("max_debt", name), vault, "strategies", (strategy,), 3
            yield ("worth", name), strategy, "totalAssets", (), 0

    # --- Drawing calls ---

    def choose(self, random: Random) -> Step:
        action = random.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        role, name = random.choice(list(ROLES)), random.choice(NAMES)
        shares = self.after["shares", role]
        if action == "deposit":
            return Step(action, (role, part_of(random, LOT)))
        if action == "mint":
            return Step(action, (role, part_of(random, LOT)))
        if action in ("redeem", "withdraw"):
            max_loss = random.choice([0, 0, 1, 10_000])
            return Step(action, (role, part_of(random, shares), max_loss))
        if action == "transfer":
            return Step(action, (role, random.choice(list(ROLES)), part_of(random, shares)))
        if action == "update_debt":
            return Step(action, (name, part_of(random, self.after["totalAssets"])))
        if action == "set_max_debt":
            return Step(action, (name, random.choice([MAX_UINT256, part_of(random, LOT)])))
        if action == "sandwich":
            return Step(action, (role, name, any_size(random, 60)))
        if action == "donate":
            return Step(action, (role, any_size(random, 40)))
        if action == "borrow":
            return Step(action, (part_of(random, LOT),))
        if action == "wait":
            return Step(action, (random.choice([1, 12, 3_600, 86_400, 8 * 86_400]),))
        if action in ("report", "steal"):
            return Step(action, (name,))
        return Step(action)

    # --- Making calls ---

    def perform(self, step: Step) -> None:
        self.before = self.after
        self.loss, self.sandwich, self.is_report = 0, None, False
        try:
            getattr(self, f"_do_{step.action}")(*step.arguments)
        finally:
            self.after = self.panel.look()

    def _do_deposit(self, role: str, assets: int) -> None:
        self.vault.deposit(assets, ROLES[role], sender=ROLES[role])

    def _do_mint(self, role: str, shares: int) -> None:
        self.vault.mint(shares, ROLES[role], sender=ROLES[role])

    def _do_redeem(self, role: str, shares: int, max_loss: int) -> None:
        self.vault.redeem(shares, ROLES[role], ROLES[role], max_loss, sender=ROLES[role])

    def _do_withdraw(self, role: str, assets: int, max_loss: int) -> None:
        self.vault.withdraw(assets, ROLES[role], ROLES[role], max_loss, sender=ROLES[role])

    def _do_transfer(self, role: str, to: str, shares: int) -> None:
        self.vault.transfer(ROLES[to], shares, sender=ROLES[role])

    def _do_update_debt(self, name: str, target: int) -> None:
        self.vault.update_debt(self.strategies[name], target, sender=MANAGER)

    def _do_set_max_debt(self, name: str, max_debt: int) -> None:
        strategy = self.strategies[name]
        self.vault.update_max_debt_for_strategy(strategy, max_debt, sender=MANAGER)

    def _do_report(self, name: str) -> None:
        _, self.loss = self.vault.process_report(self.strategies[name], sender=MANAGER)
        self.is_report = True

    def _do_sandwich(self, role: str, name: str, assets: int) -> None:
        """In before a report and out after it, within one block."""
        me, before = ROLES[role], self.token.balanceOf(ROLES[role])
        shares = self.vault.deposit(assets, me, sender=me)
        _, self.loss = self.vault.process_report(self.strategies[name], sender=MANAGER)
        self.vault.redeem(shares, me, me, sender=me)
        self.sandwich = (before, self.token.balanceOf(me))

    def _do_donate(self, role: str, assets: int) -> None:
        self.token.transfer(self.vault, assets, sender=ROLES[role])
        self.donated += assets

    def _do_borrow(self, assets: int) -> None:
        eth, accounts = self.lending.pools["eth"], self.lending.accounts
        eth.deposit(assets * 10**12 // 1_500, BORROWER, sender=BORROWER)
        if not accounts.is_pledged(BORROWER, eth):
            accounts.pledge(BORROWER, eth, sender=BORROWER)
        self.pool.borrow(min(assets, self.pool.idle()), BORROWER, sender=BORROWER)

    def _do_repay(self) -> None:
        self.pool.repay(MAX_UINT256, BORROWER, sender=BORROWER)

    def _do_default(self) -> None:
        """The collateral falls to a hundredth, is taken whole, and the rest is written off."""
        eth = self.lending.pools["eth"]
        self.lending.feed.set_price(self.lending.tokens["eth"], 30 * WAD, sender=OWNER)
        try:
            arguments = (BORROWER, eth, MAX_UINT256, 0)
            self.pool.liquidate(*arguments, sender=LIQUIDATOR)
        finally:
            price = PRICES_USD_WAD["eth"]
            self.lending.feed.set_price(self.lending.tokens["eth"], price, sender=OWNER)

    def _do_steal(self, name: str) -> None:
        """What only the keeper may do, done by another, straight at the strategy too."""
        thief, strategy = ROLES["thief"], self.strategies[name]
        for call in (
            lambda: self.vault.update_debt(strategy, 0, sender=thief),
            lambda: self.vault.process_report(strategy, sender=thief),
            lambda: strategy.redeem(1, thief, self.vault, sender=thief),
            lambda: strategy.withdraw(1, thief, thief, sender=thief),
            lambda: self.vault.redeem(1, thief, ROLES["saver"], sender=thief),
        ):
            refused = self._is_refused(call)
            must("VLT-4", refused, "a stranger moved a strategy's or another's assets")

    def _is_refused(self, call: Callable[[], Any]) -> bool:
        try:
            call()
        except Reverted:
            return True
        return False

    def _do_wait(self, seconds: int) -> None:
        self.machine.wait(seconds)

    def check(self, step: Step) -> None:
        for check in CHECKS.values():
            check(self, step)


def check_vlt_1(driver: VaultDriver, step: Step) -> None:
    """Total assets are idle plus strategy debts, and idle is held."""
    seen = driver.after
    debts = sum(seen["debt", name] for name in NAMES)
    must("VLT-1", debts == seen["totalDebt"], f"debts sum to {debts}, not {seen['totalDebt']}")
    total = seen["totalIdle"] + seen["totalDebt"]
    must("VLT-1", total == seen["totalAssets"], f"idle plus debts {total}, {seen['totalAssets']}")
    held, owed = seen["held"], seen["totalIdle"] + driver.donated
    must("VLT-1", held == owed, f"holds {held}, idle and donations are {owed}")


def check_vlt_2(driver: VaultDriver, step: Step) -> None:
    """Share balances, dead and locked ones among them, sum to the supply."""
    shares = sum(driver.after["shares", holder] for holder in driver.holders)
    supply = driver.after["totalSupply"]
    must("VLT-2", shares == supply, f"supply {supply}, balances {shares}")


def check_vlt_3(driver: VaultDriver, step: Step) -> None:
    """The value of a share falls only by a recorded loss, and does not jump at a report."""
    (assets0, shares0), (assets1, shares1) = (
        (seen["totalAssets"], seen["totalSupply"]) for seen in (driver.before, driver.after)
    )
    if shares0 == 0 or shares1 == 0:
        return
    fact = f"a share went from {assets0}/{shares0} to {assets1}/{shares1}"
    if driver.loss == 0:
        must("VLT-3", assets1 * shares0 >= assets0 * shares1, fact)
    if driver.is_report:
        # Locked shares round down by one, and unlocked ones by one.
        must("VLT-3", assets1 * shares0 <= assets0 * (shares1 + 2), f"{fact} at a report")


def check_vlt_4(driver: VaultDriver, step: Step) -> None:
    """Only listed strategies hold debt, and none is raised above its maximum."""
    for name in NAMES:
        before, after = driver.before["debt", name], driver.after["debt", name]
        if step.action == "update_debt" and after > before:
            most = driver.after["max_debt", name]
            must("VLT-4", after <= most, f"{name} was lent {after}, at most {most}")
        # What arrived there is worth the debt, up to rounding, unless the pool lost it.
        if step.action == "update_debt" and after > before:
            gained = driver.after["worth", name] - driver.before["worth", name]
            fact = f"{name} was lent {after - before}, its worth grew by {gained}"
            must("VLT-4", gained + 2 >= after - before, fact)


def check_vlt_5(driver: VaultDriver, step: Step) -> None:
    """A deposit and its withdrawal in one block never gain, even around a report."""
    if driver.sandwich is not None:
        before, after = driver.sandwich
        must("VLT-5", after <= before, f"in and out gained {after - before}")


CHECKS: dict[str, Callable[[VaultDriver, Step], None]] = {
    "VLT-1": check_vlt_1,
    "VLT-2": check_vlt_2,
    "VLT-3": check_vlt_3,
    "VLT-4": check_vlt_4,
    "VLT-5": check_vlt_5,
}

WEIGHTS = {
    "deposit": 14,
    "mint": 4,
    "redeem": 8,
    "withdraw": 5,
    "transfer": 3,
    "update_debt": 14,
    "set_max_debt": 2,
    "report": 12,
    "sandwich": 6,
    "donate": 2,
    "borrow": 8,
    "repay": 3,
    "default": 2,
    "steal": 1,
    "wait": 12,
}
