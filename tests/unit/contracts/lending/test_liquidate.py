# SPDX-License-Identifier: Apache-2.0
"""10 tETH at 2,000 USD, 10,000 tUSD owed: health 1.6. At 1,200 USD it is 0.96."""

import ape
import pytest

from tests.unit.contracts.lending_house import (
    BPS,
    ETH,
    FOREVER,
    LIQUIDATION_BPS,
    NOBODY,
    SHARES,
    USD,
    WAD,
    ceil_div,
    logs,
    sub_account,
)

DEBT = 10_000 * USD
DEBT_USD_WAD = 10_000 * WAD


def closable(debt_assets, debt_usd_wad, limit_usd_wad, threshold_bps, bonus_bps):
    """Assets that bring the loan back to a health of 1.10."""
    lack = 11 * WAD // 10 * debt_usd_wad // WAD - limit_usd_wad
    relief = 11 * WAD // 10 - threshold_bps * (BPS + bonus_bps) * WAD // BPS**2
    return ceil_div(debt_assets * ceil_div(lack * WAD, relief), debt_usd_wad)


@pytest.fixture
def owing(house, lender, borrower):
    house.lend_and_borrow(lender, borrower, usd=DEBT)
    return house


@pytest.fixture
def unhealthy(owing):
    owing.set_price(owing.eth, 1_200)
    return owing


