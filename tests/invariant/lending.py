# SPDX-License-Identifier: Apache-2.0
"""Lenders, borrowers, liquidators, thieves and a moving market over three credit pools."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from strategies.model.accounts import (
    Health,
    Holding,
    health,
    value_usd_wad_down,
    value_usd_wad_up,
)
from strategies.units import BPS, VIRTUAL_SHARES, WAD
from tests.evm import Mutation, Reverted, actor
from tests.invariant.driver import Step, must
from tests.invariant.figures import any_size, part_of
from tests.worlds.lending import (
    CAP,
    DECIMALS,
    OWNER,
    PRICES_USD_WAD,
    SEEDER,
    TERMS,
    TREASURY,
    build_lending,
)
from tests.worlds.panel import Panel

OWNERS = {role: actor(role) for role in ("lender", "borrower", "farmer", "liquidator")}
YEAR_SECONDS = 365 * 86_400
SUB = "farmer.1"  # a second account of the farmer, reached by batches
NO_ADDRESS = "0x" + "00" * 20
MAX_UINT256 = 2**256 - 1
PRICE_SHARES = 10**36  # enough that the value of a share has more digits than any balance

# Shares of total assets that may leave at once, and the windows in which they refill.
LIMITS = [(0, 0), (500, 600), (1_000, 3_600), (2_500, 86_400), (10_000, 3_600)]

# Roughly what a hundred thousand dollars are, so that the markets meet on a level.
LOT = {"usd": 10**11, "btc": 2 * 10**8, "eth": 33 * 10**18}


def sub_account(owner: str, number: int) -> str:
    return f"0x{int(owner, 16) ^ number:040x}"


class LendingDriver:
    def __init__(self, mutation: Mutation | None = None) -> None:
        self.world = build_lending(list(OWNERS.values()), mutation)
        self.machine = self.world.machine
        self.pools, self.accounts = self.world.pools, self.world.accounts
        self.holders = {**OWNERS, SUB: sub_account(OWNERS["farmer"], 1)}
        self.outsiders = {"seeder": SEEDER, "treasury": TREASURY}
        self.address_of = {**self.holders, **self.outsiders}
        self.panel = Panel(self.machine, self._figures())
        self.bad_debts = 0
        self.begin()

    def begin(self) -> None:
        self.is_fresh = True
        self.planned: list[Step] = []
        self.donated = dict.fromkeys(self.pools, 0)
        self.prices = {name: PRICES_USD_WAD[name] for name in self.pools}
        self.bad_debt_pools: set[str] = set()
        self.left_behind: list[str] = []
        self.liquidated: str | None = None
        self.quote: tuple[int, int, int] = (0, 0, 0)
        self.limits = dict.fromkeys(self.pools, LIMITS[0])
        # What has left each pool and not come back or refilled, and since when.
        self.used = dict.fromkeys(self.pools, (0, self.machine.timestamp))
        self.shut_exits: list[str] = []
        self.after = self.panel.look()
        self.before = self.after

    def _figures(self) -> Iterator[Any]:
        for name, pool in self.pools.items():
            yield (name, "held"), self.world.tokens[name], "balanceOf", (pool,), 0
            for view in ("idle", "totalAssets", "totalSupply", "total_debt", "total_debt_shares"):
                yield (name, view), pool, view, (), 0
            yield (name, "price"), pool, "convertToAssets", (PRICE_SHARES,), 0
            for holder, address in self.address_of.items():
                yield (name, "shares", holder), pool, "balanceOf", (address,), 0
            for holder, address in self.holders.items():
                yield (name, "debt_shares", holder), pool, "debt_shares_of", (address,), 0
                yield (name, "debt", holder), pool, "debt_of", (address,), 0
                yield (name, "pledged", holder), self.accounts, "is_pledged", (address, pool), 0
        for holder, address in self.holders.items():
            yield ("debt_pool", holder), self.accounts, "debt_pool_of", (address,), 0
        yield "debtor_count", self.accounts, "debtor_count", (), 0

    # --- Drawing calls ---

    def choose(self, random: Random) -> Step:
        if self.planned:
            return self.planned.pop()
        name = random.choice(list(self.pools))
        role = random.choice(list(OWNERS))
        action = random.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        # Most episodes start with a market; some with pools that hold their seed alone.
        if self.is_fresh and random.random() < 0.8:
            action = "open"
        self.is_fresh = False
        # Liquidators do not sleep: what is unhealthy seldom stays so for long.
        if self._weak() and random.random() < 0.4:
            action = "liquidate"
        return getattr(self, f"_draw_{action}", self._draw_plain)(random, action, name, role)

    def _draw_open(self, random: Random, action: str, name: str, role: str) -> Step:
        return Step(action, (random.choice(list(TERMS))[0], random.choice([1, 1, 4, 20])))

    def _draw_plain(self, random: Random, action: str, name: str, role: str) -> Step:
        return Step(action, (name, role))

    def _draw_deposit(self, random: Random, action: str, name: str, role: str) -> Step:
        assets = any_size(random, 110) if random.random() < 0.1 else part_of(random, LOT[name])
        return Step(action, (name, role, random.choice([role, role, SUB]), assets))

    def _draw_mint(self, random: Random, action: str, name: str, role: str) -> Step:
        return Step(action, (name, role, part_of(random, LOT[name] * VIRTUAL_SHARES)))

    def _draw_withdraw(self, random: Random, action: str, name: str, role: str) -> Step:
        worth = self.after[name, "shares", role] * self.after[name, "price"] // PRICE_SHARES
        return Step(action, (name, role, part_of(random, min(worth, self.after[name, "idle"]))))

    def _draw_redeem(self, random: Random, action: str, name: str, role: str) -> Step:
        return Step(action, (name, role, part_of(random, self.after[name, "shares", role])))

    def _draw_transfer(self, random: Random, action: str, name: str, role: str) -> Step:
        to = random.choice(list(self.holders))
        return Step(action, (name, role, to, part_of(random, self.after[name, "shares", role])))

    def _draw_borrow(self, random: Random, action: str, name: str, role: str) -> Step:
        status = self.status(self.after, role, debt_pool=name)
        room_usd_wad = max(0, status.borrow_limit_usd_wad - status.debt_usd_wad)
        room = room_usd_wad * 10 ** DECIMALS[name] // self.prices[name]
        # A pool lent to the last unit is where rates and rounding bite.
        most = random.choice([room, min(room, self.after[name, "idle"])])
        return Step(action, (name, role, part_of(random, most)))

    def _draw_repay(self, random: Random, action: str, name: str, role: str) -> Step:
        name, holder = self._debtor(random, name)
        owed = self.after[name, "debt", holder]
        assets = random.choice([MAX_UINT256, part_of(random, owed), part_of(random, owed)])
        return Step(action, (name, role, holder, assets))

    def _draw_settle(self, random: Random, action: str, name: str, role: str) -> Step:
        step = Step(action, (self._debtor(random, name)[0], role))
        if random.random() < 0.5:
            return step
        # Paid back after a generation, the virtual debt share has earned something too.
        self.planned.append(step)
        return Step("wait", (30 * YEAR_SECONDS,))

    def _draw_repay_shares(self, random: Random, action: str, name: str, role: str) -> Step:
        name, holder = self._debtor(random, name)
        owed = self.after[name, "debt_shares", holder]
        return Step(action, (name, role, holder, part_of(random, owed)))

    def _draw_liquidate(self, random: Random, action: str, name: str, role: str) -> Step:
        weak = self._weak()
        name, holder = random.choice(weak) if weak else self._debtor(random, name)
        accepted = [other for debt, other in TERMS if debt == name]
        held = [other for other in accepted if self.after[other, "pledged", holder]]
        collateral = random.choice(held or accepted)
        owed = self.after[name, "debt", holder]
        assets = random.choice([MAX_UINT256, MAX_UINT256, part_of(random, owed)])
        return Step(action, (name, "liquidator", holder, collateral, assets))

    def _draw_recognize_bad_debt(self, random: Random, action: str, name: str, role: str) -> Step:
        name, holder = self._debtor(random, name)
        return Step(action, (name, role, holder))

    def _draw_donate(self, random: Random, action: str, name: str, role: str) -> Step:
        return Step(action, (name, role, part_of(random, LOT[name])))

    def _draw_move_price(self, random: Random, action: str, name: str, role: str) -> Step:
        percent = random.choice([50, 80, 90, 97, 99, 101, 103, 110, 125, 200])
        price = self.prices[name] * percent // 100
        return Step(action, (name, min(max(price, WAD // 100), 10**7 * WAD)))

    def _draw_squeeze(self, random: Random, action: str, name: str, role: str) -> Step:
        """Move the price of what a debtor pledges so far that its health gets where we want it."""
        debt, holder = self._debtor(random, name)
        health_wad = self.status(self.after, holder).health_wad
        pledged = [
            other
            for owed, other in TERMS
            if owed == debt and self.after[other, "pledged", holder] and health_wad < 10**6 * WAD
        ]
        if not pledged:
            return self._draw_move_price(random, "move_price", name, role)
        collateral = random.choice(pledged)
        aimed_percent = random.choice([103, 99, 97, 92, 85, 60, 20, 120])
        price = self.prices[collateral] * aimed_percent * WAD // (100 * max(1, health_wad))
        return Step("move_price", (collateral, min(max(price, WAD // 100), 10**7 * WAD)))

    def _draw_wait(self, random: Random, action: str, name: str, role: str) -> Step:
        return Step(action, (random.choice([1, 12, 3_600, 86_400, 7 * 86_400, YEAR_SECONDS]),))

    def _draw_steal(self, random: Random, action: str, name: str, role: str) -> Step:
        victim = random.choice([each for each in self.holders if each.split(".")[0] != role])
        way = random.choice(["withdraw", "redeem", "transferFrom", "batch", "unpledge", "seize"])
        return Step(action, (name, role, victim, way))

    def _draw_limit(self, random: Random, action: str, name: str, role: str) -> Step:
        # A lender runs for the door; then, mostly, the limit is lifted: loans need cash too.
        worth = self.after[name, "shares", "lender"] * self.after[name, "price"] // PRICE_SHARES
        leaving = Step("withdraw", (name, "lender", min(worth, self.after[name, "idle"]) // 3))
        lifted = [Step("limit", (name, LIMITS[0]))] if random.random() < 0.8 else []
        self.planned += [*lifted, leaving, leaving]
        return Step(action, (name, random.choice(LIMITS[1:])))

    def _draw_flash(self, random: Random, action: str, name: str, role: str) -> Step:
        return Step(action, (name, role, part_of(random, self.after[name, "idle"])))

    def _draw_pause(self, random: Random, action: str, name: str, role: str) -> Step:
        return Step(action, (name, random.choice([1, 2, 4, 8, 15])))

    def _draw_leverage(self, random: Random, action: str, name: str, role: str) -> Step:
        debt, collateral = random.choice(list(TERMS))
        borrowed = part_of(random, LOT[debt])
        return Step(action, (debt, collateral, part_of(random, LOT[collateral]), borrowed))

    def _weak(self) -> list[tuple[str, str]]:
        """Who may be liquidated by the liquidator, and where they owe."""
        return [
            (debt, holder)
            for debt in self.pools
            for holder in self.holders
            if holder != "liquidator"
            and self.after[debt, "debt_shares", holder]
            and self.status(self.after, holder).health_wad < WAD
        ]

    def _debtor(self, random: Random, name: str) -> tuple[str, str]:
        owing = [
            (each, holder)
            for each in self.pools
            for holder in self.holders
            if self.after[each, "debt_shares", holder]
        ]
        return random.choice(owing) if owing else (name, "borrower")

    # --- Making calls ---

    def perform(self, step: Step) -> None:
        self.before = self.after
        self.bad_debt_pools = set()
        self.liquidated = None
        self.left_behind = []
        self.shut_exits = []
        try:
            getattr(self, f"_do_{step.action}")(*step.arguments)
        finally:
            self.after = self.panel.look()
        if step.action not in ("wait", "flash"):
            self._count_outflow()

    def _count_outflow(self) -> None:
        """Keep the books of the outflow limits, from idle alone."""
        now = self.machine.timestamp
        for name, (outflow_bps, window_seconds) in self.limits.items():
            left = self.before[name, "idle"] - self.after[name, "idle"]
            if not window_seconds or not left:
                continue
            capacity = self.before[name, "totalAssets"] * outflow_bps // BPS
            used, since = self.used[name]
            used = max(0, used - capacity * (now - since) // window_seconds)
            self.used[name] = max(0, used + left), now

    def _do_open(self, owed: str, lots: int) -> None:
        """The lender fills every pool, borrower and farmer bring what the pool accepts."""
        lender = OWNERS["lender"]
        for name, pool in self.pools.items():
            pool.deposit(lots * LOT[name], lender, sender=lender)
        for role in ("borrower", "farmer"):
            for name in (other for debt, other in TERMS if debt == owed):
                self.pools[name].deposit(LOT[name], OWNERS[role], sender=OWNERS[role])
                self.accounts.pledge(OWNERS[role], self.pools[name], sender=OWNERS[role])

    def _do_deposit(self, name: str, role: str, receiver: str, assets: int) -> None:
        self.pools[name].deposit(assets, self.holders[receiver], sender=OWNERS[role])

    def _do_mint(self, name: str, role: str, shares: int) -> None:
        self.pools[name].mint(shares, OWNERS[role], sender=OWNERS[role])

    def _do_withdraw(self, name: str, role: str, assets: int) -> None:
        me = OWNERS[role]
        self.pools[name].withdraw(assets, me, me, sender=me)

    def _do_redeem(self, name: str, role: str, shares: int) -> None:
        me = OWNERS[role]
        self.pools[name].redeem(shares, me, me, sender=me)

    def _do_transfer(self, name: str, role: str, to: str, shares: int) -> None:
        self.pools[name].transfer(self.holders[to], shares, sender=OWNERS[role])

    def _do_pledge(self, name: str, role: str) -> None:
        self.accounts.pledge(OWNERS[role], self.pools[name], sender=OWNERS[role])

    def _do_unpledge(self, name: str, role: str) -> None:
        self.accounts.unpledge(OWNERS[role], self.pools[name], sender=OWNERS[role])

    def _do_borrow(self, name: str, role: str, assets: int) -> None:
        self.pools[name].borrow(assets, OWNERS[role], sender=OWNERS[role])

    def _do_repay(self, name: str, role: str, holder: str, assets: int) -> None:
        self.pools[name].repay(assets, self.holders[holder], sender=OWNERS[role])

    def _do_settle(self, name: str, role: str) -> None:
        """All debtors of a pool pay all they owe: the last one owes what is left."""
        for holder, address in self.holders.items():
            if self.after[name, "debt_shares", holder]:
                self.pools[name].repay(MAX_UINT256, address, sender=OWNERS[role])

    def _do_repay_shares(self, name: str, role: str, holder: str, shares: int) -> None:
        self.pools[name].repay_shares(shares, self.holders[holder], sender=OWNERS[role])

    def _do_accrue(self, name: str, role: str) -> None:
        self.pools[name].accrue(sender=OWNERS[role])

    def _do_liquidate(
        self, name: str, role: str, holder: str, collateral: str, assets: int
    ) -> None:
        self.pools[name].liquidate(
            self.holders[holder], self.pools[collateral], assets, 0, sender=OWNERS[role]
        )
        logs = self.pools[name].logs()
        self.liquidated = holder
        paid = next(log for log in logs if log.event == "Liquidated")
        self.quote = (paid.repaid_assets, paid.seized_shares, paid.bonus_bps)
        self.bad_debt_pools = {name for log in logs if log.event == "BadDebtRecognized"}
        self.bad_debts += len(self.bad_debt_pools)

    def _do_recognize_bad_debt(self, name: str, role: str, holder: str) -> None:
        self.pools[name].recognize_bad_debt(self.holders[holder], sender=OWNERS[role])
        self.bad_debt_pools = {name}

    def _do_donate(self, name: str, role: str, assets: int) -> None:
        self.world.tokens[name].transfer(self.pools[name], assets, sender=OWNERS[role])
        self.donated[name] += assets

    def _do_move_price(self, name: str, price_usd_wad: int) -> None:
        self.world.set_price(name, price_usd_wad)
        self.prices[name] = price_usd_wad

    def _do_wait(self, seconds: int) -> None:
        self.machine.wait(seconds)

    def _do_steal(self, name: str, role: str, victim: str, way: str) -> None:
        thief, target, pool = OWNERS[role], self.holders[victim], self.pools[name]
        loot = self.after[name, "shares", victim] or 1
        if way == "withdraw":
            pool.withdraw(1, thief, target, sender=thief)
        elif way == "redeem":
            pool.redeem(loot, thief, target, sender=thief)
        elif way == "transferFrom":
            pool.transferFrom(target, thief, loot, sender=thief)
        elif way == "unpledge":
            self.accounts.unpledge(target, pool, sender=thief)
        elif way == "seize":
            pool.seize(target, thief, loot, sender=thief)
        else:
            call = pool.calldata("transfer", thief, loot)
            self.accounts.batch([(pool.address, target, call)], sender=thief)

    def _do_limit(self, name: str, limit: tuple[int, int]) -> None:
        self.world.terms.set_outflow_limit(self.pools[name], *limit, sender=OWNER)
        self.limits[name] = limit

    def _do_flash(self, name: str, role: str, assets: int) -> None:
        pool, token = self.pools[name], self.world.tokens[name]
        pool.flashLoan(self.world.flash_borrower, token, assets, b"", sender=OWNERS[role])

    def _do_pause(self, name: str, actions: int) -> None:
        """A guardian stops; what must stay open is tried; the owner opens again."""
        pool, terms = self.pools[name], self.world.terms
        terms.pause(pool, actions, sender=OWNER)
        for role, me in OWNERS.items():
            if pool.maxWithdraw(me):
                self._try(f"{role} withdraws", pool.withdraw, 1, me, me, sender=me)
                self._try(f"{role} transfers", pool.transfer, SEEDER, 0, sender=me)
            if self.after[name, "debt_shares", role]:
                self._try(f"{role} repays", pool.repay, MAX_UINT256, me, sender=me)
        terms.unpause(pool, actions, 0, sender=OWNER)

    def _try(self, what: str, call: Callable[..., Any], *arguments: Any, sender: str) -> None:
        with self.machine.undone():
            try:
                call(*arguments, sender=sender)
            except Reverted as refusal:
                self.shut_exits.append(f"{what}: {refusal.reason}")

    def _do_leverage(self, debt: str, collateral: str, assets: int, borrowed: int) -> None:
        """The farmer's second account: borrow first, bring the collateral later, one check."""
        farmer, sub = OWNERS["farmer"], self.holders[SUB]
        lent, backed = self.pools[debt], self.pools[collateral]
        calls = [
            (lent.address, sub, lent.calldata("borrow", borrowed, farmer)),
            (backed.address, farmer, backed.calldata("deposit", assets, sub)),
        ]
        if not self.after[collateral, "pledged", SUB]:
            pledge = self.accounts.calldata("pledge", sub, backed)
            calls.insert(0, (self.accounts.address, sub, pledge))
        self._batch(calls)

    def _do_unwind(self, name: str, role: str) -> None:
        """The farmer's second account: take the collateral first, repay with it, one check."""
        farmer, sub = OWNERS["farmer"], self.holders[SUB]
        calls = []
        for each, pool in self.pools.items():
            shares = self.after[each, "shares", SUB]
            if shares and each == name:
                redeem = pool.calldata("redeem", shares, farmer, sub)
                calls.append((pool.address, sub, redeem))
            if self.after[each, "debt_shares", SUB]:
                repay = pool.calldata("repay", MAX_UINT256, sub)
                calls.append((pool.address, farmer, repay))
        self._batch(calls)

    def _batch(self, calls: list[tuple[str, str, bytes]]) -> None:
        """Make a batch of the farmer's, and note what it left behind within its transaction."""
        self.accounts.batch(calls, sender=OWNERS["farmer"])
        with self.machine.same_transaction():
            acting = self.accounts.acting_account()
            pending = [
                holder
                for holder, address in self.holders.items()
                if self.accounts.is_check_deferred(address)
            ]
        if acting != NO_ADDRESS:
            self.left_behind.append(f"{acting} still acts")
        self.left_behind += [f"the check of {holder} is still pending" for holder in pending]

    # --- An independent opinion of an account ---

    def status(self, seen: dict[Any, int], holder: str, debt_pool: str | None = None) -> Health:
        """Health by the reference arithmetic, from raw shares, totals and prices."""
        owing = [name for name in self.pools if seen[name, "debt_shares", holder]]
        debt_pool = owing[0] if owing else debt_pool
        if debt_pool is None:
            return health(0, [])
        debt = value_usd_wad_up(
            seen[debt_pool, "debt", holder], self.prices[debt_pool], DECIMALS[debt_pool]
        )
        holdings = [
            Holding(self._worth(seen, name, holder), *TERMS[debt_pool, name])
            for name in self.pools
            if (debt_pool, name) in TERMS and seen[name, "pledged", holder]
        ]
        return health(debt, holdings)

    def _worth(self, seen: dict[Any, int], name: str, holder: str) -> int:
        assets = seen[name, "shares", holder] * seen[name, "price"] // PRICE_SHARES
        return value_usd_wad_down(assets, self.prices[name], DECIMALS[name])

    # --- Invariants ---

    def check(self, step: Step) -> None:
        for check in CHECKS.values():
            check(self, step)


