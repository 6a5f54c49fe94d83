# SPDX-License-Identifier: Apache-2.0
from math import exp

import ape
import pytest

WAD = 10**18
HOUR = 3_600


@pytest.fixture(scope="module")
def token(project, owner):
    return owner.deploy(project.TestToken, "Test Bitcoin", "tBTC", 8, owner)


@pytest.fixture(scope="module")
def feeds(project, owner):
    return [owner.deploy(project.SettableFeed) for _ in range(5)]


@pytest.fixture(scope="module")
def oracle(project, owner):
    return owner.deploy(project.PriceOracle, owner)


@pytest.fixture
def say(chain, owner, token, feeds):
    """Let each feed name a price, some seconds ago."""

    def speak(*prices, age_seconds=0):
        at = chain.blocks.head.timestamp - age_seconds
        for feed, price in zip(feeds, prices, strict=False):
            feed.set_price(token, price, at, sender=owner)
        return at

    return speak


def test_price__of_one_feed__is_its_price(oracle, token, feeds, say, owner):
    at = say(50_000 * WAD)

    receipt = oracle.set_feeds(token, feeds[:1], HOUR, 0, 50_000 * WAD, sender=owner)

    assert oracle.price_usd_wad(token) == 50_000 * WAD
    assert oracle.bid_usd_wad(token) == oracle.ask_usd_wad(token) == 50_000 * WAD
    assert tuple(oracle.peek(token)) == (50_000 * WAD, at, True)
    assert list(oracle.feeds_of(token)) == feeds[:1]
    assert oracle.max_age_seconds_of(token) == HOUR
    (log,) = oracle.FeedsChanged.from_receipt(receipt)
    assert dict(log.event_arguments) == {
        "asset": token,
        "old_feeds": [],
        "new_feeds": [feeds[0]],
        "old_max_age_seconds": 0,
        "new_max_age_seconds": HOUR,
    }


@pytest.mark.parametrize(
    ("prices", "median"),
    [
        ((5,), 5),
        ((5, 8), 6),
        ((9, 1, 5), 5),
        ((1, 9, 5), 5),
        ((4, 3, 2, 1), 2),
        ((5, 4, 3, 2, 1), 3),
        ((1, 2, 3, 4, 5), 3),
        ((7, 7, 1, 7, 9), 7),
    ],
)
def test_price__of_several_feeds__is_the_median(oracle, token, feeds, say, owner, prices, median):
    say(*prices)
    oracle.set_feeds(token, feeds[: len(prices)], HOUR, 0, median, sender=owner)

    assert oracle.price_usd_wad(token) == median


def test_value__rounds_collateral_down_and_debt_up(oracle, token, feeds, say, owner):
    say(WAD + 1)
    oracle.set_feeds(token, feeds[:1], HOUR, 0, WAD + 1, sender=owner)

    assert oracle.value_usd_wad_down(token, 10**8) == oracle.value_usd_wad_up(token, 10**8)
    assert oracle.value_usd_wad_down(token, 1) == 10**10
    assert oracle.value_usd_wad_up(token, 1) == 10**10 + 1
    assert oracle.value_usd_wad_down(token, 0) == oracle.value_usd_wad_up(token, 0) == 0


def test_price__too_old__reverts(oracle, token, feeds, say, owner, chain):
    at = say(5)
    oracle.set_feeds(token, feeds[:1], HOUR, 0, 5, sender=owner)
    chain.mine(timestamp=at + HOUR)
    assert oracle.price_usd_wad(token) == 5

    chain.mine(timestamp=at + HOUR + 1)

    for read in (
        lambda: oracle.price_usd_wad(token),
        lambda: oracle.bid_usd_wad(token),
        lambda: oracle.ask_usd_wad(token),
        lambda: oracle.value_usd_wad_down(token, 1),
        lambda: oracle.value_usd_wad_up(token, 1),
    ):
        with ape.reverts("oracle: stale price"):
            read()
    assert tuple(oracle.peek(token)) == (5, at, False)


def test_price__of_an_unknown_asset__reverts_but_peek_does_not(oracle, stranger):
    with ape.reverts("oracle: no feed"):
        oracle.price_usd_wad(stranger)
    with ape.reverts("oracle: no feed"):
        oracle.value_usd_wad_up(stranger, 1)
    assert tuple(oracle.peek(stranger)) == (0, 0, False)


