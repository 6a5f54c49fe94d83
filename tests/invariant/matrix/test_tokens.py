# SPDX-License-Identifier: Apache-2.0
"""Tokens of 6, 8 and 18 decimals, with and without an answer, that keep a fee, or refuse.

What a token may not do is refused at each entry point by its exact reason; with what it may do, no
round trip of a few base units gains anything.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from strategies.units import VIRTUAL_ASSETS, VIRTUAL_SHARES
from tests.evm import Contract, actor, compile_text
from tests.evm.refusal import refused
from tests.worlds.doubles import HEAD
from tests.worlds.hostile import add_pool
from tests.worlds.lending import PRICES_USD_WAD, LendingWorld, build_lending

LENDER, BORROWER, THIEF = actor("lender"), actor("borrower"), actor("thief")
LIQUIDATOR = actor("liquidator")
CAST = [LENDER, BORROWER, THIEF, LIQUIDATOR]
MAX_UINT256 = 2**256 - 1
WAD, ETH, YEAR_SECONDS = 10**18, 10**18, 365 * 86_400

# An ERC-20 with faults that a test switches on. {answer} and {done} differ for one that answers nothing.
TOKEN = """
decimals: public(constant(uint8)) = {decimals}
balanceOf: public(HashMap[address, uint256])
allowance: public(HashMap[address, HashMap[address, uint256]])
fee: uint256
is_refusing: bool

@external
def mint(receiver: address, assets: uint256):
    self.balanceOf[receiver] += assets

@external
def set_fee(fee: uint256):
    self.fee = fee

@external
def set_refusing(is_refusing: bool):
    self.is_refusing = is_refusing

@external
def approve(spender: address, assets: uint256){answer}:
    self.allowance[msg.sender][spender] = assets
    {done}

@external
def transfer(to: address, assets: uint256){answer}:
    {refusal}
    self.balanceOf[msg.sender] -= assets
    self.balanceOf[to] += assets - self.fee
    {done}

@external
def transferFrom(owner: address, to: address, assets: uint256){answer}:
    {refusal}
    self.allowance[owner][msg.sender] -= assets
    self.balanceOf[owner] -= assets
    self.balanceOf[to] += assets - self.fee
    {done}
