# SPDX-License-Identifier: Apache-2.0
"""What an account owes, what stands behind it, and what a liquidator may take.

Mirrors `contracts/lending/Accounts.vy`, and the parts of `LendingPool.vy` that touch several
pools at once. The valuation alone is held to `tests/vectors/health.json` too.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from strategies.model import liquidation
from strategies.model.arithmetic import mul_div_down, mul_div_up, require
from strategies.model.lending_pool import LendingPool
from strategies.units import (
    BPS,
    MAX_UINT256,
    WAD,
    Address,
    Assets,
    DebtShares,
    Shares,
    Timestamp,
    UsdWad,
    Wad,
)

# --- Valuation: no pools, no accounts, only figures ---


@dataclass(frozen=True, slots=True)
class Holding:
    """Collateral in one pool: its worth, and how much of that counts."""

    usd_wad: int
    borrow_threshold_bps: int
    liquidation_threshold_bps: int


@dataclass(frozen=True, slots=True)
class Health:
    """Limits round down; without debt the health is the largest number."""

    debt_usd_wad: UsdWad
    collateral_usd_wad: UsdWad
    borrow_limit_usd_wad: UsdWad
    liquidation_limit_usd_wad: UsdWad
    health_wad: Wad


def value_usd_wad_down(assets: int, price_usd_wad: int, decimals: int) -> UsdWad:
    """Collateral counts for less."""
    return UsdWad(mul_div_down(assets, price_usd_wad, 10**decimals))


def value_usd_wad_up(assets: int, price_usd_wad: int, decimals: int) -> UsdWad:
    """Debt counts for more."""
    return UsdWad(mul_div_up(assets, price_usd_wad, 10**decimals))


def health(debt_usd_wad: int, holdings: Iterable[Holding]) -> Health:
    collateral = borrow_limit = liquidation_limit = 0
    for each in holdings:
        collateral += each.usd_wad
        borrow_limit += each.usd_wad * each.borrow_threshold_bps // BPS
        liquidation_limit += each.usd_wad * each.liquidation_threshold_bps // BPS
    ratio = liquidation_limit * WAD // debt_usd_wad if debt_usd_wad else MAX_UINT256
    return Health(
        UsdWad(debt_usd_wad),
        UsdWad(collateral),
        UsdWad(borrow_limit),
        UsdWad(liquidation_limit),
        Wad(ratio),
    )


# --- The account layer over several pools ---


@dataclass(slots=True)
class Market:
    """A pool with its token's decimals and the terms on which it takes other pools' shares."""

    pool: LendingPool
    decimals: int
    # (borrow, liquidation) thresholds by the name of the collateral pool
    terms: dict[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LiquidationQuote:
    repay_assets: Assets
    seized_shares: Shares
    bonus_bps: int


@dataclass(slots=True)
class Accounts:
    """Names stand for pools. `prices_usd_wad` is the driver's to move."""

    markets: dict[str, Market]
    prices_usd_wad: dict[str, int]
    pledges: dict[Address, list[str]] = field(default_factory=dict)
    debt_pools: dict[Address, str] = field(default_factory=dict)

    # --- Views ---

    def holding(self, now: Timestamp, account: Address, name: str) -> tuple[int, UsdWad]:
        """Shares of a pool at the account, and their value, down; nothing held needs no price."""
        market = self.markets[name]
        shares = market.pool.shares.get(account, 0)
        if shares == 0:
            return 0, UsdWad(0)
        assets = market.pool.convert_to_assets(now, shares)
        price = self.prices_usd_wad[name]
        return shares, value_usd_wad_down(assets, price, market.decimals)

    def debt(self, now: Timestamp, account: Address) -> tuple[int, UsdWad]:
        """Assets owed and their value, up."""
        name = self.debt_pools.get(account)
        if name is None:
            return 0, UsdWad(0)
        market = self.markets[name]
        assets = market.pool.debt_of(now, account)
        return assets, value_usd_wad_up(assets, self.prices_usd_wad[name], market.decimals)

    def status(self, now: Timestamp, account: Address) -> Health:
        _, debt_usd_wad = self.debt(now, account)
        debt_pool = self.debt_pools.get(account)
        terms = self.markets[debt_pool].terms if debt_pool else {}
        holdings = []
        for name in self.pledges.get(account, []):
            if debt_pool and name not in terms:
                continue
            borrow_bps, liquidation_bps = terms.get(name, (0, 0))
            _, usd_wad = self.holding(now, account, name)
            holdings.append(Holding(usd_wad, borrow_bps, liquidation_bps))
        return health(debt_usd_wad, holdings)

    def check(self, now: Timestamp, account: Address) -> None:
        if account not in self.debt_pools:
            return
        status = self.status(now, account)
        require(status.debt_usd_wad <= status.borrow_limit_usd_wad, "accounts: unhealthy")

    def quote_liquidation(
        self, now: Timestamp, account: Address, collateral: str, max_repay_assets: int
    ) -> LiquidationQuote:
        require(account in self.debt_pools, "accounts: no debt")
        name = self.debt_pools[account]
        market = self.markets[name]
        status = self.status(now, account)
        require(status.health_wad < WAD, "accounts: healthy")
        require(collateral in market.terms, "accounts: not accepted")
        require(collateral in self.pledges.get(account, []), "accounts: not pledged")

        _, threshold_bps = market.terms[collateral]
        debt_assets, debt_usd_wad = self.debt(now, account)
        bonus_bps = liquidation.bonus_bps_down(status.health_wad, threshold_bps)
        limit_usd_wad = status.liquidation_limit_usd_wad
        repay = min(
            max_repay_assets,
            liquidation.closable_assets_up(
                debt_assets, debt_usd_wad, limit_usd_wad, threshold_bps, bonus_bps
            ),
        )
        repay_usd_wad = value_usd_wad_down(repay, self.prices_usd_wad[name], market.decimals)
        seize_usd_wad = repay_usd_wad * (BPS + bonus_bps) // BPS

        held_shares, held_usd_wad = self.holding(now, account, collateral)
        if seize_usd_wad < held_usd_wad:
            seized = held_shares * seize_usd_wad // held_usd_wad
            return LiquidationQuote(Assets(repay), Shares(seized), bonus_bps)
        covered = liquidation.covered_assets_up(debt_assets, debt_usd_wad, held_usd_wad, bonus_bps)
        return LiquidationQuote(Assets(min(repay, covered)), Shares(held_shares), bonus_bps)

    # --- Calls ---

    def pledge(self, account: Address, name: str) -> None:
        pledged = self.pledges.setdefault(account, [])
        require(name not in pledged, "accounts: already pledged")
        pledged.append(name)

    def unpledge(self, now: Timestamp, account: Address, name: str) -> None:
        require(name in self.pledges.get(account, []), "accounts: not pledged")
        self.pledges[account].remove(name)
        self.check(now, account)

    def withdraw(self, now: Timestamp, name: str, assets: int, owner: Address) -> Shares:
        shares = self.markets[name].pool.withdraw(now, assets, owner)
        self._check_pledger(now, owner, name)
        return shares

    def redeem(self, now: Timestamp, name: str, shares: int, owner: Address) -> Assets:
        assets = self.markets[name].pool.redeem(now, shares, owner)
        self._check_pledger(now, owner, name)
        return assets

    def transfer(self, now: Timestamp, name: str, owner: Address, to: Address, shares: int) -> None:
        self.markets[name].pool.transfer(owner, to, shares)
        self._check_pledger(now, owner, name)

    def borrow(self, now: Timestamp, name: str, assets: int, account: Address) -> DebtShares:
        pool = self.markets[name].pool
        debt_shares = pool.borrow(now, assets, account)
        debt_pool = self.debt_pools.setdefault(account, name)
        require(debt_pool == name, "accounts: debt in other pool")
        self.check(now, account)
        return debt_shares

    def repay(
        self, now: Timestamp, name: str, assets: int, account: Address
    ) -> tuple[Assets, DebtShares]:
        paid, burned = self.markets[name].pool.repay(now, assets, account)
        self._leave_if_free(name, account)
        return paid, burned

    def repay_shares(self, now: Timestamp, name: str, debt_shares: int, account: Address) -> Assets:
        assets = self.markets[name].pool.repay_shares(now, debt_shares, account)
        self._leave_if_free(name, account)
        return assets

    def liquidate(
        self,
        now: Timestamp,
        name: str,
        liquidator: Address,
        account: Address,
        collateral: str,
        max_repay_assets: int,
    ) -> LiquidationQuote:
        pool = self.markets[name].pool
        pool.owed_shares(account)
        pool.check_liquidation_open()
        pool.accrue(now)
        quote = self.quote_liquidation(now, account, collateral, max_repay_assets)
        require(quote.repay_assets > 0, "pool: nothing to repay")
        pool.lower_debt(
            now, account, quote.repay_assets, pool.burnable_shares(account, quote.repay_assets)
        )
        self._leave_if_free(name, account)
        self.markets[collateral].pool.transfer(account, liquidator, quote.seized_shares)
        self._write_off_if_uncovered(now, name, account, collateral)
        return quote

    # --- Internals ---

    def _check_pledger(self, now: Timestamp, owner: Address, name: str) -> None:
        if name in self.pledges.get(owner, []):
            self.check(now, owner)

    def _leave_if_free(self, name: str, account: Address) -> None:
        if self.markets[name].pool.debt_shares.get(account, 0) == 0:
            self.debt_pools.pop(account, None)

    def _write_off_if_uncovered(
        self, now: Timestamp, name: str, account: Address, taken: str
    ) -> None:
        """Lost by value: the taken collateral is gone, and the rest is dust and below the debt."""
        market = self.markets[name]
        if market.pool.debt_shares.get(account, 0) == 0:
            return
        status = self.status(now, account)
        is_dust = status.collateral_usd_wad < liquidation.DUST_USD_WAD
        is_uncovered = is_dust and status.collateral_usd_wad < status.debt_usd_wad
        is_taken_whole = self.markets[taken].pool.shares.get(account, 0) == 0
        if not (status.collateral_usd_wad == 0 or (is_taken_whole and is_uncovered)):
            return
        for pledged in self.pledges.get(account, []):
            crumbs = self.markets[pledged].pool.shares.get(account, 0)
            if pledged in market.terms and crumbs > 0:
                recipient = market.pool.fee_recipient
                self.markets[pledged].pool.transfer(account, recipient, crumbs)
        market.pool.write_off(account)
        self._leave_if_free(name, account)
