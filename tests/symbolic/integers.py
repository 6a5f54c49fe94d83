# SPDX-License-Identifier: Apache-2.0
"""What holds of the formulas for whole numbers of any size, proved with z3.

Each theorem is a claim about terms; it holds if its contrary, with what is known of every quotient,
has no solution. Real numbers are asked first, which z3 decides where whole ones are beyond it: what has
no real solution has no whole one. `x <= y` of whole numbers is `x < y + 1` there (`at_most`).
`PLANTED` are false: if one of them is not refuted by whole numbers, nothing here is believed.
"""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import z3

from tests.symbolic import formulas
from tests.symbolic.formulas import (
    BPS,
    MAX_BONUS_BPS,
    MAX_EXPONENT_WAD,
    MIN_BONUS_BPS,
    VIRTUAL_ASSETS,
    VIRTUAL_SHARES,
    WAD,
)

REAL_TIMEOUT_MS, WHOLE_TIMEOUT_MS = 10_000, 30_000

# Bounds that callers of contracts/modules/shares.vy and interest.vy keep.
MAX_ASSETS, MAX_SHARES = 2**120, 2**130
MAX_RATE, MAX_SECONDS = 2**128, 2**64
MAX_THRESHOLD_BPS, MAX_FACTOR_BPS = 9_500, 2_500
MAX_USD_WAD = 2**160
WORD = 2**256


class Terms:
    """Terms, and what is known of those made up for quotients."""

    def __init__(self, new: Callable[[str], z3.ArithRef]) -> None:
        self.new = new
        self.known: list[z3.BoolRef] = []
        self.count = 0

    def number(self, name: str, least: int = 0, below: int | None = None) -> z3.ArithRef:
        made = self.new(name)
        self.known.append(made >= least)
        if below is not None:
            self.known.append(made <= below - 1)
        return made

    def down(self, numerator: z3.ArithRef, denominator: z3.ArithRef) -> z3.ArithRef:
        quotient = self._quotient()
        rest = self.new(f"r{self.count}")
        self.known += [numerator == quotient * denominator + rest, rest >= 0, rest < denominator]
        return quotient

    def up(self, numerator: z3.ArithRef, denominator: z3.ArithRef) -> z3.ArithRef:
        quotient = self._quotient()
        lack = self.new(f"r{self.count}")
        self.known += [numerator == quotient * denominator - lack, lack >= 0, lack < denominator]
        return quotient

    def _quotient(self) -> z3.ArithRef:
        self.count += 1
        return self.new(f"q{self.count}")


Claim = Callable[[Terms], z3.BoolRef]


@dataclass(frozen=True)
class Theorem:
    name: str
    claim: Claim


def pot(t: Terms) -> tuple[z3.ArithRef, z3.ArithRef]:
    """Assets and shares of a pot, virtual ones left out."""
    return t.number("assets"), t.number("shares")


def at_most(one: z3.ArithRef, other: z3.ArithRef) -> z3.BoolRef:
    """one <= other, of whole numbers."""
    return one < other + 1


# --- Shares ---


def deposit_then_redeem(t: Terms) -> z3.BoolRef:
    (assets, shares), paid = pot(t), t.number("paid")
    minted = formulas.to_shares_down(t, paid, assets, shares)
    return at_most(formulas.to_assets_down(t, minted, assets + paid, shares + minted), paid)


def deposit_then_withdraw(t: Terms) -> z3.BoolRef:
    (assets, shares), paid = pot(t), t.number("paid")
    minted = formulas.to_shares_down(t, paid, assets, shares)
    return at_most(minted, formulas.to_shares_up(t, paid, assets + paid, shares + minted))


def mint_then_redeem(t: Terms) -> z3.BoolRef:
    (assets, shares), minted = pot(t), t.number("minted")
    paid = formulas.to_assets_up(t, minted, assets, shares)
    return at_most(formulas.to_assets_down(t, minted, assets + paid, shares + minted), paid)


