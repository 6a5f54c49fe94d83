# SPDX-License-Identifier: Apache-2.0
import ape
import pytest

from tests.unit.contracts.lending_house import (
    BTC,
    ETH,
    FOREVER,
    GRAVE,
    NOBODY,
    PURSE,
    SHARES,
    USD,
    WAD,
    logs,
)

SUPPLY_CAP, BORROW_CAP, MIN_DEBT = 10**13, 10**12, 100 * USD
SEED = 500 * USD


@pytest.fixture(scope="module")
def blueprint(project, owner):
    return owner.declare(project.LendingPool).contract_address


@pytest.fixture(scope="module")
def factory(project, house, owner, treasury, blueprint, stranger, lender):
    """Owns Accounts; a stranger and a lender have approved it for tUSD."""
    made = owner.deploy(
        project.PoolFactory, blueprint, house.accounts, house.oracle, treasury, owner
    )
    made.set_reserve_factor(1_000, sender=owner)
    house.accounts.transfer_ownership(made, sender=owner)
    made.accept_accounts(sender=owner)
    for token in (house.usd, house.btc, house.eth):
        for creator in (stranger, lender):
            token.approve(made, FOREVER, sender=creator)
    return made


@pytest.fixture
def terms(house, receiver):
    """Terms of a tUSD pool, changed by name."""

    def make(**changes):
        wanted = {
            "asset": house.usd,
            "name": "Stranger's tUSD",
            "symbol": "stUSD",
            "rate_model": house.rate,
            "owner": receiver,
            "supply_cap": SUPPLY_CAP,
            "borrow_cap": BORROW_CAP,
            "min_debt": MIN_DEBT,
            "seed_assets": SEED,
        }
        return tuple((wanted | changes).values())

    return make


def created(project, factory, receipt):
    (log,) = logs(receipt, factory.PoolCreated)
    return project.LendingPool.at(log["pool"])


def test_create_pool__by_anybody__creates_it_seeded_and_listed(
    project, house, factory, terms, stranger, receiver, treasury
):
    before = house.usd.balanceOf(stranger)

    receipt = factory.create_pool(terms(), sender=stranger)

    pool = created(project, factory, receipt)
    assert logs(receipt, factory.PoolCreated) == [
        {
            "creator": stranger,
            "asset": house.usd,
            "pool": pool,
            "owner": receiver,
            "rate_model": house.rate,
            "seed_assets": SEED,
            "seed_shares": SEED * SHARES,
            "is_listed": True,
        }
    ]
    assert logs(receipt, house.accounts.PoolListed) == [{"pool": pool}]
    assert house.accounts.is_pool(pool)
    assert (factory.is_pool(pool), factory.pool_count(), factory.pools(0)) == (True, 1, pool)
    assert factory.pools(1) == NOBODY and not factory.is_pool(house.usd_pool)
    assert (pool.name(), pool.symbol(), pool.decimals()) == ("Stranger's tUSD", "stUSD", 12)
    assert (pool.asset(), pool.accounts(), pool.oracle()) == (
        house.usd,
        house.accounts,
        house.oracle,
    )
    assert (pool.rate_model(), pool.fee_recipient()) == (house.rate, treasury)
    opened = house.terms.terms_of(pool)
    assert (opened.supply_cap, opened.borrow_cap, opened.min_debt) == (
        SUPPLY_CAP,
        BORROW_CAP,
        MIN_DEBT,
    )
    assert opened.reserve_factor_bps == 1_000
    assert pool.idle() == house.usd.balanceOf(pool) == pool.totalAssets() == SEED
    assert pool.balanceOf(GRAVE) == pool.totalSupply() == SEED * SHARES
    assert house.usd.balanceOf(stranger) == before - SEED
    assert house.usd.balanceOf(factory) == house.usd.allowance(factory, pool) == 0


def test_create_pool__offers_it_to_its_owner_and_keeps_no_power_over_it(
    project, house, factory, terms, owner, stranger, receiver
):
    pool = created(project, factory, factory.create_pool(terms(), sender=stranger))
    assert (pool.owner(), pool.pending_owner()) == (factory, receiver)
    for nobody in (owner, stranger):
        with ape.reverts("ownable_2step: caller is not the new owner"):
            pool.accept_ownership(sender=nobody)

    pool.accept_ownership(sender=receiver)

    assert pool.owner() == receiver
    house.terms.set_caps(pool, 1, 2, sender=receiver)
    with ape.reverts("terms: not owner or steward"):
        house.terms.set_caps(pool, 3, 4, sender=owner)


