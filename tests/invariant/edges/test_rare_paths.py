# SPDX-License-Identifier: Apache-2.0
"""Ways out of a decision that no story takes: `make coverage` asks for each of them."""

from collections.abc import Iterator

import pytest

from tests.evm import Contract, Machine, Reverted, actor, compile_contract
from tests.evm.refusal import refused
from tests.worlds.doubles import (
    hooked_token,
    listing_terms,
    module_window,
    relaying_pool,
    settable_feed,
    timed_feed,
    unapproving_token,
)
from tests.worlds.hostile import add_pool, deploy_factory, price
from tests.worlds.lending import OWNER, TREASURY, LendingWorld, build_lending
from tests.worlds.tokens import MAX_UINT256, MINTER, deploy_token

LENDER, BORROWER, LIQUIDATOR = actor("lender"), actor("borrower"), actor("liquidator")
NO_ADDRESS = "0x" + "00" * 20
WAD, USD, ETH, BTC, SHARES = 10**18, 10**6, 10**18, 10**8, 10**6

# Accounts checks as many pools and as many accounts at the end of a batch.
MAX_TOUCHED = 16

# Init code that deploys no code at all: PUSH0, PUSH0, RETURN.
EMPTY_CONTRACT = bytes.fromhex("5f5ff3")


@pytest.fixture(scope="module")
def built_world() -> LendingWorld:
    return build_lending([LENDER, BORROWER, LIQUIDATOR])


@pytest.fixture
def world(built_world: LendingWorld) -> Iterator[LendingWorld]:
    with built_world.machine.undone():
        yield built_world


def listed_double(world: LendingWorld) -> Contract:
    double = world.machine.deploy(relaying_pool(), world.accounts)
    world.accounts.list_pool(double, sender=OWNER)
    return double


# --- Accounts ---


def test_require_pool_check__outside_a_batch__is_refused(world: LendingWorld) -> None:
    double = listed_double(world)
    data = world.accounts.calldata("require_pool_check")

    with refused("accounts: no batch"):
        double.relay(world.accounts, data, sender=LENDER)


def test_require_pool_check__of_more_pools_than_a_batch_may_touch__is_refused(
    world: LendingWorld,
) -> None:
    accounts = world.accounts
    *doubles, first, second = [listed_double(world) for _ in range(MAX_TOUCHED + 1)]
    data = accounts.calldata("require_pool_check")
    calls = [(each.address, LENDER, each.calldata("relay", accounts, data)) for each in doubles]
    touch = (first.address, LENDER, first.calldata("relay", accounts, data))
    # A batch holds as many calls as it may touch pools: the last call touches two.
    touch_both = first.calldata(
        "relay_both", accounts, data, second, second.calldata("relay", accounts, data)
    )

    accounts.batch([*calls, touch], sender=LENDER)
    with refused("accounts: too many touched"):
        accounts.batch([*calls, (first.address, LENDER, touch_both)], sender=LENDER)


def test_require_pool_check__of_one_pool_again_and_again__counts_it_once(
    world: LendingWorld,
) -> None:
    accounts, double = world.accounts, listed_double(world)
    data = accounts.calldata("require_pool_check")
    twice = double.calldata("relay_both", accounts, data, accounts, data)
    call = (double.address, LENDER, twice)

    accounts.batch([call] * MAX_TOUCHED, sender=LENDER)


def test_uncovered__of_an_account_without_debt__is_nothing_lost(world: LendingWorld) -> None:
    assert world.accounts.uncovered(BORROWER, NO_ADDRESS) == (False, ())


def test_liquidate__in_the_second_of_a_batch__waits_for_the_next(world: LendingWorld) -> None:
    """What a batch has moved into place, be it a price, takes nothing in the same second."""
    usd, eth, accounts = world.pools["usd"], world.pools["eth"], world.accounts
    usd.deposit(10**6 * USD, LENDER, sender=LENDER)
    eth.deposit(ETH, BORROWER, sender=BORROWER)
    calls = [
        (accounts.address, BORROWER, accounts.calldata("pledge", BORROWER, eth)),
        (usd.address, BORROWER, usd.calldata("borrow", 2_000 * USD, BORROWER)),
    ]
    accounts.batch(calls, sender=BORROWER)
    world.set_price("eth", 2_000 * WAD)

    with refused("accounts: cooling off"):
        usd.liquidate(BORROWER, eth, 100 * USD, 0, sender=LIQUIDATOR)
    world.machine.wait(1)
    usd.liquidate(BORROWER, eth, 100 * USD, 0, sender=LIQUIDATOR)