def borrow_then_repay(t: Terms) -> z3.BoolRef:
    (debt, shares), drawn = pot(t), t.number("drawn")
    charged = formulas.to_shares_up(t, drawn, debt, shares)
    return at_most(formulas.to_shares_down(t, drawn, debt + drawn, shares + charged), charged)


def deposit_keeps_price(t: Terms) -> z3.BoolRef:
    (assets, shares), paid = pot(t), t.number("paid")
    minted = formulas.to_shares_down(t, paid, assets, shares)
    return (assets + paid + VIRTUAL_ASSETS) * (shares + VIRTUAL_SHARES) >= (
        assets + VIRTUAL_ASSETS
    ) * (shares + minted + VIRTUAL_SHARES)


def withdraw_keeps_price(t: Terms) -> z3.BoolRef:
    (assets, shares), taken = pot(t), t.number("taken")
    burned = formulas.to_shares_up(t, taken, assets, shares)
    return (assets - taken + VIRTUAL_ASSETS) * (shares + VIRTUAL_SHARES) >= (
        assets + VIRTUAL_ASSETS
    ) * (shares - burned + VIRTUAL_SHARES)


def split_deposit(t: Terms) -> z3.BoolRef:
    (assets, shares), one, other = pot(t), t.number("one"), t.number("other")
    first = formulas.to_shares_down(t, one, assets, shares)
    second = formulas.to_shares_down(t, other, assets, shares)
    return at_most(first + second, formulas.to_shares_down(t, one + other, assets, shares))


def shares_monotone(t: Terms) -> z3.BoolRef:
    (assets, shares), less, more = pot(t), t.number("less"), t.number("more")
    t.known.append(less <= more)
    fewer = formulas.to_shares_down(t, less, assets, shares)
    return at_most(fewer, formulas.to_shares_down(t, more, assets, shares))


def up_is_down_or_one_more(t: Terms) -> z3.BoolRef:
    (assets, shares), paid = pot(t), t.number("paid")
    down = formulas.to_shares_down(t, paid, assets, shares)
    up = formulas.to_shares_up(t, paid, assets, shares)
    return z3.And(at_most(down, up), at_most(up, down + 1))


def shares_fit(t: Terms) -> z3.BoolRef:
    assets = t.number("assets", below=MAX_ASSETS)
    shares = t.number("shares", below=MAX_SHARES)
    paid, held = t.number("paid", below=MAX_ASSETS), t.number("held", below=MAX_SHARES)
    return z3.And(paid * (shares + VIRTUAL_SHARES) < WORD, held * (assets + VIRTUAL_ASSETS) < WORD)


# --- Interest ---


def growth_fits(t: Terms) -> z3.BoolRef:
    rate, elapsed = t.number("rate", below=MAX_RATE), t.number("elapsed", below=MAX_SECONDS)
    x = t.number("x", below=MAX_EXPONENT_WAD + 1)
    second = t.down(x * x, 2 * WAD)
    return z3.And(rate * elapsed < WORD, x * x < WORD, second * x < WORD)


def growth_below_series(t: Terms) -> z3.BoolRef:
    """WAD * growth never passes x + x**2 / 2 + x**3 / 6, and misses it by less than a few digits."""
    x = t.number("x", below=MAX_EXPONENT_WAD + 1)
    growth = formulas.growth_wad_down(t, x)
    series = 6 * WAD * WAD * x + 3 * WAD * x * x + x * x * x
    missed = series - 6 * WAD * WAD * growth
    return z3.And(missed >= 0, missed < 6 * WAD * WAD * 6)


def term_monotone(t: Terms) -> z3.BoolRef:
    """A term of growth or of e**x: the term before times x over a constant, down."""
    less, more = t.number("less"), t.number("more")
    smaller, larger = t.number("smaller"), t.number("larger")
    divisor = t.number("divisor", least=1)
    t.known += [less <= more, smaller <= larger]
    return at_most(t.down(smaller * less, divisor), t.down(larger * more, divisor))


