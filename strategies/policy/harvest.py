# SPDX-License-Identifier: Apache-2.0
"""When to compound: the harvest that maximizes growth under a fixed cost.

A position V earns simply at rate r; a harvest costs g. Harvesting every T grows at
G(T) = ln(1 + rT - g/V) / T. With a = 1 - g/V the best u = a + rT solves ln u + a/u = 1, so
u* = -a / W0(-a/e), and the pending reward at that moment is V (u* - a): the rate drops out.
For small g it is sqrt(2 g V).
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal, localcontext
from math import isqrt

from strategies.policy.lambert import PRECISION_DIGITS, lambert_w0
from strategies.units import SECONDS_PER_YEAR, WAD, UsdWad


@dataclass(frozen=True, slots=True)
class HarvestRule:
    threshold_usd_wad: UsdWad  # exact: harvest at this much pending
    small_cost_threshold_usd_wad: UsdWad  # sqrt(2 g V), the cross-check
    growth_factor_wad: int  # u*: what each harvest multiplies the position by, cost taken


def optimal_harvest(position_usd_wad: int, cost_usd_wad: int) -> HarvestRule | None:
    """The rule for this position, or None where a harvest costs as much as the position."""
    if position_usd_wad <= 0 or cost_usd_wad >= position_usd_wad:
        return None
    if cost_usd_wad == 0:
        # The limit u* = 1, given exactly: at its branch point W0 loses half of the digits.
        return HarvestRule(UsdWad(0), UsdWad(0), WAD)
    with localcontext() as context:
        context.prec = PRECISION_DIGITS
        kept = 1 - Decimal(cost_usd_wad) / Decimal(position_usd_wad)
        w = lambert_w0(-kept / Decimal(1).exp())
        factor = -kept / w
        threshold = (Decimal(position_usd_wad) * (factor - kept)).to_integral_value(ROUND_CEILING)
        return HarvestRule(
            UsdWad(int(threshold)),
            UsdWad(isqrt(2 * cost_usd_wad * position_usd_wad)),
            int(factor * WAD),
        )


def reward_rate_wad(pending_usd_wad: int, position_usd_wad: int, elapsed_seconds: int) -> int:
    """Simple annual reward rate of the position since its last harvest."""
    if position_usd_wad <= 0 or elapsed_seconds <= 0:
        return 0
    return pending_usd_wad * SECONDS_PER_YEAR * WAD // (position_usd_wad * elapsed_seconds)


def seconds_until(threshold_usd_wad: int, pending_usd_wad: int, elapsed_seconds: int) -> int | None:
    """When pending reaches the threshold if rewards go on as since the last harvest."""
    if pending_usd_wad >= threshold_usd_wad:
        return 0
    if pending_usd_wad <= 0 or elapsed_seconds <= 0:
        return None
    missing = threshold_usd_wad - pending_usd_wad
    return -(-missing * elapsed_seconds // pending_usd_wad)


def loss_to_continuous_wad(rule: HarvestRule, rate_wad: int) -> int:
    """Growth a year that the cost takes: r - G* = r (1 - 1/u*)."""
    return rate_wad - rate_wad * WAD // rule.growth_factor_wad
