# SPDX-License-Identifier: Apache-2.0
"""LendingStrategy: the pool's own figures, honest about cash, for the vault alone."""

import pytest
from ape import reverts

from tests.unit.contracts.lending_house import ETH, USD

from .conftest import FOREVER, UNLOCK_SECONDS, balances_of, fields_of


@pytest.fixture(scope="module")
def usd_vault(project, house, owner, keeper, lender):
    vault = owner.deploy(
        project.YieldVault, house.usd, "Dollar Vault", "hwV", owner, UNLOCK_SECONDS
    )
    vault.set_role(owner, 2**14 - 1, sender=owner)
    vault.set_role(keeper, 96, sender=owner)
    vault.set_deposit_limit(FOREVER, sender=owner)
    house.usd.approve(vault, FOREVER, sender=lender)
    return vault


@pytest.fixture(scope="module")
def strategy(project, house, usd_vault, owner):
    strategy = owner.deploy(project.LendingStrategy, usd_vault, house.usd_pool)
    usd_vault.add_strategy(strategy, sender=owner)
    usd_vault.update_max_debt_for_strategy(strategy, FOREVER, sender=owner)
    return strategy


@pytest.fixture
def lent(usd_vault, strategy, lender, keeper):
    """100,000 deposited, 80,000 of it lent."""
    usd_vault.deposit(100_000 * USD, lender, sender=lender)
    usd_vault.update_debt(strategy, 80_000 * USD, sender=keeper)
    return usd_vault


def borrow(house, borrower, assets):
    house.collateralize(borrower, house.eth_pool, 1_000 * ETH)
    house.usd_pool.borrow(assets, borrower, sender=borrower)


def test_constructor__binds_vault_and_pool_of_one_asset(project, house, usd_vault, strategy, owner):
    assert strategy.vault() == usd_vault.address
    assert strategy.pool() == house.usd_pool.address
    assert strategy.asset() == house.usd.address
    with reverts("lend-strat: other asset"):
        owner.deploy(project.LendingStrategy, usd_vault, house.eth_pool)


def test_deposit__by_the_vault__lends_in_the_pool(house, lent, strategy):
    pool = house.usd_pool
    shares = pool.balanceOf(strategy)

    assert shares > 0
    assert balances_of(house.usd, lent, strategy) == [20_000 * USD, 0]
    assert strategy.balanceOf(lent) == strategy.totalSupply() == shares
    assert strategy.totalAssets() == strategy.convertToAssets(shares)
    assert 80_000 * USD - 1 <= strategy.totalAssets() <= 80_000 * USD
    assert lent.strategies(strategy).current_debt == 80_000 * USD
    assert strategy.maxWithdraw(lent) == pool.maxWithdraw(strategy)
    assert strategy.maxRedeem(lent) == pool.maxRedeem(strategy)
    for quantity in (1, 12_345_678):
        assert strategy.convertToShares(quantity) == pool.convertToShares(quantity)
        assert strategy.previewDeposit(quantity) == pool.previewDeposit(quantity)
        assert strategy.previewWithdraw(quantity) == pool.previewWithdraw(quantity)
        assert strategy.previewRedeem(quantity * 10**6) == pool.previewRedeem(quantity * 10**6)


def test_deposit_and_exits__by_anyone_else__revert(lent, strategy, stranger):
    calls = [
        lambda: strategy.deposit(1, lent, sender=stranger),
        lambda: strategy.withdraw(1, stranger, lent, sender=stranger),
        lambda: strategy.redeem(1, stranger, lent, sender=stranger),
    ]
    for call in calls:
        with reverts("lend-strat: not the vault"):
            call()
    assert strategy.maxDeposit(stranger) == 0
    assert strategy.maxWithdraw(stranger) == strategy.maxRedeem(stranger) == 0
    assert strategy.balanceOf(stranger) == 0


def test_deposit_and_exits__by_the_vault_for_others__revert(lent, strategy, accounts, stranger):
    vault_key = accounts.impersonate_account(lent.address)
    accounts.provider.set_balance(lent.address, 10**18)
    for call in (
        lambda: strategy.deposit(1, stranger, sender=vault_key),
        lambda: strategy.redeem(1, stranger, stranger, sender=vault_key),
    ):
        with reverts("lend-strat: not the vault"):
            call()


