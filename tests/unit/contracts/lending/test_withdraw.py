# SPDX-License-Identifier: Apache-2.0
import ape
import pytest

from tests.unit.contracts.lending_house import (
    BORROW_BPS,
    BPS,
    ETH,
    FOREVER,
    GRAVE,
    NOBODY,
    SHARES,
    USD,
    logs,
    sub_account,
)


@pytest.fixture
def lent(house, lender):
    house.usd_pool.deposit(100 * USD, lender, sender=lender)
    return house


def test_withdraw__to_a_receiver__burns_shares_and_pays(lent, lender, receiver):
    pool, usd = lent.usd_pool, lent.usd
    idle = pool.idle()

    receipt = pool.withdraw(40 * USD, receiver, lender, sender=lender)

    assert receipt.return_value == 40 * USD * SHARES
    assert pool.balanceOf(lender) == 60 * USD * SHARES
    assert usd.balanceOf(receiver) == 40 * USD
    assert pool.idle() == idle - 40 * USD == usd.balanceOf(pool)
    assert logs(receipt, pool.Withdraw) == [
        {
            "sender": lender,
            "receiver": receiver,
            "owner": lender,
            "assets": 40 * USD,
            "shares": 40 * USD * SHARES,
        }
    ]


def test_redeem__of_all_shares__leaves_none(lent, lender, receiver):
    pool = lent.usd_pool

    receipt = pool.redeem(pool.maxRedeem(lender), receiver, lender, sender=lender)

    assert receipt.return_value == 100 * USD
    assert pool.balanceOf(lender) == 0
    assert lent.usd.balanceOf(receiver) == 100 * USD
    assert logs(receipt, pool.Withdraw) == [
        {
            "sender": lender,
            "receiver": receiver,
            "owner": lender,
            "assets": 100 * USD,
            "shares": 100 * USD * SHARES,
        }
    ]


def test_withdraw__by_a_spender__spends_the_allowance(lent, lender, stranger, receiver):
    pool = lent.usd_pool
    with ape.reverts("erc20: insufficient allowance"):
        pool.withdraw(USD, receiver, lender, sender=stranger)

    pool.approve(stranger, 3 * USD * SHARES, sender=lender)
    pool.withdraw(2 * USD, receiver, lender, sender=stranger)

    assert pool.allowance(lender, stranger) == USD * SHARES
    assert lent.usd.balanceOf(receiver) == 2 * USD


def test_withdraw__of_nothing__reverts(lent, lender):
    with ape.reverts("pool: zero assets"):
        lent.usd_pool.withdraw(0, lender, lender, sender=lender)


def test_redeem__of_shares_worth_nothing__reverts(lent, lender):
    for shares in (0, SHARES - 1):
        with ape.reverts("pool: zero assets"):
            lent.usd_pool.redeem(shares, lender, lender, sender=lender)


def test_withdraw__to_nobody_or_the_pool__reverts(lent, lender):
    for bad in (NOBODY, lent.usd_pool.address):
        with ape.reverts("pool: bad receiver"):
            lent.usd_pool.withdraw(USD, bad, lender, sender=lender)
        with ape.reverts("pool: bad receiver"):
            lent.usd_pool.redeem(SHARES, bad, lender, sender=lender)


def test_withdraw__to_a_sub_account__reverts_before_the_family_was_ever_seen(lent, lender):
    assert lent.accounts.owner_of(lender) == NOBODY
    with ape.reverts("accounts: receiver has no key"):
        lent.usd_pool.withdraw(USD, sub_account(lender, 1), lender, sender=lender)


def test_withdraw__to_a_sub_account_of_another__reverts(lent, lender, borrower):
    lent.accounts.pledge(borrower, lent.eth_pool, sender=borrower)
    with ape.reverts("accounts: receiver has no key"):
        lent.usd_pool.withdraw(USD, sub_account(borrower, 1), lender, sender=lender)


def test_withdraw__of_more_than_owned__reverts(lent, lender):
    with ape.reverts("pool: not enough shares"):
        lent.usd_pool.withdraw(100 * USD + 1, lender, lender, sender=lender)
    with ape.reverts("pool: not enough shares"):
        lent.usd_pool.redeem(100 * USD * SHARES + 1, lender, lender, sender=lender)


