# pragma version 0.4.3
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title order_sizes
@license AGPL-3.0-only
@notice How much must be sold, supplied or repaid until an account has a health.
@dev With a debt D, a liquidation limit L and a target h above the health L / D, in USD:

         to sell s, of which a part k repays and which counted t towards L:
             (L - s * t) / (D - k * s) = h,    s = (h * D - L) / (k * h - t)
         to supply s, which counts t towards L:
             (L + s * t) / D = h,              s = (h * D - L) / t
         to repay s:
             L / (D - s) = h,                  s = (h * D - L) / h

     All round up, so that the target is reached.
"""

from . import units

# The target of who wants to owe nothing.
NO_DEBT_WAD: constant(uint256) = max_value(uint256)


@internal
@pure
def sale_usd_wad_up(
    debt_usd_wad: uint256,
    limit_usd_wad: uint256,
    target_wad: uint256,
    threshold_bps: uint256,
    kept_bps: uint256,
) -> uint256:
    """
    @notice The value to sell if `kept_bps` of it repay: never more than repays all.
    """
    whole_usd_wad: uint256 = self._ceil_div(debt_usd_wad * units.BPS, kept_bps)
    if target_wad == NO_DEBT_WAD:
        return whole_usd_wad
    gain_wad: uint256 = target_wad * kept_bps // units.BPS
    cost_wad: uint256 = threshold_bps * units.WAD // units.BPS
    if gain_wad <= cost_wad:
        return whole_usd_wad
    missing: uint256 = target_wad * debt_usd_wad - limit_usd_wad * units.WAD
    return min(whole_usd_wad, self._ceil_div(missing, gain_wad - cost_wad))


@internal
@pure
def supply_usd_wad_up(
    debt_usd_wad: uint256, limit_usd_wad: uint256, target_wad: uint256, threshold_bps: uint256
) -> uint256:
    """
    @notice The value to supply; zero where it would not count.
    """
    if threshold_bps == 0:
        return 0
    missing: uint256 = target_wad * debt_usd_wad - limit_usd_wad * units.WAD
    return self._ceil_div(missing, threshold_bps * units.WAD // units.BPS)


@internal
@pure
def repayment_usd_wad_up(
    debt_usd_wad: uint256, limit_usd_wad: uint256, target_wad: uint256
) -> uint256:
    """
    @notice The value to repay.
    """
    missing: uint256 = target_wad * debt_usd_wad - limit_usd_wad * units.WAD
    return self._ceil_div(missing, target_wad)


@internal
@pure
def assets_up(usd_wad: uint256, price_usd_wad: uint256, decimals: uint8) -> uint256:
    """
    @notice Base units that are worth `usd_wad` at a price of the whole token.
    """
    return self._ceil_div(usd_wad * 10 ** convert(decimals, uint256), price_usd_wad)


@internal
@pure
def _ceil_div(numerator: uint256, denominator: uint256) -> uint256:
    if numerator == 0:
        return 0
    return (numerator - 1) // denominator + 1
