# SPDX-License-Identifier: Apache-2.0
"""Who may set which term of a pool, within what, and what a pause stops."""

import ape
import pytest

from tests.unit.contracts.lending_house import FOREVER, SHARES, USD, WAD, logs, make_pool

DAY = 86_400

SUPPLY, BORROW, LIQUIDATE, FLASH = 1, 2, 4, 8
EVERYTHING = SUPPLY | BORROW | LIQUIDATE | FLASH
GUARDIAN, STEWARD = 1, 2


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


# --- Who may ---


def test_setters__by_a_stranger__revert(house, stranger):
    pool = house.usd_pool
    for method, arguments in (
        ("set_collateral", (pool, house.eth_pool, 7_500, 8_000)),
        ("set_caps", (pool, 1, 1)),
        ("set_min_debt", (pool, 1)),
        ("set_reserve_factor", (pool, 1)),
    ):
        with ape.reverts("terms: not owner or steward"):
            getattr(house.terms, method)(*arguments, sender=stranger)
    for method, arguments in (
        ("set_flash_fee", (pool, 1)),
        ("set_outflow_limit", (pool, 500, 600)),
        ("set_backstop", (pool, stranger)),
        ("set_role", (pool, stranger, GUARDIAN)),
        ("set_steward_bounds", (pool, 1, 3_600)),
        ("unpause", (pool, SUPPLY, 0)),
    ):
        with ape.reverts("terms: not the owner"):
            getattr(house.terms, method)(*arguments, sender=stranger)
    for method, arguments in (("pause", (pool, SUPPLY)), ("close", (pool,))):
        with ape.reverts("terms: not owner or guardian"):
            getattr(house.terms, method)(*arguments, sender=stranger)


def test_set_role__logs_and_is_of_one_pool_alone(house, owner, stranger):
    pool, terms = house.usd_pool, house.terms

    receipt = terms.set_role(pool, stranger, GUARDIAN | STEWARD, sender=owner)

    assert terms.role_of(pool, stranger) == GUARDIAN | STEWARD
    assert logs(receipt, terms.RoleChanged) == [
        {"pool": pool, "account": stranger, "old_role": 0, "new_role": GUARDIAN | STEWARD}
    ]
    with ape.reverts("terms: not owner or guardian"):
        terms.close(house.eth_pool, sender=stranger)
    terms.set_role(pool, stranger, 0, sender=owner)
    with ape.reverts("terms: not owner or guardian"):
        terms.close(pool, sender=stranger)


@pytest.fixture
def steward(house, owner, stranger):
    """Moves terms of the tUSD pool by a tenth, a day apart."""
    house.terms.set_role(house.usd_pool, stranger, STEWARD, sender=owner)
    house.terms.set_steward_bounds(house.usd_pool, 1_000, DAY, sender=owner)
    return stranger


def test_steward__moves_each_term_by_a_step_with_a_clock_of_its_own(house, owner, chain, steward):
    pool, terms = house.usd_pool, house.terms
    terms.set_caps(pool, 1_000, 500, sender=owner)
    terms.set_min_debt(pool, 100, sender=owner)
    moves = (
        lambda: terms.set_caps(pool, 1_100, 450, sender=steward),
        lambda: terms.set_min_debt(pool, 90, sender=steward),
        lambda: terms.set_reserve_factor(pool, 1_100, sender=steward),
        lambda: terms.set_collateral(pool, house.eth_pool, 7_000, 7_200, sender=steward),
        lambda: terms.set_collateral(pool, house.btc_pool, 7_000, 7_200, sender=steward),
    )
    for move in moves:
        move()
    moved_at = chain.blocks.head.timestamp

    assert tuple(terms.terms_of(pool))[:4] == (1_100, 450, 90, 1_100)
    # The steward's lower threshold ramps like the owner's.
    assert tuple(terms.thresholds_bps(pool, house.eth_pool)) == (7_000, 8_000)
    with ape.reverts("terms: too soon"):
        terms.set_caps(pool, 1_100, 450, sender=steward)
    chain.mine(timestamp=moved_at + DAY)
    terms.set_caps(pool, 1_210, 405, sender=steward)