def check_lend_1(driver: LendingDriver, step: Step) -> None:
    """A pool holds at least its idle assets, and without donations exactly them."""
    for name in driver.pools:
        held, idle = driver.after[name, "held"], driver.after[name, "idle"]
        owed = idle + driver.donated[name]
        must("LEND-1", held == owed, f"pool {name} holds {held}, books and donations say {owed}")


def check_lend_2(driver: LendingDriver, step: Step) -> None:
    """Shares sum to the supply, debt shares to theirs, assets are idle plus debt."""
    seen = driver.after
    for name in driver.pools:
        shares = sum(seen[name, "shares", each] for each in driver.address_of)
        supply = seen[name, "totalSupply"]
        must("LEND-2", supply - shares >= 0, f"pool {name} has {supply} shares, holders {shares}")
        debt_shares = sum(seen[name, "debt_shares", each] for each in driver.holders)
        total = seen[name, "total_debt_shares"]
        must("LEND-2", debt_shares == total, f"pool {name} debt shares {total}, sum {debt_shares}")
        assets = seen[name, "idle"] + seen[name, "total_debt"]
        stated = seen[name, "totalAssets"]
        must("LEND-2", assets == stated, f"pool {name} assets {stated}, idle plus debt {assets}")


def check_lend_3(driver: LendingDriver, step: Step) -> None:
    """The value of a share never falls, except by a recorded bad debt."""
    for name in driver.pools:
        if name in driver.bad_debt_pools:
            continue
        before, after = driver.before[name, "price"], driver.after[name, "price"]
        must("LEND-3", after >= before, f"share of pool {name} fell from {before} to {after}")


