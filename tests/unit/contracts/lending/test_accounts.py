# SPDX-License-Identifier: Apache-2.0
import ape

from tests.unit.contracts.lending_house import (
    BORROW_BPS,
    BPS,
    ETH,
    FOREVER,
    NOBODY,
    SHARES,
    USD,
    WAD,
    ceil_div,
    logs,
    make_pool,
    sub_account,
)


def test_pledge__of_a_listed_pool__is_noted_and_registers_the_owner(house, borrower):
    accounts = house.accounts

    receipt = accounts.pledge(borrower, house.eth_pool, sender=borrower)

    assert accounts.is_pledged(borrower, house.eth_pool)
    assert not accounts.is_pledged(borrower, house.usd_pool)
    assert list(accounts.pledges_of(borrower)) == [house.eth_pool]
    assert accounts.owner_of(borrower) == borrower
    assert accounts.owner_of(sub_account(borrower, 200)) == borrower
    assert logs(receipt, accounts.Pledged) == [{"account": borrower, "pool": house.eth_pool}]
    (registered,) = logs(receipt, accounts.OwnerRegistered)
    assert registered["owner"] == borrower
    assert bytes(registered["prefix"])[:19] == bytes.fromhex(borrower.address[2:40])


def test_pledge__for_a_sub_account__is_the_owners_to_do(house, borrower, stranger):
    account = sub_account(borrower, 5)

    house.accounts.pledge(account, house.eth_pool, sender=borrower)

    assert house.accounts.is_pledged(account, house.eth_pool)
    assert not house.accounts.is_pledged(borrower, house.eth_pool)
    with ape.reverts("accounts: not the owner"):
        house.accounts.pledge(account, house.usd_pool, sender=stranger)


def test_account__of_a_registered_family__obeys_its_owner_alone(house, accounts, borrower):
    # Even a key of the very same family, found against all odds, is refused.
    house.accounts.pledge(borrower, house.eth_pool, sender=borrower)
    sibling = accounts.impersonate_account(sub_account(borrower, 1))
    sibling.balance = "1 ether"
    for account in (borrower.address, sibling.address):
        with ape.reverts("accounts: not the owner"):
            house.accounts.pledge(account, house.usd_pool, sender=sibling)
    with ape.reverts("accounts: not the owner"):
        house.accounts.batch(
            [house.call(house.accounts, borrower, "pledge", borrower, house.usd_pool)],
            sender=sibling,
        )
    with ape.reverts("accounts: not the owner"):
        house.usd_pool.borrow(1, accounts[0], sender=sibling)


def test_pledge__twice_or_of_a_stranger__reverts(house, borrower, stranger):
    house.accounts.pledge(borrower, house.eth_pool, sender=borrower)
    with ape.reverts("accounts: already pledged"):
        house.accounts.pledge(borrower, house.eth_pool, sender=borrower)
    with ape.reverts("accounts: pool not listed"):
        house.accounts.pledge(borrower, stranger, sender=borrower)


def test_pledge__of_an_eleventh_pool__reverts(house, project, owner, treasury, borrower):
    pools = [
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
        for _ in range(11)
    ]
    for pool in pools[:10]:
        house.accounts.pledge(borrower, pool, sender=borrower)
    with ape.reverts("accounts: too many pledges"):
        house.accounts.pledge(borrower, pools[10], sender=borrower)


def test_unpledge__without_debt__frees(house, borrower, owner):
    accounts = house.accounts
    accounts.pledge(borrower, house.eth_pool, sender=borrower)
    accounts.pledge(borrower, house.usd_pool, sender=borrower)
    house.feed.set_broken(True, sender=owner)

    receipt = accounts.unpledge(borrower, house.eth_pool, sender=borrower)

    assert list(accounts.pledges_of(borrower)) == [house.usd_pool]
    assert logs(receipt, accounts.Unpledged) == [{"account": borrower, "pool": house.eth_pool}]


def test_unpledge__ends_in_the_health_check(house, lender, borrower):
    house.lend_and_borrow(lender, borrower)
    with ape.reverts("accounts: unhealthy"):
        house.accounts.unpledge(borrower, house.eth_pool, sender=borrower)


