# SPDX-License-Identifier: Apache-2.0
import ape
import pytest

from tests.unit.contracts.lending_house import (
    BPS,
    ETH,
    FOREVER,
    NOBODY,
    SHARES,
    USD,
    WAD,
    ceil_div,
    logs,
    sub_account,
)

DEBT = 10_000 * USD


@pytest.fixture
def insolvent(house, lender, borrower):
    """10,000 USD owed, 5,000 USD of collateral left."""
    house.lend_and_borrow(lender, borrower, usd=DEBT)
    house.set_price(house.eth, 500)
    return house


def test_liquidate__of_all_collateral__writes_off_the_rest(
    insolvent, lender, liquidator, borrower, treasury
):
    house, pool = insolvent, insolvent.usd_pool
    assets, supply = pool.totalAssets(), pool.totalSupply()
    repaid = ceil_div(DEBT * ceil_div(5_000 * WAD * BPS, BPS + 200), 10_000 * WAD)

    receipt = pool.liquidate(borrower, house.eth_pool, FOREVER, 0, sender=liquidator)

    assert tuple(receipt.return_value) == (repaid, 10 * ETH * SHARES)
    assert house.eth_pool.balanceOf(liquidator) == 10 * ETH * SHARES
    assert house.eth_pool.balanceOf(borrower) == 0
    assert pool.debt_of(borrower) == pool.total_debt() == pool.total_debt_shares() == 0
    assert house.accounts.debt_pool_of(borrower) == NOBODY
    assert house.accounts.debtor_count() == 0
    assert pool.totalAssets() == assets - (DEBT - repaid) == pool.idle()
    assert pool.totalSupply() == supply
    assert pool.balanceOf(treasury) == house.eth_pool.balanceOf(treasury) == 0
    assert logs(receipt, pool.BadDebtRecognized) == [
        {"account": borrower, "assets": DEBT - repaid, "covered_assets": 0}
    ]


def test_bad_debt__is_shared_by_lenders_in_proportion(
    insolvent, lender, stranger, liquidator, borrower
):
    pool = insolvent.usd_pool
    pool.deposit(50_000 * USD, stranger, sender=stranger)

    pool.liquidate(borrower, insolvent.eth_pool, FOREVER, 0, sender=liquidator)

    of_lender = pool.convertToAssets(pool.balanceOf(lender))
    of_stranger = pool.convertToAssets(pool.balanceOf(stranger))
    assert of_lender < 100_000 * USD
    assert abs(of_lender - 2 * of_stranger) <= 2


def test_bad_debt__leaves_what_others_owe(insolvent, stranger, liquidator, borrower):
    house, pool = insolvent, insolvent.usd_pool
    house.collateralize(stranger, house.btc_pool, 10**8)
    pool.borrow(7_000 * USD, stranger, sender=stranger)

    receipt = pool.liquidate(borrower, house.eth_pool, FOREVER, 0, sender=liquidator)

    assert len(logs(receipt, pool.BadDebtRecognized)) == 1
    assert pool.debt_of(borrower) == 0
    assert pool.debt_of(stranger) == pool.total_debt() == 7_000 * USD


def test_liquidate__of_a_part__writes_off_nothing(insolvent, liquidator, borrower):
    pool = insolvent.usd_pool

    receipt = pool.liquidate(borrower, insolvent.eth_pool, 1_000 * USD, 0, sender=liquidator)

    assert logs(receipt, pool.BadDebtRecognized) == []
    assert pool.debt_of(borrower) == DEBT - 1_000 * USD


