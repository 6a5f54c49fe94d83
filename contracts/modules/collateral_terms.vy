# pragma version 0.4.3
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title collateral_terms
@license AGPL-3.0-only
@notice Keeps, for each pair of a pool and a collateral pool, how much may be borrowed
    against the shares of the one and from where on a loan may be liquidated.
@dev A liquidation threshold that is lowered falls in a straight line over
     RAMP_SECONDS, so that no loan becomes liquidatable in the block of the change. A
     collateral once accepted is never forgotten: its threshold stays above zero, or
     a loan against it would look uncovered. Hence ten per pool for good.

     The terms of a pair share a word, for every check of health reads them. From the low
     bits up: borrow threshold 16, liquidation threshold 16, start of the ramp 16, its end.
"""

from ..interfaces import IRiskTerms
from . import units

MAX_COLLATERALS: constant(uint256) = 10

RAMP_SECONDS: constant(uint256) = 86_400

# Times 1 + the smallest liquidation bonus this stays below 1: at health 1 there is
# always enough collateral to pay the liquidator.
MAX_LIQUIDATION_THRESHOLD_BPS: constant(uint256) = 9_500

THRESHOLD_MASK: constant(uint256) = 2**16 - 1

struct Terms:
    borrow_threshold_bps: uint256
    # Where the liquidation threshold is, or is heading until the ramp ends.
    liquidation_threshold_bps: uint256
    ramp_from_bps: uint256
    ramp_ends_at: uint256

# Every collateral pool that a pool ever accepted.
_pools: HashMap[address, DynArray[address, MAX_COLLATERALS]]

# The terms of a pool for a collateral pool, packed; zero for any other address.
_packed: HashMap[address, HashMap[address, uint256]]


@internal
@view
def pools(pool: address) -> DynArray[address, MAX_COLLATERALS]:
    """
    @notice The collateral pools that `pool` accepts.
    """
    return self._pools[pool]


@internal
@view
def thresholds_bps_down(pool: address, collateral_pool: address) -> (uint256, uint256):
    """
    @notice Shares of the value of `collateral_pool`'s shares that may be borrowed from
        `pool`, and above which debt may be liquidated.
    @custom:rounding The second down along the ramp, by less than one basis point.
    """
    terms: Terms = self._terms(pool, collateral_pool)
    return terms.borrow_threshold_bps, self._liquidation_threshold_bps_down(terms)


@internal
def change(
    pool: address,
    collateral_pool: address,
    borrow_threshold_bps: uint256,
    liquidation_threshold_bps: uint256,
):
    """
    @notice Set the terms of a pair; a lower liquidation threshold ramps.
    @custom:reverts
        "terms: thresholds out of order" unless borrow < liquidation <= 95 %
        "terms: too many collaterals"
    """
    assert (
        borrow_threshold_bps < liquidation_threshold_bps
        and liquidation_threshold_bps <= MAX_LIQUIDATION_THRESHOLD_BPS
    ), "terms: thresholds out of order"
    old: Terms = self._terms(pool, collateral_pool)
    current_bps: uint256 = self._liquidation_threshold_bps_down(old)
    if old.liquidation_threshold_bps == 0:
        assert len(self._pools[pool]) < MAX_COLLATERALS, "terms: too many collaterals"
        self._pools[pool].append(collateral_pool)

    ramp_ends_at: uint256 = 0
    if current_bps > liquidation_threshold_bps:
        ramp_ends_at = block.timestamp + RAMP_SECONDS
    self._packed[pool][collateral_pool] = (
        borrow_threshold_bps
        | (liquidation_threshold_bps << 16)
        | (current_bps << 32)
        | (ramp_ends_at << 48)
    )

    log IRiskTerms.CollateralTermsChanged(
        pool=pool,
        collateral_pool=collateral_pool,
        old_borrow_threshold_bps=old.borrow_threshold_bps,
        new_borrow_threshold_bps=borrow_threshold_bps,
        old_liquidation_threshold_bps=current_bps,
        new_liquidation_threshold_bps=liquidation_threshold_bps,
    )


@internal
@view
def _terms(pool: address, collateral_pool: address) -> Terms:
    packed: uint256 = self._packed[pool][collateral_pool]
    return Terms(
        borrow_threshold_bps=packed & THRESHOLD_MASK,
        liquidation_threshold_bps=(packed >> 16) & THRESHOLD_MASK,
        ramp_from_bps=(packed >> 32) & THRESHOLD_MASK,
        ramp_ends_at=packed >> 48,
    )


@internal
@view
def _liquidation_threshold_bps_down(terms: Terms) -> uint256:
    if block.timestamp >= terms.ramp_ends_at:
        return terms.liquidation_threshold_bps
    fall_bps: uint256 = terms.ramp_from_bps - terms.liquidation_threshold_bps
    return (
        terms.liquidation_threshold_bps
        + fall_bps * (terms.ramp_ends_at - block.timestamp) // RAMP_SECONDS
    )
