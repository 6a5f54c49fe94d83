# SPDX-License-Identifier: Apache-2.0
"""The circuit breaker of a pool: a tenth of 10,000 tUSD may leave at once, refilled in an hour."""

import ape
import pytest

from tests.unit.contracts.lending_house import ETH, FOREVER, SHARES, USD, logs

OUTFLOW_BPS = 1_000
WINDOW_SECONDS = 3_600
TOTAL = 10_000 * USD
ROOM = 1_000 * USD
NO_LIMIT = FOREVER


@pytest.fixture(scope="module")
def limited(house, owner, lender, borrower):
    """9,999 tUSD of the lender and the seed of one; the borrower has collateral."""
    pool = house.usd_pool
    pool.deposit(TOTAL - USD, lender, sender=lender)
    house.collateralize(borrower, house.eth_pool, 10 * ETH)
    house.terms.set_outflow_limit(pool, OUTFLOW_BPS, WINDOW_SECONDS, sender=owner)
    return house


def test_withdraw__over_the_limit__reverts(limited, lender):
    pool = limited.usd_pool
    assert pool.maxWithdraw(lender) == ROOM
    assert pool.maxRedeem(lender) == ROOM * SHARES
    assert pool.releasable() == ROOM < pool.idle()
    with ape.reverts("pool: outflow limit"):
        pool.withdraw(ROOM + 1, lender, lender, sender=lender)

    pool.withdraw(ROOM, lender, lender, sender=lender)

    # A tenth of what is left is less than what has left already.
    assert pool.maxWithdraw(lender) == pool.maxRedeem(lender) == pool.releasable() == 0
    with ape.reverts("pool: outflow limit"):
        pool.redeem(SHARES, lender, lender, sender=lender)


def test_withdraw__when_a_tenth_is_no_whole_unit__keeps_the_fraction_in(limited, lender):
    pool = limited.usd_pool
    pool.deposit(7, lender, sender=lender)
    assert pool.maxWithdraw(lender) == ROOM
    with ape.reverts("pool: outflow limit"):
        pool.withdraw(ROOM + 1, lender, lender, sender=lender)

    pool.withdraw(ROOM, lender, lender, sender=lender)

    assert pool.maxWithdraw(lender) == 0


def test_limit__refills_in_a_straight_line(limited, chain, lender):
    pool = limited.usd_pool
    pool.withdraw(ROOM, lender, lender, sender=lender)
    left_at = chain.blocks.head.timestamp
    capacity = (TOTAL - ROOM) // 10

    chain.mine(timestamp=left_at + WINDOW_SECONDS // 2)
    assert pool.maxWithdraw(lender) == capacity - (ROOM - capacity // 2)
    chain.mine(timestamp=left_at + 2 * WINDOW_SECONDS)
    assert pool.maxWithdraw(lender) == capacity


def test_limit__of_no_whole_refill__refills_by_less(limited, chain, lender):
    pool, left = limited.usd_pool, ROOM - 10
    pool.withdraw(left, lender, lender, sender=lender)
    left_at = chain.blocks.head.timestamp
    capacity = (TOTAL - left) // 10
    assert capacity * 400 % WINDOW_SECONDS > 0

    chain.mine(timestamp=left_at + 400)

    assert pool.maxWithdraw(lender) == capacity - (left - capacity * 400 // WINDOW_SECONDS)


def test_borrow__counts_and_repayment_gives_back(limited, borrower, lender):
    pool = limited.usd_pool
    with ape.reverts("pool: outflow limit"):
        pool.borrow(ROOM + 1, borrower, sender=borrower)
    pool.borrow(ROOM, borrower, sender=borrower)
    assert pool.maxWithdraw(lender) == 0

    pool.repay(400 * USD, borrower, sender=borrower)

    # A few units refill in the seconds that the calls take.
    assert 0 <= pool.maxWithdraw(lender) - 400 * USD <= USD


def test_deposit__gives_back_up_to_the_limit_and_no_more(limited, lender, stranger):
    pool = limited.usd_pool
    pool.withdraw(ROOM, lender, lender, sender=lender)

    pool.deposit(2 * ROOM, stranger, sender=stranger)

    assert pool.maxWithdraw(lender) == pool.totalAssets() // 10


def test_deposit__before_anything_has_left__gives_back_nothing(limited, stranger, lender):
    pool = limited.usd_pool
    pool.deposit(ROOM, stranger, sender=stranger)
    assert pool.maxWithdraw(lender) == (TOTAL + ROOM) // 10


def test_flash_loan__of_all_that_is_idle__counts_nothing(limited, project, owner, lender):
    pool = limited.usd_pool
    borrower = owner.deploy(project.LendingFlashBorrower)

    pool.flashLoan(borrower, limited.usd, pool.idle(), b"", sender=lender)

    assert pool.maxWithdraw(lender) == ROOM


def test_set_outflow_limit__to_zeros__lets_everything_go(limited, owner, lender):
    pool = limited.usd_pool
    pool.withdraw(ROOM, lender, lender, sender=lender)

    receipt = limited.terms.set_outflow_limit(pool, 0, 0, sender=owner)

    assert logs(receipt, limited.terms.OutflowLimitChanged) == [
        {
            "pool": pool,
            "old_outflow_bps": OUTFLOW_BPS,
            "new_outflow_bps": 0,
            "old_window_seconds": WINDOW_SECONDS,
            "new_window_seconds": 0,
        }
    ]
    pool.redeem(pool.maxRedeem(lender), lender, lender, sender=lender)
    assert pool.balanceOf(lender) == 0


@pytest.mark.parametrize(
    ("outflow_bps", "window_seconds"),
    [(499, 3_600), (10_001, 3_600), (0, 3_600), (500, 0), (500, 599), (500, 86_401)],
)
def test_set_outflow_limit__that_would_hold_lenders__reverts(
    house, owner, outflow_bps, window_seconds
):
    with ape.reverts("terms: outflow out of range"):
        house.terms.set_outflow_limit(house.usd_pool, outflow_bps, window_seconds, sender=owner)


@pytest.mark.parametrize(("outflow_bps", "window_seconds"), [(500, 600), (10_000, 86_400)])
def test_set_outflow_limit__at_its_bounds__is_set(house, owner, outflow_bps, window_seconds):
    house.terms.set_outflow_limit(house.usd_pool, outflow_bps, window_seconds, sender=owner)
    terms = house.terms.terms_of(house.usd_pool)
    assert (terms.outflow_bps, terms.outflow_window_seconds) == (outflow_bps, window_seconds)