"""
ANSWERING = {
    "answer": " -> bool",
    "done": "return True",
    "refusal": "if self.is_refusing:\n        return False",
}
# USDT answers nothing; what it will not do it reverts.
SILENT = {"answer": "", "done": "pass", "refusal": "assert not self.is_refusing"}
MANNERS = {"answering": ANSWERING, "silent": SILENT}


@dataclass
class Stall:
    world: LendingWorld
    token: Contract
    pool: Contract
    unit: int


@pytest.fixture(
    scope="module",
    params=[(decimals, manner) for decimals in (6, 8, 18) for manner in MANNERS],
    ids=lambda each: f"{each[0]} decimals, {each[1]}",
)
def opened(request: pytest.FixtureRequest) -> Stall:
    """A pool of the token at a dollar, lent from for a third of a year: figures are odd."""
    decimals, manner = request.param
    world = build_lending(CAST)
    text = HEAD + TOKEN.format(decimals=decimals, **MANNERS[manner])
    token, pool = add_pool(world, compile_text(f"mocks/{manner.title()}{decimals}.vy", text), CAST)
    unit, eth = 10**decimals, world.pools["eth"]
    pool.deposit(10**6 * unit + 7, LENDER, sender=LENDER)
    for owner in (BORROWER, THIEF):
        eth.deposit(ETH, owner, sender=owner)
        world.accounts.pledge(owner, eth, sender=owner)
    pool.borrow(1_234 * unit + 5, BORROWER, sender=BORROWER)
    world.machine.wait(YEAR_SECONDS // 3 + 1)
    pool.accrue(sender=LENDER)
    return Stall(world, token, pool, unit)


@pytest.fixture
def stall(opened: Stall) -> Iterator[Stall]:
    with opened.world.machine.undone():
        yield opened


def test_token__of_each_kind__goes_in_and_out_whole(stall: Stall) -> None:
    pool, token, unit = stall.pool, stall.token, stall.unit
    held = token.balanceOf(pool)

    shares = pool.deposit(10 * unit, THIEF, sender=THIEF)
    assert token.balanceOf(pool) == held + 10 * unit
    pool.borrow(unit, THIEF, sender=THIEF)
    pool.repay(MAX_UINT256, THIEF, sender=THIEF)
    paid = pool.redeem(shares, LENDER, THIEF, sender=THIEF)

    # What is rounded is less than a unit of the last place, twice.
    assert 10 * unit - 2 <= paid <= 10 * unit
    assert pool.debt_shares_of(THIEF) == pool.balanceOf(THIEF) == 0
    assert token.balanceOf(pool) == pool.idle()


PULLS: dict[str, Callable[[Stall], Any]] = {
    "deposit": lambda stall: stall.pool.deposit(stall.unit, THIEF, sender=THIEF),
    "mint": lambda stall: stall.pool.mint(stall.unit * 10**6, THIEF, sender=THIEF),
    "repay": lambda stall: stall.pool.repay(stall.unit, BORROWER, sender=THIEF),
    "repay all": lambda stall: stall.pool.repay(MAX_UINT256, BORROWER, sender=THIEF),
    "repay_shares": lambda stall: stall.pool.repay_shares(stall.unit, BORROWER, sender=THIEF),
    "liquidate": lambda stall: stall.pool.liquidate(
        BORROWER, stall.world.pools["eth"], stall.unit, 0, sender=LIQUIDATOR
    ),
}
PUSHES: dict[str, Callable[[Stall], Any]] = {
    "withdraw": lambda stall: stall.pool.withdraw(stall.unit, LENDER, LENDER, sender=LENDER),
    "redeem": lambda stall: stall.pool.redeem(10**6 * stall.unit, LENDER, LENDER, sender=LENDER),
    "borrow": lambda stall: stall.pool.borrow(stall.unit, THIEF, sender=THIEF),
}


def crash(stall: Stall) -> None:
    """Make the borrower's loan one to liquidate."""
    stall.world.set_price("eth", PRICES_USD_WAD["eth"] // 2)


@pytest.mark.parametrize("entry", PULLS)
def test_token__that_keeps_a_unit__is_refused(stall: Stall, entry: str) -> None:
    crash(stall)
    stall.token.set_fee(1)
    with refused("token: fee on transfer"):
        PULLS[entry](stall)
    stall.token.set_fee(0)
    PULLS[entry](stall)


@pytest.mark.parametrize("entry", [*PULLS, *PUSHES])
def test_token__that_refuses__is_refused_by_its_reason(stall: Stall, entry: str) -> None:
    if entry in PULLS:
        crash(stall)
    stall.token.set_refusing(True)
    is_answering = stall.token.artifact.functions["transfer"][0]["outputs"]
    with refused("token: transfer refused" if is_answering else ""):
        (PULLS | PUSHES)[entry](stall)


TRIPS: dict[str, Callable[[Contract, int], Any]] = {
    "deposit, redeem": lambda pool, size: pool.redeem(
        pool.deposit(size + 1, THIEF, sender=THIEF), THIEF, THIEF, sender=THIEF
    ),
    "deposit, withdraw": lambda pool, size: (
        pool.deposit(size + 1, THIEF, sender=THIEF),
        pool.withdraw(size, THIEF, THIEF, sender=THIEF),
    ),
    "mint, redeem": lambda pool, size: (
        pool.mint(size * 1_000_003, THIEF, sender=THIEF),
        pool.redeem(size * 1_000_003, THIEF, THIEF, sender=THIEF),
    ),
    "mint, withdraw": lambda pool, size: (
        pool.mint((size + 1) * 1_000_003, THIEF, sender=THIEF),
        pool.withdraw(size, THIEF, THIEF, sender=THIEF),
    ),
    "borrow, repay": lambda pool, size: (
        pool.borrow(size, THIEF, sender=THIEF),
        pool.repay(MAX_UINT256, THIEF, sender=THIEF),
    ),
    "borrow, repay shares": lambda pool, size: pool.repay_shares(
        pool.borrow(size, THIEF, sender=THIEF), THIEF, sender=THIEF
    ),
    "borrow, repay in units": lambda pool, size: (
        pool.borrow(size + 2, THIEF, sender=THIEF),
        pool.repay(1, THIEF, sender=THIEF),
        pool.repay(MAX_UINT256, THIEF, sender=THIEF),
    ),
}


@pytest.mark.parametrize("size", [1, 2, 3, 10, 999])
@pytest.mark.parametrize("trip", TRIPS)
def test_round_trip__of_a_few_units__never_profits(stall: Stall, trip: str, size: int) -> None:
    pool, token = stall.pool, stall.token
    purse, value, owed = token.balanceOf(THIEF), _value(pool), pool.debt_of(BORROWER)

    TRIPS[trip](pool, size)
    rest = pool.balanceOf(THIEF)
    if pool.convertToAssets(rest):
        pool.redeem(rest, THIEF, THIEF, sender=THIEF)

    assert pool.debt_shares_of(THIEF) == 0
    assert token.balanceOf(THIEF) <= purse
    # (assets, shares) before and after, as fractions with one divisor.
    assert _value(pool)[0] * value[1] >= value[0] * _value(pool)[1]
    assert pool.debt_of(BORROWER) <= owed


def _value(pool: Contract) -> tuple[int, int]:
    return pool.totalAssets() + VIRTUAL_ASSETS, pool.totalSupply() + VIRTUAL_SHARES


@pytest.mark.parametrize("size", [1, 2, 3, 10, 999])
def test_liquidation__of_a_few_units__takes_no_more_than_its_bonus(stall: Stall, size: int) -> None:
    pool, eth = stall.pool, stall.world.pools["eth"]
    crash(stall)

    repaid, seized = pool.liquidate(BORROWER, eth, size, 0, sender=LIQUIDATOR)

    oracle = stall.world.oracle
    paid_usd_wad = oracle.value_usd_wad_down(stall.token, repaid)
    worth = oracle.value_usd_wad_down(stall.world.tokens["eth"], eth.convertToAssets(seized))
    assert 0 < repaid <= size
    assert worth <= paid_usd_wad * 110 // 100
