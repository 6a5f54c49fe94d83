# SPDX-License-Identifier: Apache-2.0
import ape
import pytest

from tests.unit.contracts.lending_house import (
    ETH,
    FOREVER,
    NOBODY,
    SHARES,
    USD,
    WAD,
    logs,
    sub_account,
)


@pytest.fixture
def lent(house, lender):
    house.usd_pool.deposit(100_000 * USD, lender, sender=lender)
    return house


def test_batch__borrow_before_collateral__is_checked_at_the_end(lent, borrower, receiver):
    house = lent
    calls = [
        house.call(house.usd_pool, borrower, "borrow", 1_000 * USD, receiver),
        house.call(house.eth_pool, borrower, "deposit", ETH, borrower),
        house.call(house.accounts, borrower, "pledge", borrower, house.eth_pool),
    ]

    house.accounts.batch(calls, sender=borrower)

    assert house.usd.balanceOf(receiver) == 1_000 * USD
    assert house.usd_pool.debt_of(borrower) == 1_000 * USD
    assert house.accounts.acting_account() == NOBODY
    assert not house.accounts.is_check_deferred(borrower)


def test_batch__that_ends_unhealthy__reverts_whole(lent, borrower, receiver):
    house = lent
    calls = [
        house.call(house.eth_pool, borrower, "deposit", ETH, borrower),
        house.call(house.accounts, borrower, "pledge", borrower, house.eth_pool),
        house.call(house.usd_pool, borrower, "borrow", 1_500 * USD + 1, receiver),
    ]
    with ape.reverts("accounts: unhealthy"):
        house.accounts.batch(calls, sender=borrower)
    assert house.eth_pool.balanceOf(borrower) == 0


def test_batch__for_a_sub_account__is_paid_by_the_owner(lent, borrower):
    house, account = lent, sub_account(borrower, 1)
    purse, dollars = house.eth.balanceOf(borrower), house.usd.balanceOf(borrower)

    receipt = house.accounts.batch(
        [
            house.call(house.eth_pool, borrower, "deposit", ETH, account),
            house.call(house.accounts, account, "pledge", account, house.eth_pool),
            house.call(house.usd_pool, account, "borrow", 500 * USD, borrower),
        ],
        sender=borrower,
    )

    assert house.eth.balanceOf(borrower) == purse - ETH
    assert house.usd.balanceOf(borrower) == dollars + 500 * USD
    assert house.eth_pool.balanceOf(account) == ETH * SHARES
    assert house.usd_pool.debt_of(account) == 500 * USD
    assert house.usd_pool.debt_of(borrower) == 0
    assert house.accounts.debt_pool_of(account) == house.usd_pool
    (borrowed,) = logs(receipt, house.usd_pool.Borrowed)
    assert (borrowed["caller"], borrowed["account"]) == (account, account)

    house.accounts.batch(
        [
            house.call(house.usd_pool, borrower, "repay", FOREVER, account),
            house.call(house.eth_pool, account, "redeem", ETH * SHARES, borrower, account),
        ],
        sender=borrower,
    )

    assert house.eth.balanceOf(borrower) == purse
    assert house.usd.balanceOf(borrower) == dollars
    assert house.usd_pool.total_debt() == 0


def test_batch__for_anothers_account__reverts(lent, borrower, stranger):
    call = lent.call(lent.accounts, borrower, "pledge", borrower, lent.eth_pool)
    with ape.reverts("accounts: not the owner"):
        lent.accounts.batch([call], sender=stranger)
    # Nor by way of an account of one's own.
    call = lent.call(lent.accounts, stranger, "pledge", borrower, lent.eth_pool)
    with ape.reverts("accounts: not the owner"):
        lent.accounts.batch([call], sender=stranger)
    call = lent.call(lent.usd_pool, stranger, "withdraw", 1, stranger, borrower)
    with ape.reverts("pool: not enough shares"):
        lent.accounts.batch([call], sender=stranger)


def test_batch__of_anothers_shares__needs_their_allowance(lent, lender, stranger):
    call = lent.call(lent.usd_pool, stranger, "redeem", SHARES, stranger, lender)
    with ape.reverts("erc20: insufficient allowance"):
        lent.accounts.batch([call], sender=stranger)
    call = lent.call(lent.usd_pool, stranger, "transferFrom", lender, stranger, SHARES)
    with ape.reverts("erc20: insufficient allowance"):
        lent.accounts.batch([call], sender=stranger)


def test_batch__approve__is_by_the_acting_account(lent, borrower, stranger):
    account = sub_account(borrower, 4)
    lent.accounts.batch(
        [lent.call(lent.usd_pool, account, "approve", stranger, 9)], sender=borrower
    )

    assert lent.usd_pool.allowance(account, stranger) == 9
    assert lent.usd_pool.allowance(lent.accounts, stranger) == 0


def test_batch__on_anything_but_pools_and_itself__reverts(lent, borrower):
    call = lent.call(lent.usd, borrower, "transfer", borrower, 1)
    with ape.reverts("accounts: target not a pool"):
        lent.accounts.batch([call], sender=borrower)


