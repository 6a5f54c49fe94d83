# SPDX-License-Identifier: Apache-2.0
import ape
import pytest

from tests.unit.contracts.exchange.conftest import FEE_BPS, PROTOCOL_SHARE_BPS

ZERO = "0x0000000000000000000000000000000000000000"


def test_constructor__stores_what_it_was_given(empty_pair, tokens, collector):
    assert empty_pair.token0() == tokens[0].address
    assert empty_pair.token1() == tokens[1].address
    assert empty_pair.fee_bps() == FEE_BPS
    assert empty_pair.protocol_share_bps() == PROTOCOL_SHARE_BPS
    assert empty_pair.fee_collector() == collector.address
    assert empty_pair.reserves() == (0, 0)
    assert empty_pair.totalSupply() == 0
    assert empty_pair.quote_remove_liquidity(1) == (0, 0)
    assert [empty_pair.name(), empty_pair.symbol()] == ["Headwater LP", "HW-LP"]
    assert empty_pair.decimals() == 18


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({0: ZERO}, "pair: token order"),
        ({0: "token1", 1: "token0"}, "pair: token order"),
        ({1: "token0"}, "pair: token order"),
        ({0: "0x0000000000000000000000000000000000000001"}, "pair: not a token"),
        ({1: "0xFfFFfFfFfFfFfFfFfFfFfFfFfFfFfFfFfFfFfFfF"}, "pair: not a token"),
        ({2: 101}, "pair: fee too high"),
        ({3: 5_001}, "pair: protocol share too high"),
        ({4: ZERO}, "pair: zero fee collector"),
    ],
)
def test_constructor__with_a_bad_argument__reverts(
    project, owner, tokens, collector, changes, reason
):
    named = {"token0": tokens[0].address, "token1": tokens[1].address}
    arguments = [*named.values(), FEE_BPS, PROTOCOL_SHARE_BPS, collector.address]
    for position, value in changes.items():
        arguments[position] = named.get(value, value)

    with ape.reverts(reason):
        owner.deploy(project.VolatilePair, *arguments)
