# SPDX-License-Identifier: Apache-2.0
"""Reports: gains unlock over time, losses burn locked gains first, fees come out of gains."""

from fractions import Fraction

from ape import reverts

from .conftest import (
    DOLLAR,
    FIRST_DEPOSIT,
    NOBODY,
    UNLOCK_SECONDS,
    balances_of,
    fields_of,
    price_of,
)

GAIN = 100_000 * DOLLAR
WAD = 10**18


def report_gain(vault, strategy, token, owner, keeper, gain=GAIN):
    token.mint(strategy, gain, sender=owner)
    return vault.process_report(strategy, sender=keeper)


def report_loss(vault, strategy, owner, keeper, loss):
    strategy.lose(loss, sender=owner)
    return vault.process_report(strategy, sender=keeper)


def test_process_report__of_a_gain__locks_it_at_the_same_price(
    invested, strategies, token, owner, keeper
):
    receipt = report_gain(invested, strategies[0], token, owner, keeper)

    assert price_of(invested) == 1
    assert fields_of(receipt, invested.StrategyReported) == [
        {
            "strategy": strategies[0].address,
            "gain": GAIN,
            "loss": 0,
            "current_debt": 500_000 * DOLLAR,
            "protocol_fees": 0,
            "total_fees": 0,
            "total_refunds": 0,
        }
    ]
    assert invested.totalAssets() == FIRST_DEPOSIT + GAIN
    assert balances_of(invested, invested) == [GAIN]
    params = invested.strategies(strategies[0])
    assert params.current_debt == 500_000 * DOLLAR
    assert params.last_report == receipt.timestamp
    assert invested.lastProfitUpdate() == receipt.timestamp
    assert invested.fullProfitUnlockDate() == receipt.timestamp + UNLOCK_SECONDS
    assert invested.profitUnlockingRate() == GAIN * 10**12 // UNLOCK_SECONDS
    assert invested.profitMaxUnlockTime() == UNLOCK_SECONDS


def test_gain__unlocks_along_a_line_and_ends(invested, strategies, token, owner, keeper, chain):
    receipt = report_gain(invested, strategies[0], token, owner, keeper)

    for part in (1, 2, 3):
        chain.pending_timestamp = receipt.timestamp + part * UNLOCK_SECONDS // 4
        chain.mine()
        assert invested.unlockedShares() == GAIN * part // 4
        assert invested.totalSupply() == FIRST_DEPOSIT + GAIN - GAIN * part // 4
        assert invested.balanceOf(invested) == GAIN - GAIN * part // 4
    chain.pending_timestamp = receipt.timestamp + UNLOCK_SECONDS
    chain.mine()
    assert invested.totalSupply() == FIRST_DEPOSIT
    assert invested.pricePerShare() == 1_100_000
    chain.mine(deltatime=UNLOCK_SECONDS)
    assert (invested.totalSupply(), invested.balanceOf(invested)) == (FIRST_DEPOSIT, 0)


def test_process_report__of_a_second_gain__ends_at_the_weighted_mean(
    invested, strategies, token, owner, keeper, chain
):
    first = report_gain(invested, strategies[0], token, owner, keeper)
    token.mint(strategies[1], 3 * GAIN, sender=owner)
    chain.pending_timestamp = first.timestamp + UNLOCK_SECONDS // 2
    price = invested.totalAssets(), FIRST_DEPOSIT + GAIN // 2

    second = invested.process_report(strategies[1], sender=keeper)

    elapsed = second.timestamp - first.timestamp
    still_locked = GAIN - GAIN * elapsed // UNLOCK_SECONDS
    supply = FIRST_DEPOSIT + still_locked
    new_shares = 3 * GAIN * supply // price[0]
    mean = (still_locked * (UNLOCK_SECONDS - elapsed) + new_shares * UNLOCK_SECONDS) // (
        still_locked + new_shares
    )
    assert invested.balanceOf(invested) == still_locked + new_shares
    assert invested.fullProfitUnlockDate() - second.timestamp == mean
    assert invested.profitUnlockingRate() == (still_locked + new_shares) * 10**12 // mean


