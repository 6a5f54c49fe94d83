# SPDX-License-Identifier: Apache-2.0
"""A loss is put to the backstop first; what does not arrive, lenders bear. Nothing holds it up."""

import ape
import pytest

from tests.unit.contracts.lending_house import ETH, FOREVER, NOBODY, USD, logs

DEBT = 10_000 * USD


@pytest.fixture(scope="module")
def backstop(project, house, owner):
    """Holds a million tUSD and covers the pool."""
    made = owner.deploy(project.LendingSettableBackstop)
    house.usd.mint(made, 10**6 * USD, sender=owner)
    house.terms.set_backstop(house.usd_pool, made, sender=owner)
    return made


@pytest.fixture
def insolvent(house, backstop, lender, borrower):
    """10 tETH at 500 USD stand behind 10,000 tUSD."""
    house.lend_and_borrow(lender, borrower, usd=DEBT)
    house.set_price(house.eth, 500)
    return house


def close(house, borrower, liquidator):
    """Liquidate all there is; return the log of the loss and what the pool had before and after."""
    pool = house.usd_pool
    before = pool.totalAssets()
    receipt = pool.liquidate(borrower, house.eth_pool, FOREVER, 0, sender=liquidator)
    (log,) = logs(receipt, pool.BadDebtRecognized)
    assert house.usd.balanceOf(pool) == pool.idle()
    assert pool.debt_of(borrower) == pool.total_debt() == 0
    return log, before, pool.totalAssets()


def test_loss__that_is_covered_whole__costs_lenders_nothing(
    insolvent, backstop, owner, borrower, liquidator
):
    lost = DEBT - 4_902 * USD  # at most: 5,000 USD less 2 % bonus was repaid
    backstop.set_conduct(lost, lost, False, False, sender=owner)

    log, before, after = close(insolvent, borrower, liquidator)

    # What came beyond the loss is a gift that the books leave out.
    assert log["covered_assets"] == log["assets"] - max(0, log["assets"] - lost)
    assert backstop.caller() == insolvent.usd_pool
    assert backstop.asked_assets() == log["assets"]
    assert after == before - log["assets"] + log["covered_assets"]


@pytest.mark.parametrize("said_assets", [0, 1_000 * USD, 10**12])
def test_loss__that_is_covered_in_part__costs_lenders_the_rest(
    insolvent, backstop, owner, borrower, liquidator, said_assets
):
    backstop.set_conduct(1_000 * USD, said_assets, False, False, sender=owner)

    log, before, after = close(insolvent, borrower, liquidator)

    assert log["covered_assets"] == 1_000 * USD  # what came, whatever was said
    assert after == before - log["assets"] + 1_000 * USD


@pytest.mark.parametrize("is_greedy", [False, True], ids=["reverts", "burns its gas"])
def test_loss__with_a_backstop_that_fails__is_written_off(
    insolvent, backstop, owner, borrower, liquidator, is_greedy
):
    backstop.set_conduct(USD, USD, not is_greedy, is_greedy, sender=owner)

    log, before, after = close(insolvent, borrower, liquidator)

    assert log["covered_assets"] == 0
    assert after == before - log["assets"]


def test_loss__of_a_pool_without_a_backstop__needs_no_gas_for_one(
    insolvent, owner, borrower, liquidator
):
    insolvent.terms.set_backstop(insolvent.usd_pool, NOBODY, sender=owner)
    log, before, after = close(insolvent, borrower, liquidator)
    assert (log["covered_assets"], after) == (0, before - log["assets"])


def test_set_backstop__logs_and_is_the_owners(house, backstop, owner, stranger):
    receipt = house.terms.set_backstop(house.eth_pool, backstop, sender=owner)

    assert house.terms.backstop_of(house.eth_pool) == backstop
    assert logs(receipt, house.terms.BackstopChanged) == [
        {"pool": house.eth_pool, "old_backstop": NOBODY, "new_backstop": backstop}
    ]
    with ape.reverts("terms: not the owner"):
        house.terms.set_backstop(house.eth_pool, NOBODY, sender=stranger)


def test_recognize_bad_debt__of_shares_without_value__asks_the_backstop_too(
    house, backstop, owner, lender, borrower, stranger
):
    house.lend_and_borrow(lender, borrower, eth=ETH // 1_000, usd=USD)
    house.feed.set_price(house.eth, 1, house.chain.pending_timestamp, sender=owner)
    backstop.set_conduct(USD // 2, 0, False, False, sender=owner)
    pool = house.usd_pool

    receipt = pool.recognize_bad_debt(borrower, sender=stranger)

    assert logs(receipt, pool.BadDebtRecognized) == [
        {"account": borrower, "assets": USD, "covered_assets": USD // 2}
    ]
    assert backstop.asked_assets() == USD
    assert house.usd.balanceOf(pool) == pool.idle() == pool.totalAssets()
