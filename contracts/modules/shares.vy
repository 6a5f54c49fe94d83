# pragma version 0.4.3
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title shares
@license AGPL-3.0-only
@notice Converts between assets and shares of a pot, with virtual shares on top.
@dev With A assets and S shares, one share is worth

         (A + VIRTUAL_ASSETS) / (S + VIRTUAL_SHARES)

     The same four functions serve lenders (A = total assets, S = total supply) and
     borrowers (A = total debt, S = total debt shares). Checked arithmetic: a caller
     keeps A below 2**120 and S below 2**130, so that no product overflows.
"""

from . import units


@internal
@pure
def to_shares_down(assets: uint256, total_assets: uint256, total_shares: uint256) -> uint256:
    """
    @notice Shares that `assets` are worth.
    @custom:rounding Down. The pot keeps the fraction.
    """
    return assets * (total_shares + units.VIRTUAL_SHARES) // (total_assets + units.VIRTUAL_ASSETS)


@internal
@pure
def to_shares_up(assets: uint256, total_assets: uint256, total_shares: uint256) -> uint256:
    """
    @notice Shares that cover `assets`.
    @custom:rounding Up. The caller owes the fraction.
    """
    return self._ceil_div(
        assets * (total_shares + units.VIRTUAL_SHARES), total_assets + units.VIRTUAL_ASSETS
    )


@internal
@pure
def to_assets_down(shares: uint256, total_assets: uint256, total_shares: uint256) -> uint256:
    """
    @notice Assets that `shares` are worth.
    @custom:rounding Down. The pot keeps the fraction.
    """
    return shares * (total_assets + units.VIRTUAL_ASSETS) // (total_shares + units.VIRTUAL_SHARES)


@internal
@pure
def to_assets_up(shares: uint256, total_assets: uint256, total_shares: uint256) -> uint256:
    """
    @notice Assets that cover `shares`.
    @custom:rounding Up. The caller owes the fraction.
    """
    return self._ceil_div(
        shares * (total_assets + units.VIRTUAL_ASSETS), total_shares + units.VIRTUAL_SHARES
    )


@internal
@pure
def _ceil_div(numerator: uint256, denominator: uint256) -> uint256:
    # ceil(n / d) without the overflow of n + d - 1; every caller passes d >= 1.
    if numerator == 0:
        return 0
    return (numerator - 1) // denominator + 1
