# SPDX-License-Identifier: Apache-2.0
import ape

from tests.unit.contracts.exchange.conftest import PURSE, RESERVES
from tests.unit.contracts.exchange.observe import balances_of, fields_of

ZERO = "0x0000000000000000000000000000000000000000"


def test_remove_liquidity__pays_the_part_of_both_reserves(pair, tokens, provider, receiver):
    supply = pair.totalSupply()
    held = pair.balanceOf(provider)
    liquidity = held // 3
    paid = [liquidity * reserve // supply for reserve in RESERVES]
    assert pair.quote_remove_liquidity(liquidity) == tuple(paid)

    receipt = pair.remove_liquidity(liquidity, *paid, receiver, sender=provider)

    assert fields_of(receipt, pair.LiquidityRemoved) == {
        "provider": provider.address,
        "receiver": receiver.address,
        "assets0": paid[0],
        "assets1": paid[1],
        "liquidity": liquidity,
    }
    assert pair.reserves() == (RESERVES[0] - paid[0], RESERVES[1] - paid[1])
    assert pair.totalSupply() == supply - liquidity
    assert pair.balanceOf(provider) == held - liquidity
    for token, reserve, assets in zip(tokens, RESERVES, paid, strict=True):
        assert balances_of(token, receiver, pair, provider) == [
            assets,
            reserve - assets,
            PURSE - reserve,
        ]


def test_remove_liquidity__by_the_last_provider__leaves_only_what_is_locked(
    pair, tokens, provider, trader
):
    pair.swap(tokens[0], 10**9, 0, trader, sender=trader)
    fees = pair.claimable_fees(provider)

    pair.remove_liquidity(pair.balanceOf(provider), 0, 0, provider, sender=provider)

    assert pair.totalSupply() == 1_000
    assert min(pair.reserves()) >= 1
    assert pair.claimable_fees(provider) == fees
    pair.claim_fees(provider, sender=provider)
    pair.claim_protocol_fees(sender=trader)
    for side, token in enumerate(tokens):
        locked_fee = token.balanceOf(pair) - pair.reserves()[side]
        assert 0 <= locked_fee <= 1

    pair.add_liquidity(*RESERVES, 1, provider, sender=provider)
    assert pair.balanceOf(provider) > 0


def test_remove_liquidity__above_the_balance__reverts(pair, provider, other_provider):
    held = pair.balanceOf(provider)

    for liquidity, sender in ((held + 1, provider), (2**255, provider), (1, other_provider)):
        with ape.reverts("erc20: burn amount exceeds balance"):
            pair.remove_liquidity(liquidity, 0, 0, sender, sender=sender)


def test_remove_liquidity__below_the_callers_minima__reverts(pair, provider):
    assets0, assets1 = pair.quote_remove_liquidity(10**9)

    for minima in ((assets0 + 1, assets1), (assets0, assets1 + 1)):
        with ape.reverts("pair: below min assets"):
            pair.remove_liquidity(10**9, *minima, provider, sender=provider)


def test_remove_liquidity__of_nothing__reverts(pair, provider):
    with ape.reverts("pair: zero liquidity"):
        pair.remove_liquidity(0, 0, 0, provider, sender=provider)


def test_remove_liquidity__to_nobody_or_the_pair__reverts(pair, provider):
    for receiver in (ZERO, pair.address):
        with ape.reverts("pair: bad receiver"):
            pair.remove_liquidity(10**9, 0, 0, receiver, sender=provider)