def test_price__with_half_of_the_feeds__stands_and_with_fewer_does_not(
    oracle, token, feeds, say, owner
):
    say(10, 20, 30, 40)
    oracle.set_feeds(token, feeds[:4], HOUR, 0, 25, sender=owner)

    feeds[0].set_broken(True, sender=owner)
    feeds[1].set_broken(True, sender=owner)
    assert oracle.price_usd_wad(token) == 35

    feeds[2].set_broken(True, sender=owner)
    with ape.reverts("oracle: stale price"):
        oracle.price_usd_wad(token)
    price, _at, is_fresh = oracle.peek(token)
    assert (price, is_fresh) == (40, False)


def test_price__of_zero_or_beyond_reason__does_not_count(oracle, token, feeds, say, owner):
    say(10, 20, 30)
    oracle.set_feeds(token, feeds[:3], HOUR, 0, 20, sender=owner)

    say(0, 20, 2**256 - 1)
    with ape.reverts("oracle: stale price"):
        oracle.price_usd_wad(token)
    say(0, 20, 30)
    assert oracle.price_usd_wad(token) == 25
    feeds[2].set_price(token, 30, 2**256 - 1, sender=owner)
    with ape.reverts("oracle: stale price"):
        oracle.price_usd_wad(token)


def test_peek__with_all_feeds_broken__knows_nothing(oracle, token, feeds, say, owner):
    say(10)
    oracle.set_feeds(token, feeds[:1], HOUR, 0, 10, sender=owner)
    feeds[0].set_broken(True, sender=owner)

    assert tuple(oracle.peek(token)) == (0, 0, False)


def test_peek__names_the_oldest_observation(oracle, token, feeds, say, owner, chain):
    old = say(10, age_seconds=100)
    feeds[1].set_price(token, 20, chain.blocks.head.timestamp, sender=owner)
    oracle.set_feeds(token, feeds[:2], HOUR, 0, 15, sender=owner)

    assert tuple(oracle.peek(token)) == (15, old, True)


def test_set_feeds__that_moves_the_price_too_far__reverts(oracle, token, feeds, say, owner):
    say(1_000, 1_010, 989)
    oracle.set_feeds(token, feeds[:1], HOUR, 0, 1_000, sender=owner)

    with ape.reverts("oracle: price moves too far"):
        oracle.set_feeds(token, feeds[1:2], HOUR, 99, 1_010, sender=owner)
    with ape.reverts("oracle: price moves too far"):
        oracle.set_feeds(token, feeds[2:3], HOUR, 100, 989, sender=owner)
    oracle.set_feeds(token, feeds[1:2], HOUR, 100, 1_010, sender=owner)

    assert oracle.price_usd_wad(token) == 1_010


def test_set_feeds__badly__reverts(oracle, project, token, feeds, say, owner, stranger):
    say(1, age_seconds=2 * HOUR)
    with ape.reverts("ownable: caller is not the owner"):
        oracle.set_feeds(token, feeds[:1], HOUR, 0, 1, sender=stranger)
    with ape.reverts("oracle: no feeds given"):
        oracle.set_feeds(token, [], HOUR, 0, 1, sender=owner)
    with ape.reverts("oracle: duplicate feed"):
        oracle.set_feeds(token, [feeds[0], feeds[0]], HOUR, 0, 1, sender=owner)
    for age in (0, 604_801):
        with ape.reverts("oracle: max age out of range"):
            oracle.set_feeds(token, feeds[:1], age, 0, 1, sender=owner)
    with ape.reverts("oracle: stale price"):
        oracle.set_feeds(token, feeds[:1], HOUR, 0, 1, sender=owner)
    odd = owner.deploy(project.TestToken, "Odd", "ODD", 37, owner)
    with ape.reverts("oracle: too many decimals"):
        oracle.set_feeds(odd, feeds[:1], HOUR, 0, 1, sender=owner)


def test_set_feeds__that_say_another_price_than_expected__reverts(oracle, token, feeds, say, owner):
    say(1_000, 1_000)
    for expected, bound in ((990, 101), (1_011, 108), (10**13, 9_999), (0, 10_000)):
        with ape.reverts("oracle: price not as expected"):
            oracle.set_feeds(token, feeds[:1], HOUR, bound, expected, sender=owner)
    oracle.set_feeds(token, feeds[:1], HOUR, 102, 990, sender=owner)

    with ape.reverts("oracle: price not as expected"):
        oracle.set_feeds(token, feeds[1:2], HOUR, 100, 10_000, sender=owner)
    assert list(oracle.feeds_of(token)) == feeds[:1]


