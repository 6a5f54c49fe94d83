# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title AdaptiveRate
@license AGPL-3.0-only
@notice Prices borrowing by a curve that moves until a pool is lent out to its target.
@dev With utilization U, its target T, steepness C and the rate at target R of a pool:

         rate(U) = R / C + (R - R / C) * U / T                 U <= T
                 = R + (C * R - R) * (U - T) / (1 - T)         else

     and while U stands for t seconds, with e = (U - T) / T below the target and
     e = (U - T) / (1 - T) above it,

         R  <-  R * exp(speed * e * t), within [minimum, maximum].

     A pool asks by a static call, so an answer cannot move R. `checkpoint` does, by
     anybody's hand. A pool accrues before each change of its idle assets or debt: what
     it shows in a block in which it has not yet accrued has stood since the last
     accrual. That time alone counts. Nobody can claim a utilization that did not stand
     for at least a block; time that no checkpoint witnessed moves nothing.

     R belongs to the pool that asks, so that one curve serves any number of pools. A
     checkpoint lets the pool accrue first: no second is charged at a rate that was not
     there when it began.
@custom:invariants RATE-1, RATE-3
@custom:kill Nothing to stop. A pool's owner replaces the model; without checkpoints the
    curve stands still.
"""

from ..interfaces import IAdaptiveRate
from ..interfaces import ILendingPool
from ..interfaces import IRateModel
from ..modules import exponential
from ..modules import units

implements: IAdaptiveRate
implements: IRateModel

# 1,000 % a year at full utilization. Pools clamp to the same bound.
MAX_ANNUAL_RATE_WAD: constant(uint256) = 10 * units.WAD

# 0.0001 % a year: a rate at target below it would lose its digits to rounding.
MIN_ANNUAL_RATE_WAD: constant(uint256) = 10**12

MAX_STEEPNESS_WAD: constant(uint256) = 100 * units.WAD

# At 1,000 a year an empty pool halves its rate in six hours.
MAX_SPEED_PER_YEAR_WAD: constant(uint256) = 1_000 * units.WAD

# e**17 is above 10**7, the widest ratio of the bounds: beyond it R is at a bound anyway.
MAX_EXPONENT_WAD: constant(uint256) = 17 * units.WAD

# Utilization at which R stands still.
TARGET_WAD: immutable(uint256)

# How many times R is the rate of a full pool, and of an empty one R is as many times.
STEEPNESS_WAD: immutable(uint256)

# What the logarithm of R gains in a year at full utilization.
SPEED_PER_YEAR_WAD: immutable(uint256)

# R of a new pool and the bounds of every R, annual.
INITIAL_RATE_WAD: immutable(uint256)
MIN_RATE_WAD: immutable(uint256)
MAX_RATE_WAD: immutable(uint256)

# R by pool, annual, WAD; zero stands for the initial one.
_rates_at_target_wad: HashMap[address, uint256]

# When a pool was last seen, Unix seconds; zero before its first checkpoint.
checkpointed_at: public(HashMap[address, uint256])


@deploy
def __init__(
    target_wad: uint256,
    steepness_wad: uint256,
    speed_per_year_wad: uint256,
    initial_rate_wad: uint256,
    min_rate_wad: uint256,
    max_rate_wad: uint256,
):
    """
    @notice Fixes the shape of the curve for good.
    @custom:reverts
        "rate: target out of range"
        "rate: steepness out of range"
        "rate: speed out of range"
        "rate: bounds out of order"
        "rate: below the minimum"
        "rate: above the maximum"
    @param target_wad Utilization aimed at, between 0 and 1, neither included.
    @param steepness_wad Rate of a full pool over the rate at target, 1 to 100.
    @param speed_per_year_wad Above 0, at most 1,000.
    @param initial_rate_wad Annual rate at target of a pool at first.
    @param min_rate_wad Least annual rate at target.
    @param max_rate_wad Largest annual rate at target.
    """
    assert target_wad > 0 and target_wad < units.WAD, "rate: target out of range"
    assert (
        steepness_wad >= units.WAD and steepness_wad <= MAX_STEEPNESS_WAD
    ), "rate: steepness out of range"
    assert (
        speed_per_year_wad > 0 and speed_per_year_wad <= MAX_SPEED_PER_YEAR_WAD
    ), "rate: speed out of range"
    assert (
        min_rate_wad <= initial_rate_wad and initial_rate_wad <= max_rate_wad
    ), "rate: bounds out of order"
    assert min_rate_wad >= MIN_ANNUAL_RATE_WAD, "rate: below the minimum"
    assert max_rate_wad <= MAX_ANNUAL_RATE_WAD, "rate: above the maximum"
    assert (
        max_rate_wad * steepness_wad <= MAX_ANNUAL_RATE_WAD * units.WAD
    ), "rate: above the maximum"

    TARGET_WAD = target_wad
    STEEPNESS_WAD = steepness_wad
    SPEED_PER_YEAR_WAD = speed_per_year_wad
    INITIAL_RATE_WAD = initial_rate_wad
    MIN_RATE_WAD = min_rate_wad
    MAX_RATE_WAD = max_rate_wad


@external
def checkpoint(pool: address) -> uint256:
    """
    @notice Let `pool` accrue, and move its rate at target by the utilization that stood.
    @dev The first checkpoint of a pool starts its clock and moves nothing. In a block in
         which the pool has accrued already nothing is witnessed, and nothing moves. The
         utilization is that after the interest of the time witnessed.

         A contract that is no pool may answer what it likes: it moves its own rate.
    @custom:access Anyone.
    @custom:rounding Down, rising or falling. The borrower keeps the fraction.
    @custom:reverts "rate: pool has another model"
    @param pool Pool whose model this is.
    @return Its annual rate at target, WAD.
    """
    model: address = staticcall ILendingPool(pool).rate_model()
    assert model == self, "rate: pool has another model"

    last_accrued_at: uint256 = staticcall ILendingPool(pool).last_accrued_at()
    extcall ILendingPool(pool).accrue()
    idle: uint256 = staticcall ILendingPool(pool).idle()
    total_debt: uint256 = staticcall ILendingPool(pool).total_debt()

    old_rate_wad: uint256 = self._rate_at_target_wad(pool)
    seen_at: uint256 = self.checkpointed_at[pool]
    self.checkpointed_at[pool] = block.timestamp
    if seen_at == 0:
        self._rates_at_target_wad[pool] = old_rate_wad
        log IAdaptiveRate.PoolJoined(pool=pool, rate_at_target_wad=old_rate_wad)
        return old_rate_wad
    witnessed_seconds: uint256 = block.timestamp - max(seen_at, last_accrued_at)
    if witnessed_seconds == 0:
        return old_rate_wad

    utilization_wad: uint256 = self._utilization_wad(idle, total_debt)
    new_rate_wad: uint256 = self._moved_rate_wad_down(
        old_rate_wad, utilization_wad, witnessed_seconds
    )
    self._rates_at_target_wad[pool] = new_rate_wad

    log IAdaptiveRate.RateAtTargetMoved(
        pool=pool,
        old_rate_at_target_wad=old_rate_wad,
        new_rate_at_target_wad=new_rate_wad,
        utilization_wad=utilization_wad,
        witnessed_seconds=witnessed_seconds,
    )
    return new_rate_wad


@external
@view
@reentrant  # The pool asks while checkpoint has it accrue; nothing is half written then.
def rate_per_second_wad(idle: uint256, total_debt: uint256) -> uint256:
    """
    @notice What a unit of debt of the calling pool pays per second in this state.
    @dev Whoever is no pool of this curve hears what a new pool would.
    @custom:rounding Down at each division. The borrower keeps the fraction.
    @param idle Base units that the pool could lend now.
    @param total_debt Base units that it has lent.
    @return Interest per second per unit of debt, WAD.
    """
    return (
        self._annual_rate_wad(
            self._rate_at_target_wad(msg.sender), self._utilization_wad(idle, total_debt)
        )
        // units.SECONDS_PER_YEAR
    )


@external
@view
def rate_at_target_wad(pool: address) -> uint256:
    """
    @notice What a unit of debt of `pool` pays at the target utilization.
    @return Annual rate, WAD; the initial one before the first checkpoint.
    """
    return self._rate_at_target_wad(pool)


@external
@view
def curve_of(pool: address) -> (uint256, uint256, uint256, uint256):
    """
    @notice The curve of `pool` as it stands, in the words of a kinked one. Annual, WAD.
    @custom:rounding Down, each.
    @return Rate at no use, what is added up to the target, what is added from there to full
        use, and the target utilization.
    """
    rate_at_target_wad: uint256 = self._rate_at_target_wad(pool)
    base_wad: uint256 = rate_at_target_wad * units.WAD // STEEPNESS_WAD
    full_wad: uint256 = rate_at_target_wad * STEEPNESS_WAD // units.WAD
    return (
        base_wad, rate_at_target_wad - base_wad, full_wad - rate_at_target_wad, TARGET_WAD
    )


@external
@view
def shape() -> (uint256, uint256, uint256, uint256, uint256, uint256):
    """
    @notice The six numbers of the curve, as given at birth.
    @return Target, steepness, speed per year, and the initial, least and largest annual
        rate at target; all WAD.
    """
    return (
        TARGET_WAD,
        STEEPNESS_WAD,
        SPEED_PER_YEAR_WAD,
        INITIAL_RATE_WAD,
        MIN_RATE_WAD,
        MAX_RATE_WAD,
    )


# --- Internals ---


@internal
@view
def _rate_at_target_wad(pool: address) -> uint256:
    rate_wad: uint256 = self._rates_at_target_wad[pool]
    if rate_wad == 0:
        return INITIAL_RATE_WAD
    return rate_wad


@internal
@pure
def _utilization_wad(idle: uint256, total_debt: uint256) -> uint256:
    if total_debt == 0:
        return 0
    return total_debt * units.WAD // (idle + total_debt)


@internal
@view
def _annual_rate_wad(rate_at_target_wad: uint256, utilization_wad: uint256) -> uint256:
    if utilization_wad <= TARGET_WAD:
        empty_wad: uint256 = rate_at_target_wad * units.WAD // STEEPNESS_WAD
        return empty_wad + (rate_at_target_wad - empty_wad) * utilization_wad // TARGET_WAD

    full_wad: uint256 = rate_at_target_wad * STEEPNESS_WAD // units.WAD
    return rate_at_target_wad + (full_wad - rate_at_target_wad) * (
        utilization_wad - TARGET_WAD
    ) // (units.WAD - TARGET_WAD)


@internal
@view
def _moved_rate_wad_down(
    rate_at_target_wad: uint256, utilization_wad: uint256, elapsed_seconds: uint256
) -> uint256:
    # The distance to the target as a part of what there is on its side; speed below 2**70
    # and seconds below 2**64 keep the product inside 256 bits.
    if utilization_wad > TARGET_WAD:
        factor_wad: uint256 = self._factor_wad_down(
            utilization_wad - TARGET_WAD, units.WAD - TARGET_WAD, elapsed_seconds
        )
        return min(rate_at_target_wad * factor_wad // units.WAD, MAX_RATE_WAD)

    factor_wad: uint256 = self._factor_wad_down(
        TARGET_WAD - utilization_wad, TARGET_WAD, elapsed_seconds
    )
    return max(rate_at_target_wad * units.WAD // factor_wad, MIN_RATE_WAD)


@internal
@view
def _factor_wad_down(
    distance_wad: uint256, largest_wad: uint256, elapsed_seconds: uint256
) -> uint256:
    exponent_wad: uint256 = (
        SPEED_PER_YEAR_WAD * distance_wad * elapsed_seconds
        // (largest_wad * units.SECONDS_PER_YEAR)
    )
    return exponential.exp_wad_down(min(exponent_wad, MAX_EXPONENT_WAD))
