# SPDX-License-Identifier: Apache-2.0
"""Loans from their first day to their last, with interest that runs."""

import pytest

from tests.unit.contracts.lending_house import ETH, FOREVER, GRAVE, SHARES, USD, WAD

YEAR = 31_536_000


@pytest.fixture
def running(house, project, owner):
    """All pools on a kinked curve: 4 % at the kink of 80 %, 64 % when all is lent."""
    curve = owner.deploy(project.KinkedRate, 0, WAD * 4 // 100, WAD * 60 // 100, WAD * 8 // 10)
    for pool in house.pools:
        pool.set_rate_model(curve, sender=owner)
    return house


def test_interest_of_a_year_goes_to_lenders_and_the_treasury(
    running, chain, lender, borrower, treasury
):
    house, pool = running, running.usd_pool
    house.lend_and_borrow(lender, borrower, eth=100 * ETH, usd=80_000 * USD)
    chain.mine(deltatime=YEAR)
    pool.accrue(sender=lender)

    interest = pool.total_debt() - 80_000 * USD
    fee = pool.convertToAssets(pool.balanceOf(treasury))
    earned = pool.convertToAssets(pool.balanceOf(lender)) - 100_000 * USD

    # Just below the kink: about 4 % compounded.
    assert 80_000 * USD * 40 // 1_000 < interest < 80_000 * USD * 41 // 1_000
    assert interest // 10 - 2 <= fee <= interest // 10
    # The rest is the lender's, but for the part of the seed.
    seed = pool.convertToAssets(pool.balanceOf(GRAVE)) - USD
    assert interest - fee - earned - seed in range(4)


def test_last_lender_leaves_without_dust(running, chain, lender, borrower, treasury):
    house, pool = running, running.usd_pool
    house.lend_and_borrow(lender, borrower, eth=100 * ETH, usd=80_000 * USD)
    chain.mine(deltatime=YEAR)
    pool.repay(FOREVER, borrower, sender=borrower)

    pool.redeem(pool.maxRedeem(lender), lender, lender, sender=lender)
    pool.redeem(pool.maxRedeem(treasury), treasury, treasury, sender=treasury)

    assert pool.balanceOf(lender) == pool.balanceOf(treasury) == 0
    assert pool.total_debt() == pool.total_debt_shares() == 0
    assert pool.totalAssets() == pool.idle() == house.usd.balanceOf(pool)
    # The seed, what it earned, and a few units of rounding.
    left = pool.convertToAssets(pool.balanceOf(GRAVE))
    assert USD < left <= pool.idle() <= left + 3


def test_loan_slides_into_liquidation_by_interest_alone(
    running, chain, lender, borrower, liquidator
):
    house, pool = running, running.usd_pool
    house.lend_and_borrow(lender, borrower, eth=50 * ETH, usd=75_000 * USD)
    assert house.accounts.health_wad(borrower) > WAD
    chain.mine(deltatime=3 * YEAR)
    house.set_price(house.eth, 2_000)
    house.set_price(house.usd, 1)

    assert house.accounts.health_wad(borrower) < WAD
    before = pool.debt_of(borrower)
    pool.liquidate(borrower, house.eth_pool, FOREVER, 0, sender=liquidator)

    assert 0 < pool.debt_of(borrower) < before
    assert house.accounts.health_wad(borrower) >= WAD


def test_crash_is_liquidated_and_its_loss_is_the_lenders(
    running, chain, lender, stranger, borrower, liquidator
):
    house, pool = running, running.usd_pool
    house.lend_and_borrow(lender, borrower, usd=15_000 * USD)
    pool.deposit(50_000 * USD, stranger, sender=stranger)
    chain.mine(deltatime=86_400)
    house.set_price(house.eth, 1_000)
    promised = pool.totalAssets()

    repaid, seized = pool.liquidate(
        borrower, house.eth_pool, FOREVER, 0, sender=liquidator
    ).return_value

    # 10,000 USD of collateral at the smallest bonus.
    assert 9_803 * USD < repaid < 9_805 * USD
    assert seized == 10 * ETH * SHARES
    assert pool.total_debt() == 0
    assert promised - pool.totalAssets() in range(
        15_000 * USD - repaid - USD, 15_000 * USD - repaid + 10 * USD
    )
    # Everybody can leave with what is left.
    for actor in (lender, stranger):
        pool.redeem(pool.maxRedeem(actor), actor, actor, sender=actor)
        assert pool.balanceOf(actor) == 0


def test_round_trips_at_one_unit_never_gain(running, chain, lender, borrower, stranger):
    house, pool = running, running.usd_pool
    house.lend_and_borrow(lender, borrower, eth=100 * ETH, usd=80_000 * USD)
    house.collateralize(stranger, house.eth_pool, ETH)
    chain.mine(deltatime=YEAR)
    pool.accrue(sender=lender)
    for token, dollars in ((house.usd, 1), (house.eth, 2_000)):
        house.set_price(token, dollars)
    start = house.usd.balanceOf(stranger)

    for assets in (1, 2, 3, 7, 999_999):
        purse = house.usd.balanceOf(stranger)
        shares = pool.deposit(assets, stranger, sender=stranger).return_value
        if pool.previewRedeem(shares) > 0:
            pool.redeem(shares, stranger, stranger, sender=stranger)
        assert house.usd.balanceOf(stranger) <= purse
        pool.borrow(assets, stranger, sender=stranger)
        pool.repay(FOREVER, stranger, sender=stranger)
        assert house.usd.balanceOf(stranger) <= purse
        assert pool.debt_of(stranger) == 0

    assert house.usd.balanceOf(stranger) < start


def test_one_loans_fate_does_not_touch_another_pool(
    running, chain, owner, lender, borrower, stranger, liquidator
):
    house = running
    house.lend_and_borrow(lender, borrower, usd=15_000 * USD)
    house.eth_pool.deposit(50 * ETH, lender, sender=lender)
    house.collateralize(stranger, house.usd_pool, 20_000 * USD)
    house.eth_pool.borrow(2 * ETH, stranger, sender=stranger)
    health = house.accounts.health_wad(stranger)
    value = house.eth_pool.convertToAssets(10**30)

    pool = house.usd_pool
    pool.repay(1_000 * USD, borrower, sender=borrower)

    assert house.accounts.health_wad(stranger) <= health  # its own interest alone
    assert health - house.accounts.health_wad(stranger) < health // 10**6
    assert house.eth_pool.convertToAssets(10**30) >= value


def test_everybody_pays_back_and_every_token_is_accounted_for(
    running, chain, owner, lender, borrower, stranger, treasury
):
    house, pool = running, running.usd_pool
    house.lend_and_borrow(lender, borrower, eth=100 * ETH, usd=50_000 * USD)
    house.collateralize(stranger, house.eth_pool, 20 * ETH)
    pool.borrow(20_000 * USD, stranger, sender=stranger)
    for _ in range(5):
        chain.mine(deltatime=86_400 * 13 + 7)
        pool.accrue(sender=owner)
    shares = pool.debt_shares_of(stranger)
    assert pool.debt_shares_of(borrower) + shares == pool.total_debt_shares()
    owed = pool.debt_of(stranger) + pool.debt_of(borrower)
    assert pool.total_debt() - 2 <= owed <= pool.total_debt() + 2

    pool.repay_shares(shares // 3, stranger, sender=stranger)
    pool.repay(FOREVER, stranger, sender=stranger)
    pool.repay(FOREVER, borrower, sender=borrower)

    assert house.usd.balanceOf(pool) == pool.idle() == pool.totalAssets()
    supply = sum(pool.balanceOf(each) for each in (lender, treasury, GRAVE))
    assert supply == pool.totalSupply()
    assert pool.convertToAssets(supply) <= pool.idle()