def test_pool__of_a_stranger__lends_and_backs_loans_once_it_is_accepted(
    project, house, factory, terms, owner, stranger, receiver, lender, borrower
):
    receipt = factory.create_pool(
        terms(asset=house.eth, seed_assets=ETH, supply_cap=10**24, borrow_cap=10**24, min_debt=0),
        sender=stranger,
    )
    pool = created(project, factory, receipt)
    house.eth.approve(pool, FOREVER, sender=borrower)
    house.usd_pool.deposit(10_000 * USD, lender, sender=lender)
    house.collateralize(borrower, pool, 10 * ETH)
    with ape.reverts("accounts: unhealthy"):
        house.usd_pool.borrow(USD, borrower, sender=borrower)

    house.terms.set_collateral(house.usd_pool, pool, 7_000, 7_500, sender=owner)

    house.usd_pool.borrow(5_000 * USD, borrower, sender=borrower)
    assert house.usd.balanceOf(borrower) == PURSE + 5_000 * USD
    # And it may be owed, against what its own owner accepts.
    pool.accept_ownership(sender=receiver)
    house.terms.set_collateral(pool, house.usd_pool, 7_000, 7_500, sender=receiver)
    house.accounts.pledge(lender, house.usd_pool, sender=lender)
    pool.borrow(ETH, lender, sender=lender)
    assert house.accounts.debt_pool_of(lender) == pool


def test_create_pool__for_the_factory_itself__gives_a_pool_that_nobody_changes(
    project, house, factory, terms, owner, stranger
):
    receipt = factory.create_pool(terms(owner=factory), sender=stranger)

    pool = created(project, factory, receipt)
    assert pool.owner() == pool.pending_owner() == factory
    for anybody in (owner, stranger):
        with ape.reverts("ownable_2step: caller is not the new owner"):
            pool.accept_ownership(sender=anybody)
        with ape.reverts("terms: not owner or steward"):
            house.terms.set_caps(pool, 0, 0, sender=anybody)


def test_create_pool__without_owning_accounts__leaves_the_listing_to_who_does(
    project, house, factory, terms, owner, stranger
):
    factory.hand_over_accounts(owner, sender=owner)
    assert factory.is_listing()
    house.accounts.accept_ownership(sender=owner)
    assert not factory.is_listing()

    receipt = factory.create_pool(terms(), sender=stranger)

    pool = created(project, factory, receipt)
    assert not logs(receipt, factory.PoolCreated)[0]["is_listed"]
    assert not house.accounts.is_pool(pool)
    with ape.reverts("ownable: caller is not the owner"):
        factory.list_pool(pool, sender=owner)
    house.accounts.list_pool(pool, sender=owner)
    assert house.accounts.is_pool(pool)


