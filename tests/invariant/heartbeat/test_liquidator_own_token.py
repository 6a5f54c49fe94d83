# SPDX-License-Identifier: Apache-2.0
"""BEAT-3 where the collateral is in the debt's own token, so that nothing is sold."""

import pytest

from tests.evm import Contract
from tests.invariant.heartbeat.books import events
from tests.worlds.boundary import BORROWER, LENDER, RESERVE, TREASURY, USD, WAD, BoundaryWorld
from tests.worlds.hostile import deploy_pool
from tests.worlds.lending import OWNER, SEED_ASSETS, SEEDER
from tests.worlds.tokens import fund

BPS, DAY_SECONDS = 10_000, 86_400


@pytest.fixture
def savings(world: BoundaryWorld) -> Contract:
    """A second pool of tUSD; BORROWER owes 750 against 1,000 in it, and that is too much."""
    lending = world.lending
    pool = deploy_pool(lending, lending.tokens["usd"])
    fund(lending.tokens["usd"], [BORROWER, SEEDER], [pool])
    pool.deposit(SEED_ASSETS, SEEDER, sender=SEEDER)
    lending.accounts.list_pool(pool, sender=OWNER)
    lending.terms.set_collateral(lending.pools["usd"], pool, 7_500, 8_000, sender=OWNER)
    lending.pools["usd"].repay(2**256 - 1, BORROWER, sender=BORROWER)
    lending.accounts.unpledge(BORROWER, lending.pools["eth"], sender=BORROWER)
    pool.deposit(1_000 * USD, BORROWER, sender=BORROWER)
    lending.accounts.pledge(BORROWER, pool, sender=BORROWER)
    lending.pools["usd"].borrow(750 * USD, BORROWER, sender=BORROWER)
    lending.terms.set_collateral(lending.pools["usd"], pool, 6_000, 7_000, sender=OWNER)
    lending.machine.wait(DAY_SECONDS)
    lending.set_price("usd", WAD)
    assert 93 * WAD // 100 < lending.accounts.health_wad(BORROWER) < WAD
    return pool


def test_open_block__of_collateral_in_the_debts_token__sells_nothing(
    world: BoundaryWorld, savings: Contract
) -> None:
    token, usd = world.lending.tokens["usd"], world.lending.pools["usd"]
    held, shares = token.balanceOf(TREASURY), savings.balanceOf(BORROWER)

    world.open_block()

    (tended,), (taken,) = events(world.liquidator, "Tended"), events(usd, "Liquidated")
    (redeemed,), (paid,) = events(savings, "Withdraw"), events(world.liquidator, "ProfitPaid")
    repaid, bonus_bps = taken["repaid_assets"], taken["bonus_bps"]
    returned = repaid * (BPS + bonus_bps) // BPS
    assert bonus_bps > 800
    assert returned - 1 <= redeemed["assets"] <= returned
    assert tended == {
        "account": BORROWER,
        "debt_pool": usd.address,
        "collateral_pool": savings.address,
        "repaid_assets": repaid,
        "returned_assets": redeemed["assets"],
    }
    profit = redeemed["assets"] - repaid
    assert paid == {"asset": token.address, "receiver": TREASURY, "assets": profit}
    assert token.balanceOf(world.liquidator) == RESERVE
    assert token.balanceOf(TREASURY) == held + profit
    assert savings.balanceOf(BORROWER) == shares - taken["seized_shares"]
    assert savings.balanceOf(world.liquidator) == 0
    assert [log.event for log in world.pairs["eth"].logs()] == []


def test_open_block__with_a_base_unit_in_reserve__brings_it_back(
    world: BoundaryWorld, savings: Contract
) -> None:
    token, usd = world.lending.tokens["usd"], world.lending.pools["usd"]
    world.liquidator.withdraw(token, RESERVE - 1, LENDER, sender=OWNER)
    held, owed = token.balanceOf(TREASURY), usd.debt_of(BORROWER)

    world.heartbeat.open_block(sender=OWNER)

    # The bonus on a base unit is none: there is no profit to pay.
    assert events(world.liquidator, "ProfitPaid") == []
    assert events(world.liquidator, "Tended") == [
        {
            "account": BORROWER,
            "debt_pool": usd.address,
            "collateral_pool": savings.address,
            "repaid_assets": 1,
            "returned_assets": 1,
        }
    ]
    assert token.balanceOf(world.liquidator) == 1
    assert token.balanceOf(TREASURY) == held
    assert usd.debt_of(BORROWER) == owed - 1