def test_batch__of_an_account_that_owes_nothing__leaves_no_record(world: LendingWorld) -> None:
    eth, accounts = world.pools["eth"], world.accounts
    eth.deposit(ETH, BORROWER, sender=BORROWER)
    accounts.pledge(BORROWER, eth, sender=BORROWER)
    data = eth.calldata("redeem", SHARES * ETH, BORROWER, BORROWER)

    accounts.batch([(eth.address, BORROWER, data)], sender=BORROWER)

    assert accounts.debt_pool_of(BORROWER) == NO_ADDRESS
    assert accounts.debtor_count() == 0


# --- A pool ---


def test_seize__of_shares_that_are_not_pledged__is_refused_to_the_debt_pool_too(
    world: LendingWorld,
) -> None:
    double, eth = listed_double(world), world.pools["eth"]
    eth.deposit(ETH, BORROWER, sender=BORROWER)
    enter = world.accounts.calldata("enter_debt", BORROWER)
    call = (double.address, BORROWER, double.calldata("relay", world.accounts, enter))
    world.accounts.batch([call], sender=BORROWER)
    assert world.accounts.debt_pool_of(BORROWER) == double.address

    seize = world.accounts.calldata("seize", BORROWER, eth, LIQUIDATOR, SHARES)
    with refused("accounts: not pledged"):
        double.relay(world.accounts, seize, sender=LIQUIDATOR)

    assert eth.balanceOf(BORROWER) == ETH * SHARES


def test_loss__with_less_gas_than_a_backstop_may_need__is_refused(world: LendingWorld) -> None:
    """Whoever leaves the backstop too little would choose whom the loss meets."""
    usd, eth = world.pools["usd"], world.pools["eth"]
    usd.deposit(10**6 * USD, LENDER, sender=LENDER)
    eth.deposit(ETH, BORROWER, sender=BORROWER)
    world.accounts.pledge(BORROWER, eth, sender=BORROWER)
    usd.borrow(2_000 * USD, BORROWER, sender=BORROWER)
    world.terms.set_backstop(usd, eth, sender=OWNER)  # fails, and that holds nothing up
    world.set_price("eth", 1_000 * WAD)
    data = usd.calldata("liquidate", BORROWER, eth, MAX_UINT256, 0)
    owed, held = usd.debt_shares_of(BORROWER), eth.balanceOf(BORROWER)

    # Twice as much each time: too little for the way there, then for the backstop, then enough.
    refusals, gas = [], 100_000
    while usd.debt_shares_of(BORROWER) > 0:
        try:
            world.machine.send(LIQUIDATOR, usd.address, data, gas=gas)
        except Reverted as refusal:
            refusals.append(refusal.reason)
            assert (usd.debt_shares_of(BORROWER), eth.balanceOf(BORROWER)) == (owed, held)
        gas *= 2
    assert set(refusals) == {"", "pool: too little gas to cover"}
    assert refusals == sorted(refusals)


def test_deposit__of_more_than_a_word_counts__is_refused_in_a_batch_too(
    world: LendingWorld,
) -> None:
    """A batch may pass a cap on its way; what would spill from idle into debt it may not."""
    token, pool = add_pool(world, hooked_token(), [LENDER], arguments=(6,))
    token.mint(LENDER, 2**200)
    for assets, reason in ((2**127, "pool: supply cap"), (2**128, "")):
        deposit = pool.calldata("deposit", assets, LENDER)
        with refused(reason):
            world.accounts.batch([(pool.address, LENDER, deposit)], sender=LENDER)
    assert pool.total_debt() == 0


