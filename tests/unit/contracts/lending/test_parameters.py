# SPDX-License-Identifier: Apache-2.0
import ape

from tests.unit.contracts.lending_house import (
    ETH,
    NOBODY,
    WAD,
    logs,
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
    assert list(house.terms.collaterals_of(pool)) == [house.eth_pool, house.btc_pool]
    assert house.accounts.risk_terms() == house.terms
    assert house.terms.terms_of(pool).min_debt == 0


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
        ("set_rate_model", (house.rate,)),
        ("set_fee_recipient", (stranger,)),
        ("transfer_ownership", (stranger,)),
    ):
        with ape.reverts("ownable: caller is not the owner"):
            getattr(pool, method)(*arguments, sender=stranger)


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
    with ape.reverts("pool: bad rate model"):
        pool.set_rate_model(house.rate, sender=owner)


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
        lambda: pool.set_rate_model(house.rate, sender=owner),
        lambda: house.terms.set_reserve_factor(pool, 2_000, sender=owner),
        lambda: pool.set_fee_recipient(treasury, sender=owner),
    ):
        chain.mine(deltatime=3_600)
        receipt = change()
        assert len(logs(receipt, pool.Accrued)) == 1
        assert pool.last_accrued_at() == receipt.timestamp // 1_000 or (
            pool.last_accrued_at() == receipt.timestamp
        )


def test_ownership__moves_in_two_steps(house, owner, stranger):
    house.usd_pool.transfer_ownership(stranger, sender=owner)
    assert house.usd_pool.owner() == owner

    house.usd_pool.accept_ownership(sender=stranger)

    assert house.usd_pool.owner() == stranger


def test_check_caps__by_anybody_but_accounts__reverts(house, stranger):
    with ape.reverts("pool: not accounts"):
        house.usd_pool.check_caps(sender=stranger)


def test_eth_deposit__is_not_locked_by_another_pools_cap(house, owner, lender):
    house.terms.set_caps(house.usd_pool, 0, 0, sender=owner)
    with ape.reverts("pool: supply cap"):
        house.usd_pool.deposit(1, lender, sender=lender)
    house.eth_pool.deposit(ETH, lender, sender=lender)