def test_process_report__of_a_gain_of_no_whole_share__leaves_the_rest_in_the_strategy(
    invested, strategies, token, owner, keeper, pass_time
):
    # A share is worth 1.1 then, and ten of them 11.
    report_gain(invested, strategies[0], token, owner, keeper)
    pass_time(UNLOCK_SECONDS)
    debt, price = invested.strategies(strategies[0]).current_debt, price_of(invested)
    assert price == Fraction(11, 10)
    token.mint(strategies[0], 12, sender=owner)

    receipt = invested.process_report(strategies[0], sender=keeper)

    assert tuple(receipt.return_value) == (11, 0)
    assert fields_of(receipt, invested.StrategyReported)[0]["gain"] == 11
    assert invested.strategies(strategies[0]).current_debt == debt + 11
    assert invested.balanceOf(invested) == 10
    assert price_of(invested) == price


def test_process_report__of_a_loss__burns_locked_gain_before_the_price_falls(
    invested, strategies, token, owner, keeper, pass_time
):
    report_gain(invested, strategies[0], token, owner, keeper)
    pass_time(1_000)
    ends_at, locked = invested.fullProfitUnlockDate(), invested.balanceOf(invested)
    price = price_of(invested)

    receipt = report_loss(invested, strategies[1], owner, keeper, 40_000 * DOLLAR)

    assert fields_of(receipt, invested.StrategyReported)[0]["loss"] == 40_000 * DOLLAR
    # But for less than one share: a whole one too many would lift the price.
    assert price - price_of(invested) < price / invested.totalSupply()
    assert 0 < invested.balanceOf(invested) < locked - 39_000 * DOLLAR
    assert invested.fullProfitUnlockDate() == ends_at


def test_process_report__of_a_loss_above_the_locked_gain__lowers_the_price_at_once(
    invested, strategies, token, owner, keeper
):
    report_gain(invested, strategies[0], token, owner, keeper)

    report_loss(invested, strategies[1], owner, keeper, 300_000 * DOLLAR)

    # Up to one second of unlocking reached the price before the loss.
    assert (invested.balanceOf(invested), invested.fullProfitUnlockDate()) == (0, 0)
    assert invested.profitUnlockingRate() == 0
    assert invested.totalAssets() == 800_000 * DOLLAR
    assert invested.pricePerShare() == 800_000


def test_process_report__without_a_change__is_an_empty_report(invested, strategies, keeper):
    receipt = invested.process_report(strategies[0], sender=keeper)

    (fields,) = fields_of(receipt, invested.StrategyReported)
    assert (fields["gain"], fields["loss"]) == (0, 0)
    assert (price_of(invested), invested.fullProfitUnlockDate()) == (1, 0)


