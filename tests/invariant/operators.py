# SPDX-License-Identifier: Apache-2.0
"""An owner grants and revokes at random; an operator tries whatever it can think of.

The grants are kept a second time in here, in a way of their own, and each transaction that went
through is held against them by what it moved, not by what it asked for.
"""

from dataclasses import dataclass, replace
from random import Random
from typing import Any

from strategies.units import WAD
from tests.evm import Contract, Mutation, actor, compile_contract
from tests.invariant.driver import Step, must
from tests.worlds.lending import OWNER, LendingWorld, build_lending

BORROWER, OPERATOR, RECEIVER, LENDER = map(actor, ("granter", "operator", "receiver", "lender"))
SUB_ACCOUNT = f"0x{int(BORROWER, 16) ^ 1:040x}"
ACCOUNTS = (BORROWER, SUB_ACCOUNT)

SUPPLY, WITHDRAW, BORROW, REPAY, PLEDGE, UNPLEDGE = (1 << place for place in range(6))
RISKY = (WITHDRAW, BORROW, UNPLEDGE)
NAMES = ("usd", "eth")
UNIT = {"usd": 10**6, "eth": 10**18}
# Whole tokens of a step under a grant without end: enough to reach the agreed health.
MOST = {"usd": 6_000, "eth": 6}
HOUR = 3_600

# How often each action is drawn.
WEIGHTS = {"grant": 6, "revoke": 1, "revoke_all": 1, "operate": 20, "wait": 2}


@dataclass(frozen=True)
class Bounds:
    """What an owner allows."""

    assets: int
    receiver: str
    expires_at: int
    min_health_wad: int


def build(mutation: Mutation | None = None) -> tuple[LendingWorld, Contract]:
    """The granter owes dollars against ether on both accounts, and has approved the pools."""
    world = build_lending([BORROWER, LENDER], mutation)
    machine, accounts, pools = world.machine, world.accounts, world.pools
    operators = machine.deploy(
        compile_contract("lending/Operators.vy", mutation=mutation), accounts
    )
    accounts.set_operators(operators, sender=OWNER)
    pools["usd"].deposit(10**6 * UNIT["usd"], LENDER, sender=LENDER)
    for account in ACCOUNTS:
        pools["eth"].deposit(10 * UNIT["eth"], account, sender=BORROWER)
        steps = [
            (accounts.address, account, accounts.calldata("pledge", account, pools["eth"])),
            (
                pools["usd"].address,
                account,
                pools["usd"].calldata("borrow", 5_000 * UNIT["usd"], BORROWER),
            ),
        ]
        accounts.batch(steps, sender=BORROWER)
    return world, operators


