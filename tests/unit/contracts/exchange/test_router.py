# SPDX-License-Identifier: Apache-2.0
import itertools

import ape
import pytest

from tests.unit.contracts.exchange.conftest import PURSE
from tests.unit.contracts.exchange.observe import balances_of

ZERO = "0x0000000000000000000000000000000000000000"
FAR = 2**255
POT = 10**22


@pytest.fixture(scope="module")
def factory(project, owner, collector):
    blueprint = owner.declare(project.VolatilePair).contract_address
    return owner.deploy(project.PairFactory, blueprint, collector, owner)


@pytest.fixture(scope="module")
def router(project, owner, factory):
    return owner.deploy(project.Router, factory)


@pytest.fixture(scope="module")
def chain_of_tokens(make_token, approve_all, router):
    made = [make_token(f"Token {name}", name, 18) for name in "ABCDE"]
    approve_all(router, made)
    return made


@pytest.fixture(scope="module")
def chain_of_pairs(project, owner, factory, chain_of_tokens, approve_all, provider):
    """A-B, B-C, C-D and D-E, each with the same pot."""
    made = []
    for first, second in itertools.pairwise(chain_of_tokens):
        factory.create_pair(first, second, 30, sender=owner)
        pair = project.VolatilePair.at(factory.pair_of(first, second, 30))
        approve_all(pair, [first, second])
        pair.add_liquidity(POT, POT, 0, provider, sender=provider)
        made.append(pair)
    return made


@pytest.fixture(scope="module")
def hops(chain_of_pairs, chain_of_tokens):
    return [
        {"pair": pair.address, "token_in": token.address}
        for pair, token in zip(chain_of_pairs, chain_of_tokens, strict=False)
    ]


def assert_holds_nothing(router, tokens, pairs):
    """ROUTER-1: no token and no open allowance between calls."""
    for token in (*tokens, *pairs):
        assert token.balanceOf(router) == 0, "ROUTER-1"
        for pair in pairs:
            assert token.allowance(router, pair) == 0, "ROUTER-1"


@pytest.mark.parametrize("length", [1, 2, 4])
def test_swap_exact_in__pays_what_was_quoted_and_keeps_nothing(
    router, hops, chain_of_tokens, chain_of_pairs, trader, receiver, length
):
    route, bought = hops[:length], chain_of_tokens[length]
    assets_in = 10**20 + 3
    assets_out = assets_in
    for hop, pair in zip(route, chain_of_pairs, strict=False):
        assets_out = pair.quote(hop["token_in"], assets_out)
    assert router.quote_exact_in(route, assets_in) == assets_out

    router.swap_exact_in(route, assets_in, assets_out, receiver, FAR, sender=trader)

    assert bought.balanceOf(receiver) == assets_out
    assert chain_of_tokens[0].balanceOf(trader) == PURSE - assets_in
    for token in chain_of_tokens[1:]:
        assert token.balanceOf(trader) == PURSE
    assert_holds_nothing(router, chain_of_tokens, chain_of_pairs)


def test_swap_exact_in__below_the_callers_minimum__reverts(router, hops, chain_of_tokens, trader):
    quoted = router.quote_exact_in(hops[:2], 10**20)

    with ape.reverts("router: below min out"):
        router.swap_exact_in(hops[:2], 10**20, quoted + 1, trader, FAR, sender=trader)
    assert chain_of_tokens[0].balanceOf(trader) == PURSE


def test_every_call__after_its_deadline__reverts(
    chain, router, hops, chain_of_pairs, trader, provider
):
    pair = chain_of_pairs[0]
    calls = [
        lambda deadline: router.swap_exact_in(hops, 10**18, 0, trader, deadline, sender=trader),
        lambda deadline: router.add_liquidity(
            pair, 10**18, 10**18, 0, trader, deadline, sender=trader
        ),
        lambda deadline: router.remove_liquidity(
            pair, 10**18, 0, 0, provider, deadline, sender=provider
        ),
    ]
    pair.approve(router, 10**18, sender=provider)
    now = chain.blocks.head.timestamp
    for number, call in enumerate(calls, start=1):
        with ape.reverts("router: expired"):
            chain.pending_timestamp = now + 100 * number + 1
            call(now + 100 * number)
        chain.pending_timestamp = now + 100 * number + 50
        call(now + 100 * number + 50)


