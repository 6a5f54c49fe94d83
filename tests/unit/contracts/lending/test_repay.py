# SPDX-License-Identifier: Apache-2.0
import ape
import pytest

from tests.unit.contracts.lending_house import FOREVER, NOBODY, SHARES, USD, logs

DEBT = 10_000 * USD


@pytest.fixture
def owing(house, lender, borrower):
    house.lend_and_borrow(lender, borrower, usd=DEBT)
    return house


def test_repay__of_a_part__lowers_the_debt(owing, borrower):
    pool, usd = owing.usd_pool, owing.usd
    purse, idle, assets = usd.balanceOf(borrower), pool.idle(), pool.totalAssets()

    receipt = pool.repay(4_000 * USD, borrower, sender=borrower)

    assert receipt.return_value == 4_000 * USD * SHARES
    assert usd.balanceOf(borrower) == purse - 4_000 * USD
    assert pool.idle() == idle + 4_000 * USD == usd.balanceOf(pool)
    assert pool.totalAssets() == assets
    assert pool.debt_of(borrower) == pool.total_debt() == 6_000 * USD
    assert pool.debt_shares_of(borrower) == pool.total_debt_shares() == 6_000 * USD * SHARES
    assert owing.accounts.debt_pool_of(borrower) == pool
    assert logs(receipt, pool.Repaid) == [
        {
            "payer": borrower,
            "account": borrower,
            "assets": 4_000 * USD,
            "debt_shares": 4_000 * USD * SHARES,
        }
    ]


def test_repay__of_the_largest_number__pays_the_debt_and_no_more(owing, borrower):
    pool, usd = owing.usd_pool, owing.usd
    purse = usd.balanceOf(borrower)

    receipt = pool.repay(FOREVER, borrower, sender=borrower)

    assert usd.balanceOf(borrower) == purse - DEBT
    assert pool.debt_of(borrower) == pool.total_debt() == pool.total_debt_shares() == 0
    assert owing.accounts.debt_pool_of(borrower) == NOBODY
    assert owing.accounts.debtor_count() == 0
    assert logs(receipt, owing.accounts.DebtLeft) == [{"account": borrower, "pool": pool}]
    assert logs(receipt, pool.Repaid) == [
        {"payer": borrower, "account": borrower, "assets": DEBT, "debt_shares": DEBT * SHARES}
    ]


def test_repay__for_another__charges_the_payer(owing, borrower, stranger):
    pool, usd = owing.usd_pool, owing.usd
    borrowers, strangers = usd.balanceOf(borrower), usd.balanceOf(stranger)

    receipt = pool.repay(USD, borrower, sender=stranger)

    assert usd.balanceOf(borrower) == borrowers
    assert usd.balanceOf(stranger) == strangers - USD
    assert pool.debt_of(borrower) == DEBT - USD
    assert pool.debt_of(stranger) == 0
    assert logs(receipt, pool.Repaid)[0]["payer"] == stranger


def test_repay__of_nothing__reverts(owing, borrower):
    with ape.reverts("pool: zero assets"):
        owing.usd_pool.repay(0, borrower, sender=borrower)
    with ape.reverts("pool: zero shares"):
        owing.usd_pool.repay_shares(0, borrower, sender=borrower)


def test_repay__without_debt__reverts(owing, stranger):
    with ape.reverts("pool: no debt"):
        owing.usd_pool.repay(1, stranger, sender=stranger)
    with ape.reverts("pool: no debt"):
        owing.usd_pool.repay_shares(1, stranger, sender=stranger)


def test_repay__that_leaves_too_little__reverts_but_all_passes(owing, owner, borrower):
    pool = owing.usd_pool
    owing.terms.set_min_debt(pool, 100 * USD, sender=owner)

    with ape.reverts("pool: debt below minimum"):
        pool.repay(DEBT - 100 * USD + 1, borrower, sender=borrower)
    with ape.reverts("pool: debt below minimum"):
        pool.repay_shares((DEBT - 99 * USD) * SHARES, borrower, sender=borrower)
    pool.repay(DEBT - 100 * USD, borrower, sender=borrower)
    pool.repay(100 * USD, borrower, sender=borrower)

    assert pool.debt_of(borrower) == 0


def test_repay__needs_no_price(owing, owner, borrower):
    owing.feed.set_broken(True, sender=owner)

    owing.usd_pool.repay(FOREVER, borrower, sender=borrower)

    assert owing.usd_pool.total_debt() == 0


def test_repay_shares__of_a_fraction__costs_a_whole_unit(owing, borrower):
    pool, usd = owing.usd_pool, owing.usd
    purse = usd.balanceOf(borrower)

    receipt = pool.repay_shares(1, borrower, sender=borrower)

    assert receipt.return_value == 1
    assert usd.balanceOf(borrower) == purse - 1
    assert pool.debt_shares_of(borrower) == DEBT * SHARES - 1
    assert logs(receipt, pool.Repaid) == [
        {"payer": borrower, "account": borrower, "assets": 1, "debt_shares": 1}
    ]


def test_repay_shares__of_more_than_owed__closes_the_debt(owing, borrower):
    pool = owing.usd_pool

    receipt = pool.repay_shares(FOREVER, borrower, sender=borrower)

    assert receipt.return_value == DEBT
    assert pool.total_debt() == pool.total_debt_shares() == 0
    assert owing.accounts.debt_pool_of(borrower) == NOBODY


def test_repay__after_interest__closes_to_the_last_unit(owing, owner, chain, borrower):
    pool = owing.usd_pool
    owing.rate.set_rate(10**11, sender=owner)
    chain.mine(deltatime=31_536_000)
    # The debt has grown more than twentyfold; a billion shares of it are worth units.
    pool.repay(1, borrower, sender=borrower)

    pool.repay(FOREVER, borrower, sender=borrower)

    assert pool.total_debt() == pool.total_debt_shares() == 0
    assert pool.totalAssets() == pool.idle()


def test_repay__by_the_sole_debtor_of_all_but_one_unit__leaves_a_share(
    owing, owner, chain, borrower
):
    pool = owing.usd_pool
    owing.rate.set_rate(10**11, sender=owner)
    chain.mine(deltatime=31_536_000)
    pool.accrue(sender=borrower)
    owing.rate.set_rate(0, sender=owner)
    # From here on no interest: the figures stand still.
    pool.accrue(sender=borrower)

    pool.repay(pool.debt_of(borrower) - 1, borrower, sender=borrower)

    assert pool.debt_shares_of(borrower) == pool.total_debt_shares() > 0
    assert pool.debt_of(borrower) == pool.total_debt() > 0
    pool.repay(FOREVER, borrower, sender=borrower)
    assert pool.total_debt() == 0


def test_repay__of_less_than_a_share_is_worth__reverts(owing, owner, chain, lender, borrower):
    # One debt share must be worth more than one unit: a pool of one unit of debt at
    # 1,000 % a year, left alone time and again.
    pool = owing.usd_pool
    pool.repay(DEBT - 1, borrower, sender=borrower)
    owing.rate.set_rate(317_097_919_837, sender=owner)
    for _ in range(3):
        chain.mine(deltatime=31_536_000)
        pool.accrue(sender=borrower)
    owing.rate.set_rate(0, sender=owner)
    pool.accrue(sender=borrower)
    assert pool.total_debt() > 2 * pool.total_debt_shares()

    with ape.reverts("pool: zero shares"):
        pool.repay(1, borrower, sender=borrower)