def test_batch__inside_a_batch__reverts(lent, borrower):
    inner = lent.call(lent.accounts, borrower, "pledge", borrower, lent.eth_pool)
    call = lent.call(lent.accounts, borrower, "batch", [inner])
    with ape.reverts("accounts: nested batch"):
        lent.accounts.batch([call], sender=borrower)


def test_batch__of_owner_functions__reverts(lent, owner, borrower):
    for caller in (borrower, owner):
        call = lent.call(lent.accounts, caller, "list_pool", lent.usd_pool)
        with ape.reverts("ownable: caller is not the owner"):
            lent.accounts.batch([call], sender=caller)
        call = lent.call(lent.usd_pool, caller, "set_rate_model", lent.rate)
        with ape.reverts("ownable: caller is not the owner"):
            lent.accounts.batch([call], sender=caller)


def test_batch__inner_reasons__come_out_unchanged(lent, borrower):
    call = lent.call(lent.usd_pool, borrower, "repay", 1, borrower)
    with ape.reverts("pool: no debt"):
        lent.accounts.batch([call], sender=borrower)


def test_batch__over_a_cap_and_back__passes(lent, owner, lender):
    pool = lent.usd_pool
    lent.terms.set_caps(pool, pool.totalAssets(), 0, sender=owner)
    out = lent.call(pool, lender, "redeem", 10 * USD * SHARES, lender, lender)
    into = lent.call(pool, lender, "deposit", 10 * USD, lender)

    lent.accounts.batch([into, out], sender=lender)
    with ape.reverts("pool: supply cap"):
        lent.accounts.batch([into], sender=lender)


def test_batch__over_the_borrow_cap__reverts(lent, owner, borrower):
    pool = lent.usd_pool
    lent.terms.set_caps(pool, 10**30, 100 * USD, sender=owner)
    lent.collateralize(borrower, lent.eth_pool, 10 * ETH)
    borrow = lent.call(pool, borrower, "borrow", 60 * USD, borrower)
    repay = lent.call(pool, borrower, "repay", 20 * USD, borrower)

    with ape.reverts("pool: borrow cap"):
        lent.accounts.batch([borrow, borrow], sender=borrower)
    lent.accounts.batch([borrow, borrow, repay], sender=borrower)

    assert pool.debt_of(borrower) == 100 * USD


def test_batch__in_a_pool_that_interest_carried_above_its_cap__may_turn_over(
    lent, owner, borrower, lender
):
    pool = lent.usd_pool
    lent.collateralize(borrower, lent.eth_pool, 10 * ETH)
    pool.borrow(1_000 * USD, borrower, sender=borrower)
    lent.terms.set_caps(pool, 10 * USD, 10 * USD, sender=owner)
    borrow = lent.call(pool, borrower, "borrow", 5 * USD, borrower)
    repay = lent.call(pool, borrower, "repay", 5 * USD, borrower)

    lent.accounts.batch([borrow, repay], sender=borrower)
    with ape.reverts("pool: borrow cap"):
        lent.accounts.batch([borrow], sender=borrower)


def test_batch__leverage_loop__in_one_transaction(lent, borrower, lender):
    # Long tETH threefold: lend, borrow, and lend again what the loan would buy.
    house = lent
    calls = [
        house.call(house.eth_pool, borrower, "deposit", ETH, borrower),
        house.call(house.accounts, borrower, "pledge", borrower, house.eth_pool),
    ]
    for _ in range(3):
        calls.append(house.call(house.usd_pool, borrower, "borrow", 1_000 * USD, borrower))
        calls.append(house.call(house.eth_pool, borrower, "deposit", ETH // 2, borrower))

    house.accounts.batch(calls, sender=borrower)

    assert house.usd_pool.debt_of(borrower) == 3_000 * USD
    assert house.accounts.health_wad(borrower) == 5_000 * 8 * WAD // 10 // 3_000


def test_batch__refinances_into_another_pool_by_a_sub_account(lent, owner, lender, borrower):
    house, account = lent, sub_account(borrower, 1)
    house.btc_pool.deposit(10 * 10**8, lender, sender=lender)
    house.terms.set_collateral(house.btc_pool, house.eth_pool, 7_000, 7_500, sender=owner)
    house.collateralize(borrower, house.eth_pool, 10 * ETH)
    house.usd_pool.borrow(10_000 * USD, borrower, sender=borrower)

    house.accounts.batch(
        [
            house.call(house.btc_pool, account, "borrow", 10**7, borrower),
            house.call(house.usd_pool, borrower, "repay", FOREVER, borrower),
            house.call(house.eth_pool, borrower, "transfer", account, 10 * ETH * SHARES),
            house.call(house.accounts, borrower, "pledge", account, house.eth_pool),
        ],
        sender=borrower,
    )

    assert house.accounts.debt_pool_of(borrower) == NOBODY
    assert house.accounts.debt_pool_of(account) == house.btc_pool
    assert house.accounts.health_wad(account) == 15_000 * WAD // 5_000


def test_batch__of_nothing__does_nothing(lent, stranger):
    lent.accounts.batch([], sender=stranger)
    assert lent.accounts.owner_of(stranger) == NOBODY
