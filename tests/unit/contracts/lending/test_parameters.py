# SPDX-License-Identifier: Apache-2.0
import ape
import pytest

from tests.unit.contracts.lending_house import (
    ETH,
    NOBODY,
    USD,
    WAD,
    logs,
    make_pool,
)

DAY = 86_400


def test_constructor__of_a_pool__says_what_it_was_given(house, owner, treasury):
    pool = house.usd_pool

    assert pool.name() == "Headwater Pool"
    assert pool.symbol() == "hwP"
    assert pool.decimals() == 12
    assert pool.asset() == house.usd
    assert pool.accounts() == house.accounts
    assert pool.oracle() == house.oracle
    assert pool.rate_model() == house.rate
    assert pool.fee_recipient() == treasury
    assert pool.owner() == owner
    assert list(pool.collaterals()) == [house.eth_pool, house.btc_pool]
    assert pool.min_debt() == 0


def test_constructor__without_a_fee_recipient__reverts(house, project, owner):
    with ape.reverts("pool: bad receiver"):
        owner.deploy(
            project.LendingPool,
            house.usd,
            "X",
            "X",
            house.accounts,
            house.oracle,
            house.rate,
            NOBODY,
            owner,
        )


def test_setters__by_a_stranger__revert(house, stranger):
    pool = house.usd_pool
    for method, arguments in (
        ("set_collateral", (house.eth_pool, 1, 2)),
        ("set_caps", (1, 1)),
        ("set_min_debt", (1,)),
        ("set_rate_model", (house.rate,)),
        ("set_reserve_factor", (1,)),
        ("set_fee_recipient", (stranger,)),
        ("transfer_ownership", (stranger,)),
    ):
        with ape.reverts("ownable: caller is not the owner"):
            getattr(pool, method)(*arguments, sender=stranger)


def test_set_caps__logs_old_and_new(house, owner):
    pool = house.usd_pool
    pool.set_caps(7, 8, sender=owner)

    receipt = pool.set_caps(9, 10, sender=owner)

    assert (pool.supply_cap(), pool.borrow_cap()) == (9, 10)
    assert logs(receipt, pool.CapsChanged) == [
        {"old_supply_cap": 7, "new_supply_cap": 9, "old_borrow_cap": 8, "new_borrow_cap": 10}
    ]
    for caps in ((2**104 + 1, 0), (0, 2**104 + 1)):
        with ape.reverts("pool: cap too large"):
            pool.set_caps(*caps, sender=owner)


def test_set_min_debt__logs_old_and_new(house, owner):
    receipt = house.usd_pool.set_min_debt(5, sender=owner)

    assert house.usd_pool.min_debt() == 5
    assert logs(receipt, house.usd_pool.MinDebtChanged) == [{"old_min_debt": 0, "new_min_debt": 5}]
    with ape.reverts("pool: cap too large"):
        house.usd_pool.set_min_debt(2**104 + 1, sender=owner)


def test_set_rate_model__logs_and_refuses_what_does_not_answer(house, project, owner, stranger):
    pool = house.usd_pool
    model = owner.deploy(project.KinkedRate, WAD // 100, WAD // 10, WAD, WAD // 2)

    receipt = pool.set_rate_model(model, sender=owner)

    assert pool.rate_model() == model
    assert pool.borrow_rate_per_second_wad() == WAD // 100 // 31_536_000
    assert logs(receipt, pool.RateModelChanged) == [
        {"old_rate_model": house.rate, "new_rate_model": model}
    ]
    with ape.reverts("pool: bad rate model"):
        pool.set_rate_model(stranger, sender=owner)
    house.rate.set_broken(True, sender=owner)
    with ape.reverts("mock: rate is broken"):
        pool.set_rate_model(house.rate, sender=owner)


def test_set_reserve_factor__logs_and_is_bounded(house, owner):
    pool = house.usd_pool

    receipt = pool.set_reserve_factor(2_500, sender=owner)

    assert pool.reserve_factor_bps() == 2_500
    assert logs(receipt, pool.ReserveFactorChanged) == [
        {"old_reserve_factor_bps": 1_000, "new_reserve_factor_bps": 2_500}
    ]
    with ape.reverts("pool: reserve factor too large"):
        pool.set_reserve_factor(2_501, sender=owner)


def test_set_fee_recipient__logs_and_refuses_nobody(house, owner, treasury, stranger):
    pool = house.usd_pool

    receipt = pool.set_fee_recipient(stranger, sender=owner)

    assert pool.fee_recipient() == stranger
    assert logs(receipt, pool.FeeRecipientChanged) == [
        {"old_fee_recipient": treasury, "new_fee_recipient": stranger}
    ]
    for bad in (NOBODY, pool.address):
        with ape.reverts("pool: bad receiver"):
            pool.set_fee_recipient(bad, sender=owner)


def test_setters__settle_the_past_first(house, owner, chain, lender, borrower, treasury):
    house.lend_and_borrow(lender, borrower)
    house.rate.set_rate(10**10, sender=owner)
    pool = house.usd_pool
    for change in (
        lambda: pool.set_caps(10**30, 10**30, sender=owner),
        lambda: pool.set_min_debt(0, sender=owner),
        lambda: pool.set_rate_model(house.rate, sender=owner),
        lambda: pool.set_reserve_factor(2_000, sender=owner),
        lambda: pool.set_fee_recipient(treasury, sender=owner),
        lambda: pool.set_collateral(house.eth_pool, 7_500, 8_000, sender=owner),
    ):
        chain.mine(deltatime=3_600)
        receipt = change()
        assert len(logs(receipt, pool.Accrued)) == 1
        assert pool.last_accrued_at() == receipt.timestamp // 1_000 or (
            pool.last_accrued_at() == receipt.timestamp
        )