def test_set_feeds__after_the_decimals_changed__reverts(
    oracle, project, feeds, token, owner, chain
):
    odd = owner.deploy(project.SettableVault, token, 18)
    for feed in feeds[:2]:
        feed.set_price(odd, 7, chain.blocks.head.timestamp, sender=owner)
    oracle.set_feeds(odd, feeds[:1], HOUR, 0, 7, sender=owner)
    odd.set_decimals(17, sender=owner)
    with ape.reverts("oracle: decimals changed"):
        oracle.set_feeds(odd, feeds[1:2], HOUR, 0, 7, sender=owner)

    odd.set_decimals(18, sender=owner)

    oracle.set_feeds(odd, feeds[1:2], HOUR, 0, 7, sender=owner)
    assert list(oracle.feeds_of(odd)) == feeds[1:2]


# --- Guards ---

MINUTE = 60
BAND = 300


@pytest.fixture
def guarded(oracle, token, feeds, say, owner):
    """Three feeds at 1,000 that may lie 2 % apart; a band of 3 %, a mean over an hour."""
    say(1_000 * WAD, 1_000 * WAD, 1_000 * WAD)
    oracle.set_feeds(token, feeds[:3], 24 * HOUR, 0, 1_000 * WAD, sender=owner)
    oracle.set_guards(token, 200, BAND, HOUR, sender=owner)
    return oracle


def test_set_guards__logs_old_and_new_and_widens_nothing_yet(guarded, token, owner):
    receipt = guarded.set_guards(token, 100, 500, 2 * HOUR, sender=owner)

    assert tuple(guarded.guards_of(token)) == (100, 500, 2 * HOUR)
    (log,) = guarded.GuardsChanged.from_receipt(receipt)
    assert dict(log.event_arguments) == {
        "asset": token,
        "old_deviation_bps": 200,
        "new_deviation_bps": 100,
        "old_band_bps": BAND,
        "new_band_bps": 500,
        "old_mean_seconds": HOUR,
        "new_mean_seconds": 2 * HOUR,
    }
    assert guarded.mean_usd_wad(token) == 1_000 * WAD
    assert guarded.bid_usd_wad(token) == guarded.ask_usd_wad(token) == 1_000 * WAD


def test_set_guards__anew__starts_the_mean_at_the_price_of_the_moment(guarded, token, say, owner):
    say(1_020 * WAD, 1_020 * WAD, 1_020 * WAD)
    assert guarded.bid_usd_wad(token) == 1_000 * WAD

    guarded.set_guards(token, 200, BAND, HOUR, sender=owner)

    assert guarded.bid_usd_wad(token) == guarded.ask_usd_wad(token) == 1_020 * WAD


def test_bid_and_ask__after_a_leap__keep_to_the_mean_within_the_band(guarded, token, say):
    for now, bid, ask in (
        (1_020, 1_000, 1_020),
        (980, 980, 1_000),
        (1_100, 1_067, 1_100),
        (900, 900, 927),
    ):
        say(now * WAD, now * WAD, now * WAD)
        assert guarded.price_usd_wad(token) == now * WAD
        assert guarded.bid_usd_wad(token) == bid * WAD
        assert guarded.ask_usd_wad(token) == ask * WAD
        assert guarded.value_usd_wad_down(token, 10**7) == bid * WAD // 10
        assert guarded.value_usd_wad_up(token, 10**7) == ask * WAD // 10


def test_bid__at_a_floor_of_no_whole_wei__is_rounded_down(guarded, token, say):
    now = 1_100 * WAD + 1
    say(now, now, now)
    assert guarded.bid_usd_wad(token) == 1_067 * WAD


