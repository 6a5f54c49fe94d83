# SPDX-License-Identifier: Apache-2.0
"""Withdraw and redeem: queue, liquidity, losses, allowances, honest maxima."""

import pytest
from ape import reverts

from .conftest import (
    DEAD_SHARES,
    DOLLAR,
    FIRST_DEPOSIT,
    GRAVE,
    NOBODY,
    balances_of,
    fields_of,
    price_of,
)


def test_withdraw__from_idle__pays_and_burns(funded, token, depositor, receiver):
    shares = funded.balanceOf(depositor)
    preview = funded.previewWithdraw(50 * DOLLAR)

    receipt = funded.withdraw(50 * DOLLAR, receiver, depositor, sender=depositor)

    assert preview == 50 * DOLLAR
    assert balances_of(token, receiver, funded) == [50 * DOLLAR, FIRST_DEPOSIT - 50 * DOLLAR]
    assert balances_of(funded, depositor, receiver) == [shares - preview, 0]
    assert funded.totalIdle() == FIRST_DEPOSIT - 50 * DOLLAR
    assert fields_of(receipt, funded.Withdraw) == [
        {
            "sender": depositor.address,
            "receiver": receiver.address,
            "owner": depositor.address,
            "assets": 50 * DOLLAR,
            "shares": preview,
        }
    ]


def test_redeem__by_allowance__spends_it(funded, token, depositor, stranger, receiver):
    funded.approve(stranger, 100, sender=depositor)

    with reverts("erc20: insufficient allowance"):
        funded.redeem(101, receiver, depositor, sender=stranger)
    funded.redeem(60, receiver, depositor, sender=stranger)

    assert funded.allowance(depositor, stranger) == 40
    assert token.balanceOf(receiver) == 60
    with reverts("erc20: insufficient allowance"):
        funded.withdraw(41, receiver, depositor, sender=stranger)


def test_redeem__of_everything__leaves_only_the_dead(invested, depositor):
    shares = invested.maxRedeem(depositor)
    assert shares == invested.balanceOf(depositor)

    invested.redeem(shares, depositor, depositor, sender=depositor)

    assert invested.totalAssets() == invested.totalSupply() == DEAD_SHARES
    assert invested.balanceOf(GRAVE) == DEAD_SHARES


def test_withdraw__beyond_idle__walks_the_queue(invested, strategies, token, depositor):
    receipt = invested.withdraw(800_000 * DOLLAR, depositor, depositor, sender=depositor)

    # 300,000 were idle, the first strategy gives all its 400,000, the second the rest.
    assert fields_of(receipt, invested.DebtUpdated) == [
        {"strategy": strategies[0].address, "current_debt": 400_000 * DOLLAR, "new_debt": 0},
        {
            "strategy": strategies[1].address,
            "current_debt": 300_000 * DOLLAR,
            "new_debt": 200_000 * DOLLAR,
        },
    ]
    assert balances_of(token, invested, *strategies) == [0, 0, 200_000 * DOLLAR]
    assert (invested.totalIdle(), invested.totalDebt()) == (0, 200_000 * DOLLAR)


def test_withdraw__with_a_queue_of_ones_own__asks_only_that(invested, strategies, depositor):
    arguments = (600_000 * DOLLAR, depositor, depositor, 0, [strategies[1]])
    invested.withdraw(*arguments, sender=depositor)

    assert invested.strategies(strategies[0]).current_debt == 400_000 * DOLLAR
    assert invested.strategies(strategies[1]).current_debt == 0
    assert invested.maxWithdraw(depositor, 0, [strategies[1]]) == 0
    with reverts("vault: not enough liquidity"):
        invested.withdraw(1, depositor, depositor, 0, [strategies[1]], sender=depositor)


def test_withdraw__when_the_default_queue_is_forced__ignores_ones_own(
    invested, strategies, owner, depositor
):
    receipt = invested.set_use_default_queue(True, sender=owner)
    assert fields_of(receipt, invested.UpdateUseDefaultQueue) == [{"use_default_queue": True}]

    arguments = (500_000 * DOLLAR, depositor, depositor, 0, [strategies[1]])
    invested.withdraw(*arguments, sender=depositor)

    assert invested.strategies(strategies[0]).current_debt == 200_000 * DOLLAR
    assert invested.strategies(strategies[1]).current_debt == 300_000 * DOLLAR


