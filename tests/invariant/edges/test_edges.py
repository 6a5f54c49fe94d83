# SPDX-License-Identifier: Apache-2.0
"""Bounds met to the last unit, where a sign that is one off shows: no random call finds these."""

from collections.abc import Iterator

import pytest

from strategies.model.exponential import exp_wad_down
from tests.evm import Contract, Machine, actor, compile_contract, compile_text
from tests.evm.refusal import refused
from tests.worlds.doubles import HEAD, hooked_token, module_window, timed_feed
from tests.worlds.hostile import add_pool
from tests.worlds.lending import OWNER, TREASURY, LendingWorld, build_lending
from tests.worlds.tokens import deploy_token

LENDER, BORROWER, LIQUIDATOR = actor("lender"), actor("borrower"), actor("liquidator")
FRIENDS = [actor(f"friend {number}") for number in range(16)]
CAST = [LENDER, BORROWER, LIQUIDATOR, *FRIENDS]
MAX_UINT256 = 2**256 - 1
WAD, USD, ETH, BTC, SHARES = 10**18, 10**6, 10**18, 10**8, 10**6
KINK_WAD = 9 * WAD // 10
MAX_RATE_WAD = 10 * WAD


@pytest.fixture(scope="module")
def built_world() -> LendingWorld:
    return build_lending(CAST)


@pytest.fixture
def world(built_world: LendingWorld) -> Iterator[LendingWorld]:
    with built_world.machine.undone():
        yield built_world


def back(world: LendingWorld, name: str, assets: int, owner: str = BORROWER) -> Contract:
    """Deposit and pledge."""
    pool = world.pools[name]
    pool.deposit(assets, owner, sender=owner)
    if not world.accounts.is_pledged(owner, pool):
        world.accounts.pledge(owner, pool, sender=owner)
    return pool


def lend(world: LendingWorld, assets: int = 10**6 * USD) -> Contract:
    pool = world.pools["usd"]
    pool.deposit(assets, LENDER, sender=LENDER)
    return pool


# --- A pool ---


def test_max_redeem__worth_exactly_what_is_idle__is_every_share(world: LendingWorld) -> None:
    """Of shares worth as much as the cash and a fraction, all may go."""
    pool = lend(world, 10 * USD)
    pool.mint(USD * SHARES + 7, BORROWER, sender=BORROWER)
    back(world, "eth", 10 * ETH, LIQUIDATOR)
    pool.borrow(pool.idle() - USD, LIQUIDATOR, sender=LIQUIDATOR)

    assert pool.idle() == pool.convertToAssets(pool.balanceOf(BORROWER)) == USD
    assert pool.maxRedeem(BORROWER) == USD * SHARES + 7
    pool.redeem(USD * SHARES + 7, BORROWER, BORROWER, sender=BORROWER)
    assert pool.idle() == 0


def test_accrue__without_interest_or_without_a_fee__logs_nothing_of_it(world: LendingWorld) -> None:
    pool = lend(world)
    world.machine.wait(100)
    pool.accrue(sender=LENDER)
    assert pool.logs() == []

    back(world, "eth", ETH)
    pool.borrow(1_000 * USD, BORROWER, sender=BORROWER)
    world.terms.set_reserve_factor(pool, 0, sender=OWNER)
    world.machine.wait(86_400)
    pool.accrue(sender=LENDER)
    assert [log.event for log in pool.logs()] == ["Accrued"]


def test_room__at_the_supply_cap__is_nothing(world: LendingWorld) -> None:
    pool = lend(world)
    world.terms.set_caps(pool, pool.totalAssets(), 2**104, sender=OWNER)
    assert pool.maxDeposit(LENDER) == pool.maxMint(LENDER) == 0
    world.terms.set_caps(pool, pool.totalAssets() + 1, 2**104, sender=OWNER)
    assert pool.maxDeposit(LENDER) == 1
    pool.deposit(1, LENDER, sender=LENDER)


def test_caps__reached_to_the_unit__are_kept(world: LendingWorld) -> None:
    pool = lend(world)
    back(world, "eth", ETH)
    world.terms.set_caps(pool, 2**104, 100 * USD, sender=OWNER)
    world.terms.set_min_debt(pool, 100 * USD, sender=OWNER)
    pool.borrow(100 * USD, BORROWER, sender=BORROWER)
    with refused("pool: borrow cap"):
        pool.borrow(1, BORROWER, sender=BORROWER)
    with refused("pool: debt below minimum"):
        pool.repay(1, BORROWER, sender=BORROWER)


