# SPDX-License-Identifier: Apache-2.0
"""Stakers, a distributor, a slasher and the fee collector's streams."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from strategies.units import VIRTUAL_SHARES, WAD
from tests.evm import Mutation, actor
from tests.invariant.driver import Step, must
from tests.invariant.figures import any_size, part_of
from tests.worlds.panel import Panel
from tests.worlds.staking import (
    DISTRIBUTOR,
    SLASHER,
    STAKER_SHARE_BPS,
    STREAM_SECONDS,
    TREASURY,
    build_staking,
)

ROLES = {role: actor(role) for role in ("whale", "staker", "latecomer")}
PRICE_SHARES = 10**48
REWARDS = ("head", "usd")


class StakingDriver:
    def __init__(self, mutation: Mutation | None = None) -> None:
        self.world = build_staking(list(ROLES.values()), mutation)
        self.machine = self.world.machine
        self.staking, self.collector = self.world.staking, self.world.collector
        self.tokens = self.world.tokens
        self.panel = Panel(self.machine, self._figures())
        self.begin()

    def begin(self) -> None:
        self.is_slashed = False
        self.donated = dict.fromkeys(REWARDS, 0)
        self.sent_to_collector = dict.fromkeys(REWARDS, 0)
        self.collected = dict.fromkeys(REWARDS, 0)
        self.streamed = dict.fromkeys(REWARDS, 0)
        self.to_treasury = dict.fromkeys(REWARDS, 0)
        self.after = self.panel.look()
        self.before = self.after
        self.before_at = self.machine.timestamp

    def _figures(self) -> Iterator[Any]:
        staking, collector = self.staking, self.collector
        yield "assets", staking, "totalAssets", (), 0
        yield "supply", staking, "totalSupply", (), 0
        yield "price", staking, "convertToAssets", (PRICE_SHARES,), 0
        for role, address in ROLES.items():
            yield ("shares", role), staking, "balanceOf", (address,), 0
            yield ("redeemable", role), staking, "maxRedeem", (address,), 0
            for word, name in enumerate(("cooling", "opens_at", "closes_at")):
                yield (name, role), staking, "cooldown_of", (address,), word
            for place, token in enumerate(REWARDS):
                # An array: offset, length, then the words.
                word = 2 + place
                yield ("claimable", token, role), staking, "claimable_rewards", (address,), word
        for token in REWARDS:
            contract = self.tokens[token]
            yield ("held", token), contract, "balanceOf", (staking,), 0
            yield ("at_collector", token), contract, "balanceOf", (collector,), 0
            yield ("treasury", token), contract, "balanceOf", (TREASURY,), 0
            yield ("paid_in", token), staking, "rewards_paid_in", (contract,), 0
            yield ("claimed", token), staking, "rewards_claimed", (contract,), 0
            yield ("streamable", token), collector, "streamable", (contract,), 0
            for word, name in enumerate(("rate", "ends_at", "streamed_at", "unstreamed")):
                yield (name, token), collector, "stream_of", (contract,), word

    # --- Drawing calls ---

    def choose(self, random: Random) -> Step:
        action = random.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        role, token = random.choice(list(ROLES)), random.choice(REWARDS)
        shares, cooled = self.after["shares", role], self.after["redeemable", role]
        if action == "deposit":
            return Step(action, (role, part_of(random, random.choice([WAD, 10**6 * WAD]))))
        if action == "mint":
            return Step(action, (role, part_of(random, 10**4 * WAD * VIRTUAL_SHARES)))
        if action in ("redeem", "start_cooldown"):
            most = cooled or shares if action == "redeem" else shares
            return Step(action, (role, part_of(random, most)))
        if action == "withdraw":
            return Step(
                action, (role, part_of(random, cooled * self.after["price"] // PRICE_SHARES))
            )
        if action == "transfer":
            return Step(action, (role, random.choice(list(ROLES)), part_of(random, shares)))
        if action == "slash":
            return Step(action, (part_of(random, self.after["assets"]),))
        if action in ("notify", "send_to_collector", "donate"):
            return Step(action, (token, any_size(random, 70)))
        if action == "wait":
            return Step(action, (random.choice([1, 12, 3_600, 86_400, 3 * 86_400, 4 * 86_400]),))
        if action in ("collect", "stream"):
            return Step(action, (token,))
        return Step(action, (role,))

    # --- Making calls ---

    def perform(self, step: Step) -> None:
        self.before, self.before_at = self.after, self.machine.timestamp
        self.is_slashed = False
        try:
            getattr(self, f"_do_{step.action}")(*step.arguments)
        finally:
            self.after = self.panel.look()

    def _do_deposit(self, role: str, assets: int) -> None:
        self.staking.deposit(assets, ROLES[role], sender=ROLES[role])

    def _do_mint(self, role: str, shares: int) -> None:
        self.staking.mint(shares, ROLES[role], sender=ROLES[role])

    def _do_start_cooldown(self, role: str, shares: int) -> None:
        self.staking.start_cooldown(shares, sender=ROLES[role])

    def _do_cancel_cooldown(self, role: str) -> None:
        self.staking.cancel_cooldown(sender=ROLES[role])

    def _do_redeem(self, role: str, shares: int) -> None:
        self.staking.redeem(shares, ROLES[role], ROLES[role], sender=ROLES[role])

    def _do_withdraw(self, role: str, assets: int) -> None:
        self.staking.withdraw(assets, ROLES[role], ROLES[role], sender=ROLES[role])

    def _do_transfer(self, role: str, to: str, shares: int) -> None:
        self.staking.transfer(ROLES[to], shares, sender=ROLES[role])

    def _do_claim(self, role: str) -> None:
        self.staking.claim_rewards(ROLES[role], sender=ROLES[role])

    def _do_slash(self, assets: int) -> None:
        self.staking.slash(assets, TREASURY, sender=SLASHER)
        self.is_slashed = True

    def _do_notify(self, token: str, assets: int) -> None:
        self.staking.notify_reward(self.tokens[token], assets, sender=DISTRIBUTOR)

    def _do_donate(self, token: str, assets: int) -> None:
        self.tokens[token].transfer(self.staking, assets, sender=DISTRIBUTOR)
        self.donated[token] += assets

    def _do_send_to_collector(self, token: str, assets: int) -> None:
        self.tokens[token].transfer(self.collector, assets, sender=DISTRIBUTOR)
        self.sent_to_collector[token] += assets

    def _do_collect(self, token: str) -> None:
        self.collected[token] += self.collector.collect(self.tokens[token], sender=SLASHER)

    def _do_stream(self, token: str) -> None:
        self.streamed[token] += self.collector.stream(self.tokens[token], sender=SLASHER)

    def _do_wait(self, seconds: int) -> None:
        self.machine.wait(seconds)

    def check(self, step: Step) -> None:
        for check in CHECKS.values():
            check(self, step)


def check_stake_1(driver: StakingDriver, step: Step) -> None:
    """Held equals stake, unclaimed rewards and donations; shares sum to the supply."""
    seen = driver.after
    for token in REWARDS:
        stake = seen["assets"] if token == "head" else 0
        rewards = seen["paid_in", token] - seen["claimed", token]
        owed, held = stake + rewards + driver.donated[token], seen["held", token]
        must("STAKE-1", held == owed, f"holds {held} of {token}, owes {owed}")
    shares = sum(seen["shares", role] for role in ROLES)
    must("STAKE-1", shares == seen["supply"], f"supply {seen['supply']}, balances {shares}")


def check_stake_2(driver: StakingDriver, step: Step) -> None:
    """Rewards claimed and claimable never exceed rewards paid in."""
    seen = driver.after
    for token in REWARDS:
        claimable = sum(seen["claimable", token, role] for role in ROLES)
        given, paid_in = seen["claimed", token] + claimable, seen["paid_in", token]
        must("STAKE-2", given <= paid_in, f"{token}: {given} claimed or claimable of {paid_in}")


def check_stake_3(driver: StakingDriver, step: Step) -> None:
    """The value of a share falls only by a recorded slash."""
    before, after = driver.before["price"], driver.after["price"]
    must("STAKE-3", driver.is_slashed or after >= before, f"a share fell from {before} to {after}")


def check_stake_4(driver: StakingDriver, step: Step) -> None:
    """Shares leave only after their cooldown and within their window."""
    for role in ROLES:
        gone = driver.before["shares", role] - driver.after["shares", role]
        if gone <= 0:
            continue
        opens_at, closes_at = driver.before["opens_at", role], driver.before["closes_at", role]
        cooling = driver.before["cooling", role]
        if step.action == "transfer":
            kept = driver.after["shares", role]
            must(
                "STAKE-4", kept >= cooling, f"{role} moved cooling shares, {kept} of {cooling} left"
            )
            continue
        now = driver.machine.timestamp
        is_open = opens_at <= now <= closes_at
        fact = (
            f"{gone} of {cooling} cooled shares left {role} at {now}, window {opens_at}-{closes_at}"
        )
        must("STAKE-4", is_open and gone <= cooling, fact)


def check_fee_1(driver: StakingDriver, step: Step) -> None:
    """Collected equals streamed plus unstreamed, and the collector holds what is unstreamed."""
    seen = driver.after
    for token in REWARDS:
        unstreamed, held = seen["unstreamed", token], seen["at_collector", token]
        collected, streamed = driver.collected[token], driver.streamed[token]
        fact = f"{token}: collected {collected}, streamed {streamed}, unstreamed {unstreamed}"
        must("FEE-1", collected == streamed + unstreamed, fact)
        waiting = driver.sent_to_collector[token] - collected
        must("FEE-1", held == unstreamed + waiting, f"{token}: holds {held}, {fact}")


def check_fee_2(driver: StakingDriver, step: Step) -> None:
    """A stream pays in proportion to time, all of it at its end; arrivals cannot put that off."""
    seen, now = driver.after, driver.machine.timestamp
    for token in REWARDS:
        ends_at, streamable = seen["ends_at", token], seen["streamable", token]
        if now >= ends_at:
            fact = f"{token}: {streamable} of {seen['unstreamed', token]} vested after the end"
            must("FEE-2", streamable == seen["unstreamed", token], fact)
        must("FEE-2", ends_at <= now + STREAM_SECONDS, f"{token}: ends in {ends_at - now} s")
        if step.action == "wait":
            rate = driver.before["rate", token]
            most = driver.before["streamable", token] + (rate + 1) * step.arguments[0] // WAD + 1
            must("FEE-2", streamable <= most, f"{token}: {streamable} vested, at most {most}")
        if step.action == "stream" and step.arguments == (token,):
            paid = driver.before["unstreamed", token] - seen["unstreamed", token]
            due = driver.before["streamable", token]
            to_stakers = seen["paid_in", token] - driver.before["paid_in", token]
            fact = f"{token}: paid {paid} of {due} due, {to_stakers} to stakers"
            is_split = to_stakers in (0, due * STAKER_SHARE_BPS // 10_000)
            must("FEE-2", paid in (0, due) and is_split, fact)


CHECKS: dict[str, Callable[[StakingDriver, Step], None]] = {
    "STAKE-1": check_stake_1,
    "STAKE-2": check_stake_2,
    "STAKE-3": check_stake_3,
    "STAKE-4": check_stake_4,
    "FEE-1": check_fee_1,
    "FEE-2": check_fee_2,
}

WEIGHTS = {
    "deposit": 10,
    "mint": 3,
    "start_cooldown": 12,
    "cancel_cooldown": 2,
    "redeem": 12,
    "withdraw": 6,
    "transfer": 6,
    "claim": 8,
    "slash": 2,
    "notify": 6,
    "donate": 2,
    "send_to_collector": 8,
    "collect": 8,
    "stream": 8,
    "wait": 16,
}