def test_withdraw__by_the_vault__pays_exactly(house, lent, strategy, accounts, receiver):
    vault_key = accounts.impersonate_account(lent.address)
    accounts.provider.set_balance(lent.address, 10**18)
    shares = strategy.totalSupply()
    preview = strategy.previewWithdraw(7 * USD)

    strategy.withdraw(7 * USD, receiver, lent, sender=vault_key)

    assert house.usd.balanceOf(receiver) == 7 * USD
    assert strategy.totalSupply() == shares - preview


def test_vault_withdrawal__right_after_lending__suffers_no_rounding_loss(
    house, lent, strategy, lender, receiver
):
    lent.withdraw(60_000 * USD, receiver, lender, sender=lender)

    assert house.usd.balanceOf(receiver) == 60_000 * USD
    most = lent.maxWithdraw(lender)
    lent.withdraw(most, receiver, lender, sender=lender)
    assert house.usd.balanceOf(receiver) == 60_000 * USD + most
    assert 40_000 * USD - 1_010 <= most <= 40_000 * USD - 1_000


def test_maxima__when_the_pool_is_lent_out__say_so(house, lent, strategy, lender, borrower):
    idle = house.usd_pool.idle()
    borrow(house, borrower, idle - 123 * USD)

    assert strategy.maxWithdraw(lent) == 123 * USD
    assert strategy.convertToAssets(strategy.maxRedeem(lent)) in (123 * USD, 123 * USD - 1)
    assert 20_123 * USD - 1 <= lent.maxWithdraw(lender) <= 20_123 * USD
    with reverts("vault: not enough liquidity"):
        lent.withdraw(20_123 * USD + 1, lender, lender, sender=lender)
    lent.withdraw(lent.maxWithdraw(lender), lender, lender, sender=lender)

    # That took all there was.
    assert house.usd_pool.idle() == 0
    assert strategy.maxWithdraw(lent) == strategy.maxRedeem(lent) == lent.maxWithdraw(lender) == 0


def test_update_debt__back_from_a_lent_out_pool__takes_what_is_there(
    house, lent, strategy, borrower, keeper
):
    borrow(house, borrower, house.usd_pool.idle() - 500 * USD)

    debt = lent.update_debt(strategy, 0, sender=keeper).return_value

    assert 79_500 * USD <= debt <= 79_500 * USD + 1
    assert lent.totalAssets() == 100_000 * USD


def test_max_deposit__follows_the_supply_cap(house, lent, strategy, owner, keeper):
    assets = house.usd_pool.totalAssets()
    house.terms.set_caps(house.usd_pool, assets + 5 * USD, 10**30, sender=owner)

    assert strategy.maxDeposit(lent) == 5 * USD
    lent.update_debt(strategy, 100_000 * USD, sender=keeper)
    assert lent.strategies(strategy).current_debt == 80_005 * USD


def test_interest__becomes_a_gain_at_the_next_report(
    house, lent, strategy, borrower, keeper, owner, pass_time
):
    borrow(house, borrower, 40_000 * USD)
    house.rate.set_rate(10**9, sender=owner)
    house.usd_pool.accrue(sender=owner)
    pass_time(1_000_000)
    price = lent.convertToAssets(10**12)

    receipt = lent.process_report(strategy, sender=keeper)

    (report,) = fields_of(receipt, lent.StrategyReported)
    # 40,000 * (0.001 + 0.001**2 / 2) of interest, a tenth for the reserve, and 80,000 of the
    # 80,001 in the pool are ours: 36.01755 dollars, and 36 millionths more for each second.
    assert 36_017_549 <= report["gain"] <= 36_017_549 + 60 * 36
    assert report["current_debt"] == strategy.totalAssets()
    # The price holds; at most one second's unlocking of the report's own block shows.
    assert price <= lent.convertToAssets(10**12) <= price + 10
    pass_time(UNLOCK_SECONDS + 1)
    assert lent.convertToAssets(10**12) > price + 300_000_000
