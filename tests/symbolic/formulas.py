# SPDX-License-Identifier: Apache-2.0
"""The formulas of contracts/modules, over numbers or over terms of z3 alike.

`Quotients` says what a division is. For numbers it divides; for terms it makes up a quotient and
remembers what is known of it: q * d <= n < (q + 1) * d.
"""

from typing import Any, Protocol

WAD, BPS = 10**18, 10_000
VIRTUAL_ASSETS, VIRTUAL_SHARES = 1, 10**6
MAX_EXPONENT_WAD = 10 * WAD
MIN_BONUS_BPS, MAX_BONUS_BPS = 200, 1_000
TARGET_HEALTH_WAD = 11 * WAD // 10

# A number, or a term of z3.
Number = Any


class Quotients(Protocol):
    def down(self, numerator: Number, denominator: Number) -> Number: ...

    def up(self, numerator: Number, denominator: Number) -> Number: ...


class Numbers:
    """Divisions of numbers, as Vyper makes them."""

    def down(self, numerator: int, denominator: int) -> int:
        return numerator // denominator

    def up(self, numerator: int, denominator: int) -> int:
        return -(-numerator // denominator)


def to_shares_down(
    by: Quotients, assets: Number, total_assets: Number, total_shares: Number
) -> Number:
    return by.down(assets * (total_shares + VIRTUAL_SHARES), total_assets + VIRTUAL_ASSETS)


def to_shares_up(
    by: Quotients, assets: Number, total_assets: Number, total_shares: Number
) -> Number:
    return by.up(assets * (total_shares + VIRTUAL_SHARES), total_assets + VIRTUAL_ASSETS)


def to_assets_down(
    by: Quotients, shares: Number, total_assets: Number, total_shares: Number
) -> Number:
    return by.down(shares * (total_assets + VIRTUAL_ASSETS), total_shares + VIRTUAL_SHARES)


def to_assets_up(
    by: Quotients, shares: Number, total_assets: Number, total_shares: Number
) -> Number:
    return by.up(shares * (total_assets + VIRTUAL_ASSETS), total_shares + VIRTUAL_SHARES)


def growth_wad_down(by: Quotients, exponent_wad: Number) -> Number:
    """Of rate times time, already bounded."""
    second = by.down(exponent_wad * exponent_wad, 2 * WAD)
    third = by.down(second * exponent_wad, 3 * WAD)
    return exponent_wad + second + third


def fee_shares_down(
    by: Quotients, interest: Number, assets: Number, total_shares: Number, factor_bps: Number
) -> Number:
    """Of the interest that `assets` hold already; the virtual ones count in both totals here."""
    divisor = by.up(assets * BPS, factor_bps)
    return by.down(interest * total_shares, divisor - interest)


def covered_assets_up(
    by: Quotients, debt: Number, debt_usd_wad: Number, collateral_usd_wad: Number, bonus_bps: Number
) -> Number:
    repay_usd_wad = by.up(collateral_usd_wad * BPS, BPS + bonus_bps)
    return by.up(debt * repay_usd_wad, debt_usd_wad)
