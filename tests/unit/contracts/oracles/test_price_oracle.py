# SPDX-License-Identifier: Apache-2.0
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

    receipt = oracle.set_feeds(token, feeds[:1], HOUR, 0, sender=owner)

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
    oracle.set_feeds(token, feeds[: len(prices)], HOUR, 0, sender=owner)

    assert oracle.price_usd_wad(token) == median


def test_value__rounds_collateral_down_and_debt_up(oracle, token, feeds, say, owner):
    say(WAD + 1)
    oracle.set_feeds(token, feeds[:1], HOUR, 0, sender=owner)

    assert oracle.value_usd_wad_down(token, 10**8) == oracle.value_usd_wad_up(token, 10**8)
    assert oracle.value_usd_wad_down(token, 1) == 10**10
    assert oracle.value_usd_wad_up(token, 1) == 10**10 + 1
    assert oracle.value_usd_wad_down(token, 0) == oracle.value_usd_wad_up(token, 0) == 0


def test_price__too_old__reverts(oracle, token, feeds, say, owner, chain):
    at = say(5)
    oracle.set_feeds(token, feeds[:1], HOUR, 0, sender=owner)
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
    oracle.set_feeds(token, feeds[:4], HOUR, 0, sender=owner)

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
    oracle.set_feeds(token, feeds[:3], HOUR, 0, sender=owner)

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
    oracle.set_feeds(token, feeds[:1], HOUR, 0, sender=owner)
    feeds[0].set_broken(True, sender=owner)

    assert tuple(oracle.peek(token)) == (0, 0, False)


def test_peek__names_the_oldest_observation(oracle, token, feeds, say, owner, chain):
    old = say(10, age_seconds=100)
    feeds[1].set_price(token, 20, chain.blocks.head.timestamp, sender=owner)
    oracle.set_feeds(token, feeds[:2], HOUR, 0, sender=owner)

    assert tuple(oracle.peek(token)) == (15, old, True)


def test_set_feeds__that_moves_the_price_too_far__reverts(oracle, token, feeds, say, owner):
    say(1_000, 1_010, 989)
    oracle.set_feeds(token, feeds[:1], HOUR, 0, sender=owner)

    with ape.reverts("oracle: price moves too far"):
        oracle.set_feeds(token, feeds[1:2], HOUR, 99, sender=owner)
    with ape.reverts("oracle: price moves too far"):
        oracle.set_feeds(token, feeds[2:3], HOUR, 100, sender=owner)
    oracle.set_feeds(token, feeds[1:2], HOUR, 100, sender=owner)

    assert oracle.price_usd_wad(token) == 1_010


def test_set_feeds__badly__reverts(oracle, project, token, feeds, say, owner, stranger):
    say(1, age_seconds=2 * HOUR)
    with ape.reverts("ownable: caller is not the owner"):
        oracle.set_feeds(token, feeds[:1], HOUR, 0, sender=stranger)
    with ape.reverts("oracle: no feeds given"):
        oracle.set_feeds(token, [], HOUR, 0, sender=owner)
    with ape.reverts("oracle: duplicate feed"):
        oracle.set_feeds(token, [feeds[0], feeds[0]], HOUR, 0, sender=owner)
    for age in (0, 604_801):
        with ape.reverts("oracle: max age out of range"):
            oracle.set_feeds(token, feeds[:1], age, 0, sender=owner)
    with ape.reverts("oracle: stale price"):
        oracle.set_feeds(token, feeds[:1], HOUR, 0, sender=owner)
    odd = owner.deploy(project.TestToken, "Odd", "ODD", 37, owner)
    with ape.reverts("oracle: too many decimals"):
        oracle.set_feeds(odd, feeds[:1], HOUR, 0, sender=owner)