def test_unpledge__of_what_is_not_pledged_or_not_owned__reverts(house, borrower, stranger):
    with ape.reverts("accounts: not pledged"):
        house.accounts.unpledge(borrower, house.eth_pool, sender=borrower)
    with ape.reverts("accounts: not the owner"):
        house.accounts.unpledge(borrower, house.eth_pool, sender=stranger)


def test_pool_functions__by_strangers__revert(house, lender, borrower, stranger):
    house.lend_and_borrow(lender, borrower)
    accounts = house.accounts
    for method, arguments in (
        ("enter_debt", (stranger,)),
        ("require_pool_check", ()),
    ):
        with ape.reverts("accounts: pool not listed"):
            getattr(accounts, method)(*arguments, sender=stranger)
    for method, arguments in (
        ("leave_debt", (borrower,)),
        ("seize", (borrower, house.eth_pool, stranger, 1)),
        ("sweep_uncovered", (borrower, house.eth_pool, stranger)),
    ):
        with ape.reverts("accounts: not the debt pool"):
            getattr(accounts, method)(*arguments, sender=stranger)


def test_require_pool_check__outside_a_batch__reverts(house, accounts):
    pool = accounts.impersonate_account(house.usd_pool.address)
    pool.balance = "1 ether"
    with ape.reverts("accounts: no batch"):
        house.accounts.require_pool_check(sender=pool)


def test_leave_debt__by_another_pool__reverts(house, accounts, lender, borrower):
    house.lend_and_borrow(lender, borrower)
    pool = accounts.impersonate_account(house.eth_pool.address)
    pool.balance = "1 ether"
    with ape.reverts("accounts: not the debt pool"):
        house.accounts.leave_debt(borrower, sender=pool)


def test_list_pool__logs_and_refuses_strangers_twins_and_the_empty(
    house, project, owner, treasury, stranger
):
    accounts = house.accounts
    pool = make_pool(
        project,
        owner,
        treasury,
        house.usd,
        house.terms,
        accounts,
        house.oracle,
        house.rate,
        False,
    )
    with ape.reverts("ownable: caller is not the owner"):
        accounts.list_pool(pool, sender=stranger)

    receipt = accounts.list_pool(pool, sender=owner)

    assert accounts.is_pool(pool)
    assert logs(receipt, accounts.PoolListed) == [{"pool": pool}]
    with ape.reverts("accounts: already listed"):
        accounts.list_pool(pool, sender=owner)


def test_list_pool__of_another_house_or_without_a_seed__reverts(house, project, owner, treasury):
    other = owner.deploy(project.Accounts, owner, house.terms)
    with ape.reverts("accounts: foreign pool"):
        other.list_pool(house.usd_pool, sender=owner)

    pool = owner.deploy(
        project.LendingPool,
        house.usd,
        "Empty",
        "E",
        house.accounts,
        house.oracle,
        house.rate,
        treasury,
        owner,
    )
    house.terms.set_caps(pool, 10**12, 0, sender=owner)
    house.usd.approve(pool, FOREVER, sender=owner)
    pool.deposit(10**6 - 1, owner, sender=owner)
    with ape.reverts("accounts: pool not seeded"):
        house.accounts.list_pool(pool, sender=owner)
    pool.deposit(1, owner, sender=owner)
    house.accounts.list_pool(pool, sender=owner)


def test_sub_account__of_every_number__shares_the_prefix(house, borrower):
    for number in (0, 1, 127, 255):
        assert house.accounts.sub_account(borrower, number) == sub_account(borrower, number)
    assert house.accounts.sub_account(borrower, 0) == borrower
    with ape.reverts("accounts: id out of range"):
        house.accounts.sub_account(borrower, 256)


def test_owner_of__a_family_never_seen__is_nobody(house, stranger):
    assert house.accounts.owner_of(stranger) == NOBODY


def test_status__without_anything__is_empty(house, stranger):
    status = house.accounts.status(stranger)

    assert status.debt_pool == NOBODY
    assert status.debt_assets == status.collateral_usd_wad == 0
    assert status.health_wad == house.accounts.health_wad(stranger) == FOREVER
    house.accounts.check_account(stranger)


