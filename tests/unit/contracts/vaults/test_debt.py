# SPDX-License-Identifier: Apache-2.0
"""update_debt: it moves assets within limits and never changes how many there are."""

from ape import reverts

from .conftest import DOLLAR, FIRST_DEPOSIT, UNLOCK_SECONDS, balances_of, fields_of


def test_update_debt__upward__funds_the_strategy(funded, strategies, token, keeper):
    receipt = funded.update_debt(strategies[0], 400_000 * DOLLAR, sender=keeper)

    assert receipt.return_value == 400_000 * DOLLAR
    assert fields_of(receipt, funded.DebtUpdated) == [
        {
            "strategy": strategies[0].address,
            "current_debt": 0,
            "new_debt": 400_000 * DOLLAR,
        }
    ]
    assert balances_of(token, funded, *strategies) == [600_000 * DOLLAR, 400_000 * DOLLAR, 0]
    assert (funded.totalIdle(), funded.totalDebt()) == (600_000 * DOLLAR, 400_000 * DOLLAR)
    assert funded.strategies(strategies[0]).current_debt == 400_000 * DOLLAR
    assert token.allowance(funded, strategies[0]) == 0


def test_update_debt__upward__stops_at_every_limit(funded, strategies, owner, keeper):
    receipt = funded.update_max_debt_for_strategy(strategies[0], 100 * DOLLAR, sender=owner)
    assert fields_of(receipt, funded.UpdatedMaxDebtForStrategy) == [
        {"sender": owner.address, "strategy": strategies[0].address, "new_debt": 100 * DOLLAR}
    ]
    receipt = funded.set_minimum_total_idle(FIRST_DEPOSIT - 500 * DOLLAR, sender=owner)
    assert fields_of(receipt, funded.UpdateMinimumTotalIdle) == [
        {"minimum_total_idle": FIRST_DEPOSIT - 500 * DOLLAR}
    ]
    strategies[1].set_room(30 * DOLLAR, sender=owner)

    funded.update_debt(strategies[0], FIRST_DEPOSIT, sender=keeper)
    funded.update_debt(strategies[1], FIRST_DEPOSIT, sender=keeper)
    assert funded.totalDebt() == 130 * DOLLAR
    strategies[1].set_room(2**256 - 1, sender=owner)
    funded.update_debt(strategies[1], FIRST_DEPOSIT, sender=keeper)

    assert [funded.strategies(strategy).current_debt for strategy in strategies] == [
        100 * DOLLAR,
        400 * DOLLAR,
    ]
    # At the limits nothing moves and nothing is logged.
    receipt = funded.update_debt(strategies[0], FIRST_DEPOSIT, sender=keeper)
    assert receipt.return_value == 100 * DOLLAR
    assert fields_of(receipt, funded.DebtUpdated) == []


def test_update_debt__downward__calls_back_what_is_liquid(
    invested, strategies, token, owner, keeper
):
    strategies[0].set_liquid(50_000 * DOLLAR, sender=owner)

    receipt = invested.update_debt(strategies[0], 0, sender=keeper)

    assert receipt.return_value == 350_000 * DOLLAR
    assert fields_of(receipt, invested.DebtUpdated)[0]["new_debt"] == 350_000 * DOLLAR
    assert balances_of(token, invested, strategies[0]) == [350_000 * DOLLAR, 350_000 * DOLLAR]
    assert (invested.totalIdle(), invested.totalDebt()) == (350_000 * DOLLAR, 650_000 * DOLLAR)
    strategies[0].set_liquid(0, sender=owner)
    assert invested.update_debt(strategies[0], 0, sender=keeper).return_value == 350_000 * DOLLAR


def test_update_debt__downward__fills_the_minimum_idle(invested, strategies, owner, keeper):
    invested.set_minimum_total_idle(450_000 * DOLLAR, sender=owner)

    invested.update_debt(strategies[0], 399_999 * DOLLAR, sender=keeper)

    assert invested.totalIdle() == 450_000 * DOLLAR
    assert invested.strategies(strategies[0]).current_debt == 250_000 * DOLLAR