def test_refresh__by_anybody__lets_the_mean_follow(guarded, token, say, chain, stranger):
    say(1_020 * WAD, 1_020 * WAD, 1_020 * WAD)
    chain.mine(deltatime=10 * MINUTE)
    # Until somebody refreshes, the mean does not know of the leap.
    assert guarded.mean_usd_wad(token) == 1_000 * WAD

    receipt = guarded.refresh(token, sender=stranger)

    (log,) = guarded.MeanRefreshed.from_receipt(receipt)
    assert dict(log.event_arguments) == {
        "asset": token,
        "mean_usd_wad": 1_000 * WAD,
        "price_usd_wad": 1_020 * WAD,
    }
    assert guarded.mean_usd_wad(token) == guarded.bid_usd_wad(token) == 1_000 * WAD
    chain.mine(timestamp=receipt.timestamp + HOUR)
    mean = guarded.mean_usd_wad(token)
    assert mean == guarded.bid_usd_wad(token) == pytest.approx(1_020 * WAD - 20 * WAD / exp(1))
    assert guarded.ask_usd_wad(token) == 1_020 * WAD

    again = guarded.refresh(token, sender=stranger)
    (log,) = guarded.MeanRefreshed.from_receipt(again)
    assert mean <= log.mean_usd_wad < 1_020 * WAD
    chain.mine(timestamp=again.timestamp + 71 * HOUR)
    assert guarded.mean_usd_wad(token) == 1_020 * WAD


def test_refresh__without_a_price_or_a_band(guarded, token, say, owner, stranger, chain):
    with ape.reverts("oracle: no feed"):
        guarded.refresh(stranger, sender=stranger)
    guarded.set_guards(token, 0, 0, 0, sender=owner)
    receipt = guarded.refresh(token, sender=stranger)
    assert list(guarded.MeanRefreshed.from_receipt(receipt)) == []
    assert guarded.mean_usd_wad(token) == 0
    say(990 * WAD, 990 * WAD, 990 * WAD)
    assert guarded.bid_usd_wad(token) == guarded.ask_usd_wad(token) == 990 * WAD
    chain.mine(deltatime=25 * HOUR)
    with ape.reverts("oracle: stale price"):
        guarded.refresh(token, sender=stranger)


def test_price__of_feeds_too_far_apart__reverts(guarded, token, feeds, say, owner, stranger):
    say(990 * WAD, 1_000 * WAD, 1_010 * WAD)
    assert guarded.price_usd_wad(token) == 1_000 * WAD

    at = say(990 * WAD, 1_000 * WAD, 1_010 * WAD + 1)

    for read in (
        lambda: guarded.price_usd_wad(token),
        lambda: guarded.bid_usd_wad(token),
        lambda: guarded.ask_usd_wad(token),
        lambda: guarded.value_usd_wad_down(token, 1),
        lambda: guarded.value_usd_wad_up(token, 1),
        lambda: guarded.refresh(token, sender=stranger),
        lambda: guarded.set_feeds(token, feeds[:3], HOUR, 0, 1_000 * WAD, sender=owner),
        lambda: guarded.set_guards(token, 200, 0, 0, sender=owner),
    ):
        with ape.reverts("oracle: feeds disagree"):
            read()
    assert tuple(guarded.peek(token)) == (1_000 * WAD, at, False)
    # One that has fallen silent disputes nothing.
    feeds[2].set_broken(True, sender=owner)
    assert guarded.price_usd_wad(token) == 995 * WAD


def test_set_guards__badly__reverts(guarded, token, owner, stranger):
    with ape.reverts("ownable: caller is not the owner"):
        guarded.set_guards(token, 0, 0, 0, sender=stranger)
    with ape.reverts("oracle: deviation out of range"):
        guarded.set_guards(token, 5_001, 0, 0, sender=owner)
    with ape.reverts("oracle: band out of range"):
        guarded.set_guards(token, 0, 2_001, HOUR, sender=owner)
    for band, seconds in ((0, 1), (1, 0), (1, 59), (1, 86_401)):
        with ape.reverts("oracle: mean time out of range"):
            guarded.set_guards(token, 0, band, seconds, sender=owner)
    with ape.reverts("oracle: no feed"):
        guarded.set_guards(stranger, 0, 0, 0, sender=owner)
    assert tuple(guarded.guards_of(token)) == (200, BAND, HOUR)


def test_band__of_collateral__holds_back_who_would_borrow_against_a_leap(
    house, owner, lender, borrower
):
    house.lend_and_borrow(lender, borrower, usd=14_000 * 10**6)
    house.oracle.set_guards(house.eth, 0, BAND, HOUR, sender=owner)

    house.set_price(house.eth, 4_000)

    # 10 tETH at 3,880, of which three quarters.
    status = house.accounts.status(borrower)
    assert status.borrow_limit_usd_wad == pytest.approx(29_100 * WAD, rel=1e-9)
    with ape.reverts("accounts: unhealthy"):
        house.usd_pool.borrow(15_101 * 10**6, borrower, sender=borrower)
    house.usd_pool.borrow(15_000 * 10**6, borrower, sender=borrower)