def test_withdraw__asking_a_strategy_not_listed__reverts(invested, stranger, depositor):
    with reverts("vault: inactive strategy"):
        invested.withdraw(
            300_000 * DOLLAR + 1, depositor, depositor, 0, [stranger], sender=depositor
        )


def test_max_withdraw__with_an_illiquid_strategy__is_exactly_what_can_be_had(
    invested, strategies, owner, depositor
):
    strategies[0].set_liquid(123 * DOLLAR, sender=owner)
    strategies[1].set_liquid(0, sender=owner)
    most = invested.maxWithdraw(depositor)

    assert most == 300_123 * DOLLAR
    assert invested.maxRedeem(depositor) == most
    with reverts("vault: not enough liquidity"):
        invested.withdraw(most + 1, depositor, depositor, sender=depositor)
    invested.withdraw(most, depositor, depositor, sender=depositor)
    assert invested.maxWithdraw(depositor) == 0


def test_withdraw__from_a_strategy_at_a_loss__needs_consent(
    invested, strategies, token, owner, depositor
):
    strategies[0].lose(100_000 * DOLLAR, sender=owner)
    wanted = 500_000 * DOLLAR
    # 200,000 of the strategy's debt are asked for; a quarter of it is gone.
    assert invested.assess_share_of_unrealised_losses(strategies[0], 200_000 * DOLLAR) == (
        50_000 * DOLLAR
    )
    assert invested.maxWithdraw(depositor) == 300_000 * DOLLAR

    with reverts("vault: too much loss"):
        invested.withdraw(wanted, depositor, depositor, sender=depositor)
    with reverts("vault: too much loss"):
        invested.withdraw(wanted, depositor, depositor, 999, sender=depositor)
    held = token.balanceOf(depositor)
    receipt = invested.withdraw(wanted, depositor, depositor, 1_000, sender=depositor)

    assert token.balanceOf(depositor) - held == 450_000 * DOLLAR
    assert fields_of(receipt, invested.Withdraw)[0]["assets"] == 450_000 * DOLLAR
    assert fields_of(receipt, invested.Withdraw)[0]["shares"] == wanted
    assert invested.strategies(strategies[0]).current_debt == 200_000 * DOLLAR
    # The rest of the loss stays with the rest of the debt.
    assert token.balanceOf(strategies[0]) == 150_000 * DOLLAR


def test_redeem__at_a_loss__leaves_the_price_of_the_others(
    invested, strategies, owner, depositor, other_depositor
):
    invested.deposit(10**9, other_depositor, sender=other_depositor)
    strategies[0].lose(133_333_333_333, sender=owner)
    price = price_of(invested)

    invested.redeem(900_000 * DOLLAR, depositor, depositor, sender=depositor)

    assert price_of(invested) >= price
    assert invested.totalAssets() == 101_000 * DOLLAR


def test_redeem__from_an_illiquid_strategy_at_a_loss__takes_both_in_proportion(
    invested, strategies, token, owner, depositor
):
    strategies[0].lose(100_000 * DOLLAR, sender=owner)
    strategies[0].set_liquid(30_000 * DOLLAR, sender=owner)
    strategies[1].set_liquid(0, sender=owner)
    most = invested.maxRedeem(depositor)

    # 30,000 of a strategy worth three quarters repay 40,000 of its debt. One unit of debt more
    # would cost nothing but itself, three quarters of a unit being none; two would cost one.
    assert most == 340_000 * DOLLAR
    with reverts("vault: not enough liquidity"):
        invested.redeem(most + 2, depositor, depositor, sender=depositor)
    held = token.balanceOf(depositor)
    invested.redeem(most, depositor, depositor, sender=depositor)
    assert token.balanceOf(depositor) - held == 330_000 * DOLLAR


def test_redeem__from_a_strategy_that_lost_all__writes_the_debt_off(
    invested, strategies, token, owner, depositor
):
    strategies[0].lose(400_000 * DOLLAR, sender=owner)
    held = token.balanceOf(depositor)

    invested.redeem(500_000 * DOLLAR, depositor, depositor, sender=depositor)

    assert token.balanceOf(depositor) - held == 300_000 * DOLLAR
    assert invested.strategies(strategies[0]).current_debt == 200_000 * DOLLAR