def test_update_debt__to_where_it_is_or_of_a_stranger__reverts(
    invested, strategies, keeper, stranger
):
    with reverts("vault: debt unchanged"):
        invested.update_debt(strategies[0], 400_000 * DOLLAR, sender=keeper)
    with reverts("vault: inactive strategy"):
        invested.update_debt(stranger, 1, sender=keeper)


def test_update_debt__with_a_loss_not_reported__reverts(invested, strategies, owner, keeper):
    strategies[0].lose(11, sender=owner)
    with reverts("vault: unreported loss"):
        invested.update_debt(strategies[0], 0, sender=keeper)

    invested.process_report(strategies[0], sender=keeper)
    invested.update_debt(strategies[0], 0, sender=keeper)

    assert invested.totalAssets() == FIRST_DEPOSIT - 11


def test_update_debt__when_a_strategy_pays_less__leaves_the_rest_as_debt(
    invested, strategies, owner, keeper
):
    strategies[0].set_shortfall(100, sender=owner)
    with reverts("vault: too much loss"):
        invested.update_debt(strategies[0], 0, 99, sender=keeper)

    receipt = invested.update_debt(strategies[0], 0, 100, sender=keeper)

    assert receipt.return_value == 4_000 * DOLLAR
    assert invested.totalAssets() == FIRST_DEPOSIT
    invested.process_report(strategies[0], sender=keeper)
    assert invested.totalAssets() == FIRST_DEPOSIT - 4_000 * DOLLAR


def test_update_debt__downward_with_a_gain_not_reported__leaves_the_gain(
    invested, strategies, token, owner, keeper
):
    token.mint(strategies[0], 40_000 * DOLLAR, sender=owner)

    invested.update_debt(strategies[0], 0, sender=keeper)

    assert invested.totalAssets() == FIRST_DEPOSIT
    assert token.balanceOf(strategies[0]) >= 40_000 * DOLLAR - 1
    invested.process_report(strategies[0], sender=keeper)
    assert invested.totalAssets() >= FIRST_DEPOSIT + 40_000 * DOLLAR - 1


def test_shutdown_vault__ends_deposits_and_calls_debts_back(
    invested, strategies, owner, keeper, stranger, depositor
):
    invested.set_role(stranger, 8_192, sender=owner)

    receipt = invested.shutdown_vault(sender=stranger)

    assert invested.isShutdown()
    assert len(fields_of(receipt, invested.Shutdown)) == 1
    assert fields_of(receipt, invested.UpdateDepositLimit) == [{"deposit_limit": 0}]
    assert fields_of(receipt, invested.RoleSet) == [
        {"account": stranger.address, "role": 8_192 + 64}
    ]
    with reverts("vault: over deposit limit"):
        invested.deposit(1, depositor, sender=depositor)
    for again in (
        lambda: invested.shutdown_vault(sender=stranger),
        lambda: invested.set_deposit_limit(1, sender=owner),
    ):
        with reverts("vault: shut down"):
            again()

    # Whatever the target, debts only go down; everybody can leave.
    invested.update_debt(strategies[0], FIRST_DEPOSIT, sender=stranger)
    assert invested.strategies(strategies[0]).current_debt == 0
    invested.redeem(invested.maxRedeem(depositor), depositor, depositor, sender=depositor)
    assert invested.balanceOf(depositor) == 0


def test_debts_gains_and_time__books_always_add_up(
    invested, strategies, token, owner, keeper, depositor, pass_time
):
    for step, strategy in enumerate(strategies * 3):
        token.mint(strategy, 1_234_567 * (step + 1), sender=owner)
        invested.process_report(strategy, sender=keeper)
        invested.update_debt(strategy, (step + 1) * 33_333 * DOLLAR, sender=keeper)
        pass_time(UNLOCK_SECONDS // 5)
        invested.withdraw(1_001 * (step + 1), depositor, depositor, sender=depositor)

        debts = sum(invested.strategies(each).current_debt for each in strategies)
        assert invested.totalAssets() == invested.totalIdle() + debts
        assert token.balanceOf(invested) == invested.totalIdle()
        assert invested.convertToAssets(invested.totalSupply()) <= invested.totalAssets()
