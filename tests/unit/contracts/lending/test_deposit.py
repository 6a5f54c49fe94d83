# SPDX-License-Identifier: Apache-2.0
import ape

from tests.unit.contracts.lending_house import GRAVE, NOBODY, SHARES, USD, logs, sub_account


def test_deposit__in_a_fresh_pool__mints_a_million_shares_a_unit(house, lender, stranger):
    pool, usd = house.usd_pool, house.usd
    purse, strangers = usd.balanceOf(lender), usd.balanceOf(stranger)
    idle = pool.idle()

    receipt = pool.deposit(5 * USD, lender, sender=lender)

    assert receipt.return_value == 5 * USD * SHARES
    assert pool.balanceOf(lender) == 5 * USD * SHARES
    assert usd.balanceOf(lender) == purse - 5 * USD
    assert usd.balanceOf(stranger) == strangers
    assert pool.idle() == idle + 5 * USD == usd.balanceOf(pool)
    assert pool.totalAssets() == idle + 5 * USD
    assert logs(receipt, pool.Deposit) == [
        {
            "sender": lender,
            "owner": lender,
            "assets": 5 * USD,
            "shares": 5 * USD * SHARES,
        }
    ]


def test_deposit__for_a_sub_account__credits_it(house, lender):
    account = sub_account(lender, 7)

    house.usd_pool.deposit(USD, account, sender=lender)

    assert house.usd_pool.balanceOf(account) == USD * SHARES
    assert house.usd_pool.balanceOf(lender) == 0


def test_deposit__of_nothing__reverts(house, lender):
    with ape.reverts("pool: zero assets"):
        house.usd_pool.deposit(0, lender, sender=lender)


def test_deposit__for_nobody_or_the_pool__reverts(house, lender):
    for receiver in (NOBODY, house.usd_pool.address):
        with ape.reverts("pool: bad receiver"):
            house.usd_pool.deposit(USD, receiver, sender=lender)


def test_deposit__without_allowance__reverts(house, owner, receiver):
    house.usd.mint(receiver, USD, sender=owner)
    with ape.reverts("erc20: insufficient allowance"):
        house.usd_pool.deposit(USD, receiver, sender=receiver)


def test_max_deposit__above_a_cap_that_was_lowered__is_nothing(house, owner, lender):
    pool = house.usd_pool
    pool.deposit(10 * USD, lender, sender=lender)
    house.terms.set_caps(pool, 5 * USD, 0, sender=owner)

    assert pool.maxDeposit(lender) == pool.maxMint(lender) == 0


def test_deposit__up_to_the_cap__passes_and_one_more_reverts(house, owner, lender):
    pool = house.usd_pool
    house.terms.set_caps(pool, pool.totalAssets() + 10 * USD, 0, sender=owner)

    assert pool.maxDeposit(lender) == 10 * USD
    with ape.reverts("pool: supply cap"):
        pool.deposit(10 * USD + 1, lender, sender=lender)
    pool.deposit(10 * USD, lender, sender=lender)

    assert pool.maxDeposit(lender) == 0
    assert pool.maxMint(lender) == 0
    with ape.reverts("pool: supply cap"):
        pool.deposit(1, lender, sender=lender)


def test_mint__of_shares__costs_assets_rounded_up(house, lender):
    pool, usd = house.usd_pool, house.usd
    purse = usd.balanceOf(lender)

    receipt = pool.mint(SHARES + 1, lender, sender=lender)

    assert receipt.return_value == 2
    assert pool.balanceOf(lender) == SHARES + 1
    assert usd.balanceOf(lender) == purse - 2
    assert logs(receipt, pool.Deposit) == [
        {"sender": lender, "owner": lender, "assets": 2, "shares": SHARES + 1}
    ]


def test_mint__of_nothing__reverts(house, lender):
    with ape.reverts("pool: zero shares"):
        house.usd_pool.mint(0, lender, sender=lender)


def test_mint__for_nobody__reverts(house, lender):
    with ape.reverts("pool: bad receiver"):
        house.usd_pool.mint(SHARES, NOBODY, sender=lender)


def test_mint__above_the_cap__reverts(house, owner, lender):
    pool = house.usd_pool
    house.terms.set_caps(pool, pool.totalAssets() + USD, 0, sender=owner)

    assert pool.maxMint(lender) == USD * SHARES
    with ape.reverts("pool: supply cap"):
        pool.mint(USD * SHARES + 1, lender, sender=lender)
    pool.mint(USD * SHARES, lender, sender=lender)


def test_donation__of_a_fortune__moves_nothing(house, owner, lender):
    pool = house.usd_pool
    pool.deposit(1, lender, sender=lender)
    before = (pool.totalAssets(), pool.idle(), pool.convertToAssets(10**18), pool.totalSupply())

    house.usd.mint(pool, 10**12 * USD, sender=owner)

    after = (pool.totalAssets(), pool.idle(), pool.convertToAssets(10**18), pool.totalSupply())
    assert after == before
    assert pool.previewDeposit(1) == SHARES


def test_shares__of_the_grave__are_the_seed(house):
    for pool in house.pools:
        assert pool.balanceOf(GRAVE) == pool.totalSupply() == 10**6 * SHARES
