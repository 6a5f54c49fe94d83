# SPDX-License-Identifier: Apache-2.0
from math import isqrt

import ape
import pytest

from tests.unit.contracts.exchange.conftest import PURSE, RESERVES
from tests.unit.contracts.exchange.observe import balances_of, ceil_div, fields_of

MINIMUM_LIQUIDITY = 1_000
LOCKED = "0x000000000000000000000000000000000000dEaD"
ZERO = "0x0000000000000000000000000000000000000000"
MAX_RESERVE = 2**112 - 1


def test_add_liquidity__first__takes_both_maxima_and_locks_the_minimum(
    empty_pair, tokens, provider, receiver
):
    minted = isqrt(RESERVES[0] * RESERVES[1]) - MINIMUM_LIQUIDITY

    receipt = empty_pair.add_liquidity(*RESERVES, minted, receiver, sender=provider)

    assert fields_of(receipt, empty_pair.LiquidityAdded) == {
        "provider": provider.address,
        "receiver": receiver.address,
        "assets0": RESERVES[0],
        "assets1": RESERVES[1],
        "liquidity": minted,
    }
    assert empty_pair.reserves() == RESERVES
    assert balances_of(empty_pair, receiver, LOCKED, provider) == [minted, MINIMUM_LIQUIDITY, 0]
    assert empty_pair.totalSupply() == minted + MINIMUM_LIQUIDITY
    for token, assets in zip(tokens, RESERVES, strict=True):
        assert balances_of(token, provider, empty_pair) == [PURSE - assets, assets]


@pytest.mark.parametrize("assets", [(1_000, 1_000), (0, 10**18), (1, 10**6)])
def test_add_liquidity__first_within_the_locked_minimum__reverts(empty_pair, provider, assets):
    with ape.reverts("pair: too little liquidity"):
        empty_pair.add_liquidity(*assets, 0, provider, sender=provider)


@pytest.mark.parametrize("scarce", [0, 1])
def test_add_liquidity__later__takes_the_ratio_of_the_scarcer_side(
    pair, tokens, other_provider, receiver, scarce
):
    supply = pair.totalSupply()
    maxima = [10 * RESERVES[0], 10 * RESERVES[1]]
    maxima[scarce] = RESERVES[scarce] // 7
    liquidity = maxima[scarce] * supply // RESERVES[scarce]
    taken = [ceil_div(liquidity * reserve, supply) for reserve in RESERVES]
    assert pair.quote_add_liquidity(*maxima) == (*taken, liquidity)

    receipt = pair.add_liquidity(*maxima, liquidity, receiver, sender=other_provider)

    assert fields_of(receipt, pair.LiquidityAdded) == {
        "provider": other_provider.address,
        "receiver": receiver.address,
        "assets0": taken[0],
        "assets1": taken[1],
        "liquidity": liquidity,
    }
    assert taken[0] <= maxima[0] and taken[1] <= maxima[1]
    assert pair.reserves() == (RESERVES[0] + taken[0], RESERVES[1] + taken[1])
    assert pair.balanceOf(receiver) == liquidity
    assert pair.totalSupply() == supply + liquidity
    for token, assets in zip(tokens, taken, strict=True):
        assert token.balanceOf(other_provider) == PURSE - assets


def test_add_liquidity__below_the_callers_minimum__reverts(pair, other_provider):
    _, _, liquidity = pair.quote_add_liquidity(10**6, 10**18)

    with ape.reverts("pair: below min liquidity"):
        pair.add_liquidity(10**6, 10**18, liquidity + 1, other_provider, sender=other_provider)


def test_add_liquidity__that_would_mint_nothing__reverts(pair, other_provider):
    with ape.reverts("pair: too little liquidity"):
        pair.add_liquidity(0, 10**18, 0, other_provider, sender=other_provider)


def test_add_liquidity__above_the_largest_reserve__reverts(pair, other_provider):
    for maxima in ((MAX_RESERVE - RESERVES[0] + 1, 1), (1, MAX_RESERVE - RESERVES[1] + 1)):
        with ape.reverts("pair: reserve too large"):
            pair.add_liquidity(*maxima, 0, other_provider, sender=other_provider)


def test_add_liquidity__to_nobody_or_the_pair__reverts(pair, provider):
    for receiver in (ZERO, pair.address):
        with ape.reverts("pair: bad receiver"):
            pair.add_liquidity(10**6, 10**18, 0, receiver, sender=provider)


def test_add_liquidity__after_fees__leaves_earlier_fees_to_earlier_holders(
    pair, tokens, provider, other_provider, trader
):
    pair.swap(tokens[1], 10**18, 0, trader, sender=trader)
    earned = pair.claimable_fees(provider)
    assert earned[1] > 0

    pair.add_liquidity(*RESERVES, 0, provider, sender=provider)
    pair.add_liquidity(*RESERVES, 0, other_provider, sender=other_provider)

    assert pair.claimable_fees(provider) == earned
    assert pair.claimable_fees(other_provider) == (0, 0)