def test_liquidate__below_health_one__repays_to_the_target(
    unhealthy, liquidator, borrower, lender, treasury
):
    house, pool, collateral = unhealthy, unhealthy.usd_pool, unhealthy.eth_pool
    assert house.accounts.health_wad(borrower) == 96 * WAD // 100
    bonus_bps = 200 + 400
    repaid = closable(DEBT, DEBT_USD_WAD, 9_600 * WAD, LIQUIDATION_BPS, bonus_bps)
    held = 10 * ETH * SHARES
    seized = held * (repaid * 10**12 * (BPS + bonus_bps) // BPS) // (12_000 * WAD)
    purse, idle = house.usd.balanceOf(liquidator), pool.idle()
    lenders, assets = pool.balanceOf(lender), pool.totalAssets()
    quote = unhealthy.accounts.quote_liquidation(borrower, collateral, FOREVER)
    assert tuple(quote) == (repaid, seized, bonus_bps)

    receipt = pool.liquidate(borrower, collateral, FOREVER, seized, sender=liquidator)

    assert tuple(receipt.return_value) == (repaid, seized)
    assert house.usd.balanceOf(liquidator) == purse - repaid
    assert pool.idle() == idle + repaid == house.usd.balanceOf(pool)
    assert pool.debt_of(borrower) == pool.total_debt() == DEBT - repaid
    assert collateral.balanceOf(liquidator) == seized
    assert collateral.balanceOf(borrower) == held - seized
    assert collateral.balanceOf(treasury) == 0
    assert pool.balanceOf(lender) == lenders
    assert pool.totalAssets() == assets
    assert 11 * WAD // 10 <= house.accounts.health_wad(borrower) < 11 * WAD // 10 + 10**12
    assert logs(receipt, pool.Liquidated) == [
        {
            "liquidator": liquidator,
            "account": borrower,
            "collateral_pool": collateral,
            "repaid_assets": repaid,
            "seized_shares": seized,
            "bonus_bps": bonus_bps,
        }
    ]
    assert logs(receipt, pool.BadDebtRecognized) == []
    with ape.reverts("accounts: healthy"):
        pool.liquidate(borrower, collateral, FOREVER, 0, sender=liquidator)


def test_liquidate__of_a_part__takes_in_proportion(unhealthy, liquidator, borrower):
    pool, collateral = unhealthy.usd_pool, unhealthy.eth_pool

    receipt = pool.liquidate(borrower, collateral, 600 * USD, 0, sender=liquidator)

    seized = 10 * ETH * SHARES * 636 // 12_000
    assert tuple(receipt.return_value) == (600 * USD, seized)
    assert pool.debt_of(borrower) == DEBT - 600 * USD
    assert unhealthy.accounts.health_wad(borrower) > 96 * WAD // 100


def test_liquidate__of_a_debt_of_no_whole_value__seizes_to_the_last_share_and_no_more(
    house, owner, lender, liquidator, borrower
):
    # Of a tETH worth a tenth of a cent, a fraction of the seized value is many shares.
    price_usd_wad, repaid = 50_000 * WAD + 123_456_789, 10**3 + 1
    house.terms.set_collateral(house.btc_pool, house.eth_pool, 7_500, 8_000, sender=owner)
    house.btc_pool.deposit(10**8, lender, sender=lender)
    house.set_price(house.eth, 0.001)
    house.collateralize(borrower, house.eth_pool, 10**25)
    house.btc_pool.borrow(10**7, borrower, sender=borrower)
    house.set_price(house.eth, 0.000603)
    now = house.chain.pending_timestamp
    house.feed.set_price(house.btc, price_usd_wad, now, sender=owner)

    receipt = house.btc_pool.liquidate(borrower, house.eth_pool, repaid, 0, sender=liquidator)

    (log,) = logs(receipt, house.btc_pool.Liquidated)
    repaid_usd_wad = repaid * price_usd_wad // 10**8
    assert repaid * price_usd_wad % 10**8 > 0
    assert repaid_usd_wad * (BPS + log["bonus_bps"]) % BPS > 0
    seized_usd_wad = repaid_usd_wad * (BPS + log["bonus_bps"]) // BPS
    assert log["repaid_assets"] == repaid
    assert log["seized_shares"] == 10**25 * SHARES * seized_usd_wad // (6_030 * WAD)


def test_liquidate__of_one_unit__never_pays_the_liquidator_more_than_the_bonus(
    unhealthy, liquidator, borrower
):
    pool, collateral = unhealthy.usd_pool, unhealthy.eth_pool

    receipt = pool.liquidate(borrower, collateral, 1, 0, sender=liquidator)

    repaid, seized = receipt.return_value
    assert repaid == 1
    # 10**-6 USD and 6 % of it, at 1,200 USD.
    assert seized * 1_200 <= 106 * 10**10 * SHARES
    assert pool.debt_of(borrower) == DEBT - 1


def test_quote_liquidation__in_a_batch_that_touched_the_account__reverts(unhealthy, borrower):
    house = unhealthy
    draw = house.call(house.usd_pool, borrower, "borrow", 1, borrower)
    quote = house.call(
        *(house.accounts, borrower, "quote_liquidation", borrower, house.eth_pool, FOREVER)
    )

    with ape.reverts("accounts: check deferred"):
        house.accounts.batch([draw, quote], sender=borrower)


def test_liquidate__of_a_healthy_account__reverts(owing, liquidator, borrower):
    owing.set_price(owing.eth, 1_250)  # exactly 1.0
    assert owing.accounts.health_wad(borrower) == WAD
    with ape.reverts("accounts: healthy"):
        owing.usd_pool.liquidate(borrower, owing.eth_pool, FOREVER, 0, sender=liquidator)
    with ape.reverts("accounts: healthy"):
        owing.accounts.quote_liquidation(borrower, owing.eth_pool, FOREVER)


def test_liquidate__of_oneself__reverts(unhealthy, borrower):
    with ape.reverts("accounts: self-liquidation"):
        unhealthy.usd_pool.liquidate(borrower, unhealthy.eth_pool, FOREVER, 0, sender=borrower)


def borrow_through_a_batch(house, borrower, account):
    """1,000 tUSD against an ether at 2,000 USD."""
    house.eth_pool.deposit(ETH, account, sender=borrower)
    house.accounts.batch(
        [
            house.call(house.accounts, account, "pledge", account, house.eth_pool),
            house.call(house.usd_pool, account, "borrow", 1_000 * USD, borrower),
        ],
        sender=borrower,
    )


def test_liquidate__of_a_sub_account_by_its_owner__reverts(owing, chain, borrower):
    account = sub_account(borrower, 9)
    borrow_through_a_batch(owing, borrower, account)
    chain.mine(deltatime=1)
    owing.set_price(owing.eth, 1_000)
    with ape.reverts("accounts: self-liquidation"):
        owing.usd_pool.liquidate(account, owing.eth_pool, FOREVER, 0, sender=borrower)


def test_liquidate__of_several_accounts__is_one_batch(owing, chain, borrower, liquidator):
    accounts = [borrower.address, *(sub_account(borrower, number) for number in (9, 10))]
    for account in accounts[1:]:
        borrow_through_a_batch(owing, borrower, account)
    chain.mine(deltatime=1)
    owing.set_price(owing.eth, 1_150)
    healths = [owing.accounts.health_wad(account) for account in accounts]
    pool, shares = owing.usd_pool, owing.eth_pool.balanceOf(liquidator)

    receipt = owing.accounts.batch(
        [
            owing.call(pool, liquidator, "liquidate", account, owing.eth_pool, 100 * USD, 0)
            for account in accounts
        ],
        sender=liquidator,
    )

    found = logs(receipt, pool.Liquidated)
    assert [str(log["account"]).lower() for log in found] == [each.lower() for each in accounts]
    assert owing.eth_pool.balanceOf(liquidator) == shares + sum(
        log["seized_shares"] for log in found
    )
    for account, health in zip(accounts, healths, strict=True):
        assert owing.accounts.health_wad(account) > health


def test_liquidate__without_debt_here__reverts(unhealthy, liquidator, lender, borrower):
    with ape.reverts("pool: no debt"):
        unhealthy.usd_pool.liquidate(lender, unhealthy.eth_pool, FOREVER, 0, sender=liquidator)
    with ape.reverts("pool: no debt"):
        unhealthy.btc_pool.liquidate(borrower, unhealthy.eth_pool, FOREVER, 0, sender=liquidator)
    with ape.reverts("accounts: no debt"):
        unhealthy.accounts.quote_liquidation(lender, unhealthy.eth_pool, FOREVER)


def test_liquidate__of_collateral_not_accepted_or_not_pledged__reverts(
    unhealthy, liquidator, borrower
):
    pool = unhealthy.usd_pool
    with ape.reverts("accounts: not accepted"):
        pool.liquidate(borrower, pool, FOREVER, 0, sender=liquidator)
    with ape.reverts("accounts: not pledged"):
        pool.liquidate(borrower, unhealthy.btc_pool, FOREVER, 0, sender=liquidator)


def test_liquidate__for_less_than_wanted__reverts(unhealthy, liquidator, borrower):
    pool, collateral = unhealthy.usd_pool, unhealthy.eth_pool
    _repaid, seized, _bonus = unhealthy.accounts.quote_liquidation(borrower, collateral, FOREVER)
    with ape.reverts("pool: seized too little"):
        pool.liquidate(borrower, collateral, FOREVER, seized + 1, sender=liquidator)


def test_liquidate__of_nothing__reverts(unhealthy, liquidator, borrower):
    with ape.reverts("pool: nothing to repay"):
        unhealthy.usd_pool.liquidate(borrower, unhealthy.eth_pool, 0, 0, sender=liquidator)


def test_liquidate__at_a_stale_price__reverts(unhealthy, owner, liquidator, borrower):
    unhealthy.feed.set_broken(True, sender=owner)
    with ape.reverts("oracle: stale price"):
        unhealthy.usd_pool.liquidate(borrower, unhealthy.eth_pool, FOREVER, 0, sender=liquidator)


@pytest.mark.parametrize(
    ("dollars", "bonus_bps"),
    [
        (1_249, 200 + 8),  # health 0.9992
        (1_200, 200 + 400),
        (1_150, 1_000),  # health 0.92: the largest
        (1_100, 1_000),  # 0.88 / 0.8 - 1 = 10 %: still harmless
        (1_060, 600),  # 0.848 / 0.8 - 1 = 6 %: more would lower the health
        (1_010, 200),  # less than the least is never paid
    ],
)
def test_bonus__at_each_health__is_bounded(owing, borrower, dollars, bonus_bps):
    owing.set_price(owing.eth, dollars)

    quote = owing.accounts.quote_liquidation(borrower, owing.eth_pool, FOREVER)

    assert quote[2] == bonus_bps


@pytest.mark.parametrize("dollars", [1_249, 1_200, 1_150, 1_100, 1_060, 1_025])
def test_health__after_any_partial_liquidation__does_not_fall(owing, liquidator, borrower, dollars):
    owing.set_price(owing.eth, dollars)
    before = owing.accounts.health_wad(borrower)

    owing.usd_pool.liquidate(borrower, owing.eth_pool, 1_000 * USD, 0, sender=liquidator)

    assert owing.accounts.health_wad(borrower) >= before


def test_liquidate__of_a_small_loan__closes_it_whole(house, lender, liquidator, borrower):
    house.lend_and_borrow(lender, borrower, eth=ETH // 20, usd=70 * USD)
    house.set_price(house.eth, 1_700)  # 85 USD of collateral, health 0.97

    receipt = house.usd_pool.liquidate(borrower, house.eth_pool, FOREVER, 0, sender=liquidator)

    assert receipt.return_value[0] == 70 * USD
    assert house.usd_pool.debt_of(borrower) == 0
    assert house.accounts.debt_pool_of(borrower) == NOBODY
    # What was left of the collateral is still the borrower's.
    assert 0 < house.eth_pool.balanceOf(borrower) < ETH // 20 * SHARES


def test_liquidate__that_would_leave_a_small_loan__may_close_it_whole(
    house, lender, liquidator, borrower
):
    house.lend_and_borrow(lender, borrower, eth=ETH // 10, usd=150 * USD)
    house.set_price(house.eth, 1_800)  # 180 USD, health 0.96: target repays 83 USD

    quote = house.accounts.quote_liquidation(borrower, house.eth_pool, FOREVER)

    assert quote[0] == 150 * USD


def test_liquidate__in_two_collaterals__each_is_taken_by_its_own_terms(
    house, lender, liquidator, borrower
):
    house.collateralize(borrower, house.btc_pool, 10**7)  # 5,000 USD
    house.lend_and_borrow(lender, borrower, usd=16_000 * USD)
    house.set_price(house.eth, 1_400)  # (14,000 + 5,000) * 0.8 = 15,200: health 0.95

    first = house.usd_pool.liquidate(borrower, house.btc_pool, FOREVER, 0, sender=liquidator)

    # All of the bitcoin does not reach the target: it is taken whole, the rest stays.
    assert first.return_value[1] == 10**7 * SHARES
    assert house.btc_pool.balanceOf(borrower) == 0
    assert house.usd_pool.debt_of(borrower) == 16_000 * USD - first.return_value[0]
    assert first.return_value[0] == ceil_div(
        16_000 * USD * ceil_div(5_000 * WAD * BPS, BPS + 700), 16_000 * WAD
    )
    # 11,200 behind 11,327 of debt: there is more to do.
    house.usd_pool.liquidate(borrower, house.eth_pool, FOREVER, 0, sender=liquidator)
    assert house.accounts.health_wad(borrower) >= 11 * WAD // 10


def test_liquidate__of_an_account_touched_in_the_batch__reverts(owing, liquidator, borrower):
    # A friend takes the collateral out first: unhealthy only until the batch ends.
    owing.eth_pool.approve(liquidator, FOREVER, sender=borrower)
    take = ("transferFrom", borrower, liquidator, 5 * ETH * SHARES)
    calls = [
        owing.call(owing.eth_pool, liquidator, *take),
        owing.call(owing.usd_pool, liquidator, "liquidate", borrower, owing.eth_pool, FOREVER, 0),
    ]
    with ape.reverts("accounts: check deferred"):
        owing.accounts.batch(calls, sender=liquidator)


def test_liquidate__then_redeem_in_a_batch__pays_the_liquidator_at_once(
    unhealthy, liquidator, borrower
):
    house, pool, collateral = unhealthy, unhealthy.usd_pool, unhealthy.eth_pool
    _repaid, seized, _bonus = unhealthy.accounts.quote_liquidation(
        borrower, collateral, 1_000 * USD
    )
    purse = house.eth.balanceOf(liquidator)

    house.accounts.batch(
        [
            house.call(pool, liquidator, "liquidate", borrower, collateral, 1_000 * USD, 0),
            house.call(collateral, liquidator, "redeem", seized, liquidator, liquidator),
        ],
        sender=liquidator,
    )

    assert house.eth.balanceOf(liquidator) - purse == seized // SHARES
