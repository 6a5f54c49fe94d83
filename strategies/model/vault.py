# SPDX-License-Identifier: Apache-2.0
"""A vault over lending strategies: shares, locked gains, debts, withdrawals that may lose.

Mirrors `contracts/vaults/YieldVault.vy` with strategies of `contracts/vaults/LendingStrategy.vy`,
which hold shares of the reference model's credit pools.
"""

from dataclasses import dataclass, field

from strategies.model.arithmetic import multiply, require
from strategies.model.lending_pool import LendingPool
from strategies.model.profit_unlock import ProfitUnlock
from strategies.units import BPS, MAX_UINT256, WAD, Address, Assets, Shares, Timestamp

DEAD_SHARES = 1_000
DEAD_SHARE_HOLDER = Address("0x000000000000000000000000000000000000dead")
ROUNDING_DUST = 10


def mul_div(left: int, right: int, divisor: int, *, is_up: bool) -> int:
    product = multiply(left, right)
    return -(-product // divisor) if is_up else product // divisor


@dataclass(slots=True)
class LendingStrategy:
    """The vault's place in one pool, and what it owes for it."""

    address: Address
    pool: LendingPool
    current_debt: int = 0
    max_debt: int = 0
    last_report: int = 0

    def worth(self, now: Timestamp) -> Assets:
        return self.pool.convert_to_assets(now, self._shares())

    def available(self, now: Timestamp) -> Assets:
        """Worth of the shares that the pool could pay for now."""
        shares, releasable = self._shares(), self.pool.releasable(now)
        if self.pool.convert_to_assets(now, shares) > releasable:
            shares = self.pool.convert_to_shares(now, releasable)
        return self.pool.convert_to_assets(now, shares)

    def take(self, now: Timestamp, assets: int) -> Assets:
        needed = self.pool.preview_withdraw(now, assets)
        return self.pool.redeem(now, min(needed, self._shares()), self.address)

    def _shares(self) -> int:
        return self.pool.shares.get(self.address, 0)


@dataclass(slots=True)
class Vault:
    profit: ProfitUnlock
    deposit_limit: int = 0
    minimum_total_idle: int = 0
    max_growth_per_second_wad: int = 0
    total_idle: int = 0
    total_debt: int = 0
    minted: int = 0  # all shares, locked ones among them
    shares: dict[Address, int] = field(default_factory=dict)
    strategies: dict[str, LendingStrategy] = field(default_factory=dict)
    queue: list[str] = field(default_factory=list)

    # --- Views ---

    def total_assets(self) -> Assets:
        return Assets(self.total_idle + self.total_debt)

    def supply(self, now: Timestamp) -> Shares:
        return Shares(self.minted - self.profit.unlocked(now))

    def to_shares(self, now: Timestamp, assets: int, *, is_up: bool) -> Shares:
        supply = self.supply(now)
        if supply == 0:
            return Shares(assets)
        if self.total_assets() == 0:
            return Shares(0)
        return Shares(mul_div(assets, supply, self.total_assets(), is_up=is_up))

    def to_assets(self, now: Timestamp, shares: int, *, is_up: bool) -> Assets:
        supply = self.supply(now)
        if supply == 0:
            return Assets(shares)
        return Assets(mul_div(shares, self.total_assets(), supply, is_up=is_up))

    def max_withdraw(self, now: Timestamp, owner: Address, max_loss: int) -> Assets:
        """Walk the steps of a redemption up to the strategy whose loss would be too much."""
        assets = self.to_assets(now, self.shares.get(owner, 0), is_up=False)
        found, lost = min(assets, self.total_idle), 0
        for name in self.queue:
            if found == assets:
                break
            taken, asked = self._plan(now, self.strategies[name], assets - found)
            lost += taken - asked
            if lost > (found + taken) * max_loss // BPS:
                break
            found += taken
        return Assets(found)

    # --- Shareholders ---

    def deposit(self, now: Timestamp, assets: int, receiver: Address) -> Shares:
        shares = self.to_shares(now, assets, is_up=False)
        if self.minted == 0:
            shares = Shares(shares - min(shares, DEAD_SHARES))
        self._deposit(assets, shares, receiver)
        return shares

    def mint(self, now: Timestamp, shares: int, receiver: Address) -> Assets:
        assets = self.to_assets(now, shares, is_up=True)
        if self.minted == 0:
            assets = Assets(assets + DEAD_SHARES)
        self._deposit(assets, shares, receiver)
        return assets

    def withdraw(self, now: Timestamp, assets: int, owner: Address, max_loss: int) -> Shares:
        shares = self.to_shares(now, assets, is_up=True)
        self._redeem(now, assets, shares, owner, max_loss)
        return shares

    def redeem(self, now: Timestamp, shares: int, owner: Address, max_loss: int) -> Assets:
        assets = self.to_assets(now, shares, is_up=False)
        return self._redeem(now, assets, shares, owner, max_loss)

    # --- Keeper ---

    def process_report(self, now: Timestamp, name: str) -> tuple[int, int]:
        """Book what a strategy gained or lost; gains are locked, losses meet locked gains first."""
        require(self.minted > 0, "vault: no shares")
        strategy = self.strategies[name]
        debt, worth = strategy.current_debt, strategy.worth(now)
        gain, loss = max(0, worth - debt), max(0, debt - worth)
        if self.max_growth_per_second_wad:
            elapsed_seconds = now - strategy.last_report
            gain = min(gain, debt * self.max_growth_per_second_wad * elapsed_seconds // WAD)
        # Only what whole shares can lock is booked; the rest waits for the next report.
        gain_shares = self.to_shares(now, gain, is_up=False)
        if self.total_assets() > 0:
            gain = self.to_assets(now, gain_shares, is_up=True)
        loss_shares = self.to_shares(now, loss, is_up=False)
        strategy.current_debt += gain - loss
        strategy.last_report = now
        self.total_debt += gain - loss
        if loss:
            self.minted += self.profit.cut(now, loss_shares)
        elif self.profit.max_unlock_seconds:
            self.minted += self.profit.lock(now, gain_shares)
        return gain, loss

    def update_debt(self, now: Timestamp, name: str, target: int) -> int:
        """Move a strategy's debt towards `target`, as limits and cash allow; return the new debt."""
        strategy = self.strategies[name]
        debt = strategy.current_debt
        require(target != debt, "vault: debt unchanged")
        if target < debt:
            moved = -self._call_back(now, strategy, debt - target)
        else:
            moved = self._fund(now, strategy, target)
        strategy.current_debt += moved
        self.total_debt += moved
        self.total_idle -= moved
        return strategy.current_debt

    # --- Internals ---

    def _deposit(self, assets: int, shares: int, receiver: Address) -> None:
        room = self.deposit_limit
        if room != MAX_UINT256:
            room -= min(room, self.total_assets())
        require(assets <= room, "vault: over deposit limit")
        require(assets > 0, "vault: zero assets")
        require(shares > 0, "vault: zero shares")
        self.total_idle += assets
        if self.minted == 0:
            self._mint(DEAD_SHARE_HOLDER, DEAD_SHARES)
        self._mint(receiver, shares)

    def _mint(self, receiver: Address, shares: int) -> None:
        self.shares[receiver] = self.shares.get(receiver, 0) + shares
        self.minted += shares

    def _redeem(
        self, now: Timestamp, assets: int, shares: int, owner: Address, max_loss: int
    ) -> Assets:
        require(assets > 0, "vault: zero assets")
        require(shares > 0, "vault: zero shares")
        require(shares <= self.shares.get(owner, 0), "vault: not enough shares")
        missing, lost = assets - min(assets, self.total_idle), 0
        for name in self.queue:
            if missing == 0:
                break
            received, loss = self._draw(now, self.strategies[name], missing)
            lost += loss
            missing -= min(missing, received + loss)
        require(missing == 0, "vault: not enough liquidity")
        require(lost <= assets * max_loss // BPS, "vault: too much loss")
        self.shares[owner] -= shares
        self.minted -= shares
        self.total_idle -= assets - lost
        return Assets(assets - lost)

    def _plan(self, now: Timestamp, strategy: LendingStrategy, wanted: int) -> tuple[int, int]:
        """Debt to write off and assets to ask for; they differ by an unreported loss."""
        debt = strategy.current_debt
        taken = min(wanted, debt)
        if taken == 0:
            return 0, 0
        worth, available = strategy.worth(now), strategy.available(now)
        if worth + ROUNDING_DUST >= debt:
            taken = min(taken, available)
            return taken, taken
        asked = mul_div(taken, worth, debt, is_up=False)
        if asked > available:
            return mul_div(available, debt, worth, is_up=True), available
        return taken, asked

    def _draw(self, now: Timestamp, strategy: LendingStrategy, wanted: int) -> tuple[int, int]:
        taken, asked = self._plan(now, strategy, wanted)
        if taken == 0:
            return 0, 0
        received = strategy.take(now, asked) if asked else 0
        if received > asked:
            taken = min(strategy.current_debt, taken + received - asked)
            received = min(received, taken)
        self.total_idle += received
        self.total_debt -= taken
        strategy.current_debt -= taken
        return received, taken - received

    def _call_back(self, now: Timestamp, strategy: LendingStrategy, wanted: int) -> int:
        debt = strategy.current_debt
        shortfall = max(0, self.minimum_total_idle - self.total_idle)
        assets = min(max(wanted, shortfall), debt, strategy.available(now))
        if assets == 0:
            return 0
        worth = strategy.worth(now)
        is_whole = worth + ROUNDING_DUST >= debt or assets == assets * worth // debt
        require(is_whole, "vault: unreported loss")
        return min(strategy.take(now, assets), debt)

    def _fund(self, now: Timestamp, strategy: LendingStrategy, target: int) -> int:
        ceiling = min(target, strategy.max_debt)
        spare = max(0, self.total_idle - self.minimum_total_idle)
        pool = strategy.pool
        assets = min(max(0, ceiling - strategy.current_debt), spare, pool.room(now))
        if assets > 0:
            pool.deposit(now, assets, strategy.address)
        return assets