def fee_below_its_part(t: Terms) -> z3.BoolRef:
    """What the fee's shares are worth is at most the protocol's part of the interest."""
    interest, before = t.number("interest"), t.number("before", least=1)
    shares = t.number("shares", least=VIRTUAL_SHARES)
    factor = t.number("factor", least=1, below=MAX_FACTOR_BPS + 1)
    assets = before + interest
    minted = formulas.fee_shares_down(t, interest, assets, shares, factor)
    return minted * assets * BPS <= interest * factor * (shares + minted)


def fee_divides_by_more_than_nothing(t: Terms) -> z3.BoolRef:
    interest, before = t.number("interest"), t.number("before", least=1)
    factor = t.number("factor", least=1, below=MAX_FACTOR_BPS + 1)
    return t.up((before + interest) * BPS, factor) - interest > 0


# --- Liquidation ---


def bonus_of(t: Terms, health: z3.ArithRef, threshold: z3.ArithRef) -> z3.ArithRef:
    linear = MIN_BONUS_BPS + t.down((WAD - health) * BPS, WAD)
    bonus = z3.If(linear < MAX_BONUS_BPS, linear, MAX_BONUS_BPS)
    harmless = t.down(health * BPS * BPS, threshold * WAD)
    return z3.If(
        harmless >= BPS + bonus,
        bonus,
        z3.If(harmless <= BPS + MIN_BONUS_BPS, MIN_BONUS_BPS, harmless - BPS),
    )


def unhealthy(t: Terms) -> tuple[z3.ArithRef, z3.ArithRef]:
    return t.number("health", below=WAD), t.number("threshold", 1, MAX_THRESHOLD_BPS + 1)


def bonus_in_bounds(t: Terms) -> z3.BoolRef:
    bonus = bonus_of(t, *unhealthy(t))
    return z3.And(bonus >= MIN_BONUS_BPS, bonus <= MAX_BONUS_BPS)


def bonus_harms_no_health(t: Terms) -> z3.BoolRef:
    """Above the least bonus, t * (1 + b) <= h: repaying does not lower the health of the rest."""
    health, threshold = unhealthy(t)
    bonus = bonus_of(t, health, threshold)
    harm = threshold * (BPS + bonus) * WAD
    return z3.Or(bonus == MIN_BONUS_BPS, harm <= health * BPS * BPS)


def relief_is_positive(t: Terms) -> z3.BoolRef:
    threshold = t.number("threshold", 1, MAX_THRESHOLD_BPS + 1)
    bonus = t.number("bonus", MIN_BONUS_BPS, MAX_BONUS_BPS + 1)
    part = t.down(threshold * (BPS + bonus) * WAD, BPS * BPS)
    return formulas.TARGET_HEALTH_WAD - part >= 5 * WAD // 100


def lack_is_not_negative(t: Terms) -> z3.BoolRef:
    debt, limit = t.number("debt"), t.number("limit")
    t.known.append(limit <= debt)
    return t.down(formulas.TARGET_HEALTH_WAD * debt, WAD) >= limit


def covered_pays_for_all(t: Terms) -> z3.BoolRef:
    """The liquidator owes at least the collateral's value less the bonus; never nothing for something."""
    debt, debt_usd = t.number("debt", least=1), t.number("debt_usd", least=1)
    collateral, bonus = t.number("collateral", least=1), t.number("bonus", below=MAX_BONUS_BPS + 1)
    covered = formulas.covered_assets_up(t, debt, debt_usd, collateral, bonus)
    return z3.And(
        at_most(1, covered), covered * debt_usd * (BPS + bonus) >= debt * collateral * BPS
    )


