# SPDX-License-Identifier: Apache-2.0
import ape
import pytest

from tests.unit.contracts.lending_house import (
    ETH,
    NOBODY,
    SHARES,
    USD,
    logs,
    make_pool,
    sub_account,
)

LIMIT = 15_000 * USD  # 10 tETH at 2,000 USD, three quarters of it


@pytest.fixture
def lent(house, lender, borrower):
    """100,000 tUSD to borrow, and 10 tETH pledged by the borrower."""
    house.usd_pool.deposit(100_000 * USD, lender, sender=lender)
    house.collateralize(borrower, house.eth_pool, 10 * ETH)
    return house


def test_borrow__against_collateral__pays_and_charges(lent, lender, borrower, receiver):
    pool, usd = lent.usd_pool, lent.usd
    idle, assets, lenders = pool.idle(), pool.totalAssets(), pool.balanceOf(lender)

    receipt = pool.borrow(1_000 * USD, receiver, sender=borrower)

    assert receipt.return_value == 1_000 * USD * SHARES
    assert usd.balanceOf(receiver) == 1_000 * USD
    assert pool.idle() == idle - 1_000 * USD == usd.balanceOf(pool)
    assert pool.totalAssets() == assets
    assert pool.balanceOf(lender) == lenders
    assert pool.debt_of(borrower) == pool.total_debt() == 1_000 * USD
    assert pool.debt_shares_of(borrower) == pool.total_debt_shares() == 1_000 * USD * SHARES
    assert pool.debt_of(receiver) == 0
    assert lent.accounts.debt_pool_of(borrower) == pool
    assert logs(receipt, pool.Borrowed) == [
        {
            "caller": borrower,
            "account": borrower,
            "receiver": receiver,
            "assets": 1_000 * USD,
            "debt_shares": 1_000 * USD * SHARES,
        }
    ]
    assert logs(receipt, lent.accounts.DebtEntered) == [{"account": borrower, "pool": pool}]


def test_borrow__up_to_the_limit__passes_and_one_more_reverts(lent, borrower):
    with ape.reverts("accounts: unhealthy"):
        lent.usd_pool.borrow(LIMIT + 1, borrower, sender=borrower)

    lent.usd_pool.borrow(LIMIT, borrower, sender=borrower)

    with ape.reverts("accounts: unhealthy"):
        lent.usd_pool.borrow(1, borrower, sender=borrower)


def test_borrow__of_one_unit__owes_one_unit(lent, borrower):
    lent.usd_pool.borrow(1, borrower, sender=borrower)

    assert lent.usd_pool.debt_of(borrower) == 1


def test_borrow__of_nothing__reverts(lent, borrower):
    with ape.reverts("pool: zero assets"):
        lent.usd_pool.borrow(0, borrower, sender=borrower)


def test_borrow__to_nobody_the_pool_or_a_sub_account__reverts(lent, borrower):
    pool = lent.usd_pool
    for bad in (NOBODY, pool.address):
        with ape.reverts("pool: bad receiver"):
            pool.borrow(USD, bad, sender=borrower)
    with ape.reverts("accounts: receiver has no key"):
        pool.borrow(USD, sub_account(borrower, 3), sender=borrower)


def test_borrow__without_collateral__reverts(lent, stranger):
    with ape.reverts("accounts: unhealthy"):
        lent.usd_pool.borrow(1, stranger, sender=stranger)


def test_borrow__against_shares_not_pledged__reverts(lent, stranger):
    lent.eth_pool.deposit(10 * ETH, stranger, sender=stranger)
    with ape.reverts("accounts: unhealthy"):
        lent.usd_pool.borrow(1, stranger, sender=stranger)


def test_borrow__against_collateral_not_accepted__reverts(lent, borrower, stranger):
    lent.collateralize(stranger, lent.eth_pool, 10 * ETH)
    with ape.reverts("accounts: unhealthy"):
        lent.btc_pool.borrow(1, stranger, sender=stranger)


def test_borrow__of_more_than_idle__reverts(lent, borrower):
    with ape.reverts("pool: not enough idle"):
        lent.usd_pool.borrow(lent.usd_pool.idle() + 1, borrower, sender=borrower)


def test_borrow__above_the_cap__reverts(lent, owner, borrower):
    lent.terms.set_caps(lent.usd_pool, 10**30, 500 * USD, sender=owner)

    with ape.reverts("pool: borrow cap"):
        lent.usd_pool.borrow(500 * USD + 1, borrower, sender=borrower)
    lent.usd_pool.borrow(500 * USD, borrower, sender=borrower)


def test_borrow__below_the_minimum__reverts(lent, owner, borrower):
    lent.terms.set_min_debt(lent.usd_pool, 100 * USD, sender=owner)

    with ape.reverts("pool: debt below minimum"):
        lent.usd_pool.borrow(100 * USD - 1, borrower, sender=borrower)
    lent.usd_pool.borrow(100 * USD, borrower, sender=borrower)


def test_borrow__from_a_second_pool__reverts(lent, owner, borrower, lender):
    lent.terms.set_collateral(lent.btc_pool, lent.eth_pool, 5_000, 6_000, sender=owner)
    lent.usd_pool.borrow(USD, borrower, sender=borrower)

    with ape.reverts("accounts: debt in other pool"):
        lent.btc_pool.borrow(1_000, borrower, sender=borrower)


def test_borrow__from_a_pool_not_listed__reverts(lent, project, owner, treasury, borrower):
    pool = make_pool(
        project,
        owner,
        treasury,
        lent.usd,
        lent.terms,
        lent.accounts,
        lent.oracle,
        lent.rate,
        is_listed=False,
    )
    with ape.reverts("accounts: pool not listed"):
        pool.borrow(1, borrower, sender=borrower)


def test_borrow__at_a_stale_price__reverts(lent, owner, borrower):
    lent.feed.set_broken(True, sender=owner)
    with ape.reverts("oracle: stale price"):
        lent.usd_pool.borrow(USD, borrower, sender=borrower)


def test_borrow__over_several_collaterals__adds_them_up(lent, borrower):
    lent.collateralize(borrower, lent.btc_pool, 10**8)

    status = lent.accounts.status(borrower)
    assert status.borrow_limit_usd_wad == 0  # no debt pool chosen yet
    assert status.collateral_usd_wad == 70_000 * 10**18

    lent.usd_pool.borrow(LIMIT + 37_500 * USD, borrower, sender=borrower)

    status = lent.accounts.status(borrower)
    assert status.debt_pool == lent.usd_pool
    assert status.debt_assets == LIMIT + 37_500 * USD
    assert status.debt_usd_wad == 52_500 * 10**18
    assert status.collateral_usd_wad == 70_000 * 10**18
    assert status.borrow_limit_usd_wad == 52_500 * 10**18
    assert status.liquidation_limit_usd_wad == 56_000 * 10**18
    assert status.health_wad == 56_000 * 10**18 // 52_500