def check_lend_4(driver: LendingDriver, step: Step) -> None:
    """Debts differ from total debt by the virtual shares' worth and a unit each, at most."""
    seen = driver.after
    for name in driver.pools:
        debts = sum(seen[name, "debt", each] for each in driver.holders)
        total, shares = seen[name, "total_debt"], seen[name, "total_debt_shares"]
        virtual = (total + 1) * VIRTUAL_SHARES // (shares + VIRTUAL_SHARES) + 1
        slack = 1 + len(driver.holders)
        low = total - virtual if shares else 0
        fact = f"pool {name} is owed {debts} by accounts, {total} in all"
        must("LEND-4", low <= debts <= total + slack, fact)
        must("LEND-4", shares > 0 or total == 0, f"pool {name}: {total} are owed by nobody")


def check_lend_5(driver: LendingDriver, step: Step) -> None:
    """Only below health 1, at 2 to 10 %, no more than owed and held, health not falling."""
    if driver.liquidated is None:
        return
    name, _, holder, collateral, _ = step.arguments
    status = driver.status(driver.before, holder)
    repaid, seized, bonus_bps = driver.quote
    must("LEND-5", status.health_wad < WAD, f"liquidated at health {status.health_wad}")
    must("LEND-5", 200 <= bonus_bps <= 1_000, f"bonus of {bonus_bps} basis points")
    owed, held = driver.before[name, "debt", holder], driver.before[collateral, "shares", holder]
    must("LEND-5", 0 < repaid <= owed, f"repaid {repaid} of {owed}")
    must("LEND-5", seized <= held, f"seized {seized} of {held}")

    repaid_usd_wad = value_usd_wad_up(repaid, driver.prices[name], DECIMALS[name])
    before, after = (
        driver._worth(seen, collateral, holder) for seen in (driver.before, driver.after)
    )
    unit = value_usd_wad_up(1, driver.prices[collateral], DECIMALS[collateral])
    if collateral not in driver.bad_debt_pools and name not in driver.bad_debt_pools:
        most = repaid_usd_wad * (BPS + bonus_bps) // BPS + 2 * unit
        must("LEND-5", before - after <= most, f"took {before - after} of collateral for {most}")

    threshold = TERMS[name, collateral][1]
    is_harmless = status.health_wad * BPS >= threshold * (BPS + 200) * WAD // BPS
    if is_harmless and driver.after[name, "debt_shares", holder]:
        now = driver.status(driver.after, holder)
        debt_unit = value_usd_wad_up(1, driver.prices[name], DECIMALS[name])
        lost = 4 * (debt_unit + unit) * WAD // now.debt_usd_wad + 4
        fact = f"health fell from {status.health_wad} to {now.health_wad}"
        must("LEND-5", now.health_wad + lost >= status.health_wad, fact)


