# SPDX-License-Identifier: Apache-2.0
import pytest

from tests.unit.contracts.exchange.conftest import RESERVES

WAD = 10**18


def prices(reserves):
    return [reserves[1] * WAD // reserves[0], reserves[0] * WAD // reserves[1]]


def act_at(chain, timestamp, call):
    """Run `call` in a block of exactly that time."""
    chain.pending_timestamp = timestamp
    receipt = call()
    assert receipt.timestamp == timestamp
    return receipt


def test_price_cumulatives__sum_the_price_that_stood(chain, pair, tokens, trader):
    start = pair.last_updated_at()
    assert [pair.price_cumulative0(), pair.price_cumulative1()] == [0, 0]

    act_at(chain, start + 100, lambda: pair.swap(tokens[0], 10**11, 0, trader, sender=trader))
    sums = [100 * price for price in prices(RESERVES)]
    assert [pair.price_cumulative0(), pair.price_cumulative1()] == sums
    assert pair.last_updated_at() == start + 100

    moved = prices(pair.reserves())
    assert moved != prices(RESERVES)
    chain.mine(timestamp=start + 107)
    sums = [each + 7 * price for each, price in zip(sums, moved, strict=True)]
    assert pair.current_price_cumulatives() == tuple(sums)
    assert pair.last_updated_at() == start + 100

    act_at(chain, start + 108, lambda: pair.swap(tokens[1], 10**19, 0, trader, sender=trader))
    sums = [each + price for each, price in zip(sums, moved, strict=True)]
    assert [pair.price_cumulative0(), pair.price_cumulative1()] == sums


@pytest.mark.parametrize("action", ["add", "remove"])
def test_price_cumulatives__are_brought_up_by_liquidity_too(chain, pair, provider, action):
    start = pair.last_updated_at()
    chain.pending_timestamp = start + 50

    if action == "add":
        pair.add_liquidity(*RESERVES, 0, provider, sender=provider)
    else:
        pair.remove_liquidity(10**9, 0, 0, provider, sender=provider)

    assert pair.last_updated_at() == start + 50
    assert [pair.price_cumulative0(), pair.price_cumulative1()] == [
        50 * price for price in prices(RESERVES)
    ]


def test_price_cumulatives__of_an_empty_pair__are_zero(chain, empty_pair):
    chain.mine(deltatime=1_000)

    assert empty_pair.current_price_cumulatives() == (0, 0)


def test_price_cumulatives__ignore_trades_of_the_same_block(chain, pair, tokens, trader):
    start = pair.last_updated_at()
    node = chain.provider
    node.auto_mine = False
    try:
        for token, assets_in in ((tokens[0], 10**12), (tokens[1], 10**20)):
            call = pair.swap.encode_input(token, assets_in, 0, trader)
            node.web3.eth.send_transaction(
                {"from": trader.address, "to": pair.address, "data": call, "gas": 10**6}
            )
        chain.mine(timestamp=start + 10)
    finally:
        node.auto_mine = True

    assert pair.fees_paid0() > 0 and pair.fees_paid1() > 0
    assert [pair.price_cumulative0(), pair.price_cumulative1()] == [
        10 * price for price in prices(RESERVES)
    ]