def test_redeem__when_a_strategy_pays_less_than_promised__costs_the_redeemer(
    invested, strategies, token, owner, depositor
):
    strategies[0].set_shortfall(1_000, sender=owner)
    held, price = token.balanceOf(depositor), price_of(invested)

    with reverts("vault: too much loss"):
        invested.withdraw(400_000 * DOLLAR, depositor, depositor, sender=depositor)
    invested.redeem(400_000 * DOLLAR, depositor, depositor, sender=depositor)

    assert token.balanceOf(depositor) - held == 390_000 * DOLLAR
    assert price_of(invested) == price


def test_redeem__when_a_strategy_pays_a_unit_more__repays_debt_with_it(
    invested, strategies, owner, depositor
):
    strategies[0].set_bonus(1, sender=owner)

    invested.redeem(400_000 * DOLLAR, depositor, depositor, sender=depositor)

    assert invested.strategies(strategies[0]).current_debt == 300_000 * DOLLAR - 1
    assert invested.totalIdle() == 1
    assert invested.totalAssets() == 600_000 * DOLLAR


def test_rounding_dust__is_no_loss_for_a_withdrawer(invested, strategies, token, owner, depositor):
    strategies[0].lose(10, sender=owner)
    assert invested.assess_share_of_unrealised_losses(strategies[0], 1) == 0

    invested.withdraw(600_000 * DOLLAR, depositor, depositor, sender=depositor)
    assert invested.maxWithdraw(depositor) == FIRST_DEPOSIT - 600_000 * DOLLAR - DEAD_SHARES

    strategies[0].lose(1, sender=owner)
    assert invested.assess_share_of_unrealised_losses(strategies[0], 100_000 * DOLLAR) == 11


def test_withdraw__with_bad_arguments__reverts(funded, depositor, stranger):
    for nowhere in (NOBODY, funded):
        with reverts("vault: bad address"):
            funded.withdraw(1, nowhere, depositor, sender=depositor)
    with reverts("vault: zero assets"):
        funded.withdraw(0, depositor, depositor, sender=depositor)
    with reverts("vault: zero assets"):
        funded.redeem(0, depositor, depositor, sender=depositor)
    with reverts("vault: not enough shares"):
        funded.withdraw(FIRST_DEPOSIT, depositor, depositor, sender=depositor)
    with reverts("vault: not enough shares"):
        funded.redeem(1, stranger, stranger, sender=stranger)


def test_redeem__of_a_share_worth_nothing__reverts(invested, strategies, owner, keeper, depositor):
    for strategy in strategies:
        strategy.lose(strategy.totalSupply(), sender=owner)
        invested.process_report(strategy, sender=keeper)
    with reverts("vault: zero assets"):
        invested.redeem(1, depositor, depositor, sender=depositor)


def test_assess_share__above_the_debt__reverts(invested, strategies):
    with reverts("vault: above the debt"):
        invested.assess_share_of_unrealised_losses(strategies[0], 400_000 * DOLLAR + 1)


@pytest.mark.parametrize(
    ("lost", "liquid", "max_loss"),
    [
        (0, 7_777_777, 0),
        (12_345, 250_000 * DOLLAR, 1),
        (12_345, 7_777_777, 10_000),
        (100_000 * DOLLAR, 7_777_777, 2_000),
        (399_999_999_999, 1, 10_000),
        (400_000 * DOLLAR, 0, 10_000),
    ],
)
def test_max_withdraw__can_always_be_withdrawn(
    invested, strategies, owner, depositor, lost, liquid, max_loss
):
    if lost:
        strategies[0].lose(lost, sender=owner)
    strategies[0].set_liquid(liquid, sender=owner)
    most = invested.maxWithdraw(depositor, max_loss)
    shares = invested.maxRedeem(depositor, max_loss)

    invested.withdraw(most, depositor, depositor, max_loss, sender=depositor)

    assert 300_000 * DOLLAR <= most <= FIRST_DEPOSIT - DEAD_SHARES
    assert shares == most