def check_lend_6(driver: LendingDriver, step: Step) -> None:
    """A call that raises a total leaves it within the cap."""
    if step.action == "wait":
        return
    for name in driver.pools:
        for view in ("totalAssets", "total_debt"):
            before, after = driver.before[name, view], driver.after[name, view]
            # One unit may join by the rounding of a repayment.
            fact = f"{view} of pool {name} rose from {before} to {after}, cap {CAP}"
            must("LEND-6", after <= before + 1 or after <= CAP, fact)


def check_acc_1(driver: LendingDriver, step: Step) -> None:
    """A call leaves each account within its limit, unless it was outside and did not act."""
    if step.action in ("wait", "move_price"):
        return
    for holder in driver.holders:
        now = driver.status(driver.after, holder)
        if now.debt_usd_wad <= now.borrow_limit_usd_wad or holder == driver.liquidated:
            continue
        fact = f"{holder} owes {now.debt_usd_wad} with a limit of {now.borrow_limit_usd_wad}"
        # Rounding is worth a unit of debt and a unit of each collateral, no more.
        units = sum(
            value_usd_wad_up(2, driver.prices[name], DECIMALS[name]) for name in driver.pools
        )
        if now.debt_usd_wad - now.borrow_limit_usd_wad <= units:
            continue
        must("ACC-1", not _lowered_itself(driver, holder), f"{fact} after its own call")
        old = driver.status(driver.before, holder)
        was_within = old.debt_usd_wad <= old.borrow_limit_usd_wad
        is_explained = not was_within or bool(driver.bad_debt_pools)
        must("ACC-1", is_explained, f"{fact} after another's call")