def test_process_report__with_an_accountant__pays_fees_in_shares_out_of_the_gain(
    project, invested, strategies, token, owner, keeper
):
    accountant = owner.deploy(project.VaultSettableAccountant)
    receipt = invested.set_accountant(accountant, sender=owner)
    assert fields_of(receipt, invested.UpdateAccountant) == [{"accountant": accountant.address}]
    accountant.set_fees(GAIN // 10, sender=owner)

    receipt = report_gain(invested, strategies[0], token, owner, keeper)

    assert fields_of(receipt, invested.StrategyReported)[0]["total_fees"] == GAIN // 10
    assert price_of(invested) == 1
    assert balances_of(invested, accountant, invested) == [GAIN // 10, GAIN * 9 // 10]


def test_process_report__with_fees_above_the_gain__takes_no_more_than_the_gain(
    project, invested, strategies, token, owner, keeper
):
    accountant = owner.deploy(project.VaultSettableAccountant)
    invested.set_accountant(accountant, sender=owner)
    accountant.set_fees(10 * GAIN, sender=owner)

    report_gain(invested, strategies[0], token, owner, keeper)
    report_loss(invested, strategies[1], owner, keeper, 5)

    assert balances_of(invested, accountant, invested) == [GAIN, 0]
    assert invested.totalAssets() == FIRST_DEPOSIT + GAIN - 5


def test_process_report__without_unlock_time__gives_the_gain_at_once(
    invested, strategies, token, owner, keeper
):
    receipt = invested.setProfitMaxUnlockTime(0, sender=owner)
    assert fields_of(receipt, invested.UpdateProfitMaxUnlockTime) == [{"profit_max_unlock_time": 0}]

    report_gain(invested, strategies[0], token, owner, keeper)

    assert (invested.pricePerShare(), invested.balanceOf(invested)) == (1_100_000, 0)


def test_set_profit_max_unlock_time__to_zero__releases_what_is_locked(
    invested, strategies, token, owner, keeper
):
    report_gain(invested, strategies[0], token, owner, keeper)

    invested.setProfitMaxUnlockTime(0, sender=owner)

    assert (invested.pricePerShare(), invested.totalSupply()) == (1_100_000, FIRST_DEPOSIT)
    assert (invested.profitUnlockingRate(), invested.fullProfitUnlockDate()) == (0, 0)
    with reverts("vault: unlock time too long"):
        invested.setProfitMaxUnlockTime(31_556_953, sender=owner)


def test_process_report__of_a_gain_above_the_growth_bound__leaves_the_rest_for_later(
    invested, strategies, token, owner, keeper, chain
):
    # 0.001 % of the debt a second: 4 dollars of 400,000.
    receipt = invested.set_max_growth(WAD // 100_000, sender=owner)
    assert fields_of(receipt, invested.MaxGrowthChanged) == [
        {"old_max_growth_per_second_wad": 0, "new_max_growth_per_second_wad": WAD // 100_000}
    ]
    first = invested.process_report(strategies[0], sender=keeper)
    token.mint(strategies[0], GAIN, sender=owner)
    chain.pending_timestamp = first.timestamp + 1_000

    second = invested.process_report(strategies[0], sender=keeper)
    again = invested.process_report(strategies[0], sender=keeper)

    seconds = second.timestamp - first.timestamp
    assert fields_of(second, invested.StrategyReported)[0]["gain"] == 4 * DOLLAR * seconds
    # A report right after recognizes no more than its own seconds.
    debt = 400_000 * DOLLAR + 4 * DOLLAR * seconds
    assert fields_of(again, invested.StrategyReported)[0]["gain"] == (
        debt * (again.timestamp - second.timestamp) // 100_000
    )
    chain.mine(deltatime=10 * UNLOCK_SECONDS)
    invested.process_report(strategies[0], sender=keeper)
    assert invested.strategies(strategies[0]).current_debt == token.balanceOf(strategies[0])


def test_process_report__of_the_vault_itself__takes_in_what_was_sent_to_it(
    invested, token, owner, keeper
):
    token.mint(invested, 55 * DOLLAR, sender=owner)

    receipt = invested.process_report(invested, sender=keeper)

    (fields,) = fields_of(receipt, invested.StrategyReported)
    assert (fields["strategy"], fields["gain"]) == (invested.address, 55 * DOLLAR)
    assert fields["current_debt"] == invested.totalIdle() == 300_055 * DOLLAR
    assert price_of(invested) == 1


def test_process_report__before_the_first_deposit__reverts(vault, strategies, keeper):
    with reverts("vault: no shares"):
        vault.process_report(strategies[0], sender=keeper)


def test_process_report__of_a_strategy_not_listed__reverts(funded, keeper, stranger):
    for other in (stranger, NOBODY):
        with reverts("vault: inactive strategy"):
            funded.process_report(other, sender=keeper)
