# SPDX-License-Identifier: Apache-2.0
import ape
import pytest

from tests.unit.contracts.lending_house import (
    USD,
    WAD,
    logs,
    make_pool,
)

DAY = 86_400


def test_set_caps__logs_old_and_new(house, owner):
    pool = house.usd_pool
    house.terms.set_caps(pool, 7, 8, sender=owner)

    receipt = house.terms.set_caps(pool, 9, 10, sender=owner)

    assert tuple(house.terms.terms_of(pool))[:2] == (9, 10)
    assert logs(receipt, house.terms.CapsChanged) == [
        {
            "pool": pool,
            "old_supply_cap": 7,
            "new_supply_cap": 9,
            "old_borrow_cap": 8,
            "new_borrow_cap": 10,
        }
    ]
    for caps in ((2**104 + 1, 0), (0, 2**104 + 1)):
        with ape.reverts("terms: cap too large"):
            house.terms.set_caps(pool, *caps, sender=owner)


def test_set_min_debt__logs_old_and_new(house, owner):
    receipt = house.terms.set_min_debt(house.usd_pool, 5, sender=owner)

    assert house.terms.terms_of(house.usd_pool).min_debt == 5
    assert logs(receipt, house.terms.MinDebtChanged) == [
        {"pool": house.usd_pool, "old_min_debt": 0, "new_min_debt": 5}
    ]
    with ape.reverts("terms: cap too large"):
        house.terms.set_min_debt(house.usd_pool, 2**104 + 1, sender=owner)


def test_set_reserve_factor__logs_and_is_bounded(house, owner):
    pool = house.usd_pool

    receipt = house.terms.set_reserve_factor(pool, 2_500, sender=owner)

    assert house.terms.terms_of(pool).reserve_factor_bps == 2_500
    assert logs(receipt, house.terms.ReserveFactorChanged) == [
        {"pool": pool, "old_reserve_factor_bps": 1_000, "new_reserve_factor_bps": 2_500}
    ]
    with ape.reverts("terms: reserve factor too large"):
        house.terms.set_reserve_factor(pool, 2_501, sender=owner)


def test_reserve_factor__of_the_past__stays_with_the_past(
    house, owner, chain, lender, borrower, treasury
):
    house.lend_and_borrow(lender, borrower)
    pool = house.usd_pool
    house.terms.set_reserve_factor(pool, 0, sender=owner)
    house.rate.set_rate(10**10, sender=owner)
    chain.mine(deltatime=86_400)

    house.terms.set_reserve_factor(pool, 2_500, sender=owner)

    assert pool.balanceOf(treasury) == 0


def test_set_collateral__of_a_new_pool__logs_and_lists(house, owner):
    pool = house.btc_pool

    receipt = house.terms.set_collateral(pool, house.usd_pool, 6_000, 7_000, sender=owner)

    assert tuple(house.terms.thresholds_bps(pool, house.usd_pool)) == (6_000, 7_000)
    assert list(house.terms.collaterals_of(pool)) == [house.usd_pool]
    assert tuple(house.terms.thresholds_bps(pool, house.eth_pool)) == (0, 0)
    assert logs(receipt, house.terms.CollateralTermsChanged) == [
        {
            "pool": pool,
            "collateral_pool": house.usd_pool,
            "old_borrow_threshold_bps": 0,
            "new_borrow_threshold_bps": 6_000,
            "old_liquidation_threshold_bps": 0,
            "new_liquidation_threshold_bps": 7_000,
        }
    ]


@pytest.mark.parametrize(
    ("borrow_bps", "liquidation_bps"), [(0, 0), (8_000, 8_000), (8_001, 8_000), (9_000, 9_501)]
)
def test_set_collateral__with_thresholds_out_of_order__reverts(
    house, owner, borrow_bps, liquidation_bps
):
    with ape.reverts("terms: thresholds out of order"):
        house.terms.set_collateral(
            house.usd_pool, house.eth_pool, borrow_bps, liquidation_bps, sender=owner
        )


