# SPDX-License-Identifier: Apache-2.0
"""ERC-3156 on a pool: what it lends for a call comes back with the fee, or nothing happened."""

import ape
import pytest

from tests.unit.contracts.lending_house import FOREVER, SHARES, USD, logs

FLASH = 8
FEE_BPS = 9
DEPOSITED = 1_000 * USD


@pytest.fixture(scope="module")
def lent(house, lender):
    house.usd_pool.deposit(DEPOSITED, lender, sender=lender)
    return house


@pytest.fixture(scope="module")
def flash_borrower(project, house, owner):
    """Answers as ERC-3156 says and holds 10 tUSD for fees."""
    made = owner.deploy(project.LendingFlashBorrower)
    house.usd.mint(made, 10 * USD, sender=owner)
    return made


def test_flash_loan__without_a_fee__comes_back_whole(lent, flash_borrower, stranger):
    pool = lent.usd_pool
    idle, assets = pool.idle(), pool.totalAssets()

    receipt = pool.flashLoan(flash_borrower, lent.usd, idle, b"why", sender=stranger)

    assert pool.idle() == idle == lent.usd.balanceOf(pool)
    assert pool.totalAssets() == assets
    assert flash_borrower.initiator() == stranger
    assert flash_borrower.token() == lent.usd
    assert (flash_borrower.assets(), flash_borrower.fee_assets()) == (idle, 0)
    assert flash_borrower.held_assets() == idle + 10 * USD
    assert bytes(flash_borrower.data()) == b"why"
    assert logs(receipt, pool.FlashLent) == [
        {"initiator": stranger, "receiver": flash_borrower, "assets": idle, "fee_assets": 0}
    ]


def test_flash_loan__with_a_fee__pays_the_lenders(lent, flash_borrower, owner, lender, stranger):
    pool = lent.usd_pool
    lent.terms.set_flash_fee(pool, FEE_BPS, sender=owner)
    value = pool.convertToAssets(pool.balanceOf(lender))
    # 9 bps of 999.999999 tUSD, up.
    fee = 900_000

    assert pool.flashFee(lent.usd, DEPOSITED - 1) == fee
    pool.flashLoan(flash_borrower, lent.usd, DEPOSITED - 1, b"", sender=stranger)

    assert lent.usd.balanceOf(flash_borrower) == 10 * USD - fee
    assert pool.idle() == lent.usd.balanceOf(pool) == DEPOSITED + 10**6 + fee
    assert pool.convertToAssets(pool.balanceOf(lender)) > value
    assert pool.flashFee(lent.usd, 1) == 1


def test_max_flash_loan__is_idle_of_the_asset_while_it_is_open(lent, owner):
    pool = lent.usd_pool
    assert pool.maxFlashLoan(lent.usd) == pool.idle()
    assert pool.maxFlashLoan(lent.eth) == 0

    lent.terms.pause(pool, FLASH, sender=owner)

    assert pool.maxFlashLoan(lent.usd) == 0


def test_flash_loan__of_what_is_not_there__reverts(lent, flash_borrower, owner, stranger):
    pool = lent.usd_pool
    with ape.reverts("pool: zero assets"):
        pool.flashLoan(flash_borrower, lent.usd, 0, b"", sender=stranger)
    with ape.reverts("pool: not enough idle"):
        pool.flashLoan(flash_borrower, lent.usd, pool.idle() + 1, b"", sender=stranger)
    with ape.reverts("pool: other token"):
        pool.flashLoan(flash_borrower, lent.eth, 1, b"", sender=stranger)
    with ape.reverts("pool: other token"):
        pool.flashFee(lent.eth, 1)
    lent.terms.pause(pool, FLASH, sender=owner)
    with ape.reverts("terms: flash paused"):
        pool.flashLoan(flash_borrower, lent.usd, 1, b"", sender=stranger)


def test_flash_loan__to_a_bad_borrower__reverts(lent, flash_borrower, owner, stranger):
    pool = lent.usd_pool
    held = lent.usd.balanceOf(pool)
    flash_borrower.set_conduct(b"\1" * 32, FOREVER, sender=owner)
    with ape.reverts("pool: callback refused"):
        pool.flashLoan(flash_borrower, lent.usd, USD, b"", sender=stranger)
    lent.terms.set_flash_fee(pool, FEE_BPS, sender=owner)
    answer = bytes.fromhex("439148f0bbc682ca079e46d6e2c2f0c1e3b820f1a291b069d8882abf8cf18dd9")
    flash_borrower.set_conduct(answer, USD, sender=owner)  # and not the fee
    with ape.reverts("erc20: insufficient allowance"):
        pool.flashLoan(flash_borrower, lent.usd, USD, b"", sender=stranger)
    with ape.reverts():
        pool.flashLoan(stranger, lent.usd, USD, b"", sender=stranger)  # no code there
    assert lent.usd.balanceOf(pool) == held


def test_flash_loan__back_into_the_pool__is_refused_by_the_lock(lent, flash_borrower, stranger):
    pool = lent.usd_pool
    for call in (
        pool.deposit.encode_input(1, flash_borrower),
        pool.flashLoan.encode_input(flash_borrower, lent.usd, 1, b""),
        pool.accrue.encode_input(),
    ):
        flash_borrower.set_call(pool, call, sender=stranger)
        pool.flashLoan(flash_borrower, lent.usd, USD, b"", sender=stranger)
        assert not flash_borrower.is_call_successful()
    # What the shares are worth may be asked: the books stand still.
    flash_borrower.set_call(pool, pool.convertToAssets.encode_input(SHARES), sender=stranger)
    pool.flashLoan(flash_borrower, lent.usd, USD, b"", sender=stranger)
    assert flash_borrower.is_call_successful()


def test_flash_loan__in_a_batch__is_of_the_acting_account(lent, flash_borrower, stranger):
    call = lent.call(lent.usd_pool, stranger, "flashLoan", flash_borrower, lent.usd, 5 * USD, b"")
    lent.accounts.batch([call], sender=stranger)
    assert flash_borrower.initiator() == stranger
    assert flash_borrower.assets() == 5 * USD


def test_set_flash_fee__logs_and_is_bounded(lent, owner, stranger):
    pool = lent.usd_pool
    receipt = lent.terms.set_flash_fee(pool, 100, sender=owner)

    assert lent.terms.terms_of(pool).flash_fee_bps == 100
    assert logs(receipt, lent.terms.FlashFeeChanged) == [
        {"pool": pool, "old_flash_fee_bps": 0, "new_flash_fee_bps": 100}
    ]
    with ape.reverts("terms: flash fee too large"):
        lent.terms.set_flash_fee(pool, 101, sender=owner)
    with ape.reverts("terms: not the owner"):
        lent.terms.set_flash_fee(pool, 1, sender=stranger)
