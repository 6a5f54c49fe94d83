# pragma version 0.4.3
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title packed_terms
@license AGPL-3.0-only
@notice Keeps the terms of a pool in two words.
@dev A pool asks for them in every call, and a cold word costs 2,100 gas. From the low
     bits up:

         limits   supply cap 105, borrow cap 105, reserve factor 16, flash fee 16, paused 14
         bounds   least debt 105, outflow share 16, outflow window 32, liquidation opens 103

     Whoever packs has held each field to its bound: caps and debts to MAX_CAP, shares to
     BPS, the window to a day.
"""

from ..interfaces import IRiskTerms

# The largest cap that the share arithmetic of a pool bears; as it may be reached, it
# takes 105 bits.
MAX_CAP: constant(uint256) = 2**104

CAP_MASK: constant(uint256) = 2**105 - 1
SHARE_MASK: constant(uint256) = 2**16 - 1
WINDOW_MASK: constant(uint256) = 2**32 - 1


@internal
@pure
def limits(terms: IRiskTerms.PoolTerms) -> uint256:
    """
    @notice The word of caps, shares and pauses.
    """
    return (
        terms.supply_cap
        | (terms.borrow_cap << 105)
        | (terms.reserve_factor_bps << 210)
        | (terms.flash_fee_bps << 226)
        | (convert(terms.paused, uint256) << 242)
    )


@internal
@pure
def bounds(terms: IRiskTerms.PoolTerms) -> uint256:
    """
    @notice The word of the least debt, the outflow and the time of liquidation.
    """
    return (
        terms.min_debt
        | (terms.outflow_bps << 105)
        | (terms.outflow_window_seconds << 121)
        | (terms.liquidation_opens_at << 153)
    )


@internal
@pure
def terms(limits: uint256, bounds: uint256) -> IRiskTerms.PoolTerms:
    """
    @notice What the two words hold.
    """
    return IRiskTerms.PoolTerms(
        supply_cap=limits & CAP_MASK,
        borrow_cap=(limits >> 105) & CAP_MASK,
        min_debt=bounds & CAP_MASK,
        reserve_factor_bps=self.reserve_factor_bps(limits),
        flash_fee_bps=(limits >> 226) & SHARE_MASK,
        outflow_bps=(bounds >> 105) & SHARE_MASK,
        outflow_window_seconds=(bounds >> 121) & WINDOW_MASK,
        liquidation_opens_at=bounds >> 153,
        paused=convert(limits >> 242, IRiskTerms.Action),
    )


@internal
@pure
def reserve_factor_bps(limits: uint256) -> uint256:
    """
    @notice The reserve factor alone.
    """
    return (limits >> 210) & SHARE_MASK