def _lowered_itself(driver: LendingDriver, holder: str) -> bool:
    before, after = driver.before, driver.after
    for name in driver.pools:
        if after[name, "debt_shares", holder] > before[name, "debt_shares", holder]:
            return True
        if not before[name, "pledged", holder]:
            continue
        if not after[name, "pledged", holder]:
            return True
        if after[name, "shares", holder] < before[name, "shares", holder]:
            return True
    return False


def check_acc_2(driver: LendingDriver, step: Step) -> None:
    """An account owes at most one pool, and the debtors listed are exactly those that owe."""
    owing = {}
    for holder in driver.holders:
        names = [name for name in driver.pools if driver.after[name, "debt_shares", holder]]
        must("ACC-2", len(names) <= 1, f"{holder} owes {names}")
        stated = f"0x{driver.after['debt_pool', holder]:040x}"
        expected = driver.pools[names[0]].address if names else NO_ADDRESS
        must("ACC-2", stated == expected, f"{holder} is listed with {stated}, owes {expected}")
        if names:
            owing[driver.holders[holder]] = names[0]
    listed = driver.after["debtor_count"]
    must("ACC-2", listed == len(owing), f"{listed} debtors listed, {len(owing)} owe")
    if step.action in DEBT_ACTIONS:
        page = set(driver.accounts.debtors(0, 100))
        must("ACC-2", page == set(owing), f"listed {sorted(page)}, owing {sorted(owing)}")


