# SPDX-License-Identifier: Apache-2.0
"""Share assets out among holders of shares, without a loop and without dust.

Mirrors `contracts/modules/reward_index.vy`, where the identity is stated that holds exactly:
SCALE * paid_in = SCALE * claimed + carry + sum(accrued + shares * (index - settled index)).
"""

from dataclasses import dataclass, replace

from strategies.model.arithmetic import add, multiply
from strategies.units import WAD, Assets

SCALE = WAD * WAD


@dataclass(frozen=True, slots=True)
class Index:
    per_share: int = 0  # assets per share since the beginning, times SCALE
    carry: int = 0  # assets, times SCALE, that are not yet handed out


@dataclass(frozen=True, slots=True)
class Entitlement:
    per_share: int = 0  # the index when the account was last settled
    accrued: int = 0  # assets earned and not claimed, times SCALE


def advance(index: Index, assets: int, total_shares: int) -> Index:
    """The index after `assets` arrived for `total_shares`; the remainder waits in the carry."""
    numerator = add(multiply(assets, SCALE), index.carry)
    if total_shares == 0:
        return replace(index, carry=numerator)
    whole, carry = divmod(numerator, total_shares)
    return Index(add(index.per_share, whole), carry)


def settle(entitlement: Entitlement, index: Index, shares: int) -> Entitlement:
    """What an account has earned with `shares`, held since it was last settled."""
    earned = multiply(shares, index.per_share - entitlement.per_share)
    return Entitlement(index.per_share, add(entitlement.accrued, earned))


def claimable_down(entitlement: Entitlement) -> Assets:
    return Assets(entitlement.accrued // SCALE)


def claimed(entitlement: Entitlement) -> Entitlement:
    """The entitlement after its whole base units were paid."""
    return replace(entitlement, accrued=entitlement.accrued % SCALE)