THEOREMS = (
    Theorem("deposit, then redeem: no more comes back than was paid", deposit_then_redeem),
    Theorem("deposit, then withdraw the same: no share is left over", deposit_then_withdraw),
    Theorem("mint, then redeem: no more comes back than was paid", mint_then_redeem),
    Theorem("borrow, then repay the same: no debt is lost", borrow_then_repay),
    Theorem("a deposit never lowers the share price", deposit_keeps_price),
    Theorem("a withdrawal never lowers the share price", withdraw_keeps_price),
    Theorem("a deposit in two parts gives no more shares", split_deposit),
    Theorem("more assets are never fewer shares", shares_monotone),
    Theorem("up is down or one more", up_is_down_or_one_more),
    Theorem("shares: no product overflows within the bounds", shares_fit),
    Theorem("interest: no product overflows within the bounds", growth_fits),
    Theorem("growth is at most its series, and within six digits of it", growth_below_series),
    Theorem("a term of growth or e**x grows with what it is made of", term_monotone),
    Theorem("fee shares are worth at most the protocol's part", fee_below_its_part),
    Theorem("the fee divides by more than nothing", fee_divides_by_more_than_nothing),
    Theorem("the bonus is within its bounds", bonus_in_bounds),
    Theorem("a bonus above the least lowers no health", bonus_harms_no_health),
    Theorem("relief stays above 5 %", relief_is_positive),
    Theorem("what is lacking for the target is not negative", lack_is_not_negative),
    Theorem("all of a collateral costs its value less the bonus", covered_pays_for_all),
)


# --- False on purpose ---


def deposit_up_then_redeem(t: Terms) -> z3.BoolRef:
    # Small, so that whole numbers are found at once.
    assets, shares, paid = (t.number(name, below=4) for name in ("assets", "shares", "paid"))
    minted = formulas.to_shares_up(t, paid, assets, shares)
    return formulas.to_assets_up(t, minted, assets + paid, shares + minted) <= paid


def growth_reaches_series(t: Terms) -> z3.BoolRef:
    x = t.number("x", below=WAD)
    growth = formulas.growth_wad_down(t, x)
    return 6 * WAD * WAD * growth >= 6 * WAD * WAD * x + 3 * WAD * x * x + x * x * x


PLANTED = (
    Theorem("FALSE: deposits rounded up are harmless", deposit_up_then_redeem),
    Theorem("FALSE: growth reaches its series", growth_reaches_series),
)


def decide(theorem: Theorem) -> tuple[str, str]:
    """proven, refuted or unknown; for a refutation, the numbers."""
    if solved(theorem, z3.Real, "QF_NRA", REAL_TIMEOUT_MS)[0] == z3.unsat:
        return "proven", "real"
    answer, solver = solved(theorem, z3.Int, "QF_NIA", WHOLE_TIMEOUT_MS)
    if answer == z3.unsat:
        return "proven", "whole"
    if answer == z3.unknown:
        return "unknown", solver.reason_unknown()
    model = solver.model()
    named = sorted((d.name(), model[d]) for d in model.decls() if d.name()[0] not in "qr")
    return "refuted", ", ".join(f"{name} = {value}" for name, value in named)


def solved(
    theorem: Theorem, new: Callable[[str], z3.ArithRef], logic: str, timeout_ms: int
) -> tuple[z3.CheckSatResult, z3.Solver]:
    terms = Terms(new)
    claim = theorem.claim(terms)
    solver = z3.SolverFor(logic)
    solver.set("timeout", timeout_ms)
    solver.add(*terms.known, z3.Not(claim))
    return solver.check(), solver


def run(theorems: Sequence[Theorem], expected: str) -> int:
    wrong = 0
    for theorem in theorems:
        started = time.monotonic()
        verdict, detail = decide(theorem)
        wrong += verdict != expected
        mark = "" if verdict == expected else f"  <-- {expected} is expected"
        seconds = time.monotonic() - started
        print(f"  {verdict:<8} {seconds:6.1f} s  {theorem.name}{mark}  [{detail}]", flush=True)
    return wrong


def main() -> int:
    print("z3, whole numbers of any size:")
    wrong = run(THEOREMS, "proven") + run(PLANTED, "refuted")
    print(f"integers: {len(THEOREMS)} theorems, {len(PLANTED)} planted, {wrong} not as expected")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