class OperatorsDriver:
    """Draws the moves of both, makes them, and checks ACC-5."""

    def __init__(self, mutation: Mutation | None = None) -> None:
        self.world, self.operators = build(mutation)
        self.machine = self.world.machine
        self.begin()

    def begin(self) -> None:
        self.grants: dict[tuple[str, int, str], Bounds] = {}
        self.has_operated = False
        self.before = self.figures()

    # --- What is drawn ---

    def choose(self, random: Random) -> Step:
        action = random.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        key = (random.choice(ACCOUNTS), 1 << random.randrange(6), random.choice(NAMES))
        if action == "grant":
            bounds = (
                random.choice((1_000, 10**8, 10**15, 2**256 - 1)),
                random.choice((RECEIVER, OPERATOR)),
                random.choice((1, HOUR, 100 * HOUR)),
                random.choice((0, 2 * WAD, 3 * WAD)),
            )
            return Step(action, (*key, *bounds))
        if action == "operate":
            count = random.choice((1, 1, 1, 2, 3))
            return Step(action, tuple(self._draw_call(random) for _ in range(count)))
        return Step(action, key if action == "revoke" else (key[0],))

    def _draw_call(self, random: Random) -> tuple[Any, ...]:
        known = random.choice(list(self.grants)) if self.grants and random.random() < 0.8 else None
        account, action, name = known or (
            random.choice(ACCOUNTS),
            1 << random.randrange(6),
            random.choice(NAMES),
        )
        limit = self.grants[known].assets if known else UNIT[name]
        assets = random.choice((1, limit, limit + 1, limit // 2 + 1))
        if limit == 2**256 - 1:
            assets = UNIT[name] * random.randint(1, MOST[name])
        others = [RECEIVER, OPERATOR, account, BORROWER, LENDER]
        if known:
            # Mostly what is allowed, or nothing would ever go through.
            others += 15 * [
                self.grants[known].receiver if action in (WITHDRAW, BORROW) else account
            ]
        other = random.choice(others)
        holder = account if random.random() < 0.9 else LENDER
        return account, action, name, assets, other, holder

    # --- What is done ---

    def perform(self, step: Step) -> None:
        self.has_operated = False
        self.before = self.figures()
        getattr(self, f"_{step.action}")(*step.arguments)

    def _grant(
        self, account: str, action: int, name: str, assets: int, receiver: str, *rest: int
    ) -> None:
        seconds, min_health_wad = rest
        bounds = Bounds(assets, receiver, self.machine.timestamp + seconds, min_health_wad)
        fields = (bounds.assets, bounds.receiver, bounds.expires_at, bounds.min_health_wad)
        pool = self.world.pools[name]
        self.operators.grant(account, OPERATOR, action, pool, fields, sender=BORROWER)
        self.grants[account, action, name] = bounds

    def _revoke(self, account: str, action: int, name: str) -> None:
        pool = self.world.pools[name]
        self.operators.revoke(account, OPERATOR, action, pool, sender=BORROWER)
        self.grants.pop((account, action, name), None)

    def _revoke_all(self, account: str) -> None:
        self.operators.revoke_all(account, sender=BORROWER)
        self.grants = {key: bounds for key, bounds in self.grants.items() if key[0] != account}

    def _wait(self, _account: str) -> None:
        self.machine.wait(HOUR // 2)
        for name, price in (("usd", WAD), ("btc", 60_000 * WAD), ("eth", 3_000 * WAD)):
            self.world.set_price(name, price)
        self.before = self.figures()

    def _operate(self, *calls: tuple[Any, ...]) -> None:
        self.operators.operate([self._encode(*call) for call in calls], sender=OPERATOR)
        self.has_operated = True

    def _encode(
        self, account: str, action: int, name: str, assets: int, other: str, holder: str
    ) -> tuple[str, str, bytes]:
        pool, accounts = self.world.pools[name], self.world.accounts
        if action in (PLEDGE, UNPLEDGE):
            method = "pledge" if action == PLEDGE else "unpledge"
            return accounts.address, account, accounts.calldata(method, holder, pool)
        method = {SUPPLY: "deposit", WITHDRAW: "withdraw", BORROW: "borrow", REPAY: "repay"}[action]
        arguments = (assets, other, holder) if action == WITHDRAW else (assets, other)
        return pool.address, account, pool.calldata(method, *arguments)

    # --- What must hold ---

    def check(self, step: Step) -> None:
        for check in CHECKS.values():
            check(self, step)

    def count(
        self, account: str, action: int, name: str, assets: int, other: str, holder: str
    ) -> None:
        key = (account, action, name)
        must("ACC-5", key in self.grants, f"{key} was not granted")
        bounds = self.grants[key]
        must("ACC-5", self.machine.timestamp < bounds.expires_at, f"{key} had expired")
        if action in (PLEDGE, UNPLEDGE):
            return
        must("ACC-5", assets <= bounds.assets, f"{assets} of {bounds.assets} granted")
        if bounds.assets < 2**256 - 1:
            self.grants[key] = replace(bounds, assets=bounds.assets - assets)

    def check_payments(self, name: str, step: Step, after: dict[str, Any]) -> None:
        """Tokens that left the granter's side went to receivers, and no more than was asked."""
        for payee in (RECEIVER, OPERATOR):
            gained = after[payee][name] - self.before[payee][name]
            allowed = sum(
                assets
                for account, action, pool, assets, *_rest in step.arguments
                if pool == name
                and action in (WITHDRAW, BORROW)
                and self.grants[account, action, pool].receiver == payee
            )
            must("ACC-5", 0 <= gained <= allowed, f"{payee} gained {gained}, allowed {allowed}")

    def figures(self) -> dict[str, Any]:
        """Tokens of payees, shares and debts of a lender who granted nothing."""
        tokens, pools = self.world.tokens, self.world.pools
        return {
            **{
                payee: {name: tokens[name].balanceOf(payee) for name in NAMES}
                for payee in (RECEIVER, OPERATOR)
            },
            LENDER: [
                (tokens[name].balanceOf(LENDER), pools[name].balanceOf(LENDER)) for name in NAMES
            ],
        }


def check_acc_5(driver: OperatorsDriver, step: Step) -> None:
    """Each step was granted, in full; who gained was a receiver; the agreed health is left."""
    if not driver.has_operated:
        return
    after = driver.figures()
    for call in step.arguments:
        driver.count(*call)
    for name in NAMES:
        driver.check_payments(name, step, after)
    for account, action, name, *_rest in step.arguments:
        if action in RISKY:
            floor_wad = driver.grants[account, action, name].min_health_wad
            health_wad = driver.world.accounts.health_wad(account)
            must("ACC-5", health_wad >= floor_wad, f"health {health_wad}, agreed {floor_wad}")
    must("ACC-5", after[LENDER] == driver.before[LENDER], "an account of another changed")


CHECKS = {"ACC-5": check_acc_5}