def test_steward__beyond_a_step__reverts(house, owner, steward):
    pool, terms = house.usd_pool, house.terms
    terms.set_caps(pool, 1_000, 500, sender=owner)
    for caps in ((1_101, 500), (899, 500), (1_000, 551), (1_000, 449)):
        with ape.reverts("terms: step too large"):
            terms.set_caps(pool, *caps, sender=steward)
    for thresholds in ((6_749, 8_000), (7_500, 8_801)):
        with ape.reverts("terms: step too large"):
            terms.set_collateral(pool, house.eth_pool, *thresholds, sender=steward)
    terms.set_caps(pool, 900, 550, sender=steward)


def test_steward__of_a_term_with_no_whole_step__moves_by_less(house, owner, steward):
    pool, terms = house.usd_pool, house.terms
    terms.set_caps(pool, 1_001, 509, sender=owner)
    for caps in ((1_102, 509), (1_001, 458)):
        with ape.reverts("terms: step too large"):
            terms.set_caps(pool, *caps, sender=steward)
    terms.set_caps(pool, 1_101, 459, sender=steward)


def test_steward__opens_nothing_that_is_closed_and_accepts_nothing_new(house, owner, steward):
    pool, terms = house.usd_pool, house.terms
    terms.close(pool, sender=owner)
    with ape.reverts("terms: step too large"):
        terms.set_caps(pool, 1, 0, sender=steward)
    terms.set_role(house.btc_pool, steward, STEWARD, sender=owner)
    terms.set_steward_bounds(house.btc_pool, 2_500, 3_600, sender=owner)
    with ape.reverts("terms: step too large"):
        terms.set_collateral(house.btc_pool, house.eth_pool, 1_000, 2_000, sender=steward)


def test_steward__without_bounds__moves_nothing(house, owner, stranger):
    pool, terms = house.usd_pool, house.terms
    terms.set_role(pool, stranger, STEWARD, sender=owner)
    assert tuple(terms.steward_bounds(pool)) == (0, 0)
    with ape.reverts("terms: step too large"):
        terms.set_reserve_factor(pool, 1_001, sender=stranger)


def test_set_steward_bounds__logs_and_is_bounded(house, owner):
    pool, terms = house.usd_pool, house.terms

    receipt = terms.set_steward_bounds(pool, 2_500, 2_592_000, sender=owner)

    assert tuple(terms.steward_bounds(pool)) == (2_500, 2_592_000)
    assert logs(receipt, terms.StewardBoundsChanged) == [
        {
            "pool": pool,
            "old_step_bps": 0,
            "new_step_bps": 2_500,
            "old_delay_seconds": 0,
            "new_delay_seconds": 2_592_000,
        }
    ]
    for bounds in ((2_501, 3_600), (1, 3_599), (1, 2_592_001)):
        with ape.reverts("terms: steps out of range"):
            terms.set_steward_bounds(pool, *bounds, sender=owner)


# --- What is stopped ---


@pytest.fixture
def guardian(house, owner, stranger):
    house.terms.set_role(house.usd_pool, stranger, GUARDIAN, sender=owner)
    return stranger


def test_pause__of_each_action__refuses_it_by_name(
    house, guardian, lender, borrower, liquidator, owner
):
    house.lend_and_borrow(lender, borrower)
    house.set_price(house.eth, 1_000)
    pool, terms = house.usd_pool, house.terms
    actions = (
        (SUPPLY, "terms: supply paused", lambda: pool.deposit(1, lender, sender=lender)),
        (SUPPLY, "terms: supply paused", lambda: pool.mint(SHARES, lender, sender=lender)),
        (BORROW, "terms: borrow paused", lambda: pool.borrow(1, borrower, sender=borrower)),
        (
            LIQUIDATE,
            "terms: liquidation paused",
            lambda: pool.liquidate(borrower, house.eth_pool, USD, 0, sender=liquidator),
        ),
    )
    for action, reason, call in actions:
        terms.pause(pool, action, sender=guardian)
        with ape.reverts(reason):
            call()
        terms.unpause(pool, action, 0, sender=owner)
    pool.deposit(1, lender, sender=lender)
    pool.liquidate(borrower, house.eth_pool, USD, 0, sender=liquidator)


