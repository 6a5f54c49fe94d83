# SPDX-License-Identifier: Apache-2.0
"""When fees are harvested, and the words for when they are not."""

from copy import deepcopy
from dataclasses import replace

import pytest

from strategies.model.lending_pool import LendingPool
from strategies.policy import compounder, reporter
from strategies.policy.decision import Decision
from strategies.policy.snapshot import Snapshot, StreamView
from strategies.units import SECONDS_PER_YEAR, WAD
from tests.strategies import builders as b

# 100 LP tokens of 4 000 USD; at 0.50 USD a harvest the optimum is a little above
# sqrt(2 * 0.5 * 400 000) = 632.46 USD: 633.12.
POSITION = 100 * WAD
OPTIMUM_USD = 633


def _with_pending(usd: int, assets: int = POSITION, **changes) -> Snapshot:
    strategy = b.liquidity_strategy(assets, usd, **changes)
    return b.snapshot(vaults=(b.vault("YieldVault/lp", b.LP, liquidity=(strategy,)),))


def _decide(snapshot: Snapshot) -> Decision:
    return compounder.decide(snapshot, b.COMPOUNDER)


def test_compounder__above_the_optimum__harvests_then_reports() -> None:
    decision = _decide(_with_pending(OPTIMUM_USD + 1))

    assert [one.function for one in decision.actions] == ["harvest", "process_report"]
    assert decision.actions[0].group == decision.actions[1].group
    assert "has reached the optimum 633.12" in decision.actions[0].reason
    # 634 USD at 4 000 USD an LP token, less one percent.
    assert decision.actions[0].arguments[0] == pytest.approx(634 / 4_000 * 0.99 * WAD, rel=1e-3)


def test_compounder__below_the_optimum__says_when_and_what_waiting_costs() -> None:
    decision = _decide(_with_pending(300))

    assert decision.actions == ()
    reason = decision.skips[0].reason
    assert decision.skips[0].code == "below_optimum"
    # 333.12 more at 300 an hour.
    assert "next harvest at pending 633.12" in reason
    assert "in 1 h 6 min" in reason
    assert "a harvest costs 0.50 USD" in reason
    assert "bps a year against continuous" in reason


def test_compounder__beyond_the_longest_delay__harvests_what_pays_its_cost() -> None:
    old = {"last_report": b.NOW - 86_400}

    due = _decide(_with_pending(10, **old))
    not_worth_it = _decide(_with_pending(0, **old))

    assert "beyond the longest delay 1 d" in due.actions[0].reason
    assert not_worth_it.skips[0].code == "nothing_pending"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"is_keeper_allowed": False}, "not_allowed"),
        ({"deviation_bps": 101}, "off_oracle"),
        ({"assets": 0}, "no_position"),
    ],
)
def test_compounder__cannot_harvest__says_why(changes: dict, code: str) -> None:
    assert _decide(_with_pending(1_000, **changes)).skips[0].code == code


def test_compounder__stale_price_or_open_harvest__waits() -> None:
    view = _with_pending(1_000)

    assert _decide(b.stale(view, "tETH")).skips[0].code == "price_stale"
    waiting = replace(view, open_subjects=frozenset({"LiquidityStrategy/eth_usd"}))
    assert _decide(waiting).skips[0].code == "pending"


def test_compounder__one_sided_fees__pay_for_the_swap_first() -> None:
    """634 USD all in one token: half is swapped at 0.30 %, which leaves less than the optimum."""
    strategy = b.liquidity_strategy(POSITION, 0, pending0=0, pending1=634 * b.USD_UNIT)
    view = b.snapshot(vaults=(b.vault("YieldVault/lp", b.LP, liquidity=(strategy,)),))

    decision = _decide(view)

    assert decision.actions == ()
    assert int(decision.skips[0].figures["pending_net_usd_wad"]) == 634 * WAD * 9985 // 10_000


def test_compounder__gas_rises__waits_for_more() -> None:
    cheap = _decide(_with_pending(300)).skips[0]
    dear = replace(_with_pending(300), base_fee_wei=10**9)  # 700 000 gas: 1.40 USD

    assert int(_decide(dear).skips[0].figures["threshold_usd_wad"]) > int(
        cheap.figures["threshold_usd_wad"]
    )
    assert "a harvest costs 1.90 USD" in _decide(dear).skips[0].reason


def _with_gain(gain: int, **changes) -> Snapshot:
    strategy = b.lending_strategy("LendingStrategy/usd", "usd", 10**12, **changes)
    strategy = replace(strategy, assets=10**12 + gain)
    return b.snapshot(
        vaults=(b.vault("YieldVault/usd", b.USD, lending=(strategy,)),),
        pools=(b.pool("usd", b.USD, 10**13, 8 * 10**12),),
    )


