# SPDX-License-Identifier: Apache-2.0
import ape
import pytest

from tests.unit.contracts.lending_house import SHARES, USD, logs

WAD = 10**18
YEAR = 31_536_000
HOUR, WEEK = 3_600, 604_800
GROWTH = WAD * 20 // 100
SUPPLY = 10**6 * 10**18
MIN_SUPPLY = 1_000 * 10**18


@pytest.fixture(scope="module")
def usd(project, owner):
    return owner.deploy(project.TestToken, "Test Dollar", "tUSD", 6, owner)


@pytest.fixture(scope="module")
def usd_feed(project, owner, usd, chain):
    feed = owner.deploy(project.SettableFeed)
    feed.set_price(usd, WAD * 98 // 100, chain.blocks.head.timestamp, sender=owner)
    return feed


@pytest.fixture(scope="module")
def vault(project, owner, usd):
    """18 decimals over 6; a share is worth 1.25 dollars."""
    made = owner.deploy(project.SettableVault, usd, 18)
    made.set_books(1_250_000 * USD, SUPPLY, sender=owner)
    return made


@pytest.fixture(scope="module")
def feed(project, owner, vault, usd_feed):
    return owner.deploy(project.SharePriceFeed, vault, usd_feed, GROWTH, MIN_SUPPLY)


BASE = WAD * 125 // 100


def limit(base, seconds):
    return base + base * GROWTH * seconds // (WAD * YEAR)


def test_constructor__takes_what_a_share_converts_to_as_the_base(feed, vault, usd, usd_feed, owner):
    assert tuple(feed.sources()) == (vault, usd, usd_feed)
    assert tuple(feed.terms()) == (GROWTH, MIN_SUPPLY)
    assert feed.share_price_wad() == feed.base_wad() == feed.high_wad() == BASE
    assert tuple(feed.latest(vault)) == (BASE * 98 // 100, usd_feed.latest(usd)[1])
    assert tuple(feed.latest(usd)) == (0, 0)


def test_latest__after_a_donation__rises_no_faster_than_the_limit(feed, vault, owner, chain):
    vault.set_books(10 * 1_250_000 * USD, SUPPLY, sender=owner)

    for seconds in (1, 60, HOUR, WEEK):
        chain.mine(timestamp=feed.base_at() + max(seconds, 5))
        seconds = chain.blocks.head.timestamp - feed.base_at()
        assert feed.limit_wad() == limit(BASE, seconds)
        assert feed.latest(vault)[0] == limit(BASE, seconds) * 98 // 100

    chain.mine(timestamp=feed.base_at() + 52 * WEEK)
    assert feed.limit_wad() == limit(BASE, WEEK)


def test_latest__after_a_loss__falls_at_once(feed, vault, owner):
    vault.set_books(500_000 * USD, SUPPLY, sender=owner)

    assert feed.latest(vault)[0] == WAD // 2 * 98 // 100


def test_latest__of_too_few_shares_or_an_absurd_dollar__is_nothing(
    feed, vault, usd, usd_feed, owner
):
    vault.set_books(1_250 * USD, MIN_SUPPLY, sender=owner)
    assert feed.latest(vault)[0] == BASE * 98 // 100
    vault.set_books(1_250 * USD, MIN_SUPPLY - 1, sender=owner)
    assert tuple(feed.latest(vault)) == (0, 0)

    vault.set_books(1_250_000 * USD, SUPPLY, sender=owner)
    usd_feed.set_price(usd, 10**30 + 1, 1, sender=owner)
    assert tuple(feed.latest(vault)) == (0, 0)
    usd_feed.set_price(usd, WAD, 2**63, sender=owner)
    assert feed.latest(vault)[1] < 2**63
    usd_feed.set_broken(True, sender=owner)
    with ape.reverts("mock: feed is broken"):
        feed.latest(vault)


def test_checkpoint__within_a_period__notes_the_highest(feed, vault, owner, stranger):
    vault.set_books(1_000_000 * USD, SUPPLY, sender=owner)

    receipt = feed.checkpoint(sender=stranger)

    assert logs(receipt, feed.HighNoted) == [{"old_high_wad": BASE, "new_high_wad": BASE}]
    assert logs(receipt, feed.BaseMoved) == []
    vault.set_books(2_000_000 * USD, SUPPLY, sender=owner)

    receipt = feed.checkpoint(sender=stranger)

    high = limit(BASE, receipt.timestamp - feed.base_at())
    assert logs(receipt, feed.HighNoted) == [{"old_high_wad": BASE, "new_high_wad": high}]
    assert (feed.base_wad(), feed.high_wad()) == (BASE, high)


def test_checkpoint__after_a_period__moves_the_base_and_never_above_the_limit(
    feed, vault, owner, stranger, chain
):
    vault.set_books(2_000_000 * USD, SUPPLY, sender=owner)
    started = feed.base_at()
    chain.pending_timestamp = started + HOUR - 1
    assert logs(feed.checkpoint(sender=stranger), feed.BaseMoved) == []

    chain.pending_timestamp = started + HOUR
    receipt = feed.checkpoint(sender=stranger)

    moved = limit(BASE, HOUR)
    assert logs(receipt, feed.BaseMoved) == [{"old_base_wad": BASE, "new_base_wad": moved}]
    assert (feed.base_wad(), feed.base_at(), feed.high_wad()) == (moved, started + HOUR, moved)
    chain.mine(timestamp=started + 2 * HOUR)
    assert feed.limit_wad() == limit(moved, HOUR)


def test_checkpoint__after_a_true_loss__lowers_the_limit_within_two_periods(
    feed, vault, owner, stranger, chain
):
    vault.set_books(625_000 * USD, SUPPLY, sender=owner)

    for _ in range(2):
        chain.mine(deltatime=HOUR)
        feed.checkpoint(sender=stranger)

    assert feed.base_wad() == feed.high_wad() == BASE // 2
    # Pumped back to where it was, it still counts for half.
    vault.set_books(1_250_000 * USD, SUPPLY, sender=owner)
    assert feed.latest(vault)[0] <= limit(BASE // 2, 60) * 98 // 100


def test_checkpoint__in_a_dip_of_a_moment__leaves_the_limit_to_who_saw_more(
    feed, vault, owner, stranger, chain
):
    for _ in range(3):
        vault.set_books(125_000 * USD, SUPPLY, sender=owner)
        chain.mine(deltatime=HOUR)
        feed.checkpoint(sender=stranger)
        vault.set_books(1_250_000 * USD, SUPPLY, sender=owner)
        feed.checkpoint(sender=owner)

    assert feed.base_wad() >= BASE
    assert feed.latest(vault)[0] == BASE * 98 // 100


def test_checkpoint__of_an_emptied_vault__reverts(feed, vault, owner, stranger):
    vault.set_books(0, MIN_SUPPLY - 1, sender=owner)
    with ape.reverts("feed: too few shares"):
        feed.checkpoint(sender=stranger)
    vault.set_books(0, SUPPLY, sender=owner)
    with ape.reverts("feed: share price out of range"):
        feed.checkpoint(sender=stranger)
    vault.set_books(10**12 * 2_000_000 * USD, SUPPLY, sender=owner)
    with ape.reverts("feed: share price out of range"):
        feed.checkpoint(sender=stranger)


def test_feed__of_a_lending_pool__prices_its_shares(project, house, owner, lender, borrower, chain):
    house.lend_and_borrow(lender, borrower)
    pool = house.usd_pool
    made = owner.deploy(project.SharePriceFeed, pool, house.feed, GROWTH, 10**9 * SHARES)
    assert made.latest(pool)[0] == WAD
    house.rate.set_rate(10**10, sender=owner)
    chain.mine(deltatime=10 * 86_400)

    share_price = pool.convertToAssets(10**21) * WAD // (10**9 * USD)

    assert WAD < share_price < made.limit_wad()
    assert made.latest(pool)[0] == share_price


@pytest.mark.parametrize(
    ("place", "bad", "reason"),
    [
        (1, "stranger", "feed: not a feed"),
        (2, 0, "feed: growth out of range"),
        (2, WAD + 1, "feed: growth out of range"),
        (3, 0, "feed: zero minimum supply"),
        (3, SUPPLY + 1, "feed: too few shares"),
    ],
)
def test_constructor__badly__reverts(project, owner, vault, usd_feed, stranger, place, bad, reason):
    arguments = [vault, usd_feed, GROWTH, MIN_SUPPLY]
    arguments[place] = stranger if bad == "stranger" else bad
    with ape.reverts(reason):
        owner.deploy(project.SharePriceFeed, *arguments)


def test_constructor__of_a_vault_beyond_reason__reverts(project, owner, usd, usd_feed):
    deep = owner.deploy(project.SettableVault, usd, 43)
    with ape.reverts("feed: too many decimals"):
        owner.deploy(project.SharePriceFeed, deep, usd_feed, GROWTH, 1)
    worthless = owner.deploy(project.SettableVault, usd, 18)
    worthless.set_books(0, 10**18, sender=owner)
    with ape.reverts("feed: share price out of range"):
        owner.deploy(project.SharePriceFeed, worthless, usd_feed, GROWTH, 1)