def check_acc_3(driver: LendingDriver, step: Step) -> None:
    """Nobody's call takes shares from another or charges another, but a liquidation may."""
    if step.action == "wait":
        return
    actors = {argument for argument in step.arguments[:2] if argument in OWNERS}
    if step.action == "open":
        actors = set(OWNERS)
    if step.action in ("leverage", "unwind"):
        actors = {"farmer"}
    for holder in driver.holders:
        if holder.split(".")[0] in actors or holder == driver.liquidated:
            continue
        for name in driver.pools:
            before, after = (seen[name, "shares", holder] for seen in (driver.before, driver.after))
            must("ACC-3", after >= before, f"{holder} lost {before - after} shares of {name}")
            before, after = (
                seen[name, "debt_shares", holder] for seen in (driver.before, driver.after)
            )
            must("ACC-3", after <= before, f"{holder} was charged {after - before} in {name}")
            pledged = (
                driver.before[name, "pledged", holder],
                driver.after[name, "pledged", holder],
            )
            must("ACC-3", pledged[0] == pledged[1], f"pledge of {name} by {holder} changed")


def check_acc_4(driver: LendingDriver, step: Step) -> None:
    """Nothing of a batch is left once it ends, even within the same transaction."""
    must("ACC-4", not driver.left_behind, ", ".join(driver.left_behind))