def test_liquidate__of_one_unit_of_a_small_collateral__writes_off_nothing(
    house, lender, liquidator, borrower
):
    # 90 USD of collateral is dust, but nobody paid for it yet.
    house.lend_and_borrow(lender, borrower, eth=ETH // 10, usd=150 * USD)
    house.set_price(house.eth, 900)

    receipt = house.usd_pool.liquidate(borrower, house.eth_pool, 1, 0, sender=liquidator)

    assert logs(receipt, house.usd_pool.BadDebtRecognized) == []
    assert house.usd_pool.debt_of(borrower) == 150 * USD - 1


def test_liquidate__with_crumbs_elsewhere__writes_off_and_sweeps_them(
    house, lender, liquidator, borrower, treasury
):
    house.collateralize(borrower, house.btc_pool, 10**5)  # 50 USD
    house.lend_and_borrow(lender, borrower, usd=DEBT)
    house.set_price(house.eth, 500)

    receipt = house.usd_pool.liquidate(borrower, house.eth_pool, FOREVER, 0, sender=liquidator)

    assert len(logs(receipt, house.usd_pool.BadDebtRecognized)) == 1
    assert house.usd_pool.debt_of(borrower) == 0
    assert house.btc_pool.balanceOf(borrower) == 0
    assert house.btc_pool.balanceOf(treasury) == 10**5 * SHARES


def test_liquidate__with_value_elsewhere__writes_off_nothing(
    house, lender, liquidator, borrower, treasury
):
    house.collateralize(borrower, house.btc_pool, 10**6)  # 500 USD
    house.lend_and_borrow(lender, borrower, usd=DEBT)
    house.set_price(house.eth, 500)

    receipt = house.usd_pool.liquidate(borrower, house.eth_pool, FOREVER, 0, sender=liquidator)

    assert logs(receipt, house.usd_pool.BadDebtRecognized) == []
    assert house.usd_pool.debt_of(borrower) > 0
    assert house.btc_pool.balanceOf(borrower) == 10**6 * SHARES
    second = house.usd_pool.liquidate(borrower, house.btc_pool, FOREVER, 0, sender=liquidator)
    assert len(logs(second, house.usd_pool.BadDebtRecognized)) == 1
    assert house.usd_pool.total_debt() == 0


def test_recognize_bad_debt__with_nothing_behind_it__writes_off(house, lender, borrower, stranger):
    house.lend_and_borrow(lender, borrower, usd=DEBT)
    house.feed.set_price(house.eth, 1, house.chain.pending_timestamp, sender=house.owner)
    assert house.accounts.status(borrower).collateral_usd_wad > 0
    with ape.reverts("pool: collateral left"):
        house.usd_pool.recognize_bad_debt(borrower, sender=stranger)
    pool = house.usd_pool
    # What is worth something is taken for a unit, then nothing is left.
    house.usd.approve(pool, FOREVER, sender=stranger)
    receipt = pool.liquidate(borrower, house.eth_pool, FOREVER, 0, sender=stranger)

    assert receipt.return_value[0] == 1
    assert logs(receipt, pool.BadDebtRecognized) == [
        {"account": borrower, "assets": DEBT - 1, "covered_assets": 0}
    ]


def test_recognize_bad_debt__of_shares_without_value__writes_off(
    house, lender, borrower, stranger, treasury
):
    # A second collateral is pledged and empty; the first is worth less than a wei.
    house.lend_and_borrow(lender, borrower, eth=ETH // 1_000, usd=USD)
    house.eth_pool.transfer(borrower, 0, sender=borrower)
    house.feed.set_price(house.eth, 100, house.chain.pending_timestamp, sender=house.owner)
    assert house.accounts.status(borrower).collateral_usd_wad == 0
    pool = house.usd_pool

    receipt = pool.recognize_bad_debt(borrower, sender=stranger)

    assert receipt.return_value == USD
    assert pool.total_debt() == 0
    assert house.eth_pool.balanceOf(treasury) == ETH // 1_000 * SHARES
    assert logs(receipt, pool.BadDebtRecognized) == [
        {"account": borrower, "assets": USD, "covered_assets": 0}
    ]


def test_recognize_bad_debt__without_debt__reverts(house, stranger):
    with ape.reverts("pool: no debt"):
        house.usd_pool.recognize_bad_debt(stranger, sender=stranger)


def test_recognize_bad_debt__in_the_batch_that_empties_the_account__reverts(
    house, lender, borrower
):
    # Otherwise: borrow, take the collateral out, have the debt forgotten, all in one.
    house.lend_and_borrow(lender, borrower)
    calls = [
        house.call(house.accounts, borrower, "unpledge", borrower, house.eth_pool),
        house.call(house.usd_pool, sub_account(borrower, 1), "recognize_bad_debt", borrower),
    ]
    with ape.reverts("accounts: check deferred"):
        house.accounts.batch(calls, sender=borrower)


def test_seize__by_anybody_but_the_debt_pool__reverts(
    insolvent, accounts, liquidator, borrower, owner
):
    pool = insolvent.eth_pool
    for caller in (liquidator, owner):
        with ape.reverts("pool: not being seized"):
            pool.seize(borrower, caller, 1, sender=caller)
        with ape.reverts("accounts: not the debt pool"):
            insolvent.accounts.seize(borrower, pool, caller, 1, sender=caller)
    other_pool = accounts.impersonate_account(pool.address)
    other_pool.balance = "1 ether"
    with ape.reverts("accounts: not the debt pool"):
        insolvent.accounts.seize(borrower, pool, liquidator, 1, sender=other_pool)


def test_seize__in_a_batch__reverts_though_accounts_calls(insolvent, liquidator, borrower):
    pool = insolvent.eth_pool
    call = insolvent.call(pool, liquidator, "seize", borrower, liquidator, 1)
    with ape.reverts("pool: not being seized"):
        insolvent.accounts.batch([call], sender=liquidator)


def test_seize__of_shares_not_pledged__reverts(house, accounts, lender, borrower, owner):
    house.lend_and_borrow(lender, borrower)
    house.btc_pool.deposit(10**8, borrower, sender=borrower)
    debt_pool = accounts.impersonate_account(house.usd_pool.address)
    debt_pool.balance = "1 ether"

    with ape.reverts("accounts: not pledged"):
        house.accounts.seize(borrower, house.btc_pool, owner, 1, sender=debt_pool)
    with ape.reverts("pool: not enough shares"):
        house.accounts.seize(
            borrower, house.eth_pool, owner, 10 * ETH * SHARES + 1, sender=debt_pool
        )
    with ape.reverts("accounts: self-liquidation"):
        house.accounts.seize(
            borrower, house.eth_pool, sub_account(borrower, 1), 1, sender=debt_pool
        )
