# SPDX-License-Identifier: Apache-2.0
"""One credit pool: shares of lenders, debt shares of borrowers, interest between them.

Mirrors `contracts/lending/LendingPool.vy` and its terms in `RiskTerms.vy`, without tokens and prices: who may borrow how much
is the business of `strategies.model.accounts`. Each method takes the block time, checks before
it writes, and raises `ContractRefused` with the contract's own reason.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from strategies.model.arithmetic import (
    add,
    checked,
    mul_div_down,
    mul_div_up,
    require,
    subtract,
)
from strategies.model.interest import growth_wad_down
from strategies.model.kinked_rate import utilization_wad
from strategies.model.outflow_limit import OutflowLimit
from strategies.model.shares import (
    to_assets_down,
    to_assets_up,
    to_shares_down,
    to_shares_up,
)
from strategies.units import (
    BPS,
    SECONDS_PER_YEAR,
    VIRTUAL_ASSETS,
    VIRTUAL_SHARES,
    WAD,
    Address,
    Assets,
    DebtShares,
    RatePerSecondWad,
    Shares,
    Timestamp,
)

MAX_CAP = 2**104
MAX_TOTAL_DEBT = 2**120
MAX_TOTAL_SHARES = 2**128
MAX_RATE_PER_SECOND_WAD = 10 * WAD // SECONDS_PER_YEAR

# Rate per second by idle and total debt; None stands for a model that fails.
RateModel = Callable[[int, int], int | None]


@dataclass(frozen=True, slots=True)
class Books:
    """A pool's totals once the time since the last accrual has been paid for."""

    rate_per_second_wad: int
    interest_assets: int
    interest_remainder_wad: int
    total_debt: int
    fee_shares: int
    total_shares: int