def test_loss__takes_the_crumbs_of_every_pool_that_still_holds_some(world: LendingWorld) -> None:
    usd, eth, btc = (world.pools[name] for name in ("usd", "eth", "btc"))
    usd.deposit(10**6 * USD, LENDER, sender=LENDER)
    for pool, assets in ((eth, ETH // 2), (btc, BTC // 1_000)):
        pool.deposit(assets, BORROWER, sender=BORROWER)
        world.accounts.pledge(BORROWER, pool, sender=BORROWER)
    usd.borrow(1_000 * USD, BORROWER, sender=BORROWER)
    # The least price that is one: what is held is worth less than a digit of a dollar.
    world.set_price("eth", 1)
    world.set_price("btc", 1)

    usd.recognize_bad_debt(BORROWER, sender=LIQUIDATOR)

    assert usd.debt_of(BORROWER) == 0
    assert eth.balanceOf(TREASURY) == ETH // 2 * SHARES
    assert btc.balanceOf(TREASURY) == BTC // 1_000 * SHARES


def test_covered__by_collateral_of_no_value__costs_nothing() -> None:
    assert Machine().deploy(module_window()).covered_assets_up(10, 10, 0, 200) == 0


def test_bonus__a_digit_above_a_basis_point__is_that_basis_point() -> None:
    """What lowers no health, 625 basis points and a digit here, is rounded down."""
    window = Machine().deploy(module_window())

    assert window.bonus_bps_down(85 * 10**16, 8_000) == 625
    assert window.bonus_bps_down(85 * 10**16 + 1, 8_000) == 625


# --- The factory ---


def test_create_pool__from_a_blueprint_that_makes_nothing__is_refused(world: LendingWorld) -> None:
    blueprint = world.machine.declare(EMPTY_CONTRACT)
    factory = world.machine.deploy(
        compile_contract("lending/PoolFactory.vy"),
        *(blueprint, world.accounts, world.oracle, TREASURY, OWNER),
    )

    with refused("pool-factory: empty pool"):
        factory.create_pool(terms(world, world.tokens["usd"]), sender=LENDER)


def test_factories__of_a_blueprint_of_nothing__are_refused(world: LendingWorld) -> None:
    machine, blueprint = world.machine, world.machine.declare(b"")
    with refused("pool-factory: not a blueprint"):
        machine.deploy(
            compile_contract("lending/PoolFactory.vy"),
            *(blueprint, world.accounts, world.oracle, TREASURY, OWNER),
        )
    with refused("factory: not a blueprint"):
        machine.deploy(compile_contract("exchange/PairFactory.vy"), blueprint, TREASURY, OWNER)


def test_create_pool__of_a_token_that_approves_nobody__is_refused(world: LendingWorld) -> None:
    factory = deploy_factory(world)
    token = world.machine.deploy(unapproving_token())
    price(world, token)
    token.mint(LENDER, 10**9)

    with refused("token: transfer refused"):
        factory.create_pool(terms(world, token), sender=LENDER)


def terms(world: LendingWorld, token: Contract) -> tuple:
    rate = world.pools["usd"].rate_model()
    return (token.address, "Odd", "odd", rate, OWNER, 10**15, 10**15, 0, 500 * USD)


# --- Prices ---


@pytest.mark.parametrize("name", ["usd", "eth"])
def test_twap__of_either_token_of_a_pair__is_its_price(name: str) -> None:
    """A pair orders its tokens by address: which of them is priced must not matter."""
    machine, decimals = Machine(), {"usd": 6, "eth": 18}
    tokens = {each: deploy_token(machine, each, decimals[each]) for each in decimals}
    ordered = sorted(tokens.values(), key=lambda token: int(token.address, 16))
    pair = machine.deploy(compile_contract("exchange/VolatilePair.vy"), *ordered, 30, 0, TREASURY)
    for token in ordered:
        token.mint(LENDER, 10**30, sender=MINTER)
        token.approve(pair, MAX_UINT256, sender=LENDER)
    assets = {tokens["usd"].address: 2_000_000 * USD, tokens["eth"].address: 1_000 * ETH}
    pair.add_liquidity(*(assets[each.address] for each in ordered), 0, LENDER, sender=LENDER)
    other = "eth" if name == "usd" else "usd"
    quote_feed = machine.deploy(settable_feed())
    quote_feed.set_price(tokens[other], {"usd": WAD, "eth": 2_000 * WAD}[other])
    feed = machine.deploy(
        compile_contract("oracles/PairTwapFeed.vy"),
        *(pair, tokens[name], quote_feed, 1_800, 7_200, 500, 1),
    )

    machine.wait(60)
    feed.checkpoint()
    machine.wait(1_800)

    expected = {"usd": WAD, "eth": 2_000 * WAD}[name]
    price_usd_wad, observed_at = feed.latest(tokens[name])
    assert expected - expected // 10**9 <= price_usd_wad <= expected
    assert observed_at == machine.timestamp


def test_twap__of_a_price_too_small_for_its_digits__is_nothing() -> None:
    """A mean of fewer than 10,000 parts of a WAD would be off by more than a basis point."""
    machine = Machine()
    tokens = sorted(
        (deploy_token(machine, each, 18) for each in ("one", "other")),
        key=lambda token: int(token.address, 16),
    )
    pair = machine.deploy(compile_contract("exchange/VolatilePair.vy"), *tokens, 30, 0, TREASURY)
    for token in tokens:
        token.mint(LENDER, 10**35, sender=MINTER)
        token.approve(pair, MAX_UINT256, sender=LENDER)
    pair.add_liquidity(10**7, 10**23, 0, LENDER, sender=LENDER)
    quote_feed = machine.deploy(settable_feed())
    for asset, quote in (tokens, tokens[::-1]):
        quote_feed.set_price(quote, WAD)
        feed = machine.deploy(
            compile_contract("oracles/PairTwapFeed.vy"),
            *(pair, asset, quote_feed, 1_800, 7_200, 500, 1),
        )
        machine.wait(60)
        feed.checkpoint()
        machine.wait(1_800)

        assert feed.mean_prices_wad() == (0, 0)
        assert feed.latest(asset) == (0, 0)


def test_price__of_five_feeds_with_two_fresh__is_the_median_of_all_and_stale(
    world: LendingWorld,
) -> None:
    oracle, token, machine = world.oracle, world.tokens["eth"], world.machine
    feeds = [machine.deploy(timed_feed()) for _ in range(5)]
    for feed in feeds:
        feed.set_price(token, 3_000 * WAD, machine.timestamp, sender=OWNER)
    oracle.set_feeds(token, feeds, 3_600, 10_000, 3_000 * WAD, sender=OWNER)
    machine.wait(3_601)
    for feed in feeds[:2]:
        feed.set_price(token, 3_100 * WAD, machine.timestamp, sender=OWNER)

    price_usd_wad, _observed_at, is_fresh = oracle.peek(token)

    assert (price_usd_wad, is_fresh) == (3_000 * WAD, False)
    with refused("oracle: stale price"):
        oracle.bid_usd_wad(token)


def test_publisher_feed__of_no_signers_or_no_reports__is_refused_or_signs_nothing() -> None:
    machine, artifact = Machine(), compile_contract("oracles/PublisherFeed.vy")
    signers = sorted((actor("one"), actor("other")), key=lambda each: int(each, 16))
    with refused("feed: threshold out of range"):
        machine.deploy(artifact, [], 1, OWNER)
    feed = machine.deploy(artifact, signers, 1, OWNER)

    with refused("feed: threshold out of range"):
        feed.set_signers([], 1, sender=OWNER)
    assert feed.digest([]) != feed.digest([(signers[0], 1, 1)])
    assert list(feed.signers()) == signers


# --- A lens ---


def test_lens__of_nothing__shows_nothing(world: LendingWorld) -> None:
    lens = world.machine.deploy(compile_contract("lending/Lens.vy"), world.accounts, world.oracle)

    assert lens.markets([]) == lens.pairs([], LENDER) == lens.vaults([], LENDER) == ()
    assert lens.account(LENDER, [])[-1] == ()


def test_lens__of_a_pool_with_ten_collaterals__shows_them_all(world: LendingWorld) -> None:
    terms = world.machine.deploy(listing_terms())
    accounts = world.machine.deploy(compile_contract("lending/Accounts.vy"), OWNER, terms)
    lens = world.machine.deploy(compile_contract("lending/Lens.vy"), accounts, world.oracle)
    (view,) = lens.markets([world.pools["usd"]])
    terms_shown = next(field for field in view if isinstance(field, tuple))

    assert [term[0] for term in terms_shown] == [f"0x{number:040x}" for number in range(1, 11)]


def test_pair_factory__of_a_blueprint_that_creates_nothing__lists_no_pair() -> None:
    machine = Machine()
    blueprint = machine.declare(EMPTY_CONTRACT)
    artifact = compile_contract("exchange/PairFactory.vy")
    factory = machine.deploy(artifact, blueprint, TREASURY, OWNER)
    tokens = [deploy_token(machine, f"t{decimals}", decimals) for decimals in (6, 18)]

    with refused("factory: empty pair"):
        factory.create_pair(*tokens, 30, sender=LENDER)
    assert factory.pair_count() == 0
