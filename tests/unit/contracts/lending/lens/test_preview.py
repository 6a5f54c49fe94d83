# SPDX-License-Identifier: Apache-2.0
"""Lens: where an account would stand after an action is where it then stands."""

import ape
import pytest

from tests.unit.contracts.lending_house import (
    ETH,
    FOREVER,
    MAX_AGE_SECONDS,
    USD,
    WAD,
    Action,
    make_pool,
    sub_account,
)


@pytest.fixture(scope="module")
def lens(project, house, owner):
    return owner.deploy(project.Lens, house.accounts, house.oracle)


@pytest.fixture
def indebted(house, lender, borrower):
    """The borrower owes 10,000 tUSD against 10 tETH at 2,000, and has tBTC that is not pledged."""
    house.lend_and_borrow(lender, borrower)
    house.btc_pool.deposit(10**7, borrower, sender=borrower)
    return house


@pytest.mark.parametrize(
    ("action", "name", "assets", "health_wad"),
    [
        (Action.SUPPLY, "eth", 5 * ETH, 24 * WAD // 10),
        (Action.WITHDRAW, "eth", 2 * ETH, 128 * WAD // 100),
        (Action.BORROW, "usd", 2_500 * USD, 128 * WAD // 100),
        (Action.REPAY, "usd", 5_000 * USD, 32 * WAD // 10),
        (Action.REPAY, "usd", 10_000 * USD, FOREVER),
        (Action.REPAY, "usd", FOREVER, FOREVER),
        (Action.PLEDGE, "btc", 0, 2 * WAD),
        (Action.SUPPLY, "btc", 10**8, 16 * WAD // 10),
        (Action.WITHDRAW, "btc", 10**7, 16 * WAD // 10),
    ],
)
def test_preview__of_each_action__is_the_status_after(
    indebted, lens, borrower, action, name, assets, health_wad
):
    house, pool = indebted, getattr(indebted, f"{name}_pool")

    foreseen = lens.preview(borrower, action, pool, assets)

    calls = {
        Action.SUPPLY: lambda: pool.deposit(assets, borrower, sender=borrower),
        Action.WITHDRAW: lambda: pool.withdraw(assets, borrower, borrower, sender=borrower),
        Action.BORROW: lambda: pool.borrow(assets, borrower, sender=borrower),
        Action.REPAY: lambda: pool.repay(assets, borrower, sender=borrower),
        Action.PLEDGE: lambda: house.accounts.pledge(borrower, pool, sender=borrower),
    }
    calls[action]()
    assert tuple(foreseen) == tuple(house.accounts.status(borrower))
    assert foreseen.health_wad == health_wad


def test_preview__of_who_owes_all_after_years__counts_all_debt(
    house, chain, owner, lens, lender, borrower
):
    house.lend_and_borrow(lender, borrower, eth=1_000 * ETH)
    # About 32 % a year: what a debt share stands for is then five times as much.
    house.rate.set_rate(10**10, sender=owner)
    chain.mine(deltatime=5 * 365 * 86_400)
    house.usd_pool.accrue(sender=lender)
    house.rate.set_rate(0, sender=owner)
    house.usd_pool.accrue(sender=lender)
    for token, dollars in ((house.usd, 1), (house.eth, 2_000)):
        house.set_price(token, dollars)

    foreseen = lens.preview(borrower, Action.BORROW, house.usd_pool, USD)

    house.usd_pool.borrow(USD, borrower, sender=borrower)
    assert foreseen.debt_assets == house.usd_pool.total_debt() > 40_000 * USD
    assert tuple(foreseen) == tuple(house.accounts.status(borrower))


def test_preview__of_unpledging__is_the_status_after(indebted, lens, borrower):
    house = indebted
    house.accounts.pledge(borrower, house.btc_pool, sender=borrower)

    foreseen = lens.preview(borrower, Action.UNPLEDGE, house.btc_pool, 0)

    house.accounts.unpledge(borrower, house.btc_pool, sender=borrower)
    assert tuple(foreseen) == tuple(house.accounts.status(borrower))


def test_preview__of_what_the_layer_would_refuse__says_how_it_would_stand(indebted, lens, borrower):
    foreseen = lens.preview(borrower, Action.UNPLEDGE, indebted.eth_pool, 0)

    assert foreseen.health_wad == foreseen.collateral_usd_wad == 0
    assert foreseen.debt_assets == 10_000 * USD


def test_preview__beside_other_debtors__is_the_status_after(indebted, lens, borrower, liquidator):
    house = indebted
    house.collateralize(liquidator, house.eth_pool, 10 * ETH)
    # A pledge of nothing is worth nothing.
    house.accounts.pledge(liquidator, house.btc_pool, sender=liquidator)
    house.usd_pool.borrow(7_000 * USD, liquidator, sender=liquidator)

    foreseen = lens.preview(liquidator, Action.REPAY, house.usd_pool, 3_000 * USD)

    house.usd_pool.repay(3_000 * USD, liquidator, sender=liquidator)
    assert tuple(foreseen) == tuple(house.accounts.status(liquidator))
    assert foreseen.debt_assets == 4_000 * USD


def test_preview__of_a_first_loan__has_its_limits(house, lens, lender, borrower):
    house.usd_pool.deposit(100_000 * USD, lender, sender=lender)
    house.collateralize(borrower, house.eth_pool, 10 * ETH)
    # What the debt pool does not take counts until there is a debt.
    house.collateralize(borrower, house.usd_pool, USD)

    assert lens.preview(borrower, Action.SUPPLY, house.usd_pool, USD).collateral_usd_wad == (
        20_002 * WAD
    )
    foreseen = lens.preview(borrower, Action.BORROW, house.usd_pool, 10_000 * USD)

    house.usd_pool.borrow(10_000 * USD, borrower, sender=borrower)
    assert tuple(foreseen) == tuple(house.accounts.status(borrower))


def test_preview__of_nothing_to_act_on__says_why(indebted, lens, borrower, stranger):
    house = indebted
    for action, pool, assets, reason in (
        (Action.SUPPLY, stranger, 1, "accounts: pool not listed"),
        (Action.WITHDRAW, house.eth_pool, 11 * ETH, "pool: not enough shares"),
        (Action.BORROW, house.eth_pool, 1, "accounts: debt in other pool"),
        (Action.REPAY, house.eth_pool, 1, "pool: no debt"),
        (Action.PLEDGE, house.eth_pool, 0, "accounts: already pledged"),
        (Action.UNPLEDGE, house.usd_pool, 0, "accounts: not pledged"),
    ):
        with ape.reverts(reason):
            lens.preview(borrower, action, pool, assets)
    with ape.reverts("accounts: not pledged"):
        lens.preview(stranger, Action.UNPLEDGE, house.eth_pool, 0)


def test_preview__of_an_eleventh_pledge__is_refused(
    project, indebted, lens, owner, treasury, borrower
):
    house = indebted
    parts = (house.terms, house.accounts, house.oracle, house.rate)
    pools = [make_pool(project, owner, treasury, house.btc, *parts) for _ in range(10)]
    for pool in pools[:9]:
        house.accounts.pledge(borrower, pool, sender=borrower)

    with ape.reverts("accounts: too many pledges"):
        lens.preview(borrower, Action.PLEDGE, pools[9], 0)


def test_preview__of_a_repayment_of_nothing__is_refused(indebted, lens, borrower):
    with ape.reverts("pool: zero shares"):
        lens.preview(borrower, Action.REPAY, indebted.usd_pool, 0)


def test_preview__at_a_stale_price__is_refused(indebted, chain, lens, borrower):
    chain.mine(deltatime=MAX_AGE_SECONDS + 1)

    with ape.reverts("oracle: stale price"):
        lens.preview(borrower, Action.SUPPLY, indebted.eth_pool, ETH)
    # Without a debt and a pledge nothing needs a price.
    assert lens.preview(sub_account(borrower, 1), Action.SUPPLY, indebted.eth_pool, ETH).health_wad