def test_reserve_factor__of_the_past__stays_with_the_past(
    house, owner, chain, lender, borrower, treasury
):
    house.lend_and_borrow(lender, borrower)
    pool = house.usd_pool
    pool.set_reserve_factor(0, sender=owner)
    house.rate.set_rate(10**10, sender=owner)
    chain.mine(deltatime=86_400)

    pool.set_reserve_factor(2_500, sender=owner)

    assert pool.balanceOf(treasury) == 0


def test_set_collateral__of_a_new_pool__logs_and_lists(house, owner):
    pool = house.btc_pool

    receipt = pool.set_collateral(house.usd_pool, 6_000, 7_000, sender=owner)

    assert tuple(pool.collateral_terms(house.usd_pool)) == (6_000, 7_000)
    assert list(pool.collaterals()) == [house.usd_pool]
    assert tuple(pool.collateral_terms(house.eth_pool)) == (0, 0)
    assert logs(receipt, pool.CollateralTermsChanged) == [
        {
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
    with ape.reverts("pool: thresholds out of order"):
        house.usd_pool.set_collateral(house.eth_pool, borrow_bps, liquidation_bps, sender=owner)


def test_set_collateral__of_itself_or_a_stranger__reverts(
    house, project, owner, treasury, stranger
):
    pool = house.usd_pool
    with ape.reverts("pool: own collateral"):
        pool.set_collateral(pool, 5_000, 6_000, sender=owner)
    unlisted = make_pool(
        project, owner, treasury, house.eth, house.accounts, house.oracle, house.rate, False
    )
    for other in (stranger, unlisted):
        with ape.reverts("pool: collateral not listed"):
            pool.set_collateral(other, 5_000, 6_000, sender=owner)


def test_set_collateral__without_a_fresh_price__reverts(house, owner):
    house.feed.set_broken(True, sender=owner)
    with ape.reverts("oracle: stale price"):
        house.usd_pool.set_collateral(house.eth_pool, 5_000, 6_000, sender=owner)


def test_set_collateral__lower__ramps_over_a_day(house, owner, chain, lender, borrower):
    house.lend_and_borrow(lender, borrower, usd=15_000 * USD)
    pool, accounts = house.usd_pool, house.accounts
    assert accounts.health_wad(borrower) == 16_000 * WAD // 15_000

    pool.set_collateral(house.eth_pool, 3_000, 4_000, sender=owner)

    changed_at = chain.blocks.head.timestamp
    # No new loans from here on, but nobody is liquidatable in this block.
    assert tuple(pool.collateral_terms(house.eth_pool)) == (3_000, 8_000)
    assert accounts.health_wad(borrower) > WAD
    with ape.reverts("accounts: unhealthy"):
        pool.borrow(1, borrower, sender=borrower)
    chain.mine(timestamp=changed_at + DAY // 2)
    assert tuple(pool.collateral_terms(house.eth_pool)) == (3_000, 6_000)
    chain.mine(timestamp=changed_at + DAY - 1)
    assert tuple(pool.collateral_terms(house.eth_pool)) == (3_000, 4_000)
    chain.mine(timestamp=changed_at + DAY)
    assert tuple(pool.collateral_terms(house.eth_pool)) == (3_000, 4_000)
    assert accounts.health_wad(borrower) < WAD


def test_set_collateral__amid_a_ramp__starts_from_where_it_stands(house, owner, chain):
    pool = house.usd_pool
    pool.set_collateral(house.eth_pool, 3_000, 4_000, sender=owner)
    chain.mine(timestamp=chain.blocks.head.timestamp + DAY // 2 - 1)

    receipt = pool.set_collateral(house.eth_pool, 3_000, 5_000, sender=owner)

    (log,) = logs(receipt, pool.CollateralTermsChanged)
    assert log["old_liquidation_threshold_bps"] == 6_000
    assert pool.collateral_terms(house.eth_pool)[1] == 6_000
    # Up is at once.
    pool.set_collateral(house.eth_pool, 3_000, 9_000, sender=owner)
    assert pool.collateral_terms(house.eth_pool)[1] == 9_000


def test_set_collateral__beyond_ten__reverts(house, project, owner, treasury):
    pool = house.btc_pool
    others = [house.usd_pool, house.eth_pool]
    for _ in range(9):
        others.append(
            make_pool(project, owner, treasury, house.usd, house.accounts, house.oracle, house.rate)
        )
    for other in others[:10]:
        pool.set_collateral(other, 5_000, 6_000, sender=owner)

    with ape.reverts("pool: too many collaterals"):
        pool.set_collateral(others[10], 5_000, 6_000, sender=owner)

    assert len(pool.collaterals()) == 10
    pool.set_collateral(others[0], 5_100, 6_000, sender=owner)


def test_ownership__moves_in_two_steps(house, owner, stranger):
    house.usd_pool.transfer_ownership(stranger, sender=owner)
    assert house.usd_pool.owner() == owner

    house.usd_pool.accept_ownership(sender=stranger)

    assert house.usd_pool.owner() == stranger


def test_check_caps__by_anybody_but_accounts__reverts(house, stranger):
    with ape.reverts("pool: not accounts"):
        house.usd_pool.check_caps(sender=stranger)


def test_eth_deposit__is_not_locked_by_another_pools_cap(house, owner, lender):
    house.usd_pool.set_caps(0, 0, sender=owner)
    with ape.reverts("pool: supply cap"):
        house.usd_pool.deposit(1, lender, sender=lender)
    house.eth_pool.deposit(ETH, lender, sender=lender)
