# pragma version 0.4.3
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title pool_ledger
@license AGPL-3.0-only
@notice The totals of a pool, and how far their interest is paid for, in two words.
@dev Every call reads both, and a cold word costs 2,100 gas. From the low bits up:

         totals   idle assets 128, total debt 128
         clock    Unix seconds 64, rate per second 64, remainder 64

     A rate is below 2**39 and a remainder below 10**18, so that neither needs a check.
"""

TOTAL_MASK: constant(uint256) = 2**128 - 1
CLOCK_MASK: constant(uint256) = 2**64 - 1

# Until when interest is paid for, at what rate it was last, and the fraction of a base
# unit, WAD, that it left.
struct Clock:
    accrued_at: uint256
    rate_per_second_wad: uint256
    interest_remainder_wad: uint256

_totals: uint256
_clock: uint256


@internal
@view
def idle() -> uint256:
    """
    @notice Base units held and not lent, whatever the token says the balance is.
    """
    return self._totals & TOTAL_MASK


@internal
@view
def debt() -> uint256:
    """
    @notice Base units owed when last accrued.
    """
    return self._totals >> 128


@internal
@view
def clock() -> Clock:
    """
    @notice Where interest stands.
    """
    word: uint256 = self._clock
    return Clock(
        accrued_at=word & CLOCK_MASK,
        rate_per_second_wad=(word >> 64) & CLOCK_MASK,
        interest_remainder_wad=word >> 128,
    )


@internal
def write(idle: uint256, debt: uint256):
    """
    @notice Set both totals.
    @dev Caps and the bound on interest keep both below 2**121. A batch passes a cap on
         its way and is refused at its end; so far a token could carry it only there.
    """
    assert idle <= TOTAL_MASK and debt <= TOTAL_MASK  # dev: only a batch over its cap
    self._totals = idle | (debt << 128)


@internal
def write_clock(clock: Clock):
    """
    @notice Set where interest stands.
    """
    self._clock = (
        clock.accrued_at
        | (clock.rate_per_second_wad << 64)
        | (clock.interest_remainder_wad << 128)
    )