def test_setters__at_their_bounds__take_the_bound_and_no_more(world: LendingWorld) -> None:
    pool = world.pools["usd"]
    world.terms.set_caps(pool, 2**104, 2**104, sender=OWNER)
    world.terms.set_reserve_factor(pool, 2_500, sender=OWNER)
    world.terms.set_collateral(pool, world.pools["eth"], 9_499, 9_500, sender=OWNER)
    for caps in ((2**104 + 1, 0), (0, 2**104 + 1)):
        with refused("terms: cap too large"):
            world.terms.set_caps(pool, *caps, sender=OWNER)
    with refused("terms: reserve factor too large"):
        world.terms.set_reserve_factor(pool, 2_501, sender=OWNER)
    for thresholds in ((9_500, 9_500), (9_000, 9_501)):
        with refused("terms: thresholds out of order"):
            world.terms.set_collateral(pool, world.pools["eth"], *thresholds, sender=OWNER)


# --- Accounts ---


def test_seventeenth_account__touched_in_a_batch__is_refused_by_its_reason(
    world: LendingWorld,
) -> None:
    """Sixteen calls touch sixteen accounts; a token that calls back touches one more."""
    eth, accounts = world.pools["eth"], world.accounts
    token, odd = add_pool(world, hooked_token(), CAST, arguments=(6,))
    for friend in FRIENDS:
        eth.deposit(1, friend, sender=friend)
        accounts.pledge(friend, eth, sender=friend)
        for spender in (LENDER, token):
            eth.approve(spender, MAX_UINT256, sender=friend)
    odd.deposit(USD, LENDER, sender=LENDER)
    accounts.pledge(LENDER, odd, sender=LENDER)
    token.set_hook(eth, eth.calldata("transferFrom", FRIENDS[15], LENDER, 1), False)

    calls = [
        (eth.address, LENDER, eth.calldata("transferFrom", friend, LENDER, 1))
        for friend in FRIENDS[:15]
    ]
    calls.append((odd.address, LENDER, odd.calldata("withdraw", 1, LENDER, LENDER)))
    accounts.batch(calls, sender=LENDER)

    assert token.hook_count() == 1
    assert not token.is_hook_successful()
    assert b"accounts: too many touched" in token.hook_answer()
    # One call less, and the hook's account is the sixteenth.
    token.set_hook(eth, eth.calldata("transferFrom", FRIENDS[15], LENDER, 1), False)
    accounts.batch(calls[1:], sender=LENDER)
    assert token.is_hook_successful()


def test_withdrawable__at_the_very_limit__is_the_fraction_that_is_worth_nothing(
    world: LendingWorld,
) -> None:
    pool = lend(world)
    eth = back(world, "eth", ETH)
    eth.mint(7, BORROWER, sender=BORROWER)
    pool.borrow(2_250 * USD, BORROWER, sender=BORROWER)
    status = world.accounts.status(BORROWER)
    assert status[2] == status[4], "debt and limit are equal"

    free = world.accounts.withdrawable_shares(BORROWER, eth)

    assert 0 < free < 2 * SHARES
    eth.transfer(LENDER, free, sender=BORROWER)
    with refused("accounts: unhealthy"):
        eth.transfer(LENDER, SHARES, sender=BORROWER)


def test_withdrawable__when_the_others_carry_the_debt_exactly__is_all(world: LendingWorld) -> None:
    pool = lend(world)
    eth, btc = back(world, "eth", ETH), back(world, "btc", BTC)
    pool.borrow(2_250 * USD, BORROWER, sender=BORROWER)

    assert world.accounts.withdrawable_shares(BORROWER, btc) == MAX_UINT256
    pool.borrow(1, BORROWER, sender=BORROWER)
    assert world.accounts.withdrawable_shares(BORROWER, btc) < btc.balanceOf(BORROWER)
    assert world.accounts.withdrawable_shares(BORROWER, eth) == MAX_UINT256


def test_debtors__asked_past_the_end__are_none(world: LendingWorld) -> None:
    pool = lend(world)
    back(world, "eth", ETH)
    pool.borrow(USD, BORROWER, sender=BORROWER)
    accounts = world.accounts
    assert accounts.debtors(0, 1) == accounts.debtors(0, 1_000) == (BORROWER,)
    assert accounts.debtors(0, 0) == accounts.debtors(1, 5) == accounts.debtors(2, 5) == ()


# --- Liquidation and loss ---