def test_withdraw__when_it_is_lent_out__reverts(lent, lender, borrower):
    pool = lent.usd_pool
    lent.collateralize(borrower, lent.eth_pool, ETH)
    pool.borrow(90 * USD, borrower, sender=borrower)

    assert pool.maxWithdraw(lender) == pool.idle() == 11 * USD
    assert pool.maxRedeem(lender) == 11 * USD * SHARES
    with ape.reverts("pool: not enough idle"):
        pool.withdraw(11 * USD + 1, lender, lender, sender=lender)
    with ape.reverts("pool: not enough idle"):
        pool.redeem(12 * USD * SHARES, lender, lender, sender=lender)
    pool.redeem(pool.maxRedeem(lender), lender, lender, sender=lender)

    assert pool.idle() == 0
    assert pool.maxRedeem(lender) == 0


def test_withdraw__of_pledged_collateral__ends_in_the_health_check(house, lender, borrower):
    house.lend_and_borrow(lender, borrower)
    pool = house.eth_pool
    # 10,000 USD need 10,000 / 0.75 / 2,000 ETH.
    needed = -(-10_000 * ETH * BPS // BORROW_BPS // 2_000)

    free = pool.maxWithdraw(borrower)

    assert free == 10 * ETH - needed
    with ape.reverts("accounts: unhealthy"):
        pool.withdraw(free + 1, borrower, borrower, sender=borrower)
    with ape.reverts("accounts: unhealthy"):
        pool.redeem(pool.maxRedeem(borrower) + SHARES, borrower, borrower, sender=borrower)
    pool.redeem(pool.maxRedeem(borrower), borrower, borrower, sender=borrower)


def test_withdraw__of_pledged_collateral__needs_a_price_only_with_debt(house, lender, borrower):
    house.collateralize(borrower, house.eth_pool, 10 * ETH)
    house.feed.set_broken(True, sender=house.owner)
    house.eth_pool.withdraw(ETH, borrower, borrower, sender=borrower)

    house.feed.set_broken(False, sender=house.owner)
    house.lend_and_borrow(lender, borrower)
    house.feed.set_broken(True, sender=house.owner)

    assert house.eth_pool.maxWithdraw(borrower) == 0
    assert house.eth_pool.maxRedeem(borrower) == 0
    with ape.reverts("oracle: stale price"):
        house.eth_pool.withdraw(ETH, borrower, borrower, sender=borrower)


def test_withdraw__of_shares_not_pledged__is_free(house, lender, borrower):
    house.lend_and_borrow(lender, borrower)
    house.btc_pool.deposit(10**8, borrower, sender=borrower)

    assert house.btc_pool.maxWithdraw(borrower) == 10**8
    house.btc_pool.withdraw(10**8, borrower, borrower, sender=borrower)


def test_transfer__of_shares__moves_them(lent, lender, receiver):
    pool = lent.usd_pool

    receipt = pool.transfer(receiver, 30 * SHARES, sender=lender)

    assert receipt.return_value is True
    assert pool.balanceOf(receiver) == 30 * SHARES
    assert pool.balanceOf(lender) == 100 * USD * SHARES - 30 * SHARES
    assert logs(receipt, pool.Transfer) == [
        {"sender": lender, "receiver": receiver, "value": 30 * SHARES}
    ]


def test_transfer__to_nobody_or_of_too_much__reverts(lent, lender):
    pool = lent.usd_pool
    for bad in (NOBODY, pool.address):
        with ape.reverts("pool: bad receiver"):
            pool.transfer(bad, 1, sender=lender)
    with ape.reverts("pool: not enough shares"):
        pool.transfer(GRAVE, 100 * USD * SHARES + 1, sender=lender)


def test_transfer__of_pledged_collateral__ends_in_the_health_check(
    house, lender, borrower, receiver
):
    house.lend_and_borrow(lender, borrower)
    pool = house.eth_pool
    free = pool.maxRedeem(borrower)

    with ape.reverts("accounts: unhealthy"):
        pool.transfer(receiver, free + SHARES, sender=borrower)
    pool.transfer(receiver, free, sender=borrower)

    assert pool.balanceOf(receiver) == free


def test_transfer_from__needs_an_allowance_and_the_owners_health(
    house, lender, borrower, stranger, receiver
):
    house.lend_and_borrow(lender, borrower)
    pool = house.eth_pool
    with ape.reverts("erc20: insufficient allowance"):
        pool.transferFrom(borrower, receiver, 1, sender=stranger)
    receipt = pool.approve(stranger, FOREVER, sender=borrower)
    assert logs(receipt, pool.Approval) == [
        {"owner": borrower, "spender": stranger, "value": FOREVER}
    ]

    with ape.reverts("accounts: unhealthy"):
        pool.transferFrom(borrower, receiver, pool.balanceOf(borrower), sender=stranger)
    pool.transferFrom(borrower, receiver, SHARES, sender=stranger)

    assert pool.balanceOf(receiver) == SHARES