def test_swap_exact_in__over_a_bad_route__reverts(
    project, owner, router, hops, chain_of_pairs, chain_of_tokens, collector, trader
):
    foreign = owner.deploy(
        project.VolatilePair,
        *sorted(chain_of_tokens[:2], key=lambda token: int(token.address, 16)),
        30,
        0,
        collector,
    )
    first = chain_of_tokens[0].address
    cases = [
        ([], "router: no hops"),
        ([{"pair": foreign.address, "token_in": first}], "router: unknown pair"),
        ([{"pair": trader.address, "token_in": first}], "router: unknown pair"),
        ([hops[0], hops[2]], "router: broken route"),
        ([hops[1], hops[0]], "router: broken route"),
        ([hops[0], {**hops[0], "token_in": hops[1]["token_in"]}], "router: pair used twice"),
        ([hops[0], hops[1], hops[0]], "router: pair used twice"),
        ([{"pair": hops[1]["pair"], "token_in": first}], "pair: unknown token"),
    ]
    for route, reason in cases:
        with ape.reverts(reason):
            router.swap_exact_in(route, 10**18, 0, trader, FAR, sender=trader)
        with ape.reverts(reason):
            router.quote_exact_in(route, 10**18)
    assert chain_of_tokens[0].balanceOf(trader) == PURSE


def test_every_call__to_nobody_or_the_router__reverts(router, hops, chain_of_pairs, provider):
    pair = chain_of_pairs[0]
    for receiver in (ZERO, router.address):
        with ape.reverts("router: bad receiver"):
            router.swap_exact_in(hops, 10**18, 0, receiver, FAR, sender=provider)
        with ape.reverts("router: bad receiver"):
            router.add_liquidity(pair, 10**18, 10**18, 0, receiver, FAR, sender=provider)
        with ape.reverts("router: bad receiver"):
            router.remove_liquidity(pair, 10**18, 0, 0, receiver, FAR, sender=provider)


def test_swap_exact_in__of_anothers_assets__is_impossible(router, hops, chain_of_tokens, stranger):
    # The trader approved the router; a stranger has no way to name the trader as payer.
    with ape.reverts("erc20: insufficient allowance"):
        router.swap_exact_in(hops[:1], 10**18, 0, stranger, FAR, sender=stranger)


def test_add_liquidity__takes_only_what_the_pair_takes(
    router, chain_of_pairs, chain_of_tokens, other_provider, receiver
):
    pair = chain_of_pairs[0]
    taken0, taken1, liquidity = pair.quote_add_liquidity(10**18, 3 * 10**18)

    router.add_liquidity(pair, 10**18, 3 * 10**18, liquidity, receiver, FAR, sender=other_provider)

    assert pair.balanceOf(receiver) == liquidity
    assert pair.reserves() == (POT + taken0, POT + taken1)
    sides = {pair.token0(): taken0, pair.token1(): taken1}
    for token in chain_of_tokens[:2]:
        assert token.balanceOf(other_provider) == PURSE - sides[token.address]
    assert_holds_nothing(router, chain_of_tokens, chain_of_pairs)


def test_add_liquidity__first_in_a_pair__works_too(
    project, owner, router, factory, chain_of_tokens, other_provider
):
    first, _, third = chain_of_tokens[:3]
    factory.create_pair(first, third, 100, sender=owner)
    pair = project.VolatilePair.at(factory.pair_of(first, third, 100))

    router.add_liquidity(pair, 10**18, 4 * 10**18, 0, other_provider, FAR, sender=other_provider)

    assert pair.balanceOf(other_provider) == 2 * 10**18 - 1_000
    assert_holds_nothing(router, [first, third], [pair])


def test_add_and_remove_liquidity__with_a_pair_of_nobody__revert(router, trader):
    with ape.reverts("router: unknown pair"):
        router.add_liquidity(trader, 10**18, 10**18, 0, trader, FAR, sender=trader)
    with ape.reverts("router: unknown pair"):
        router.remove_liquidity(trader, 10**18, 0, 0, trader, FAR, sender=trader)


def test_liquidity_calls__pass_on_the_callers_minima(router, chain_of_pairs, provider):
    pair = chain_of_pairs[0]
    _, _, liquidity = pair.quote_add_liquidity(10**18, 10**18)
    with ape.reverts("pair: below min liquidity"):
        router.add_liquidity(pair, 10**18, 10**18, liquidity + 1, provider, FAR, sender=provider)
    assets0, assets1 = pair.quote_remove_liquidity(10**18)
    pair.approve(router, 10**18, sender=provider)
    for minima in ((assets0 + 1, assets1), (assets0, assets1 + 1)):
        with ape.reverts("pair: below min assets"):
            router.remove_liquidity(pair, 10**18, *minima, provider, FAR, sender=provider)


