# SPDX-License-Identifier: Apache-2.0
"""What once was wrong with pools and accounts. Each test failed before its repair."""

import pytest

from tests.unit.contracts.lending_house import BTC, ETH, FOREVER, NOBODY, USD, build_house


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


def test_accrue__of_a_few_units_at_a_time__pays_the_protocol_its_part(house, chain, actors):
    """A tenth of less than ten units was none: whoever accrued often took the fee away."""
    owner, treasury, lender, borrower = (
        actors[name] for name in ("owner", "treasury", "lender", "borrower")
    )
    pool = house.btc_pool
    house.terms.set_collateral(pool, house.eth_pool, 7_500, 8_000, sender=owner)
    pool.deposit(10 * BTC, lender, sender=lender)
    house.collateralize(borrower, house.eth_pool, 100 * ETH)
    pool.borrow(BTC, borrower, sender=borrower)
    # About 3 % a year: one unit in ten seconds.
    house.rate.set_rate(10**9, sender=owner)
    pool.accrue(sender=lender)
    debt = pool.total_debt()

    for _ in range(8):
        chain.mine(deltatime=50)
        pool.accrue(sender=lender)

    interest = pool.total_debt() - debt
    assert 40 <= interest < 80
    earned = pool.convertToAssets(pool.balanceOf(treasury) * 1_000)
    assert interest * 100 - 10 <= earned <= interest * 100