def test_set_collateral__of_itself_or_a_stranger__reverts(
    house, project, owner, treasury, stranger
):
    pool = house.usd_pool
    with ape.reverts("terms: own collateral"):
        house.terms.set_collateral(pool, pool, 5_000, 6_000, sender=owner)
    unlisted = make_pool(
        project,
        owner,
        treasury,
        house.eth,
        house.terms,
        house.accounts,
        house.oracle,
        house.rate,
        False,
    )
    for other in (stranger, unlisted):
        with ape.reverts("terms: collateral not listed"):
            house.terms.set_collateral(pool, other, 5_000, 6_000, sender=owner)


def test_set_collateral__without_a_fresh_price__reverts(house, owner):
    house.feed.set_broken(True, sender=owner)
    with ape.reverts("oracle: stale price"):
        house.terms.set_collateral(house.usd_pool, house.eth_pool, 5_000, 6_000, sender=owner)


def test_set_collateral__lower__ramps_over_a_day(house, owner, chain, lender, borrower):
    house.lend_and_borrow(lender, borrower, usd=15_000 * USD)
    pool, accounts = house.usd_pool, house.accounts
    assert accounts.health_wad(borrower) == 16_000 * WAD // 15_000

    house.terms.set_collateral(pool, house.eth_pool, 3_000, 4_000, sender=owner)

    changed_at = chain.blocks.head.timestamp
    # No new loans from here on, but nobody is liquidatable in this block.
    assert tuple(house.terms.thresholds_bps(pool, house.eth_pool)) == (3_000, 8_000)
    assert accounts.health_wad(borrower) > WAD
    with ape.reverts("accounts: unhealthy"):
        pool.borrow(1, borrower, sender=borrower)
    chain.mine(timestamp=changed_at + DAY // 2)
    assert tuple(house.terms.thresholds_bps(pool, house.eth_pool)) == (3_000, 6_000)
    chain.mine(timestamp=changed_at + DAY - 1)
    assert tuple(house.terms.thresholds_bps(pool, house.eth_pool)) == (3_000, 4_000)
    chain.mine(timestamp=changed_at + DAY)
    assert tuple(house.terms.thresholds_bps(pool, house.eth_pool)) == (3_000, 4_000)
    assert accounts.health_wad(borrower) < WAD


def test_set_collateral__amid_a_ramp__starts_from_where_it_stands(house, owner, chain):
    pool = house.usd_pool
    house.terms.set_collateral(pool, house.eth_pool, 3_000, 4_000, sender=owner)
    chain.mine(timestamp=chain.blocks.head.timestamp + DAY // 2 - 1)

    receipt = house.terms.set_collateral(pool, house.eth_pool, 3_000, 5_000, sender=owner)

    (log,) = logs(receipt, house.terms.CollateralTermsChanged)
    assert log["old_liquidation_threshold_bps"] == 6_000
    assert house.terms.thresholds_bps(pool, house.eth_pool)[1] == 6_000
    # Up is at once.
    house.terms.set_collateral(pool, house.eth_pool, 3_000, 9_000, sender=owner)
    assert house.terms.thresholds_bps(pool, house.eth_pool)[1] == 9_000


def test_set_collateral__beyond_ten__reverts(house, project, owner, treasury):
    pool = house.btc_pool
    others = [house.usd_pool, house.eth_pool]
    for _ in range(9):
        others.append(
            make_pool(
                project,
                owner,
                treasury,
                house.usd,
                house.terms,
                house.accounts,
                house.oracle,
                house.rate,
            )
        )
    for other in others[:10]:
        house.terms.set_collateral(pool, other, 5_000, 6_000, sender=owner)

    with ape.reverts("terms: too many collaterals"):
        house.terms.set_collateral(pool, others[10], 5_000, 6_000, sender=owner)

    assert len(house.terms.collaterals_of(pool)) == 10
    house.terms.set_collateral(pool, others[0], 5_100, 6_000, sender=owner)
