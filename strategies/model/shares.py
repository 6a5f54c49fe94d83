# SPDX-License-Identifier: Apache-2.0
"""Shares against assets, with virtual shares and assets on both sides.

Mirrors `contracts/modules/shares.vy`; both are held to `tests/vectors/shares.json`.
"""

from strategies.model.arithmetic import add, mul_div_down, mul_div_up
from strategies.units import VIRTUAL_ASSETS, VIRTUAL_SHARES, Assets, Shares


def to_shares_down(assets: int, total_assets: int, total_shares: int) -> Shares:
    """Shares for `assets`, down: what a depositor is credited, what a repayment burns."""
    total_shares = add(total_shares, VIRTUAL_SHARES)
    return Shares(mul_div_down(assets, total_shares, add(total_assets, VIRTUAL_ASSETS)))


def to_shares_up(assets: int, total_assets: int, total_shares: int) -> Shares:
    """Shares for `assets`, up: what a withdrawal burns, what a borrower is charged."""
    total_shares = add(total_shares, VIRTUAL_SHARES)
    return Shares(mul_div_up(assets, total_shares, add(total_assets, VIRTUAL_ASSETS)))


def to_assets_down(shares: int, total_assets: int, total_shares: int) -> Assets:
    """Assets for `shares`, down: what a redemption pays."""
    total_assets = add(total_assets, VIRTUAL_ASSETS)
    return Assets(mul_div_down(shares, total_assets, add(total_shares, VIRTUAL_SHARES)))


def to_assets_up(shares: int, total_assets: int, total_shares: int) -> Assets:
    """Assets for `shares`, up: what a mint costs, what a borrower owes."""
    total_assets = add(total_assets, VIRTUAL_ASSETS)
    return Assets(mul_div_up(shares, total_assets, add(total_shares, VIRTUAL_SHARES)))
