# SPDX-License-Identifier: Apache-2.0
"""What the lens makes of contracts that answer too much, too little, or in another encoding."""

import pytest

from tests.evm import Contract, Machine, actor, compile_contract, compile_text
from tests.worlds.doubles import HEAD
from tests.worlds.lending import build_lending

NO_ADDRESS = "0x" + "00" * 20

# A pool, its own token, and a staking pool: all that the lens asks it here.
ODD = """
@external
@view
def asset() -> address:
    return self

@external
@view
def symbol() -> {text}:
    return {symbol}

@external
@view
def reward_tokens() -> {tokens}:
    return {rewards}

@external
@view
def claimable_rewards(account: address) -> {claims}:
    return {claimable}
"""
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ"
NOTHING = ("DynArray[uint256, 2]", "[]")


def odd_lens(
    text: tuple[str, str], list_: tuple[str, str] = NOTHING, claims: tuple[str, str] = NOTHING
) -> tuple[Contract, Contract]:
    world = build_lending([actor("lender")])
    machine: Machine = world.machine
    lens = machine.deploy(compile_contract("lending/Lens.vy"), world.accounts, world.oracle)
    source = ODD.format(
        text=text[0],
        symbol=text[1],
        tokens=list_[0],
        rewards=list_[1],
        claims=claims[0],
        claimable=claims[1],
    )
    return lens, machine.deploy(compile_text("mocks/Odd.vy", HEAD + source))


def string(letters: int) -> tuple[str, str]:
    return "String[64]", f'"{LETTERS[:letters]}"'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (string(0), ""),
        (string(32), LETTERS[:32]),
        (string(33), ""),
        (("uint256", "7"), ""),
        # As long as a short text, and none.
        (("(uint256, uint256, uint256)", "(1, 4, 0)"), ""),
        (("(uint256, uint256, uint256)", "(32, 33, 0)"), ""),
        # A short text, and more behind it.
        (("(uint256, uint256, uint256, uint256)", "(32, 4, 0, 0)"), ""),
    ],
    ids=["empty", "32 letters", "33 letters", "a number", "no offset", "too long", "too much"],
)
def test_symbol__of_any_encoding__is_shown_or_is_empty(text: tuple[str, str], shown: str) -> None:
    lens, odd = odd_lens(text)

    (view,) = lens.markets([odd])

    assert view[2] == shown


@pytest.mark.parametrize(
    ("list_", "count"),
    [
        (NOTHING, 0),
        (("DynArray[uint256, 2]", "[7, 9]"), 2),
        (("DynArray[uint256, 12]", "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]"), 8),
        (("uint256", "32"), 0),
        # It says more than it holds, and holds more than it says.
        (("(uint256, uint256, uint256)", "(32, 9, 7)"), 1),
        (("(uint256, uint256, uint256, uint256)", "(32, 1, 7, 9)"), 1),
    ],
    ids=["empty", "two", "twelve", "a number", "cut off", "too much"],
)
def test_rewards__in_a_list_of_any_encoding__are_those_that_are_there(
    list_: tuple[str, str], count: int
) -> None:
    lens, odd = odd_lens(string(4), list_, list_)

    view = lens.staking(odd, NO_ADDRESS)

    tokens, claimable = view[-2:]
    assert len(tokens) == len(claimable) == count
    assert list(claimable)[:2] == [int(token, 16) for token in tokens][:2]


@pytest.mark.parametrize(("tokens", "claims"), [("[7, 9]", "[5]"), ("[7]", "[5, 6]")])
def test_rewards__where_the_lists_differ__are_those_of_the_shorter(
    tokens: str, claims: str
) -> None:
    two = "DynArray[uint256, 2]"
    lens, odd = odd_lens(string(4), (two, tokens), (two, claims))

    view = lens.staking(odd, NO_ADDRESS)

    assert view[-2:] == ((f"0x{7:040x}",), (5,))
