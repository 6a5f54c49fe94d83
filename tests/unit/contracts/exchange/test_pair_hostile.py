# SPDX-License-Identifier: Apache-2.0
"""Tokens that tax, refuse, answer nothing or call back in the middle of a transfer."""

import ape
import pytest

PURSE = 10**24
POT = 10**21


@pytest.fixture(scope="module")
def hostile(project, owner):
    return owner.deploy(project.PairHostileToken)


@pytest.fixture(scope="module")
def honest(make_token):
    return make_token("Honest", "HON", 18)


@pytest.fixture(scope="module")
def hostile_pair(project, owner, hostile, honest, collector, provider, trader, approve_all):
    tokens = sorted((hostile, honest), key=lambda token: int(token.address, 16))
    pair = owner.deploy(project.VolatilePair, tokens[0], tokens[1], 30, 2_000, collector)
    for holder in (provider, trader):
        hostile.mint(holder, PURSE, sender=owner)
    approve_all(pair, tokens)
    pair.add_liquidity(POT, POT, 0, provider, sender=provider)
    # The token holds LP tokens too and so can act as one of the LPs from its callback.
    pair.transfer(hostile, POT // 10, sender=provider)
    return pair


def test_taxed_token__is_refused_wherever_it_enters(
    hostile_pair, hostile, honest, provider, trader
):
    hostile.set_tax(1, sender=provider)
    reserves = hostile_pair.reserves()

    with ape.reverts("token: fee on transfer"):
        hostile_pair.swap(hostile, 10**18, 0, trader, sender=trader)
    with ape.reverts("token: fee on transfer"):
        hostile_pair.add_liquidity(10**18, 10**18, 0, provider, sender=provider)

    assert hostile_pair.reserves() == reserves
    # What is in can still go out: the receiver bears the tax.
    hostile_pair.remove_liquidity(10**18, 0, 0, provider, sender=provider)


def test_refusing_token__reverts_and_moves_nothing(hostile_pair, hostile, honest, trader):
    hostile_pair.swap(hostile, 10**19, 0, trader, sender=trader)
    hostile.set_refusing(True, sender=trader)
    reserves = hostile_pair.reserves()
    held = honest.balanceOf(trader)

    with ape.reverts("token: transfer refused"):
        hostile_pair.swap(hostile, 10**18, 0, trader, sender=trader)
    with ape.reverts("token: transfer refused"):
        hostile_pair.swap(honest, 10**18, 0, trader, sender=trader)
    with ape.reverts("token: transfer refused"):
        hostile_pair.claim_protocol_fees(sender=trader)

    assert hostile_pair.reserves() == reserves
    assert honest.balanceOf(trader) == held


def calls_into(pair, hostile, honest, trader):
    """Calldata for every function that reads or changes the books under the lock."""
    me = hostile.address
    return {
        "add_liquidity": pair.add_liquidity.encode_input(10**6, 10**6, 0, me),
        "remove_liquidity": pair.remove_liquidity.encode_input(10**6, 0, 0, me),
        "swap": pair.swap.encode_input(hostile, 10**6, 0, me),
        "claim_fees": pair.claim_fees.encode_input(me),
        "claim_fees_of_vault": pair.claim_fees_of_vault.encode_input(me),
        "claim_protocol_fees": pair.claim_protocol_fees.encode_input(),
        "transfer": pair.transfer.encode_input(trader, 10**6),
        "transferFrom": pair.transferFrom.encode_input(trader, me, 0),
        "reserves": pair.reserves.encode_input(),
        "quote": pair.quote.encode_input(honest, 10**6),
        "quote_add_liquidity": pair.quote_add_liquidity.encode_input(10**6, 10**6),
        "quote_remove_liquidity": pair.quote_remove_liquidity.encode_input(10**6),
        "claimable_fees": pair.claimable_fees.encode_input(me),
        "claimable_protocol_fees": pair.claimable_protocol_fees.encode_input(),
        "price_cumulative0": pair.price_cumulative0.encode_input(),
        "price_cumulative1": pair.price_cumulative1.encode_input(),
        "current_price_cumulatives": pair.current_price_cumulatives.encode_input(),
        "fees_paid0": pair.fees_paid0.encode_input(),
        "fees_claimed1": pair.fees_claimed1.encode_input(),
        "last_updated_at": pair.last_updated_at.encode_input(),
    }


ENTRIES = {
    "swap_in": lambda pair, hostile, honest, who: pair.swap(hostile, 10**18, 0, who, sender=who),
    "swap_out": lambda pair, hostile, honest, who: pair.swap(honest, 10**18, 0, who, sender=who),
    "add_liquidity": lambda pair, hostile, honest, who: pair.add_liquidity(
        10**18, 10**18, 0, who, sender=who
    ),
    "remove_liquidity": lambda pair, hostile, honest, who: pair.remove_liquidity(
        10**18, 0, 0, who, sender=who
    ),
    "claim_fees": lambda pair, hostile, honest, who: pair.claim_fees(who, sender=who),
    "claim_protocol_fees": lambda pair, hostile, honest, who: pair.claim_protocol_fees(sender=who),
}


@pytest.mark.parametrize("entry", list(ENTRIES))
def test_callback__reaches_no_function_of_the_pair(
    hostile_pair, hostile, honest, provider, trader, entry
):
    pair = hostile_pair
    pair.swap(hostile, 10**19, 0, trader, sender=trader)
    hostile.mint(hostile, 10**18, sender=trader)
    hostile.act(hostile, hostile.approve.encode_input(pair, 10**18), sender=trader)
    for name, payload in calls_into(pair, hostile, honest, trader).items():
        hostile.arm(pair, payload, sender=trader)

        ENTRIES[entry](pair, hostile, honest, provider)

        if hostile.calls_made() == 0:  # nothing left to claim: pay some more fees
            hostile.arm("0x" + "00" * 20, b"", sender=trader)
            pair.swap(hostile, 10**19, 0, trader, sender=trader)
            hostile.arm(pair, payload, sender=trader)
            ENTRIES[entry](pair, hostile, honest, provider)
        assert hostile.calls_made() >= 1, f"{entry} did not touch the token"
        assert not hostile.last_call_succeeded(), f"{name} was reached from within {entry}"
        assert hostile.last_response() == b"", f"{name} failed for a reason other than the lock"


def test_callback__works_when_no_lock_is_held(hostile_pair, hostile, honest, trader, provider):
    # The control of the test above: the same calls, from the same token, outside any lock.
    pair = hostile_pair
    pair.swap(hostile, 10**19, 0, trader, sender=trader)
    for name, payload in calls_into(pair, hostile, honest, trader).items():
        if name in ("add_liquidity", "swap"):
            continue  # they need the token's own purse of the other token
        hostile.arm(pair, payload, sender=trader)
        hostile.transfer(provider, 1, sender=trader)
        assert hostile.last_call_succeeded(), name


def test_silent_token__trades_like_any_other(
    project, owner, make_token, collector, provider, trader, approve_all
):
    silent = owner.deploy(project.PairSilentToken)
    honest = make_token("Honest", "HON", 18)
    tokens = sorted((silent, honest), key=lambda token: int(token.address, 16))
    pair = owner.deploy(project.VolatilePair, tokens[0], tokens[1], 30, 2_000, collector)
    for holder in (provider, trader):
        silent.mint(holder, PURSE, sender=owner)
    approve_all(pair, tokens)

    pair.add_liquidity(POT, POT, 0, provider, sender=provider)
    pair.swap(silent, 10**18, 0, trader, sender=trader)
    pair.swap(honest, 10**18, 0, trader, sender=trader)
    pair.claim_fees(provider, sender=provider)
    pair.claim_protocol_fees(sender=trader)
    pair.remove_liquidity(pair.balanceOf(provider), 0, 0, provider, sender=provider)

    assert silent.balanceOf(provider) > PURSE - POT
    side = tokens.index(silent)
    owed = pair.reserves()[side] + pair.claimable_fees("0x" + "00" * 18 + "dEaD")[side]
    assert owed <= silent.balanceOf(pair) <= owed + 2
