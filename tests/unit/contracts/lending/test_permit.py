# SPDX-License-Identifier: Apache-2.0
import ape
import pytest

from tests.permits import NEVER, sign_permit
from tests.unit.contracts.lending_house import SHARES, USD


@pytest.fixture
def unapproved(house, owner, receiver):
    """The receiver holds tokens and has approved nobody."""
    house.usd.mint(receiver, 100 * USD, sender=owner)
    return receiver


def test_deposit_with_permit__needs_no_approval(house, chain, unapproved):
    signature = sign_permit(house.usd, chain.chain_id, unapproved, house.usd_pool, 100 * USD)

    receipt = house.usd_pool.deposit_with_permit(
        100 * USD, unapproved, NEVER, *signature, sender=unapproved
    )

    assert receipt.return_value == 100 * USD * SHARES
    assert house.usd_pool.balanceOf(unapproved) == 100 * USD * SHARES
    assert house.usd.balanceOf(unapproved) == 0


def test_deposit_with_permit__when_somebody_used_the_permit_first__still_works(
    house, chain, unapproved, stranger
):
    pool = house.usd_pool
    signature = sign_permit(house.usd, chain.chain_id, unapproved, pool, 100 * USD)
    house.usd.permit(unapproved, pool, 100 * USD, NEVER, *signature, sender=stranger)

    pool.deposit_with_permit(100 * USD, unapproved, NEVER, *signature, sender=unapproved)

    assert pool.balanceOf(unapproved) == 100 * USD * SHARES


def test_deposit_with_permit__with_anothers_signature__reverts(house, chain, unapproved, stranger):
    signature = sign_permit(house.usd, chain.chain_id, stranger, house.usd_pool, 100 * USD)
    with ape.reverts("erc20: insufficient allowance"):
        house.usd_pool.deposit_with_permit(
            100 * USD, unapproved, NEVER, *signature, sender=unapproved
        )


def test_repay_with_permit__needs_no_approval(house, chain, lender, borrower, unapproved):
    house.lend_and_borrow(lender, borrower)
    signature = sign_permit(house.usd, chain.chain_id, unapproved, house.usd_pool, 60 * USD)

    receipt = house.usd_pool.repay_with_permit(
        60 * USD, borrower, NEVER, *signature, sender=unapproved
    )

    assert receipt.return_value == 60 * USD * SHARES
    assert house.usd.balanceOf(unapproved) == 40 * USD
    assert house.usd_pool.debt_of(borrower) == 9_940 * USD


def test_permit__on_shares__lets_a_spender_move_them(house, chain, lender, stranger):
    pool = house.usd_pool
    pool.deposit(USD, lender, sender=lender)
    signature = sign_permit(pool, chain.chain_id, lender, stranger, 5 * SHARES)

    pool.permit(lender, stranger, 5 * SHARES, NEVER, *signature, sender=stranger)
    pool.transferFrom(lender, stranger, 5 * SHARES, sender=stranger)

    assert pool.balanceOf(stranger) == 5 * SHARES
