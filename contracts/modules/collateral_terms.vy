# pragma version 0.4.3
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title collateral_terms
@license AGPL-3.0-only
@notice Keeps, per collateral pool, how much may be borrowed against its shares and
    from where on a loan may be liquidated.
@dev A liquidation threshold that is lowered falls in a straight line over
     RAMP_SECONDS, so that no loan becomes liquidatable in the block of the change. A
     collateral once accepted is never forgotten: its threshold stays above zero, or
     a loan against it would look uncovered. Hence ten per pool for good.
"""

from ..interfaces import ILendingPool
from . import units

MAX_COLLATERALS: constant(uint256) = 10

RAMP_SECONDS: constant(uint256) = 86_400

# Times 1 + the smallest liquidation bonus this stays below 1: at health 1 there is
# always enough collateral to pay the liquidator.
MAX_LIQUIDATION_THRESHOLD_BPS: constant(uint256) = 9_500

struct Terms:
    borrow_threshold_bps: uint256
    # Where the liquidation threshold is, or is heading until the ramp ends.
    liquidation_threshold_bps: uint256
    ramp_from_bps: uint256
    ramp_ends_at: uint256

# Every collateral pool that was ever accepted.
_pools: DynArray[address, MAX_COLLATERALS]

# Its terms; zeros for any other address.
_terms: HashMap[address, Terms]


@internal
@view
def pools() -> DynArray[address, MAX_COLLATERALS]:
    """
    @notice The collateral pools accepted.
    """
    return self._pools


@internal
@view
def borrow_threshold_bps(pool: address) -> uint256:
    """
    @notice Share of the value of `pool`'s shares that may be borrowed.
    """
    return self._terms[pool].borrow_threshold_bps


@internal
@view
def liquidation_threshold_bps_down(pool: address) -> uint256:
    """
    @notice Share of the value of `pool`'s shares above which debt may be liquidated.
    @custom:rounding Down along the ramp, by less than one basis point.
    """
    terms: Terms = self._terms[pool]
    if block.timestamp >= terms.ramp_ends_at:
        return terms.liquidation_threshold_bps
    fall_bps: uint256 = terms.ramp_from_bps - terms.liquidation_threshold_bps
    return (
        terms.liquidation_threshold_bps
        + fall_bps * (terms.ramp_ends_at - block.timestamp) // RAMP_SECONDS
    )


@internal
def change(pool: address, borrow_threshold_bps: uint256, liquidation_threshold_bps: uint256):
    """
    @notice Set the terms of `pool`; a lower liquidation threshold ramps.
    @custom:reverts
        "pool: thresholds out of order" unless borrow < liquidation <= 95 %
        "pool: too many collaterals"
    """
    assert (
        borrow_threshold_bps < liquidation_threshold_bps
        and liquidation_threshold_bps <= MAX_LIQUIDATION_THRESHOLD_BPS
    ), "pool: thresholds out of order"
    old: Terms = self._terms[pool]
    current_bps: uint256 = self.liquidation_threshold_bps_down(pool)
    if old.liquidation_threshold_bps == 0:
        assert len(self._pools) < MAX_COLLATERALS, "pool: too many collaterals"
        self._pools.append(pool)

    new: Terms = Terms(
        borrow_threshold_bps=borrow_threshold_bps,
        liquidation_threshold_bps=liquidation_threshold_bps,
        ramp_from_bps=current_bps,
        ramp_ends_at=0,
    )
    if current_bps > liquidation_threshold_bps:
        new.ramp_ends_at = block.timestamp + RAMP_SECONDS
    self._terms[pool] = new

    log ILendingPool.CollateralTermsChanged(
        collateral_pool=pool,
        old_borrow_threshold_bps=old.borrow_threshold_bps,
        new_borrow_threshold_bps=borrow_threshold_bps,
        old_liquidation_threshold_bps=current_bps,
        new_liquidation_threshold_bps=liquidation_threshold_bps,
    )
