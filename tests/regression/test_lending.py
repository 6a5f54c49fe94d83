# SPDX-License-Identifier: Apache-2.0
"""What once was wrong with pools and accounts. Each test failed before its repair."""

import pytest

from tests.unit.contracts.lending_house import ETH, FOREVER, NOBODY, USD, build_house


@pytest.fixture(scope="module")
def actors(accounts):
    names = ("owner", "treasury", "lender", "borrower", "liquidator", "stranger")
    return dict(zip(names, accounts, strict=False))


@pytest.fixture(scope="module")
def house(project, chain, actors):
    holders = [actors[name] for name in ("lender", "borrower", "liquidator", "stranger")]
    return build_house(project, chain, actors["owner"], actors["treasury"], holders)


def test_liquidate__that_pays_the_whole_debt__hands_over_the_collateral(house, actors):
    """The debt was struck off first; then the collateral's pool knew no pool it was owed to."""
    lender, borrower, liquidator = (actors[name] for name in ("lender", "borrower", "liquidator"))
    house.lend_and_borrow(lender, borrower, eth=ETH // 20, usd=70 * USD)
    house.set_price(house.eth, 1_700)

    house.usd_pool.liquidate(borrower, house.eth_pool, FOREVER, 0, sender=liquidator)

    assert house.usd_pool.debt_of(borrower) == 0
    assert house.accounts.debt_pool_of(borrower) == NOBODY
    assert house.eth_pool.balanceOf(liquidator) > 0