def owing(world: LendingWorld, dollars: int, eth: int, btc: int) -> Contract:
    """Owe `dollars` behind so many base units of both, at first worth enough."""
    pool = lend(world)
    back(world, "eth", eth)
    back(world, "btc", btc)
    for name in ("eth", "btc"):
        world.set_price(name, 10**6 * WAD)
    pool.borrow(dollars, BORROWER, sender=BORROWER)
    return pool


@pytest.mark.parametrize(("left_usd", "is_lost"), [(50, False), (49, True)])
def test_loss__of_a_debt_no_larger_than_what_is_left__is_none(
    world: LendingWorld, left_usd: int, is_lost: bool
) -> None:
    """150 USD of debt; 102 are taken for 100, and 50 stay owed."""
    pool = owing(world, 150 * USD, ETH, BTC)
    world.set_price("eth", 102 * WAD)
    world.set_price("btc", left_usd * WAD)

    assert pool.liquidate(BORROWER, world.pools["eth"], MAX_UINT256, 0, sender=LIQUIDATOR)[0] == (
        100 * USD
    )

    assert (pool.debt_of(BORROWER) == 0) == is_lost


@pytest.mark.parametrize(("left_usd_wad", "is_lost"), [(100 * WAD, False), (100 * WAD - 1, True)])
def test_loss__beside_dust_to_the_last_digit__is_taken_below_it_alone(
    world: LendingWorld, left_usd_wad: int, is_lost: bool
) -> None:
    pool = owing(world, 1_000 * USD, ETH, BTC)
    world.set_price("eth", 102 * WAD)
    world.set_price("btc", left_usd_wad)

    pool.liquidate(BORROWER, world.pools["eth"], MAX_UINT256, 0, sender=LIQUIDATOR)

    assert (pool.debt_of(BORROWER) == 0) == is_lost


def test_loss__takes_crumbs_of_what_the_pool_accepts_alone(world: LendingWorld) -> None:
    pool, eth = owing(world, 1_000 * USD, ETH, BTC), world.pools["eth"]
    back(world, "usd", 5 * USD)
    world.set_price("eth", 102 * WAD)
    world.set_price("btc", WAD)

    pool.liquidate(BORROWER, eth, MAX_UINT256, 0, sender=LIQUIDATOR)

    seized = [log for log in eth.logs() if log.event == "Transfer"]
    assert pool.debt_of(BORROWER) == 0
    receivers = [list(log.fields.values())[1] for log in seized]
    assert receivers == [LIQUIDATOR], "nothing was left of it to take"
    assert world.pools["btc"].balanceOf(TREASURY) == BTC * SHARES
    assert pool.balanceOf(BORROWER) == 5 * USD * SHARES