def test_check_account__between_the_thresholds__reverts_but_is_not_liquidatable(
    house, lender, borrower
):
    house.lend_and_borrow(lender, borrower)
    house.accounts.check_account(borrower)

    house.set_price(house.eth, 1_300)  # 9,750 may be borrowed, 10,400 is the limit

    assert house.accounts.health_wad(borrower) == 10_400 * WAD // 10_000
    with ape.reverts("accounts: unhealthy"):
        house.accounts.check_account(borrower)


def test_status__ignores_what_the_debt_pool_does_not_accept(house, owner, lender, borrower):
    house.usd_pool.deposit(100_000 * USD, borrower, sender=borrower)
    house.accounts.pledge(borrower, house.usd_pool, sender=borrower)
    house.lend_and_borrow(lender, borrower)

    status = house.accounts.status(borrower)

    assert status.collateral_usd_wad == 20_000 * WAD
    # Nor is it held back, as long as the rest carries the debt.
    free = house.accounts.withdrawable_shares(borrower, house.usd_pool)
    assert free == FOREVER


def test_withdrawable_shares__of_an_account_over_its_limit__is_none(house, lender, borrower):
    house.lend_and_borrow(lender, borrower)
    house.set_price(house.eth, 1_300)

    assert house.accounts.withdrawable_shares(borrower, house.eth_pool) == 0
    assert house.eth_pool.maxRedeem(borrower) == 0


def test_withdrawable_shares__when_another_collateral_suffices__is_all(house, lender, borrower):
    house.lend_and_borrow(lender, borrower)
    house.collateralize(borrower, house.btc_pool, 10**8)

    assert house.accounts.withdrawable_shares(borrower, house.eth_pool) == FOREVER
    assert house.eth_pool.maxRedeem(borrower) == 10 * ETH * SHARES
    house.eth_pool.redeem(10 * ETH * SHARES, borrower, borrower, sender=borrower)


def test_withdrawable_shares__of_a_collateral_worth_little__is_exact(house, lender, borrower):
    # A tETH of a tenth of a cent: many base units are worth one of a value, so that each step shows.
    price_usd_wad, held, debt = 10**15 + 7, 10**25 - 3, 5_000 * USD + 3
    house.feed.set_price(house.eth, price_usd_wad, house.chain.pending_timestamp, sender=lender)
    house.usd_pool.deposit(100_000 * USD, lender, sender=lender)
    house.collateralize(borrower, house.eth_pool, held)
    house.usd_pool.borrow(debt, borrower, sender=borrower)
    limit_usd_wad = house.accounts.status(borrower).borrow_limit_usd_wad
    value_usd_wad = held * price_usd_wad // WAD
    others_usd_wad = limit_usd_wad - value_usd_wad * BORROW_BPS // BPS
    keep_usd_wad = ceil_div((debt * 10**12 - others_usd_wad) * BPS, BORROW_BPS)
    keep_assets = ceil_div(held * keep_usd_wad, value_usd_wad)

    free = house.accounts.withdrawable_shares(borrower, house.eth_pool)

    assert others_usd_wad == 0
    assert free == (held - keep_assets) * SHARES
    house.eth_pool.redeem(free, borrower, borrower, sender=borrower)


def test_debtors__come_and_go(house, lender, borrower, liquidator, stranger):
    pool, accounts = house.usd_pool, house.accounts
    pool.deposit(100_000 * USD, lender, sender=lender)
    for actor in (borrower, liquidator, stranger):
        house.collateralize(actor, house.eth_pool, ETH)
        pool.borrow(100 * USD, actor, sender=actor)
    assert accounts.debtor_count() == 3
    assert list(accounts.debtors(0, 100)) == [borrower, liquidator, stranger]
    assert list(accounts.debtors(1, 1)) == [liquidator]
    assert list(accounts.debtors(3, 5)) == []
    assert list(accounts.debtors(2, FOREVER)) == [stranger]

    pool.repay(FOREVER, borrower, sender=borrower)

    assert list(accounts.debtors(0, 100)) == [stranger, liquidator]
    pool.repay(FOREVER, liquidator, sender=liquidator)
    pool.repay(FOREVER, stranger, sender=stranger)
    assert accounts.debtor_count() == 0
    pool.borrow(100 * USD, borrower, sender=borrower)
    assert list(accounts.debtors(0, 100)) == [borrower]