def test_remove_liquidity__pays_the_receiver_and_leaves_the_fees_to_the_caller(
    router, chain_of_pairs, chain_of_tokens, hops, provider, trader, receiver
):
    pair = chain_of_pairs[0]
    router.swap_exact_in(hops[:1], 10**20, 0, trader, FAR, sender=trader)
    fees = pair.claimable_fees(provider)
    liquidity = pair.balanceOf(provider) // 2
    assets0, assets1 = pair.quote_remove_liquidity(liquidity)
    pair.approve(router, liquidity, sender=provider)

    router.remove_liquidity(pair, liquidity, assets0, assets1, receiver, FAR, sender=provider)

    sides = {pair.token0(): assets0, pair.token1(): assets1}
    for token in chain_of_tokens[:2]:
        assert token.balanceOf(receiver) == sides[token.address]
    assert pair.claimable_fees(provider) == fees
    assert balances_of(pair, router, receiver) == [0, 0]
    assert_holds_nothing(router, chain_of_tokens, chain_of_pairs)


def test_hostile_tokens__cannot_use_the_router(
    project, owner, router, factory, chain_of_tokens, trader, provider, approve_all
):
    hostile = owner.deploy(project.PairHostileToken)
    other = chain_of_tokens[0]
    for holder in (trader, provider):
        hostile.mint(holder, PURSE, sender=owner)
    factory.create_pair(hostile, other, 30, sender=owner)
    pair = project.VolatilePair.at(factory.pair_of(hostile, other, 30))
    approve_all(pair, [hostile, other])
    approve_all(router, [hostile])
    pair.add_liquidity(POT, POT, 0, provider, sender=provider)
    route = [{"pair": pair.address, "token_in": hostile.address}]

    hostile.set_tax(1, sender=owner)
    with ape.reverts("token: fee on transfer"):
        router.swap_exact_in(route, 10**18, 0, trader, FAR, sender=trader)
    hostile.set_tax(0, sender=owner)

    # Its transfer turns it, so that it pays the router and then refuses the approval.
    hostile.arm(hostile, hostile.set_refusing.encode_input(True), sender=owner)
    with ape.reverts("router: approval refused"):
        router.swap_exact_in(route, 10**18, 0, trader, FAR, sender=trader)

    again = router.swap_exact_in.encode_input(route, 10**18, 0, hostile, FAR)
    hostile.arm(router, again, sender=owner)
    router.swap_exact_in(route, 10**18, 0, trader, FAR, sender=trader)
    assert hostile.calls_made() == 2
    assert not hostile.last_call_succeeded()
    assert hostile.last_response() == b""


def test_add_liquidity__when_a_token_trades_in_its_callback__reverts(
    project, owner, router, factory, chain_of_tokens, trader, provider, approve_all
):
    hostile = owner.deploy(project.PairHostileToken)
    other = chain_of_tokens[0]
    for holder in (trader, provider, hostile):
        hostile.mint(holder, PURSE, sender=owner)
    factory.create_pair(hostile, other, 30, sender=owner)
    pair = project.VolatilePair.at(factory.pair_of(hostile, other, 30))
    approve_all(pair, [hostile, other])
    approve_all(router, [hostile])
    pair.add_liquidity(POT, POT, 0, provider, sender=provider)
    other.mint(hostile, PURSE, sender=owner)
    hostile.act(other, other.approve.encode_input(pair, 2**256 - 1), sender=owner)

    # While the router takes the hostile token, it sells the other one: the ratio moves.
    trade = pair.swap.encode_input(other, 10**21, 0, hostile)
    hostile.arm(pair, trade, sender=owner)
    with ape.reverts("router: pair moved"):
        router.add_liquidity(pair, 10**18, 10**18, 0, trader, FAR, sender=trader)

    assert_holds_nothing(router, [hostile, other], [pair])
    assert pair.balanceOf(trader) == 0


def test_factory__is_the_one_given(project, owner, router, factory, stranger):
    assert router.factory() == factory.address
    with ape.reverts("router: not a factory"):
        owner.deploy(project.Router, stranger)