def test_liquidation__that_closes_a_loan__asks_no_price_of_what_is_not_its_collateral(
    world: LendingWorld,
) -> None:
    """A pledge that the debt pool does not accept counts for nothing, and holds nobody up."""
    btc, usd, eth = world.pools["btc"], world.pools["usd"], world.pools["eth"]
    btc.deposit(10 * BTC, LENDER, sender=LENDER)
    back(world, "usd", 120 * USD)
    back(world, "eth", ETH)
    btc.borrow(BTC * 90 // 60_000, BORROWER, sender=BORROWER)
    world.set_price("eth", 0)
    world.set_price("btc", 70_000 * WAD)
    assert not world.accounts.is_check_deferred(BORROWER)

    btc.liquidate(BORROWER, usd, MAX_UINT256, 0, sender=LIQUIDATOR)

    assert btc.debt_of(BORROWER) == 0
    assert eth.balanceOf(BORROWER) == ETH * SHARES


def test_limits__of_the_last_digit_of_a_value__are_rounded_down(world: LendingWorld) -> None:
    pool = lend(world)
    back(world, "eth", ETH)
    pool.borrow(USD, BORROWER, sender=BORROWER)
    world.set_price("eth", 1)

    status = world.accounts.status(BORROWER)

    # Value, borrow limit, liquidation limit, health: 75 and 80 % of 1 are nothing.
    assert status[3:] == (1, 0, 0, 0)


def test_bad_debt__recognized_after_a_year__is_lost_with_its_interest(world: LendingWorld) -> None:
    """What is written off is what is owed at that second, not what was owed at the last accrual."""
    pool = lend(world)
    world.set_price("eth", 10**12 * WAD)
    back(world, "eth", 10**9)
    pool.borrow(500 * USD, BORROWER, sender=BORROWER)
    world.set_price("eth", 1)
    world.machine.wait(365 * 86_400)
    owed, lent_out = pool.debt_of(BORROWER), pool.total_debt()
    assert owed == lent_out > 500 * USD

    assert pool.recognize_bad_debt(BORROWER, sender=LIQUIDATOR) == owed
    assert pool.total_debt() == 0
    assert pool.last_accrued_at() == world.machine.timestamp


def test_bonus__between_two_basis_points__is_the_lower() -> None:
    for short_wad, bonus_bps in ((300, 500), (301, 500), (300 + 10**14 - 1, 500)):
        health_wad = 97 * WAD // 100 - (short_wad - 300)
        assert WINDOW.bonus_bps_down(health_wad, 8_000) == bonus_bps
    assert WINDOW.bonus_bps_down(97 * WAD // 100 - 10**14, 8_000) == 501


def test_quote__for_exactly_all_of_a_collateral__asks_no_unit_too_much(
    world: LendingWorld,
) -> None:
    """At a quarter of a dollar four base units of tETH are worth the last digit of a value."""
    eth, usd = world.pools["eth"], back(world, "usd", 100 * USD)
    eth.deposit(10**5 * ETH, LENDER, sender=LENDER)
    world.set_price("eth", WAD // 500)
    eth.borrow(4 * 10**4 * ETH, BORROWER, sender=BORROWER)
    world.set_price("eth", WAD // 4)
    held_usd_wad = 100 * WAD
    repay_usd_wad = -(-held_usd_wad * 10_000 // 10_200)
    assert repay_usd_wad * 10_200 // 10_000 == held_usd_wad

    repaid, seized, bonus_bps = world.accounts.quote_liquidation(
        BORROWER, usd, 4 * repay_usd_wad + 3
    )

    assert bonus_bps == 200
    assert seized == usd.balanceOf(BORROWER)
    assert repaid == 4 * repay_usd_wad


def test_pool_after_a_great_loss__gives_shares_up_to_their_bound(world: LendingWorld) -> None:
    """Shares may be so cheap that their number is bounded before the assets are."""
    pool = lend(world, 2**103)
    back(world, "eth", 2**104 - 10**7)
    world.set_price("eth", 10**12 * WAD)
    pool.borrow(pool.idle() - 2**97, BORROWER, sender=BORROWER)
    world.set_price("eth", 1)
    pool.liquidate(BORROWER, world.pools["eth"], MAX_UINT256, 0, sender=LIQUIDATOR)
    assert pool.total_debt() == 0
    pool.deposit(10**6, LENDER, sender=LENDER)

    left = 2**128 - pool.totalSupply()
    assert 0 < pool.maxMint(LENDER) <= left
    assert pool.maxDeposit(LENDER) < 2**104 - pool.totalAssets()
    with refused("pool: supply cap"):
        pool.mint(left + 1, LENDER, sender=LENDER)
    pool.mint(left, LENDER, sender=LENDER)
    assert pool.totalSupply() == 2**128
    assert pool.maxDeposit(LENDER) == pool.maxMint(LENDER) == 0


WINDOW = Machine().deploy(module_window())


def test_closable__that_leaves_exactly_dust__is_a_part() -> None:
    """1,000 USD owed at a limit of 902: 900 bring the health to 1.10 and leave the 100 of dust."""
    debt = 1_000 * USD
    question = (debt, 1_000 * WAD, 902 * WAD, 8_000, 1_000)
    assert WINDOW.closable_assets_up(*question) == 900 * USD
    # A little more to repay leaves less than dust.
    assert WINDOW.closable_assets_up(debt, 1_000 * WAD, 902 * WAD - 1, 8_000, 1_000) == debt


@pytest.mark.parametrize(
    ("debt_usd_wad", "limit_usd_wad"), [(10**21, 902 * WAD + 1), (10**21 + 1, 902 * WAD + 1)]
)
def test_closable__in_base_units_as_fine_as_its_value__is_rounded_up_once(
    debt_usd_wad: int, limit_usd_wad: int
) -> None:
    """Of 18 decimals at a dollar each digit shows: the lack down, then what is repaid up."""
    lack_usd_wad = 11 * debt_usd_wad // 10 - limit_usd_wad
    repay = -(-lack_usd_wad * WAD // (22 * WAD // 100))
    question = (debt_usd_wad, debt_usd_wad, limit_usd_wad, 8_000, 1_000)
    assert WINDOW.closable_assets_up(*question) == repay


def test_closable__of_a_loan_at_the_dust_value__is_all() -> None:
    for debt_usd_wad in (100 * WAD - 1, 100 * WAD, 100 * WAD + 1):
        question = (100 * USD, debt_usd_wad, 99 * WAD, 8_000, 1_000)
        assert WINDOW.closable_assets_up(*question) == 100 * USD


# --- The oracle ---


def test_peek__of_an_asset_without_feeds__is_nothing(world: LendingWorld) -> None:
    assert world.oracle.peek(actor("no token")) == (0, 0, False)
    with refused("oracle: no feed"):
        world.oracle.price_usd_wad(actor("no token"))


@pytest.mark.parametrize(("observed_at", "is_heard"), [(2**64 - 1, True), (2**64, False)])
def test_observation__of_a_far_future__is_heard_below_its_bound(
    world: LendingWorld, observed_at: int, is_heard: bool
) -> None:
    oracle, token = world.oracle, world.tokens["eth"]
    feed = world.machine.deploy(timed_feed())
    feed.set_price(token, 3_000 * WAD, world.machine.timestamp, sender=OWNER)
    oracle.set_feeds(token, [feed], 3_600, 0, 3_000 * WAD, sender=OWNER)

    feed.set_price(token, 3_000 * WAD, observed_at, sender=OWNER)

    assert oracle.peek(token)[2] == is_heard


# What a feed must not be believed: a price that it reverts with, and half an answer.
REVERTING_FEED = """
@external
@view
def latest(asset: address) -> (uint256, uint256):
    price_usd_wad: uint256 = 1_000 * 10**18
    raw_revert(abi_encode(price_usd_wad, block.timestamp))
"""
SHORT_FEED = """
@external
@view
def latest(asset: address) -> uint256:
    return 1_000 * 10**18
"""


@pytest.mark.parametrize("source", [REVERTING_FEED, SHORT_FEED], ids=["reverting", "short"])
def test_price__of_a_feed_that_answers_no_answer__is_that_of_the_other(
    world: LendingWorld, source: str
) -> None:
    oracle, token, machine = world.oracle, world.tokens["eth"], world.machine
    feed = machine.deploy(timed_feed())
    feed.set_price(token, 3_000 * WAD, machine.timestamp, sender=OWNER)
    other = machine.deploy(compile_text("mocks/OddFeed.vy", HEAD + source))

    oracle.set_feeds(token, [feed, other], 3_600, 0, 3_000 * WAD, sender=OWNER)

    assert oracle.price_usd_wad(token) == 3_000 * WAD


def test_mean__of_a_time_that_divides_no_second__decays_by_the_exponent_rounded_down(
    world: LendingWorld,
) -> None:
    # From so far away that a wei of the exponent is a million million wei of the mean.
    oracle, machine = world.oracle, world.machine
    token = deploy_token(machine, "far", 18)
    far_usd_wad, mean_seconds = 10**30, 3_600
    feed = machine.deploy(timed_feed())
    feed.set_price(token, far_usd_wad, machine.timestamp, sender=OWNER)
    oracle.set_feeds(token, [feed], 86_400, 0, far_usd_wad, sender=OWNER)
    oracle.set_guards(token, 0, 100, mean_seconds, sender=OWNER)
    feed.set_price(token, WAD, machine.timestamp, sender=OWNER)
    oracle.refresh(token, sender=LENDER)

    machine.wait(1)

    growth_wad = exp_wad_down(WAD // mean_seconds)
    assert growth_wad < exp_wad_down(WAD // mean_seconds + 1)
    assert oracle.mean_usd_wad(token) == WAD + (far_usd_wad - WAD) * WAD // growth_wad


@pytest.mark.parametrize(("fresh", "is_enough"), [(1, False), (2, True), (3, True)])
def test_price__of_four_feeds__wants_half_of_them_fresh(
    world: LendingWorld, fresh: int, is_enough: bool
) -> None:
    oracle, token, machine = world.oracle, world.tokens["eth"], world.machine
    feeds = [machine.deploy(timed_feed()) for _ in range(4)]
    for feed in feeds:
        feed.set_price(token, 3_000 * WAD, machine.timestamp, sender=OWNER)
    oracle.set_feeds(token, feeds, 3_600, 0, 3_000 * WAD, sender=OWNER)
    machine.wait(3_601)
    for feed in feeds[:fresh]:
        feed.set_price(token, 3_000 * WAD, machine.timestamp, sender=OWNER)

    assert oracle.peek(token)[2] == is_enough


def test_set_feeds__at_its_bounds__takes_the_bound_and_no_more(world: LendingWorld) -> None:
    oracle, token = world.oracle, world.tokens["eth"]
    feed = world.machine.deploy(timed_feed())
    feed.set_price(token, 3_030 * WAD, world.machine.timestamp, sender=OWNER)
    for age in (0, 604_801):
        with refused("oracle: max age out of range"):
            oracle.set_feeds(token, [feed], age, 100, 3_030 * WAD, sender=OWNER)
    with refused("oracle: price moves too far"):
        oracle.set_feeds(token, [feed], 604_800, 99, 3_030 * WAD, sender=OWNER)
    oracle.set_feeds(token, [feed], 604_800, 100, 3_030 * WAD, sender=OWNER)
    with refused("oracle: no feeds given"):
        oracle.set_feeds(token, [], 3_600, 100, 3_030 * WAD, sender=OWNER)


@pytest.mark.parametrize("sign", [1, -1])
def test_set_feeds__one_percent_off_what_is_expected__is_taken_and_a_wei_more_is_not(
    world: LendingWorld, sign: int
) -> None:
    """The price does not move: the expectation alone speaks against it."""
    oracle, token, expected = world.oracle, world.tokens["eth"], 2_000 * WAD
    feed = world.machine.deploy(timed_feed())
    for excess, is_taken in ((1, False), (0, True)):
        price = expected + sign * (expected // 100 + excess)
        world.set_price("eth", price)
        feed.set_price(token, price, world.machine.timestamp, sender=OWNER)
        if is_taken:
            oracle.set_feeds(token, [feed], 3_600, 100, expected, sender=OWNER)
        else:
            with refused("oracle: price not as expected"):
                oracle.set_feeds(token, [feed], 3_600, 100, expected, sender=OWNER)


@pytest.mark.parametrize(("decimals", "is_taken"), [(36, True), (37, False)])
def test_set_feeds__of_a_token_with_many_decimals__is_bounded(
    world: LendingWorld, decimals: int, is_taken: bool
) -> None:
    token = deploy_token(world.machine, "tODD", decimals)
    feed = world.machine.deploy(timed_feed())
    feed.set_price(token, WAD, world.machine.timestamp, sender=OWNER)
    if is_taken:
        world.oracle.set_feeds(token, [feed], 3_600, 0, WAD, sender=OWNER)
        assert world.oracle.value_usd_wad_down(token, 10**36) == WAD
    else:
        with refused("oracle: too many decimals"):
            world.oracle.set_feeds(token, [feed], 3_600, 0, WAD, sender=OWNER)


# --- The curve ---


@pytest.mark.parametrize(
    "curve",
    [
        (MAX_RATE_WAD, 0, 0, KINK_WAD),
        (0, MAX_RATE_WAD, 0, KINK_WAD),
        (0, 0, MAX_RATE_WAD, KINK_WAD),
        (MAX_RATE_WAD - 2, 1, 1, KINK_WAD),
        (0, 0, 0, 1),
        (0, 0, 0, WAD - 1),
    ],
)
def test_curve__at_its_bounds__is_taken(curve: tuple[int, ...]) -> None:
    assert Machine().deploy(compile_contract("rates/KinkedRate.vy"), *curve).curve() == curve


@pytest.mark.parametrize(
    ("curve", "reason"),
    [
        ((MAX_RATE_WAD + 1, 0, 0, KINK_WAD), "rate: above the maximum"),
        ((0, MAX_RATE_WAD + 1, 0, KINK_WAD), "rate: above the maximum"),
        ((0, 0, MAX_RATE_WAD + 1, KINK_WAD), "rate: above the maximum"),
        ((MAX_RATE_WAD, 1, 0, KINK_WAD), "rate: above the maximum"),
        ((MAX_UINT256, 1, 0, KINK_WAD), "rate: above the maximum"),
        ((0, MAX_UINT256, 1, KINK_WAD), "rate: above the maximum"),
        ((0, 1, MAX_UINT256, KINK_WAD), "rate: above the maximum"),
        ((0, 0, 0, 0), "rate: kink out of range"),
        ((0, 0, 0, WAD), "rate: kink out of range"),
    ],
)
def test_curve__beyond_its_bounds__is_refused(curve: tuple[int, ...], reason: str) -> None:
    with refused(reason):
        Machine().deploy(compile_contract("rates/KinkedRate.vy"), *curve)
