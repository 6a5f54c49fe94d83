# SPDX-License-Identifier: Apache-2.0
import ape
import pytest

from tests.unit.contracts.exchange.conftest import FEE_BPS, PROTOCOL_SHARE_BPS, PURSE, RESERVES
from tests.unit.contracts.exchange.observe import balances_of, ceil_div, fields_of

BPS = 10_000
MIN_TRADE = 1_000
MAX_RESERVE = 2**112 - 1
ZERO = "0x0000000000000000000000000000000000000000"


def expected_trade(reserve_in, reserve_out, assets_in):
    """(assets out, LP fee, protocol fee) by the formula in the contract's docstring."""
    fee = ceil_div(assets_in * FEE_BPS, BPS)
    protocol_fee = fee * PROTOCOL_SHARE_BPS // BPS
    net = assets_in - fee
    return reserve_out * net // (reserve_in + net), fee - protocol_fee, protocol_fee


@pytest.mark.parametrize("side", [0, 1])
def test_swap__pays_the_formula_and_keeps_the_fee_out_of_the_reserves(
    pair, tokens, trader, receiver, collector, side
):
    assets_in = RESERVES[side] // 9 + 13
    assets_out, lp_fee, protocol_fee = expected_trade(RESERVES[side], RESERVES[1 - side], assets_in)
    token_in, token_out = tokens[side], tokens[1 - side]
    assert pair.quote(token_in, assets_in) == assets_out

    receipt = pair.swap(token_in, assets_in, assets_out, receiver, sender=trader)

    assert fields_of(receipt, pair.Swapped) == {
        "trader": trader.address,
        "receiver": receiver.address,
        "token_in": token_in.address,
        "assets_in": assets_in,
        "assets_out": assets_out,
        "lp_fee": lp_fee,
        "protocol_fee": protocol_fee,
    }
    reserves = pair.reserves()
    assert reserves[side] == RESERVES[side] + assets_in - lp_fee - protocol_fee
    assert reserves[1 - side] == RESERVES[1 - side] - assets_out
    assert [pair.fees_paid0(), pair.fees_paid1()][side] == lp_fee
    assert [pair.fees_paid0(), pair.fees_paid1()][1 - side] == 0
    assert pair.claimable_protocol_fees()[side] == protocol_fee
    assert balances_of(token_in, trader, pair, receiver, collector) == [
        PURSE - assets_in,
        RESERVES[side] + assets_in,
        0,
        0,
    ]
    assert balances_of(token_out, trader, pair, receiver, collector) == [
        PURSE,
        RESERVES[1 - side] - assets_out,
        assets_out,
        0,
    ]


@pytest.mark.parametrize(("assets_in", "fee"), [(MIN_TRADE, 3), (MIN_TRADE + 1, 4)])
def test_swap__of_the_least_size__rounds_the_fee_up(pair, tokens, trader, assets_in, fee):
    # On the side with the smaller reserve a thousand base units still buy something.
    receipt = pair.swap(tokens[0], assets_in, 1, trader, sender=trader)

    fields = fields_of(receipt, pair.Swapped)
    assert fields["lp_fee"] + fields["protocol_fee"] == fee
    assert fields["protocol_fee"] == 0
    assert pair.fees_paid0() == fee


def test_swap__below_the_least_size__reverts(pair, tokens, trader):
    for token in tokens:
        with ape.reverts("pair: trade too small"):
            pair.swap(token, MIN_TRADE - 1, 0, trader, sender=trader)
        with ape.reverts("pair: trade too small"):
            pair.quote(token, MIN_TRADE - 1)


def test_swap__that_would_buy_nothing__reverts(pair, tokens, trader):
    # A thousand units of token1 are worth less than one of token0.
    with ape.reverts("pair: nothing out"):
        pair.swap(tokens[1], MIN_TRADE, 0, trader, sender=trader)


def test_swap__below_the_callers_minimum__reverts(pair, tokens, trader):
    assets_out = pair.quote(tokens[0], 10**9)

    with ape.reverts("pair: below min out"):
        pair.swap(tokens[0], 10**9, assets_out + 1, trader, sender=trader)


def test_swap__above_the_largest_reserve__reverts(pair, tokens, trader):
    for side in (0, 1):
        for assets_in in (MAX_RESERVE - RESERVES[side] + 1, 2**256 - 1):
            with ape.reverts("pair: reserve too large"):
                pair.swap(tokens[side], assets_in, 0, trader, sender=trader)


def test_swap__of_a_token_of_no_side__reverts(pair, trader):
    with ape.reverts("pair: unknown token"):
        pair.swap(pair.address, 10**9, 0, trader, sender=trader)


def test_swap__to_nobody_or_the_pair__reverts(pair, tokens, trader):
    for receiver in (ZERO, pair.address):
        with ape.reverts("pair: bad receiver"):
            pair.swap(tokens[0], 10**9, 0, receiver, sender=trader)


def test_swap__in_an_empty_pair__reverts(project, owner, tokens, collector, trader):
    pair = owner.deploy(project.VolatilePair, tokens[0], tokens[1], 5, 0, collector)

    with ape.reverts("pair: nothing out"):
        pair.swap(tokens[0], 10**9, 0, trader, sender=trader)


def test_donation__moves_nothing(pair, tokens, provider, trader, collector):
    quoted = pair.quote(tokens[0], 10**9)
    liquidity = pair.totalSupply()

    for token in tokens:
        token.transfer(pair, 10**24, sender=trader)

    assert pair.reserves() == RESERVES
    assert pair.quote(tokens[0], 10**9) == quoted
    assert pair.quote_remove_liquidity(liquidity) == RESERVES
    assert pair.claimable_fees(provider) == (0, 0)
    assert pair.claimable_protocol_fees() == (0, 0)
    pair.claim_fees(provider, sender=provider)
    pair.claim_protocol_fees(sender=trader)
    for token, reserve in zip(tokens, RESERVES, strict=True):
        assert balances_of(token, pair, collector) == [reserve + 10**24, 0]
