# SPDX-License-Identifier: Apache-2.0
import ape
import pytest

from tests.unit.contracts.lending_house import FOREVER, logs

WAD = 10**18
USD, ETH = 10**6, 10**18
SHORTEST, LONGEST = 1_800, 7_200
SPREAD_BPS = 500
MIN_RESERVE = 100_000 * USD
PRICE = 2_000


@pytest.fixture(scope="module")
def usd(project, owner):
    return owner.deploy(project.TestToken, "Test Dollar", "tUSD", 6, owner)


@pytest.fixture(scope="module")
def eth(project, owner):
    return owner.deploy(project.TestToken, "Test Ether", "tETH", 18, owner)


@pytest.fixture(scope="module")
def empty_pair(project, owner, usd, eth, treasury, lender):
    tokens = sorted([usd, eth], key=lambda token: int(token.address, 16))
    pair = owner.deploy(project.VolatilePair, *tokens, 30, 0, treasury)
    for token in tokens:
        token.mint(lender, 10**40, sender=owner)
        token.approve(pair, FOREVER, sender=lender)
    return pair


@pytest.fixture(scope="module")
def provide(empty_pair, lender, usd, eth):
    """Add the same dollars on both sides."""

    def add(dollars):
        assets = {usd.address: dollars * USD, eth.address: dollars * ETH // PRICE}
        both = [assets[empty_pair.token0()], assets[empty_pair.token1()]]
        empty_pair.add_liquidity(*both, 0, lender, sender=lender)

    return add


@pytest.fixture
def pair(empty_pair, provide):
    provide(1_000_000)
    return empty_pair


@pytest.fixture(scope="module")
def usd_feed(project, owner):
    return owner.deploy(project.SettableFeed)


@pytest.fixture(scope="module")
def feed(project, owner, empty_pair, eth, usd_feed):
    return owner.deploy(
        project.PairTwapFeed,
        *(empty_pair, eth, usd_feed, SHORTEST, LONGEST, SPREAD_BPS, MIN_RESERVE),
    )


@pytest.fixture
def dollar(usd_feed, usd, owner, chain):
    """The dollar at 0.99, observed when the test began."""
    at = chain.blocks.head.timestamp
    usd_feed.set_price(usd, WAD * 99 // 100, at, sender=owner)
    return at


def test_sources_and_window__say_what_was_given(feed, empty_pair, eth, usd, usd_feed):
    assert tuple(feed.sources()) == (empty_pair, eth, usd, usd_feed)
    assert tuple(feed.window()) == (SHORTEST, LONGEST, SPREAD_BPS, MIN_RESERVE)


def test_checkpoint__by_anybody__notes_the_sums_and_their_time(feed, pair, eth, stranger, chain):
    chain.mine(deltatime=100)

    receipt = feed.checkpoint(sender=stranger)

    sums = tuple(pair.current_price_cumulatives())
    if pair.token0() != eth:
        sums = sums[::-1]
    (log,) = logs(receipt, feed.CheckpointTaken)
    assert log == {"asset_cumulative": sums[0], "quote_cumulative": sums[1]}
    newest, previous = feed.checkpoints()
    assert tuple(newest) == (*sums, receipt.timestamp)
    assert tuple(previous) == (0, 0, 0)


def test_checkpoint__without_liquidity_or_too_soon__reverts(
    feed, empty_pair, provide, stranger, chain
):
    with ape.reverts("feed: pair without liquidity"):
        feed.checkpoint(sender=stranger)
    provide(1_000)
    first = feed.checkpoint(sender=stranger).timestamp

    chain.pending_timestamp = first + SHORTEST - 1
    with ape.reverts("feed: checkpoint too soon"):
        feed.checkpoint(sender=stranger)
    chain.pending_timestamp = first + SHORTEST
    feed.checkpoint(sender=stranger)

    newest, previous = feed.checkpoints()
    assert (newest.taken_at, previous.taken_at) == (first + SHORTEST, first)


def test_latest__of_a_still_pair__is_its_price_in_dollars(feed, pair, eth, stranger, dollar, chain):
    first = feed.checkpoint(sender=stranger).timestamp
    chain.mine(timestamp=first + SHORTEST - 1)
    assert tuple(feed.latest(eth)) == tuple(feed.mean_prices_wad()) == (0, 0)

    chain.mine(timestamp=first + SHORTEST)
    price, observed_at = feed.latest(eth)

    # Both means are cut in the pair, to nine digits here.
    assert price == pytest.approx(PRICE * WAD * 99 // 100, rel=2e-9)
    assert observed_at == dollar
    upper, lower = feed.mean_prices_wad()
    assert upper == lower == PRICE * USD * WAD // ETH


def test_latest__of_another_token__is_nothing(feed, pair, usd, stranger, dollar, chain):
    feed.checkpoint(sender=stranger)
    chain.mine(deltatime=SHORTEST)

    assert tuple(feed.latest(usd)) == (0, 0)
    assert tuple(feed.latest(stranger)) == (0, 0)


def test_latest__without_a_checkpoint_in_the_window__is_nothing(
    feed, pair, eth, stranger, dollar, chain
):
    first = feed.checkpoint(sender=stranger).timestamp
    chain.mine(timestamp=first + LONGEST)
    assert feed.latest(eth)[0] > 0

    chain.mine(timestamp=first + LONGEST + 1)

    assert tuple(feed.latest(eth)) == (0, 0)
    # The next one counts once it is old enough; the one before is still too old.
    feed.checkpoint(sender=stranger)
    assert tuple(feed.latest(eth)) == (0, 0)
    chain.mine(deltatime=SHORTEST)
    assert feed.latest(eth)[0] > 0


def test_latest__right_after_a_checkpoint__runs_from_the_one_before(
    feed, pair, eth, stranger, dollar, chain
):
    feed.checkpoint(sender=stranger)
    chain.mine(deltatime=SHORTEST)
    feed.checkpoint(sender=stranger)

    assert feed.latest(eth)[0] == pytest.approx(PRICE * WAD * 99 // 100, rel=2e-9)


def test_latest__does_not_move_in_the_block_of_a_trade(
    feed, pair, eth, usd, lender, stranger, dollar, chain
):
    first = feed.checkpoint(sender=stranger).timestamp
    chain.mine(timestamp=first + SHORTEST + 9)
    before = feed.latest(eth)

    chain.pending_timestamp = first + SHORTEST + 10
    pair.swap(usd, 100_000_000 * USD, 0, lender, sender=lender)

    # A hundredfold price, and not a second of it in the mean.
    assert feed.latest(eth) == before


def test_latest__of_a_price_forced_away_within_the_window__is_nothing(
    feed, pair, eth, usd, lender, stranger, dollar, chain
):
    first = feed.checkpoint(sender=stranger).timestamp
    chain.pending_timestamp = first + SHORTEST
    pair.swap(usd, 9_000_000 * USD, 0, lender, sender=lender)

    chain.mine(timestamp=first + SHORTEST + 12)

    upper, lower = feed.mean_prices_wad()
    assert upper > lower * 105 // 100
    assert tuple(feed.latest(eth)) == (0, 0)


def test_latest__of_a_market_that_moves__lies_between_both_means(
    feed, pair, eth, usd, lender, stranger, dollar, chain
):
    first = feed.checkpoint(sender=stranger).timestamp
    chain.pending_timestamp = first + SHORTEST // 2
    pair.swap(usd, 50_000 * USD, 0, lender, sender=lender)

    chain.mine(timestamp=first + SHORTEST)

    upper, lower = feed.mean_prices_wad()
    assert upper > lower > PRICE * USD
    scaled = [mean * ETH // USD * 99 // 100 for mean in (lower, upper)]
    assert scaled[0] <= feed.latest(eth)[0] <= scaled[1]


def test_latest__of_a_pair_with_too_little__is_nothing(
    feed, empty_pair, provide, eth, stranger, dollar, chain, lender
):
    provide(99_999)
    feed.checkpoint(sender=stranger)
    chain.mine(deltatime=SHORTEST)
    assert tuple(feed.latest(eth)) == (0, 0)

    provide(2)

    assert feed.latest(eth)[0] > 0


def test_latest__without_a_dollar_price__is_nothing(
    feed, pair, eth, usd, usd_feed, owner, stranger, chain
):
    feed.checkpoint(sender=stranger)
    chain.mine(deltatime=SHORTEST)
    now = chain.blocks.head.timestamp
    usd_feed.set_price(usd, 0, now, sender=owner)
    assert feed.latest(eth)[0] == 0
    usd_feed.set_price(usd, 10**30 + 1, now, sender=owner)
    assert tuple(feed.latest(eth)) == (0, 0)
    # A clock that runs ahead does not make a price newer than now.
    usd_feed.set_price(usd, WAD, now + 1_000, sender=owner)
    assert feed.latest(eth)[1] == chain.blocks.head.timestamp
    usd_feed.set_broken(True, sender=owner)
    with ape.reverts("mock: feed is broken"):
        feed.latest(eth)


def test_oracle__takes_the_feed_for_its_median(
    project, feed, pair, eth, usd, usd_feed, owner, stranger, dollar, chain
):
    feed.checkpoint(sender=stranger)
    chain.mine(deltatime=SHORTEST)
    oracle = owner.deploy(project.PriceOracle, owner)

    oracle.set_feeds(eth, [feed], LONGEST, 1, PRICE * WAD * 99 // 100, sender=owner)

    assert oracle.price_usd_wad(eth) == feed.latest(eth)[0]


@pytest.mark.parametrize(
    ("place", "bad", "reason"),
    [
        (1, "stranger", "feed: asset not in the pair"),
        (2, "stranger", "feed: not a feed"),
        (3, 599, "feed: window out of range"),
        (3, LONGEST // 2 + 1, "feed: window out of range"),
        (4, 604_801, "feed: window out of range"),
        (5, 0, "feed: spread out of range"),
        (5, 2_001, "feed: spread out of range"),
        (6, 0, "feed: zero minimum reserve"),
    ],
)
def test_constructor__badly__reverts(
    project, owner, empty_pair, eth, usd_feed, stranger, place, bad, reason
):
    arguments = [empty_pair, eth, usd_feed, SHORTEST, LONGEST, SPREAD_BPS, MIN_RESERVE]
    arguments[place] = stranger if bad == "stranger" else bad
    with ape.reverts(reason):
        owner.deploy(project.PairTwapFeed, *arguments)


def test_constructor__for_a_token_of_too_many_decimals__reverts(
    project, owner, eth, usd_feed, treasury
):
    odd = owner.deploy(project.TestToken, "Odd", "ODD", 37, owner)
    tokens = sorted([odd, eth], key=lambda token: int(token.address, 16))
    pair = owner.deploy(project.VolatilePair, *tokens, 30, 0, treasury)
    for asset in tokens:
        with ape.reverts("feed: too many decimals"):
            owner.deploy(
                project.PairTwapFeed, pair, asset, usd_feed, SHORTEST, LONGEST, SPREAD_BPS, 1
            )