def check_out_1(driver: LendingDriver, step: Step) -> None:
    """What has left a pool with a limit, and not come back or refilled, is within the limit."""
    for name, (outflow_bps, window_seconds) in driver.limits.items():
        left = driver.before[name, "idle"] - driver.after[name, "idle"]
        if not window_seconds or left <= 0:
            continue
        used, _ = driver.used[name]
        capacity = driver.before[name, "totalAssets"] * outflow_bps // BPS
        # The capacity at which the past refilled is known to a thousandth.
        fact = f"{used} have left pool {name}, {capacity} may"
        must("OUT-1", used <= capacity + capacity // 1_000 + 2, fact)


def check_terms_1(driver: LendingDriver, step: Step) -> None:
    """Whatever is paused, exits are open, and terms move nobody's health."""
    must("TERMS-1", not driver.shut_exits, "; ".join(driver.shut_exits))
    if step.action not in ("pause", "limit"):
        return
    for holder in driver.holders:
        before, after = (driver.status(seen, holder) for seen in (driver.before, driver.after))
        must("TERMS-1", before == after, f"{holder} stood at {before}, stands at {after}")


CHECKS: dict[str, Callable[[LendingDriver, Step], None]] = {
    "LEND-1": check_lend_1,
    "LEND-2": check_lend_2,
    "LEND-3": check_lend_3,
    "LEND-4": check_lend_4,
    "LEND-5": check_lend_5,
    "LEND-6": check_lend_6,
    "OUT-1": check_out_1,
    "TERMS-1": check_terms_1,
    "ACC-1": check_acc_1,
    "ACC-2": check_acc_2,
    "ACC-3": check_acc_3,
    "ACC-4": check_acc_4,
}

DEBT_ACTIONS = {"borrow", "repay", "repay_shares", "settle", "liquidate", "leverage", "unwind"}

WEIGHTS = {
    "open": 0,
    "deposit": 12,
    "mint": 4,
    "withdraw": 6,
    "redeem": 6,
    "transfer": 4,
    "pledge": 8,
    "unpledge": 2,
    "borrow": 14,
    "repay": 6,
    "repay_shares": 4,
    "settle": 4,
    "accrue": 2,
    "liquidate": 8,
    "recognize_bad_debt": 1,
    "donate": 2,
    "move_price": 10,
    "squeeze": 8,
    "wait": 8,
    "steal": 6,
    "leverage": 8,
    "unwind": 3,
    "limit": 2,
    "flash": 1,
    "pause": 1,
}
