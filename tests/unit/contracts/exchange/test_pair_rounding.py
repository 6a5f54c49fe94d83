# SPDX-License-Identifier: Apache-2.0
"""Rounding at the scale of single base units: the caller never gains, the LPs never lose."""

from random import Random

import pytest

SEED = 20_210_519
STEPS = 40


@pytest.fixture(scope="module")
def tiny_pair(project, owner, make_token, collector, provider, approve_all):
    """A pair with reserves of a few thousand base units, where every fraction shows."""
    made = [make_token("First", "A", 18), make_token("Second", "B", 18)]
    tokens = sorted(made, key=lambda token: int(token.address, 16))
    pair = owner.deploy(project.VolatilePair, tokens[0], tokens[1], 5, 2_000, collector)
    approve_all(pair, tokens)
    pair.add_liquidity(1_009, 9_973, 0, provider, sender=provider)
    return pair, tokens


def assert_backing_not_lower(before, after):
    """PAIR-2: reserve0 * reserve1 per squared LP token never falls."""
    (reserves, supply), (reserves_after, supply_after) = before, after
    k, k_after = reserves[0] * reserves[1], reserves_after[0] * reserves_after[1]
    assert k_after * supply**2 >= k * supply_after**2, "PAIR-2"


def test_one_unit_cycles__never_profit_and_never_lower_the_backing(tiny_pair, trader):
    pair, tokens = tiny_pair
    random = Random(SEED)
    start = [token.balanceOf(trader) for token in tokens]
    state = (pair.reserves(), pair.totalSupply())

    for _ in range(STEPS):
        action = random.choice(["add", "remove", "swap0", "swap1"])
        held = pair.balanceOf(trader)
        if action == "add":
            # The least that mints one LP token, and a little more.
            maxima = [reserve // state[1] + random.randint(1, 9) for reserve in state[0]]
            pair.add_liquidity(*maxima, 0, trader, sender=trader)
        elif action == "remove" and held > 0:
            pair.remove_liquidity(random.randint(1, min(held, 3)), 0, 0, trader, sender=trader)
        elif action.startswith("swap"):
            side = int(action[-1])
            assets_in = random.randint(1_000, 1_010)
            pair.swap(tokens[side], assets_in, 0, trader, sender=trader)
        after = (pair.reserves(), pair.totalSupply())
        assert_backing_not_lower(state, after)
        state = after

    held = pair.balanceOf(trader)
    if held > 0:
        pair.remove_liquidity(held, 0, 0, trader, sender=trader)
    pair.claim_fees(trader, sender=trader)
    end = [token.balanceOf(trader) for token in tokens]
    gains = [after - before for before, after in zip(start, end, strict=True)]
    assert min(gains) < 0, f"PAIR-4: gains {gains}"


@pytest.mark.parametrize("extra", range(4))
def test_add_and_remove__in_a_row__never_return_more(tiny_pair, trader, extra):
    pair, tokens = tiny_pair
    start = [token.balanceOf(trader) for token in tokens]

    pair.add_liquidity(50 + extra, 500 + 7 * extra, 0, trader, sender=trader)
    pair.remove_liquidity(pair.balanceOf(trader), 0, 0, trader, sender=trader)

    for token, before in zip(tokens, start, strict=True):
        assert before - 12 <= token.balanceOf(trader) <= before


def test_split_trade__buys_no_more_than_the_whole(tiny_pair, provider, trader):
    pair, tokens = tiny_pair
    pair.add_liquidity(10**9, 10**10, 0, provider, sender=provider)
    whole = pair.quote(tokens[0], 10_000)

    start = tokens[1].balanceOf(trader)
    for _ in range(10):
        pair.swap(tokens[0], 1_000, 0, trader, sender=trader)
    in_parts = tokens[1].balanceOf(trader) - start

    assert in_parts <= whole


def test_there_and_back__loses_at_least_both_fees(tiny_pair, provider, trader):
    pair, tokens = tiny_pair
    pair.add_liquidity(10**12, 10**13, 0, provider, sender=provider)
    start = [token.balanceOf(trader) for token in tokens]

    pair.swap(tokens[0], 10**9, 0, trader, sender=trader)
    bought = tokens[1].balanceOf(trader) - start[1]
    pair.swap(tokens[1], bought, 0, trader, sender=trader)

    assert tokens[1].balanceOf(trader) == start[1]
    assert tokens[0].balanceOf(trader) <= start[0] - 2 * 10**9 * 5 // 10_000 + 10**9 // 10**6
