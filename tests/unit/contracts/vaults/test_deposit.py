# SPDX-License-Identifier: Apache-2.0
"""Deposit and mint: dead shares, rounding, limits, donations."""

import pytest
from ape import reverts

from .conftest import (
    DEAD_SHARES,
    DOLLAR,
    FIRST_DEPOSIT,
    FOREVER,
    GRAVE,
    NOBODY,
    PURSE,
    balances_of,
    fields_of,
    price_of,
)


def test_constructor__sets_the_books_of_an_empty_vault(vault, token, owner):
    assert vault.asset() == token.address
    assert (vault.name(), vault.symbol(), vault.decimals()) == ("Headwater Vault", "hwV", 6)
    assert (vault.totalAssets(), vault.totalSupply(), vault.totalIdle(), vault.totalDebt()) == (
        0,
        0,
        0,
        0,
    )
    assert vault.pricePerShare() == DOLLAR
    assert vault.apiVersion() == "3.0.4"
    assert vault.FACTORY() == NOBODY
    assert vault.role_manager() == owner.address


def test_constructor__with_an_unlock_time_above_a_year__reverts(project, owner, token):
    with reverts("vault: unlock time too long"):
        owner.deploy(project.YieldVault, token, "Vault", "V", owner, 31_556_953)


def test_deposit__first__leaves_dead_shares(vault, token, depositor, receiver):
    preview = vault.previewDeposit(FIRST_DEPOSIT)

    receipt = vault.deposit(FIRST_DEPOSIT, receiver, sender=depositor)

    assert preview == FIRST_DEPOSIT - DEAD_SHARES
    assert balances_of(vault, receiver, depositor, GRAVE, vault) == [preview, 0, DEAD_SHARES, 0]
    assert balances_of(token, depositor, vault, receiver) == [
        PURSE - FIRST_DEPOSIT,
        FIRST_DEPOSIT,
        0,
    ]
    assert (vault.totalAssets(), vault.totalIdle(), vault.totalSupply()) == (FIRST_DEPOSIT,) * 3
    assert fields_of(receipt, vault.Deposit) == [
        {
            "sender": depositor.address,
            "owner": receiver.address,
            "assets": FIRST_DEPOSIT,
            "shares": preview,
        }
    ]


def test_mint__first__charges_for_the_dead_shares(vault, token, depositor):
    preview = vault.previewMint(5 * DOLLAR)

    vault.mint(5 * DOLLAR, depositor, sender=depositor)

    assert preview == 5 * DOLLAR + DEAD_SHARES
    assert token.balanceOf(vault) == preview
    assert balances_of(vault, depositor, GRAVE) == [5 * DOLLAR, DEAD_SHARES]


def test_deposit__first_not_above_the_dead_shares__reverts(vault, depositor):
    assert vault.previewDeposit(DEAD_SHARES) == 0
    with reverts("vault: zero shares"):
        vault.deposit(DEAD_SHARES, depositor, sender=depositor)