def test_pause__of_everything__leaves_every_exit_open(house, guardian, lender, borrower, stranger):
    house.lend_and_borrow(lender, borrower)
    pool, terms = house.usd_pool, house.terms

    terms.pause(pool, EVERYTHING, sender=guardian)
    terms.close(pool, sender=guardian)

    assert pool.maxDeposit(lender) == pool.maxMint(lender) == pool.maxFlashLoan(house.usd) == 0
    pool.withdraw(USD, lender, lender, sender=lender)
    pool.redeem(USD * SHARES, lender, lender, sender=lender)
    pool.transfer(stranger, SHARES, sender=lender)
    pool.repay(USD, borrower, sender=borrower)
    pool.repay_shares(SHARES, borrower, sender=borrower)
    pool.repay(FOREVER, borrower, sender=borrower)
    house.eth_pool.redeem(house.eth_pool.maxRedeem(borrower), borrower, borrower, sender=borrower)
    assert house.eth_pool.balanceOf(borrower) == 0


def test_guardian__stops_and_opens_nothing(house, guardian, owner):
    pool, terms = house.usd_pool, house.terms

    receipt = terms.pause(pool, SUPPLY, sender=guardian)
    again = terms.pause(pool, BORROW, sender=guardian)

    expected = {"pool": pool, "caller": guardian, "liquidation_opens_at": 0}
    assert logs(receipt, terms.PauseChanged) == [{**expected, "old_paused": 0, "new_paused": 1}]
    assert logs(again, terms.PauseChanged) == [{**expected, "old_paused": 1, "new_paused": 3}]
    assert terms.terms_of(pool).paused == SUPPLY | BORROW
    terms.close(pool, sender=guardian)
    assert tuple(terms.terms_of(pool))[:2] == (0, 0)
    with ape.reverts("terms: not the owner"):
        terms.unpause(pool, SUPPLY, 0, sender=guardian)
    with ape.reverts("terms: not owner or steward"):
        terms.set_caps(pool, 0, 0, sender=guardian)
    terms.unpause(pool, SUPPLY, 0, sender=owner)
    assert terms.terms_of(pool).paused == BORROW


def test_unpause__of_liquidation__waits_for_its_grace(
    house, chain, guardian, owner, lender, borrower, liquidator
):
    house.lend_and_borrow(lender, borrower)
    house.set_price(house.eth, 1_000)
    pool, terms = house.usd_pool, house.terms
    terms.pause(pool, LIQUIDATE, sender=guardian)

    terms.unpause(pool, EVERYTHING, 14_400, sender=owner)

    opened_at = chain.blocks.head.timestamp
    assert terms.terms_of(pool).liquidation_opens_at == opened_at + 14_400
    with ape.reverts("terms: liquidation in grace"):
        pool.liquidate(borrower, house.eth_pool, USD, 0, sender=liquidator)
    pool.repay(USD, borrower, sender=borrower)
    chain.mine(timestamp=opened_at + 14_400)
    pool.liquidate(borrower, house.eth_pool, USD, 0, sender=liquidator)


def test_unpause__of_other_actions__gives_no_grace(house, owner):
    pool, terms = house.usd_pool, house.terms
    terms.pause(pool, SUPPLY, sender=owner)
    terms.unpause(pool, SUPPLY | LIQUIDATE, 14_400, sender=owner)
    assert terms.terms_of(pool).liquidation_opens_at == 0
    with ape.reverts("terms: grace too long"):
        terms.unpause(pool, LIQUIDATE, 14_401, sender=owner)


def test_terms__share_their_words_without_touching_each_other(house, owner):
    pool, terms = house.usd_pool, house.terms
    terms.set_caps(pool, 2**104, 2**104, sender=owner)
    terms.set_min_debt(pool, 2**104, sender=owner)
    terms.set_reserve_factor(pool, 2_500, sender=owner)
    terms.set_flash_fee(pool, 100, sender=owner)
    terms.set_outflow_limit(pool, 10_000, 86_400, sender=owner)
    terms.pause(pool, EVERYTHING, sender=owner)

    assert tuple(terms.terms_of(pool)) == (
        *(2**104, 2**104, 2**104, 2_500, 100, 10_000, 86_400, 0, EVERYTHING),
    )
    assert terms.reserve_factor_bps(pool) == 2_500
    assert tuple(terms.terms_of(house.btc_pool))[4:] == (0, 0, 0, 0, 0)
