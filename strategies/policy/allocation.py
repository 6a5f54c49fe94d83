# SPDX-License-Identifier: Apache-2.0
"""Spread one budget over pools that move against us, exactly, with a certificate.

Each pool is cut at its kink. For every choice of sides the problem is concave: one multiplier
lambda >= 0 equalizes the marginal yields and is found by bisection. The best choice wins. What is
not placed stays idle and earns nothing, so lambda never falls below zero.

The certificate is the Lagrangian bound: no allocation earns more than
min over lambda of lambda T + sum of max over a of (y(a) - lambda a).
"""

from dataclasses import dataclass
from decimal import Decimal, localcontext
from itertools import product

from strategies.policy.kink import Segment, segments
from strategies.policy.snapshot import RateCurve
from strategies.units import SECONDS_PER_YEAR, WAD

# More pools than a vault may fund; 2^10 choices of sides stay below a second.
MAX_POOLS = 10


@dataclass(frozen=True, slots=True)
class PoolOption:
    """One pool that may take from `low` to `high` of our assets."""

    key: str
    curve: RateCurve
    others: int
    debt: int
    reserve_factor_bps: int
    low: int
    high: int

    @property
    def sides(self) -> tuple[Segment, ...]:
        return segments(
            self.curve, self.others, self.debt, self.reserve_factor_bps, self.low, self.high
        )

    def yield_wad(self, deposit: int) -> int:
        """Earned a year at this deposit, whichever side of the kink it falls on."""
        side = segments(
            self.curve, self.others, self.debt, self.reserve_factor_bps, deposit, deposit
        )[0]
        return side.yield_wad(deposit)

    def marginal_wad(self, deposit: int) -> int:
        side = segments(
            self.curve, self.others, self.debt, self.reserve_factor_bps, deposit, deposit + 1
        )[0]
        return side.marginal_wad(deposit)


@dataclass(frozen=True, slots=True)
class Allocation:
    deposits: tuple[int, ...]  # in the order of the options
    yield_wad: int  # a year, base units by WAD
    multiplier_wad: int  # lambda: what one more unit of budget would earn a year
    upper_bound_wad: int  # no allocation earns more
    choices: int  # combinations of sides that were solved

    @property
    def gap_wad(self) -> int:
        return max(0, self.upper_bound_wad - self.yield_wad)


def allocate(options: tuple[PoolOption, ...], budget: int) -> Allocation | None:
    """The best allocation of at most `budget`, or None where the lower bounds exceed it."""
    if not options or sum(option.low for option in options) > budget:
        return None
    sides = [option.sides for option in options]
    best: tuple[int, int, tuple[int, ...]] | None = None
    choices = 0
    for choice in product(*sides):
        if sum(side.low for side in choice) > budget:
            continue
        choices += 1
        multiplier, deposits = _fill(choice, budget)
        earned = sum(side.yield_wad(a) for side, a in zip(choice, deposits, strict=True))
        if best is None or earned > best[0]:
            best = (earned, multiplier, deposits)
    if best is None:
        return None
    bound = _upper_bound_wad(sides, budget)
    return Allocation(best[2], best[0], best[1], max(bound, best[0]), choices)


def _fill(sides: tuple[Segment, ...], budget: int) -> tuple[int, tuple[int, ...]]:
    """Bisect the multiplier on one choice of sides; the dust of the bisection is placed last."""
    floor = tuple(side.deposit_at(0) for side in sides)
    if sum(floor) <= budget:
        return 0, floor
    low, high = 0, 1 + max(0, *(side.marginal_wad(side.low) for side in sides))
    while high - low > 1:
        middle = (low + high) // 2
        if sum(side.deposit_at(middle) for side in sides) > budget:
            low = middle
        else:
            high = middle
    deposits = [side.deposit_at(high) for side in sides]
    # Between `high` and `low` lie the units that are indifferent to one part in 10^18.
    rest = budget - sum(deposits)
    for index, side in enumerate(sides):
        more = min(rest, max(0, side.deposit_at(low) - deposits[index]))
        deposits[index] += more
        rest -= more
    return high, tuple(deposits)


def _upper_bound_wad(sides: list[tuple[Segment, ...]], budget: int) -> int:
    """Minimize the dual: its slope is the budget less what all pools ask for at that price."""

    def ask(multiplier: int) -> tuple[int, int]:
        value, taken = multiplier * budget, 0
        for options in sides:
            candidates = []
            for side in options:
                a = side.deposit_at(multiplier)
                candidates += [(side.yield_wad(p) - multiplier * p, p) for p in (side.low, a)]
            gain, deposit = max(candidates)
            value, taken = value + gain, taken + deposit
        return value, taken

    low, high = 0, 1 + max(0, *(side.marginal_wad(side.low) for group in sides for side in group))
    bound = min(ask(low)[0], ask(high)[0])
    while high - low > 1:
        middle = (low + high) // 2
        value, taken = ask(middle)
        bound = min(bound, value)
        if taken > budget:
            low = middle
        else:
            high = middle
    # One unit of the multiplier times the budget is what integer bisection leaves open; the sum of
    # floors may lie one below each true value.
    return bound + budget + len(sides)


# --- The no-trade band ---


def useful_seconds(horizon_seconds: int, half_life_seconds: int) -> int:
    """How long a rate gap that halves every half-life pays, up to the horizon.

    h / ln 2 (1 - 2^(-horizon / h)); with no half-life the gap is taken to last.
    """
    if half_life_seconds <= 0:
        return horizon_seconds
    with localcontext() as context:
        context.prec = 40
        ln2 = Decimal(2).ln()
        decay = (-ln2 * horizon_seconds / half_life_seconds).exp()
        return min(horizon_seconds, int(half_life_seconds / ln2 * (1 - decay)))


def gain_over_down(yield_gain_wad: int, seconds: int) -> int:
    """Base units (not by WAD) that a yearly gain brings in `seconds`, down."""
    return yield_gain_wad * seconds // (SECONDS_PER_YEAR * WAD)