@pytest.mark.parametrize(
    ("gain_usd", "age_seconds", "acts"),
    [
        (3, 3_600, True),  # twenty times the cost of 0.10 USD is 2 USD
        (1, 3_600, False),
        (1, 21_600, True),  # the longest delay
        (0, 21_600, False),
        (-1, 60, True),  # losses are booked at once
    ],
)
def test_reporter__gain_and_age__decide(gain_usd: int, age_seconds: int, acts: bool) -> None:
    view = _with_gain(gain_usd * b.USD_UNIT, last_report=b.NOW - age_seconds)

    decision = reporter.decide(view, b.REPORTER)

    assert bool(decision.actions) is acts
    assert (decision.actions or decision.skips)[0].reason


def test_reporter__vested_stream__is_paid_out_once_worth_it() -> None:
    rich = StreamView(b.USD, 5 * b.USD_UNIT, 50 * b.USD_UNIT, 0, b.NOW - 60)
    poor = replace(rich, streamable=b.USD_UNIT)

    acting = reporter.decide(b.snapshot(collector=b.collector(rich)), b.REPORTER)
    waiting = reporter.decide(b.snapshot(collector=b.collector(poor)), b.REPORTER)

    assert [one.function for one in acting.actions] == ["stream"]
    assert acting.actions[0].arguments == (b.USD,)
    assert waiting.actions == ()
    assert "not worth moving before 2.00 USD" in waiting.skips[-1].reason


def _collecting(worth: int, releasable: int) -> Snapshot:
    """The collector's shares of a pool that holds two million dollars and is owed eight."""
    supplied = 10**7 * b.USD_UNIT
    pool = b.pool("usd", b.USD, supplied, supplied * 8 // 10)
    pool = replace(pool, releasable=releasable, collector_shares=worth * 10**6)
    return b.snapshot(pairs=(), pools=(pool,), collector=b.collector())


def _redeemed(view: Snapshot) -> int:
    (action,) = reporter.decide(view, b.REPORTER).actions
    assert (action.function, action.arguments[0]) == ("redeem_pool_shares", "0xusd")
    return action.arguments[1]


def test_reporter__pool_shares_that_may_leave__are_redeemed_whole() -> None:
    worth = 100 * b.USD_UNIT

    assert _redeemed(_collecting(worth, 2 * worth)) == worth * 10**6


def test_reporter__where_an_outflow_limit_binds__redeems_what_may_leave() -> None:
    """But for a percent, which the shares may earn until the call."""
    view = _collecting(500_000 * b.USD_UNIT, 50_000 * b.USD_UNIT)

    shares = _redeemed(view)

    assert view.pools[0].to_assets_down(shares) in (49_500 * b.USD_UNIT, 49_500 * b.USD_UNIT - 1)
    value = int(reporter.decide(view, b.REPORTER).actions[0].figures["value_usd_wad"])
    assert 49_499 * WAD < value <= 49_500 * WAD


def test_reporter__where_nothing_may_leave__waits() -> None:
    decision = reporter.decide(_collecting(500_000 * b.USD_UNIT, 0), b.REPORTER)

    assert decision.actions == ()
    assert decision.skips[0].reason.startswith("0.00 USD pool shares earned from interest")


@pytest.mark.parametrize("limit", [(10_000, 0), (500, 600), (500, 86_400)])
def test_reporter__redemption_an_hour_late__is_not_refused(limit: tuple[int, int]) -> None:
    """At the highest rate that a pool accepts, by idle alone and by either limit."""
    at = b.NOW
    highest_rate = 10 * WAD // SECONDS_PER_YEAR
    pool = LendingPool(lambda _idle, _debt: highest_rate, "0xFEES", at, 10**18, 10**18)
    pool.deposit(at, 10**13, "0xCOLLECTOR")
    pool.borrow(at, 9 * 10**12, "0xDEBTOR")
    pool.outflow_bps, pool.outflow.window_seconds = limit
    view = b.pool(
        "usd", b.USD, 10**13, 9 * 10**12,
        total_supply=pool.total_shares, releasable=pool.releasable(at),
        collector_shares=pool.shares["0xCOLLECTOR"],
    )  # fmt: skip

    shares = _redeemed(b.snapshot(pairs=(), pools=(view,), collector=b.collector()))

    for seconds in (0, 1, 3_600):
        late = deepcopy(pool)
        assert late.redeem(at + seconds, shares, "0xCOLLECTOR") <= pool.releasable(at)


def test_reporter__protocol_fees_of_a_pair__are_claimed_for_stakers() -> None:
    rich = b.pair(protocol_claimable1=10 * b.USD_UNIT)
    view = b.snapshot(pairs=(rich,), collector=b.collector())

    decision = reporter.decide(view, b.REPORTER)

    assert [(one.function, one.arguments) for one in decision.actions] == [
        ("claim_pair_fees", (rich.address,))
    ]
