# pragma version 0.4.3
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title reward_index
@license AGPL-3.0-only
@notice Shares assets out among the holders of shares, without a loop and without dust.
@dev An index says how many assets one share has earned since the beginning, scaled by
     SCALE. For `assets` arriving while S shares exist:

         numerator = assets * SCALE + carry
         index    += numerator // S        carry = numerator % S

     and for an account with s shares that was last settled at index i:

         accrued  += s * (index - i)       claimable = accrued // SCALE

     No remainder is ever dropped: that of the index waits in `carry`, that of the account
     in `accrued`. So, at every moment and exactly,

         SCALE * paid_in = SCALE * claimed + carry + sum(accrued + s * (index - i))

     While nobody holds shares, all that arrives waits in `carry` and goes out with the
     next arrival. A caller keeps the sum of all assets below 2**136: then SCALE times it
     fits, and every product above is at most that.
"""

from . import units

# Fine enough that one base unit of a 6-decimal token moves the index of a pot with 10**30 shares.
SCALE: constant(uint256) = units.WAD * units.WAD


struct Index:
    # Assets per share since the beginning, times SCALE.
    per_share: uint256
    # Assets, times SCALE, that the index has not yet handed out.
    carry: uint256


struct Entitlement:
    # The index at which the account was last settled.
    per_share: uint256
    # Assets earned and not claimed, times SCALE.
    accrued: uint256


@internal
@pure
def advance(index: Index, assets: uint256, total_shares: uint256) -> Index:
    """
    @notice The index after `assets` arrived for `total_shares`.
    @custom:rounding Down. The remainder waits in the carry.
    """
    numerator: uint256 = assets * SCALE + index.carry
    if total_shares == 0:
        return Index(per_share=index.per_share, carry=numerator)
    return Index(
        per_share=index.per_share + numerator // total_shares, carry=numerator % total_shares
    )


@internal
@pure
def settle(entitlement: Entitlement, index: Index, shares: uint256) -> Entitlement:
    """
    @notice What an account has earned with `shares`, held since it was last settled.
    """
    return Entitlement(
        per_share=index.per_share,
        accrued=entitlement.accrued + shares * (index.per_share - entitlement.per_share),
    )


@internal
@pure
def claimable_down(entitlement: Entitlement) -> uint256:
    """
    @notice Whole base units of a settled entitlement.
    @custom:rounding Down. The fraction stays with the account.
    """
    return entitlement.accrued // SCALE


@internal
@pure
def claimed(entitlement: Entitlement) -> Entitlement:
    """
    @notice The entitlement after its whole base units were paid.
    """
    return Entitlement(per_share=entitlement.per_share, accrued=entitlement.accrued % SCALE)