@dataclass(slots=True)
class LendingPool:
    rate_model: RateModel
    fee_recipient: Address
    last_accrued_at: Timestamp
    supply_cap: int = 0
    borrow_cap: int = 0
    min_debt: int = 0
    reserve_factor_bps: int = 0
    flash_fee_bps: int = 0
    outflow_bps: int = 0
    outflow: OutflowLimit = field(default_factory=OutflowLimit)
    # Of "supply", "borrow", "liquidation" and "flash".
    paused: frozenset[str] = frozenset()
    idle: int = 0
    recorded_debt: int = 0
    interest_remainder_wad: int = 0
    total_shares: int = 0
    total_debt_shares: int = 0
    shares: dict[Address, int] = field(default_factory=dict)
    debt_shares: dict[Address, int] = field(default_factory=dict)
    last_rate_per_second_wad: int = 0

    def __post_init__(self) -> None:
        self.last_rate_per_second_wad = self.rate_per_second_wad(self.recorded_debt)

    # --- Interest ---

    def rate_per_second_wad(self, debt: int) -> RatePerSecondWad:
        """What the model says, up to the maximum; the last good rate where it fails."""
        answer = self.rate_model(self.idle, debt)
        if answer is None:
            return RatePerSecondWad(self.last_rate_per_second_wad)
        return RatePerSecondWad(min(answer, MAX_RATE_PER_SECOND_WAD))

    def books(self, now: Timestamp) -> Books:
        """Carry the totals on to `now`: interest = (debt * growth + remainder) / WAD."""
        elapsed_seconds = now - self.last_accrued_at
        debt, remainder_wad = self.recorded_debt, self.interest_remainder_wad
        if elapsed_seconds == 0 or debt == 0:
            last_rate = self.last_rate_per_second_wad
            return Books(last_rate, 0, remainder_wad, debt, 0, self.total_shares)

        rate = self.rate_per_second_wad(debt)
        interest_wad = debt * growth_wad_down(rate, elapsed_seconds) + remainder_wad
        interest, remainder_wad = divmod(interest_wad, WAD)
        room = MAX_TOTAL_DEBT - min(debt, MAX_TOTAL_DEBT)
        if interest > room:
            interest, remainder_wad = room, 0
        debt += interest

        fee_shares = self._fee_shares_down(interest, self.idle + debt)
        total_shares = self.total_shares + fee_shares
        return Books(rate, interest, remainder_wad, debt, fee_shares, total_shares)

    def _fee_shares_down(self, interest: int, total_assets: int) -> int:
        """Shares worth the protocol's part p of interest i: s * i / (a * BPS / p - i)."""
        if self.reserve_factor_bps == 0:
            return 0
        assets = add(total_assets, VIRTUAL_ASSETS)
        divisor = -(-assets * BPS // self.reserve_factor_bps)
        total_shares = add(self.total_shares, VIRTUAL_SHARES)
        return mul_div_down(interest, total_shares, divisor - interest)

    def accrue(self, now: Timestamp) -> None:
        if now == self.last_accrued_at:
            return
        books = self.books(now)
        self.recorded_debt = books.total_debt
        self.interest_remainder_wad = books.interest_remainder_wad
        self.last_rate_per_second_wad = books.rate_per_second_wad
        self.last_accrued_at = now
        self._mint(self.fee_recipient, books.fee_shares)

    # --- Views ---

    def total_assets(self, now: Timestamp) -> Assets:
        return Assets(self.idle + self.books(now).total_debt)

    def total_debt(self, now: Timestamp) -> Assets:
        return Assets(self.books(now).total_debt)

    def convert_to_shares(self, now: Timestamp, assets: int) -> Shares:
        books = self.books(now)
        return to_shares_down(assets, self.idle + books.total_debt, books.total_shares)

    def convert_to_assets(self, now: Timestamp, shares: int) -> Assets:
        books = self.books(now)
        return to_assets_down(shares, self.idle + books.total_debt, books.total_shares)

    def preview_mint(self, now: Timestamp, shares: int) -> Assets:
        books = self.books(now)
        return to_assets_up(shares, self.idle + books.total_debt, books.total_shares)

    def preview_withdraw(self, now: Timestamp, assets: int) -> Shares:
        books = self.books(now)
        return to_shares_up(assets, self.idle + books.total_debt, books.total_shares)

    def debt_of(self, now: Timestamp, account: Address) -> Assets:
        debt_shares = self.debt_shares.get(account, 0)
        return self._debt_up(debt_shares, self.books(now).total_debt)

    def borrow_rate_per_second_wad(self, now: Timestamp) -> RatePerSecondWad:
        return self.rate_per_second_wad(self.books(now).total_debt)

    def supply_rate_per_second_wad(self, now: Timestamp) -> RatePerSecondWad:
        debt = self.books(now).total_debt
        gross = self.rate_per_second_wad(debt) * utilization_wad(self.idle, debt) // WAD
        return RatePerSecondWad(gross * (BPS - self.reserve_factor_bps) // BPS)

    def room(self, now: Timestamp) -> Assets:
        """What may still be supplied, by cap and by number of shares."""
        books = self.books(now)
        total_assets = self.idle + books.total_debt
        if "supply" in self.paused:
            return Assets(0)
        if total_assets >= self.supply_cap or books.total_shares >= MAX_TOTAL_SHARES:
            return Assets(0)
        shares_left = MAX_TOTAL_SHARES - books.total_shares
        by_shares = to_assets_down(shares_left, total_assets, books.total_shares)
        return Assets(min(self.supply_cap - total_assets, by_shares))

    # --- Lenders ---

    def deposit(self, now: Timestamp, assets: int, receiver: Address) -> Shares:
        require(assets > 0, "pool: zero assets")
        self._check_open("supply")
        self.accrue(now)
        shares = to_shares_down(assets, self.idle + self.recorded_debt, self.total_shares)
        require(shares > 0, "pool: zero shares")
        self._supply(now, assets, shares, receiver)
        return shares

    def mint(self, now: Timestamp, shares: int, receiver: Address) -> Assets:
        require(shares > 0, "pool: zero shares")
        self._check_open("supply")
        self.accrue(now)
        assets = to_assets_up(shares, self.idle + self.recorded_debt, self.total_shares)
        self._supply(now, assets, shares, receiver)
        return assets

    def withdraw(self, now: Timestamp, assets: int, owner: Address) -> Shares:
        require(assets > 0, "pool: zero assets")
        self.accrue(now)
        shares = to_shares_up(assets, self.idle + self.recorded_debt, self.total_shares)
        self._take_out(now, assets, shares, owner)
        return shares

    def redeem(self, now: Timestamp, shares: int, owner: Address) -> Assets:
        self.accrue(now)
        assets = to_assets_down(shares, self.idle + self.recorded_debt, self.total_shares)
        require(assets > 0, "pool: zero assets")
        self._take_out(now, assets, shares, owner)
        return assets

    def transfer(self, owner: Address, to: Address, shares: int) -> None:
        require(shares <= self.shares.get(owner, 0), "pool: not enough shares")
        self.shares[owner] = self.shares.get(owner, 0) - shares
        self.shares[to] = self.shares.get(to, 0) + shares

    # --- Borrowers ---

    def borrow(self, now: Timestamp, assets: int, account: Address) -> DebtShares:
        require(assets > 0, "pool: zero assets")
        self._check_open("borrow")
        self.accrue(now)
        debt_shares = to_shares_up(assets, self.recorded_debt, self.total_debt_shares)
        self._take_idle(now, assets)
        self.recorded_debt += assets
        self.total_debt_shares += debt_shares
        self.debt_shares[account] = self.debt_shares.get(account, 0) + debt_shares
        self._check_min_debt(account)
        require(self.recorded_debt <= self.borrow_cap, "pool: borrow cap")
        return DebtShares(debt_shares)

    def repay(self, now: Timestamp, assets: int, account: Address) -> tuple[Assets, DebtShares]:
        """Pay at most `assets`; return what was paid and the debt shares burned."""
        require(assets > 0, "pool: zero assets")
        owed_shares = self.owed_shares(account)
        self.accrue(now)
        paid = min(assets, self._debt_up(owed_shares, self.recorded_debt))
        burned = self.burnable_shares(account, paid)
        self.lower_debt(now, account, paid, burned)
        self._check_min_debt(account)
        return Assets(paid), burned

    def repay_shares(self, now: Timestamp, debt_shares: int, account: Address) -> Assets:
        require(debt_shares > 0, "pool: zero shares")
        owed_shares = self.owed_shares(account)
        self.accrue(now)
        burned = min(debt_shares, owed_shares)
        assets = self._debt_up(burned, self.recorded_debt)
        self.lower_debt(now, account, assets, burned)
        self._check_min_debt(account)
        return assets

    def owed_shares(self, account: Address) -> DebtShares:
        owed_shares = self.debt_shares.get(account, 0)
        require(owed_shares > 0, "pool: no debt")
        return DebtShares(owed_shares)

    def burnable_shares(self, account: Address, assets: int) -> DebtShares:
        """Debt shares that `assets` pay off: all of them only if they cover all that is owed."""
        owed_shares = self.debt_shares.get(account, 0)
        if assets >= self._debt_up(owed_shares, self.recorded_debt):
            return DebtShares(owed_shares)
        burned = to_shares_down(assets, self.recorded_debt, self.total_debt_shares)
        burned = min(owed_shares - 1, burned)
        require(burned > 0, "pool: zero shares")
        return DebtShares(burned)

    def lower_debt(self, now: Timestamp, account: Address, assets: int, debt_shares: int) -> None:
        self.outflow.give_back(now, assets, self._outflow_capacity(self.recorded_debt))
        self.idle += assets
        self._forget_debt(account, assets, debt_shares)

    # --- Liquidation and flash loans ---

    def check_liquidation_open(self) -> None:
        self._check_open("liquidation")

    def flash_loan(self, now: Timestamp, assets: int) -> Assets:
        """Lend for the length of a call; return the fee, which stays in the pool."""
        require(assets > 0, "pool: zero assets")
        self._check_open("flash")
        self.accrue(now)
        fee = mul_div_up(assets, self.flash_fee_bps, BPS)
        require(assets <= self.idle, "pool: not enough idle")
        self.idle += fee
        return Assets(fee)

    def releasable(self, now: Timestamp) -> Assets:
        """What may leave today, whoever asks."""
        capacity = self._outflow_capacity(self.books(now).total_debt)
        return Assets(min(self.idle, self.outflow.room(now, capacity)))

    def write_off(self, account: Address) -> Assets:
        """Take what `account` owes from the lenders; return how much."""
        debt_shares = self.debt_shares.get(account, 0)
        assets = self._debt_up(debt_shares, self.recorded_debt)
        self._forget_debt(account, assets, debt_shares)
        return assets

    # --- Internals ---

    def _check_open(self, action: str) -> None:
        require(action not in self.paused, f"terms: {action} paused")

    def _outflow_capacity(self, total_debt: int) -> int:
        return (self.idle + total_debt) * self.outflow_bps // BPS

    def _take_idle(self, now: Timestamp, assets: int) -> None:
        require(assets <= self.idle, "pool: not enough idle")
        self.outflow.take(now, assets, self._outflow_capacity(self.recorded_debt))
        self.idle -= assets

    def _mint(self, receiver: Address, shares: int) -> None:
        if shares > 0:
            self.shares[receiver] = self.shares.get(receiver, 0) + shares
            self.total_shares += shares

    def _supply(self, now: Timestamp, assets: int, shares: int, receiver: Address) -> None:
        self.outflow.give_back(now, assets, self._outflow_capacity(self.recorded_debt))
        self.idle = add(self.idle, assets)
        self._mint(receiver, shares)
        require(self.idle + self.recorded_debt <= self.supply_cap, "pool: supply cap")
        require(self.total_shares <= MAX_TOTAL_SHARES, "pool: supply cap")

    def _take_out(self, now: Timestamp, assets: int, shares: int, owner: Address) -> None:
        require(shares <= self.shares.get(owner, 0), "pool: not enough shares")
        self._take_idle(now, assets)
        self.shares[owner] = self.shares.get(owner, 0) - shares
        self.total_shares -= shares

    def _debt_up(self, debt_shares: int, total_debt: int) -> Assets:
        # The holder of all debt shares owes all debt, the virtual share's interest included.
        assets = to_assets_up(debt_shares, total_debt, self.total_debt_shares)
        if debt_shares == self.total_debt_shares:
            return Assets(max(assets, total_debt))
        return assets

    def _forget_debt(self, account: Address, assets: int, debt_shares: int) -> None:
        self.recorded_debt -= min(assets, self.recorded_debt)
        self.total_debt_shares = subtract(self.total_debt_shares, debt_shares)
        self.debt_shares[account] = checked(
            self.debt_shares.get(account, 0) - debt_shares, "debt shares"
        )

    def _check_min_debt(self, account: Address) -> None:
        owed_shares = self.debt_shares.get(account, 0)
        if owed_shares == 0:
            return
        owed = self._debt_up(owed_shares, self.recorded_debt)
        require(owed >= self.min_debt, "pool: debt below minimum")