def test_deposit__at_an_uneven_price__rounds_shares_down_and_mint_assets_up(
    invested, strategies, token, owner, keeper, depositor, other_depositor
):
    strategies[0].lose(333_333 * DOLLAR + 1, sender=owner)
    invested.process_report(strategies[0], sender=keeper)
    assets, supply = invested.totalAssets(), invested.totalSupply()

    for quantity in (1, 2, 3, 7, 1_001, 123_456_789):
        assert invested.previewDeposit(quantity) == quantity * supply // assets
        assert invested.previewMint(quantity) == -(-quantity * assets // supply)
    paid = token.balanceOf(other_depositor)
    price = price_of(invested)
    invested.deposit(123_456_789, other_depositor, sender=other_depositor)
    assert invested.balanceOf(other_depositor) == 123_456_789 * supply // assets
    invested.mint(1_001, other_depositor, sender=other_depositor)

    assert paid - token.balanceOf(other_depositor) <= 123_456_789 + 1_001
    assert price_of(invested) >= price


def test_deposit__of_the_largest_number__takes_the_whole_balance(funded, token, other_depositor):
    funded.deposit(FOREVER, other_depositor, sender=other_depositor)

    assert token.balanceOf(other_depositor) == 0
    assert funded.balanceOf(other_depositor) == PURSE


def test_deposit__up_to_the_limit_and_not_above(funded, owner, depositor):
    assert funded.maxDeposit(depositor) == FOREVER
    assert funded.maxMint(depositor) == FOREVER
    receipt = funded.set_deposit_limit(FIRST_DEPOSIT + 5, sender=owner)

    assert fields_of(receipt, funded.UpdateDepositLimit) == [{"deposit_limit": FIRST_DEPOSIT + 5}]
    assert funded.maxDeposit(depositor) == funded.maxMint(depositor) == 5
    with reverts("vault: over deposit limit"):
        funded.deposit(6, depositor, sender=depositor)
    funded.deposit(5, depositor, sender=depositor)
    assert funded.maxDeposit(depositor) == 0
    funded.set_deposit_limit(1, sender=owner)
    assert funded.maxDeposit(depositor) == 0


def test_deposit__of_nothing_or_to_nobody__reverts(funded, depositor):
    with reverts("vault: zero assets"):
        funded.deposit(0, depositor, sender=depositor)
    with reverts("vault: zero assets"):
        funded.mint(0, depositor, sender=depositor)
    for nobody in (NOBODY, funded):
        assert funded.maxDeposit(nobody) == 0
        with reverts("vault: over deposit limit"):
            funded.deposit(1, nobody, sender=depositor)


def test_deposit__by_a_caller_without_tokens__reverts(funded, token, stranger):
    token.approve(funded, FOREVER, sender=stranger)
    with reverts("erc20: transfer amount exceeds balance"):
        funded.deposit(1, stranger, sender=stranger)


def test_donation__moves_neither_price_nor_books(funded, token, depositor):
    price, idle = price_of(funded), funded.totalIdle()

    token.transfer(funded, 500_000 * DOLLAR, sender=depositor)

    assert (price_of(funded), funded.totalIdle()) == (price, idle)


def test_deposit__with_auto_allocation__goes_on_to_the_first_strategy(
    funded, strategies, token, keeper, depositor
):
    receipt = funded.set_auto_allocate(True, sender=keeper)
    assert fields_of(receipt, funded.UpdateAutoAllocate) == [{"auto_allocate": True}]

    receipt = funded.deposit(7 * DOLLAR, depositor, sender=depositor)

    assert fields_of(receipt, funded.DebtUpdated) == [
        {
            "strategy": strategies[0].address,
            "current_debt": 0,
            "new_debt": FIRST_DEPOSIT + 7 * DOLLAR,
        }
    ]
    assert token.balanceOf(strategies[0]) == FIRST_DEPOSIT + 7 * DOLLAR
    assert (funded.totalIdle(), funded.totalDebt()) == (0, FIRST_DEPOSIT + 7 * DOLLAR)


def test_deposit__with_auto_allocation_and_a_full_strategy__stays_idle(
    funded, strategies, keeper, depositor
):
    strategies[0].set_room(0, sender=keeper)
    funded.set_auto_allocate(True, sender=keeper)

    funded.deposit(7 * DOLLAR, depositor, sender=depositor)

    assert (funded.totalIdle(), funded.totalDebt()) == (FIRST_DEPOSIT + 7 * DOLLAR, 0)


def test_first_depositor_cannot_make_a_later_one_lose_a_thousandth(
    vault, strategies, token, owner, keeper, depositor, other_depositor, pass_time
):
    # The attacker holds all but the dead shares and gives a fortune to a strategy.
    vault.deposit(DEAD_SHARES + 1, depositor, sender=depositor)
    token.mint(strategies[0], 5_000 * DOLLAR, sender=owner)
    vault.update_debt(strategies[0], 1, sender=keeper)
    vault.process_report(strategies[0], sender=keeper)
    pass_time(200_000)

    vault.deposit(100_000 * DOLLAR, other_depositor, sender=other_depositor)

    worth = vault.convertToAssets(vault.balanceOf(other_depositor))
    assert worth >= 100_000 * DOLLAR * 999 // 1_000


def test_transfer__moves_shares_but_never_to_the_vault(funded, depositor, stranger, receiver):
    held = funded.balanceOf(depositor)

    funded.transfer(receiver, 10, sender=depositor)
    funded.approve(stranger, 15, sender=depositor)
    funded.transferFrom(depositor, receiver, 15, sender=stranger)

    assert balances_of(funded, depositor, receiver, stranger) == [held - 25, 25, 0]
    assert funded.allowance(depositor, stranger) == 0
    for nowhere in (funded, NOBODY):
        with reverts("vault: bad address"):
            funded.transfer(nowhere, 1, sender=depositor)
    with reverts("erc20: insufficient allowance"):
        funded.transferFrom(depositor, receiver, 1, sender=stranger)
    with reverts("erc20: transfer amount exceeds balance"):
        funded.transfer(receiver, held, sender=depositor)


@pytest.mark.parametrize("assets", [1, 2, 999, 1_234_567])
def test_round_trip__in_one_state__never_gains(
    invested, strategies, token, owner, keeper, pass_time, other_depositor, assets
):
    token.mint(strategies[0], 123_456_789, sender=owner)
    invested.process_report(strategies[0], sender=keeper)
    pass_time(777)
    held = token.balanceOf(other_depositor)

    invested.mint(assets, other_depositor, sender=other_depositor)
    shares = invested.balanceOf(other_depositor)
    cost = held - token.balanceOf(other_depositor)
    price = price_of(invested)
    assert invested.previewRedeem(shares) <= cost
    invested.redeem(shares, other_depositor, other_depositor, sender=other_depositor)

    # Two seconds of unlocking pass between the calls; at this rate less than a unit.
    assert token.balanceOf(other_depositor) <= held
    assert price_of(invested) >= price
