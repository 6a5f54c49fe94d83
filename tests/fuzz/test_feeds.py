# SPDX-License-Identifier: Apache-2.0
"""The feeds that work a price out, call by call, equal to the model to the wei."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from strategies.model.pair_twap import Checkpoint, PairTwap
from strategies.model.share_price import SharePrice
from strategies.units import SECONDS_PER_YEAR, WAD
from tests.evm import Contract, Machine, Reverted, actor, compile_contract
from tests.fuzz.agreement import agreed, answer_of
from tests.fuzz.numbers import up_to
from tests.worlds.doubles import settable_feed
from tests.worlds.exchange import PairWorld, build_pair
from tests.worlds.tokens import deploy_token

ME = actor("me")
gaps = st.sampled_from([0, 1, 12, 599, 600, 601, 1_200, 3_599, 3_600, 86_400, 604_800, 604_801])

# --- A pair's mean ---

DECIMALS = {"dollars": (6, 18), "small": (8, 6), "same": (18, 18)}
pair_calls = st.one_of(
    st.tuples(st.just("add"), up_to(2**100), up_to(2**100)),
    st.tuples(st.just("swap"), st.integers(0, 1), up_to(2**100)),
    st.tuples(st.just("swap"), st.integers(0, 1), up_to(2**30)),
    st.tuples(st.just("checkpoint"), st.just(0), st.just(0)),
    st.tuples(st.just("checkpoint"), st.just(0), st.just(0)),
)


@given(
    kind=st.sampled_from(sorted(DECIMALS)),
    side=st.integers(0, 1),
    windows=st.sampled_from([(600, 1_200), (600, 604_800), (3_600, 86_400)]),
    spread_bps=st.sampled_from([1, 100, 2_000]),
    min_reserve=st.sampled_from([1, 10**6, 10**20]),
    quote_usd_wad=up_to(2**101),
    first=st.tuples(up_to(2**90), up_to(2**90)),
    script=st.lists(st.tuples(gaps, pair_calls), min_size=1, max_size=14),
)
def test_pair_twap__any_trades__equals_the_model(
    built: None,
    kind: str,
    side: int,
    windows: tuple[int, int],
    spread_bps: int,
    min_reserve: int,
    quote_usd_wad: int,
    first: tuple[int, int],
    script: list[Any],
) -> None:
    world = build_pair([ME], DECIMALS[kind])
    asset, quote = world.tokens[side], world.tokens[1 - side]
    quote_feed = world.machine.deploy(settable_feed())
    quote_feed.set_price(quote, quote_usd_wad)
    feed = world.machine.deploy(
        compile_contract("oracles/PairTwapFeed.vy"),
        *(world.pair, asset, quote_feed, *windows, spread_bps, min_reserve),
    )
    units = (10 ** asset.decimals(), 10 ** quote.decimals())
    model = PairTwap(*units, *windows, spread_bps, min_reserve)
    for gap, (action, one, two) in [(0, ("add", *first)), *script]:
        world.machine.wait(gap)
        if action == "checkpoint":
            current, liquidity = now_of(world, side), world.pair.totalSupply()
            model, _ = agreed(
                model,
                lambda: feed.checkpoint(),
                lambda model, current=current, liquidity=liquidity: model.checkpoint(
                    current, liquidity
                ),
            )
        else:
            trade(world, action, one, two)
        current, reserve = now_of(world, side), world.pair.reserves()[1 - side]
        assert feed.mean_prices_wad() == model.means_wad_down(current)
        expected = answer_of(
            lambda current=current, reserve=reserve, model=model: model.price_usd_wad(
                current, reserve, quote_usd_wad
            )
        )
        assert answer_of(lambda: feed.latest(asset)[0]) == expected
        assert feed.latest(quote) == (0, 0)


def now_of(world: PairWorld, side: int) -> Checkpoint:
    sums = world.pair.current_price_cumulatives()
    return Checkpoint(sums[side], sums[1 - side], world.machine.timestamp)


def trade(world: PairWorld, action: str, one: int, two: int) -> None:
    try:
        if action == "add":
            world.pair.add_liquidity(one, two, 0, ME, sender=ME)
        else:
            world.pair.swap(world.tokens[one], two, 0, ME, sender=ME)
    except Reverted:
        pass  # tests/fuzz/test_pair.py says when


@given(
    excess_bps=up_to(10**10),
    is_up=st.booleans(),
    seconds=st.integers(1, 600),
    spread_bps=st.sampled_from([50, 200, 1_000]),
)
def test_orc_3__a_price_forced_for_a_part_of_the_window__moves_the_mean_by_the_bound_at_most(
    excess_bps: int, is_up: bool, seconds: int, spread_bps: int
) -> None:
    window, price, born_at = 1_800, 3_000 * WAD, 10**9
    forced = price * (10_000 + excess_bps) // 10_000
    if not is_up:
        forced = price * 10_000 // (10_000 + excess_bps)
    model = PairTwap(10**18, 10**18, window, 2 * window, spread_bps, 1)
    model.checkpoint(Checkpoint(0, 0, born_at), 1)
    sums = [
        (window - seconds) * each + seconds * other
        for each, other in ((price, forced), (WAD * WAD // price, WAD * WAD // forced))
    ]
    found = model.price_usd_wad(Checkpoint(*sums, born_at + window), 1, WAD)
    s, x = spread_bps / 10_000, seconds / window
    most = 1 + (s + (s * s + 4 * s * x) ** 0.5) / (2 * (1 - x))
    assert found == 0 or 1 / most - 1e-9 <= found / price <= most + 1e-9, "ORC-3"


# --- A share's price ---


def vault_and_feed(
    decimals: tuple[int, int], growth: int, min_supply: int, books: tuple[int, int]
) -> tuple[Machine, Contract, Contract, Contract]:
    machine = Machine()
    asset = deploy_token(machine, "asset", decimals[0])
    vault = machine.deploy(compile_contract("mocks/SettableVault.vy"), asset, decimals[1])
    vault.set_books(*books)
    asset_feed = machine.deploy(settable_feed())
    feed = machine.deploy(
        compile_contract("oracles/SharePriceFeed.vy"), vault, asset_feed, growth, min_supply
    )
    asset_feed.set_price(asset, 7 * WAD // 3)
    return machine, vault, asset_feed, feed


vault_calls = st.one_of(
    st.tuples(st.just("books"), up_to(2**100), up_to(2**100)),
    st.tuples(st.just("grow"), st.integers(1, 20_000), st.just(0)),
    st.tuples(st.just("checkpoint"), st.just(0), st.just(0)),
    st.tuples(st.just("checkpoint"), st.just(0), st.just(0)),
)


@given(
    decimals=st.sampled_from([(6, 12), (18, 24), (8, 8), (18, 0)]),
    growth=st.one_of(st.sampled_from([1, WAD // 10, WAD]), st.integers(1, WAD)),
    min_supply=st.sampled_from([1, 10**12]),
    script=st.lists(st.tuples(gaps, vault_calls), min_size=1, max_size=14),
)
def test_share_price__any_life__equals_the_model_and_stays_below_compound_growth(
    built: None, decimals: tuple[int, int], growth: int, min_supply: int, script: list[Any]
) -> None:
    books = (10 ** decimals[0] * 10**12, 10 ** decimals[1] * 10**12)
    machine, vault, _, feed = vault_and_feed(decimals, growth, min_supply, books)
    assert feed.base_wad() == WAD
    model = SharePrice(growth, min_supply, WAD, machine.timestamp, WAD)
    born_at = machine.timestamp
    for gap, (action, one, two) in script:
        machine.wait(gap)
        now = machine.timestamp
        if action == "books":
            vault.set_books(one, two)
        elif action == "grow":
            vault.set_books(min(vault.totalAssets() * one // 10_000, 2**110), vault.totalSupply())
        price, supply = feed.share_price_wad(), vault.totalSupply()
        if action == "checkpoint":
            model, _ = agreed(
                model,
                lambda: feed.checkpoint(),
                lambda model, now=now, price=price, supply=supply: model.checkpoint(
                    now, price, supply
                ),
            )
        kept = (feed.base_wad(), feed.base_at(), feed.high_wad())
        assert kept == (model.base_wad, model.base_at, model.high_wad)
        assert feed.limit_wad() == model.limit_wad_down(now)
        stated = feed.latest(vault)[0]
        assert stated == model.price_usd_wad(now, price, supply, 7 * WAD // 3)
        assert stated <= min(price, feed.limit_wad()) * 7 // 3, "ORC-4"
        # (1 + g)^n over all periods, as floats with room for their digits.
        compound = 2.718281828459046 ** (growth / WAD * (now - born_at) / SECONDS_PER_YEAR)
        assert feed.limit_wad() <= WAD * compound * (1 + 1e-9), "ORC-4"