def test_create_pool__with_too_small_a_seed__reverts_and_leaves_nothing(
    house, factory, terms, owner, stranger
):
    before = house.usd.balanceOf(stranger)
    with ape.reverts("pool-factory: seed too small"):
        factory.create_pool(terms(seed_assets=USD - 1), sender=stranger)
    with ape.reverts("pool-factory: seed too small"):
        factory.create_pool(terms(seed_assets=0), sender=stranger)
    # Five hundred dollars of tBTC, and less than a million base units.
    with ape.reverts("pool-factory: seed too small"):
        factory.create_pool(terms(asset=house.btc, seed_assets=BTC // 100 - 1), sender=stranger)
    factory.set_min_seed(SEED // USD * WAD + 1, sender=owner)
    with ape.reverts("pool-factory: seed too small"):
        factory.create_pool(terms(), sender=stranger)
    assert factory.pool_count() == 0
    assert house.usd.balanceOf(stranger) == before

    factory.create_pool(terms(seed_assets=SEED + 1), sender=stranger)
    assert factory.pool_count() == 1


def test_create_pool__with_the_least_seed__is_enough(house, factory, terms, owner, stranger):
    # A dollar, and a million base units.
    factory.set_min_seed(WAD, sender=owner)
    factory.create_pool(terms(seed_assets=USD), sender=stranger)
    assert factory.pool_count() == 1


def test_create_pool__with_a_seed_a_fraction_too_small__reverts(
    house, factory, terms, owner, stranger
):
    house.feed.set_price(house.usd, WAD - 1, house.chain.pending_timestamp, sender=owner)
    # It is worth a millionth of the last digit less than this.
    factory.set_min_seed((USD + 1) * 10**12 - 1, sender=owner)
    with ape.reverts("pool-factory: seed too small"):
        factory.create_pool(terms(seed_assets=USD + 1), sender=stranger)


def test_create_pool__on_bad_terms__reverts(
    project, house, factory, terms, owner, stranger, borrower, chain
):
    unknown = owner.deploy(project.TestToken, "Unknown", "UNK", 18, owner)
    for changes, reason in (
        ({"owner": NOBODY}, "pool-factory: zero owner"),
        ({"asset": unknown}, "oracle: no feed"),
        ({"rate_model": stranger}, "pool: bad rate model"),
        ({"supply_cap": SEED - 1}, "pool: supply cap"),
        ({"supply_cap": 2**104 + 1}, "terms: cap too large"),
        ({"borrow_cap": 2**104 + 1}, "terms: cap too large"),
        ({"min_debt": 2**104 + 1}, "terms: cap too large"),
    ):
        with ape.reverts(reason):
            factory.create_pool(terms(**changes), sender=stranger)
    with ape.reverts("erc20: insufficient allowance"):
        factory.create_pool(terms(), sender=borrower)
    chain.mine(deltatime=604_801)
    with ape.reverts("oracle: stale price"):
        factory.create_pool(terms(), sender=stranger)
    assert factory.pool_count() == 0


def test_create_pool__twice__gives_two_pools(project, factory, terms, stranger, lender):
    one = created(project, factory, factory.create_pool(terms(), sender=stranger))
    other = created(project, factory, factory.create_pool(terms(), sender=lender))

    assert one.address != other.address
    assert [factory.pools(0), factory.pools(1), factory.pool_count()] == [one, other, 2]


def test_list_pool__by_the_owner__lists_what_was_created_elsewhere(
    project, house, factory, owner, treasury, stranger
):
    arguments = (house.usd, "Other", "OTH", house.accounts, house.oracle, house.rate)
    pool = owner.deploy(project.LendingPool, *arguments, treasury, owner)
    with ape.reverts("ownable: caller is not the owner"):
        factory.list_pool(pool, sender=stranger)
    with ape.reverts("accounts: pool not seeded"):
        factory.list_pool(pool, sender=owner)
    with ape.reverts("accounts: already listed"):
        factory.list_pool(house.usd_pool, sender=owner)
    house.terms.set_caps(pool, SEED, 0, sender=owner)
    house.usd.approve(pool, SEED, sender=owner)
    pool.deposit(SEED, GRAVE, sender=owner)

    factory.list_pool(pool, sender=owner)

    assert house.accounts.is_pool(pool) and not factory.is_pool(pool)


def test_accounts__change_hands_by_the_owner_alone(house, factory, owner, stranger):
    for call in (
        lambda: factory.accept_accounts(sender=stranger),
        lambda: factory.hand_over_accounts(stranger, sender=stranger),
        lambda: factory.set_min_seed(WAD, sender=stranger),
        lambda: factory.set_reserve_factor(0, sender=stranger),
    ):
        with ape.reverts("ownable: caller is not the owner"):
            call()
    with ape.reverts("ownable_2step: caller is not the new owner"):
        factory.accept_accounts(sender=owner)
    with ape.reverts("ownable: caller is not the owner"):
        house.accounts.list_pool(house.usd_pool, sender=owner)


def test_setters__log_old_and_new_within_bounds(factory, owner):
    receipt = factory.set_min_seed(10**6 * WAD, sender=owner)
    assert logs(receipt, factory.MinSeedChanged) == [
        {"old_min_seed_usd_wad": WAD, "new_min_seed_usd_wad": 10**6 * WAD}
    ]
    receipt = factory.set_reserve_factor(2_500, sender=owner)
    assert logs(receipt, factory.ReserveFactorChanged) == [
        {"old_reserve_factor_bps": 1_000, "new_reserve_factor_bps": 2_500}
    ]
    for bad in (WAD - 1, 10**6 * WAD + 1):
        with ape.reverts("pool-factory: seed out of range"):
            factory.set_min_seed(bad, sender=owner)
    with ape.reverts("pool-factory: reserve too large"):
        factory.set_reserve_factor(2_501, sender=owner)


def test_constructor__stores_or_refuses_what_it_was_given(
    project, house, factory, owner, treasury, blueprint, stranger
):
    good = [blueprint, house.accounts, house.oracle, treasury, owner]
    assert tuple(factory.parts()) == tuple(good[:4])
    for place, bad, reason in (
        (0, house.usd, "pool-factory: not a blueprint"),
        (0, stranger, "pool-factory: not a blueprint"),
        (1, stranger, "pool-factory: not a contract"),
        (2, stranger, "pool-factory: not a contract"),
        (3, NOBODY, "pool-factory: zero receiver"),
        (4, NOBODY, "pool-factory: zero owner"),
    ):
        arguments = [*good]
        arguments[place] = bad
        with ape.reverts(reason):
            owner.deploy(project.PoolFactory, *arguments)
