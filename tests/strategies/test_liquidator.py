# SPDX-License-Identifier: Apache-2.0
"""Whom to liquidate with what, and what becomes of the spoils."""

from dataclasses import replace

from strategies.policy import inventory, liquidator
from strategies.policy.decision import Decision
from strategies.policy.snapshot import SeizureQuote, Snapshot
from strategies.units import WAD
from tests.strategies import builders as b

UNHEALTHY = 95 * WAD // 100
# Repays 500 USD and takes 0.2625 ETH of 2 000 USD: five percent.
QUOTE = SeizureQuote("0xeth", WAD * 10**6, 500 * b.USD_UNIT, 2_625 * WAD // 10_000 * 10**6, 500)


def _view(*debtors, held_usd: int = 10_000, **pool_changes) -> Snapshot:
    pools = (
        b.pool("usd", b.USD, 10**13, 8 * 10**12, **pool_changes),
        b.pool("eth", b.ETH, 1_000 * WAD, 100 * WAD),
    )
    view = b.snapshot(pools=pools, debtors=tuple(debtors))
    return b.holding(view, "tUSD", held_usd * b.USD_UNIT)


def _decide(view: Snapshot, **changes) -> Decision:
    return liquidator.decide(view, replace(b.LIQUIDATOR, **changes))


def test_liquidator__unhealthy_debtor__approves_and_liquidates() -> None:
    decision = _decide(_view(b.debtor(UNHEALTHY, QUOTE)))

    approve, liquidate = decision.actions
    limit = 505 * b.USD_UNIT + 1
    assert (approve.function, approve.arguments) == ("approve", ("0xusd", limit))
    account, collateral, repay, least = liquidate.arguments
    assert (account, collateral, repay) == ("0xDEBTOR", "0xeth", limit)
    assert least == QUOTE.seized_shares * 98 // 100
    assert "has health 0.95: repays 500 tUSD and takes 525.00 USD" in liquidate.reason
    assert approve.group == liquidate.group


def test_liquidator__allowance_in_place__needs_no_approval() -> None:
    decision = _decide(_view(b.debtor(UNHEALTHY, QUOTE), keeper_allowance=10**12))

    assert [one.function for one in decision.actions] == ["liquidate"]


def test_liquidator__healthy_debtors__are_counted_not_touched() -> None:
    decision = _decide(_view(b.debtor(WAD), b.debtor(12 * WAD // 10)))

    assert decision.actions == ()
    assert decision.skips[0].reason == "2 debtors are healthy; the lowest health is 1"


def test_liquidator__short_balance__repays_what_it_can() -> None:
    decision = _decide(_view(b.debtor(UNHEALTHY, QUOTE), held_usd=100))

    _, liquidate = decision.actions
    assert liquidate.arguments[2] == 100 * b.USD_UNIT
    assert liquidate.arguments[3] == QUOTE.seized_shares // 5 * 98 // 100


def test_liquidator__no_balance__says_what_it_needs() -> None:
    decision = _decide(_view(b.debtor(UNHEALTHY, QUOTE), held_usd=0))

    assert decision.actions == ()
    assert "needs 500 tUSD and the keeper has 0 tUSD" in decision.skips[0].reason


def test_liquidator__two_debtors_one_purse__serves_the_worse_first() -> None:
    worse = b.debtor(UNHEALTHY // 2, QUOTE, account="0xWORSE")
    view = _view(b.debtor(UNHEALTHY, QUOTE), worse, held_usd=505)

    decision = _decide(view)

    liquidated = [one.arguments[0] for one in decision.actions if one.function == "liquidate"]
    assert liquidated == ["0xWORSE"]
    assert decision.skips[0].code == "no_balance"


def test_liquidator__whole_collateral_taken__goes_on_to_the_next() -> None:
    emptied = replace(QUOTE, held_shares=QUOTE.seized_shares)
    second = replace(QUOTE, collateral_pool="0xbtc", seized_shares=QUOTE.seized_shares * 99 // 100)
    view = _view(b.debtor(UNHEALTHY, emptied, second))
    view = replace(view, pools=(*view.pools, b.pool("btc", b.ETH, 1_000 * WAD, 0)))

    both = [one.arguments[1] for one in _decide(view).actions if one.function == "liquidate"]
    assert both == ["0xeth", "0xbtc"]

    partly = replace(view, debtors=(b.debtor(UNHEALTHY, QUOTE, second),))
    one = [one.arguments[1] for one in _decide(partly).actions if one.function == "liquidate"]
    assert one == ["0xeth"]


def test_liquidator__pools_outside_the_deployment__are_left_alone() -> None:
    foreign = replace(QUOTE, collateral_pool="0xFOREIGN")

    debt = _decide(_view(b.debtor(UNHEALTHY, QUOTE, debt_pool="0xFOREIGN")))
    collateral = _decide(_view(b.debtor(UNHEALTHY, foreign)))
    both = _decide(_view(b.debtor(UNHEALTHY, foreign, QUOTE)))

    assert debt.actions == collateral.actions == ()
    assert debt.skips[0].reason == "health 0.95, but it owes to 0xFOREIGN, an unknown pool"
    assert collateral.skips[0].code == "no_quote"
    assert both.actions[-1].arguments[1] == "0xeth"


def test_liquidator__unprofitable_or_unpriced__says_why() -> None:
    poor = _decide(_view(b.debtor(UNHEALTHY, QUOTE)), min_profit_usd_wad=26 * WAD)
    unknown = _decide(_view(b.debtor(None, quote_refusal="oracle: stale price")))

    assert "would bring 25.00 USD, less than 26.00 USD" in poor.skips[0].reason
    assert unknown.skips[0].reason == "health is unknown: oracle: stale price"


# --- Inventory ---


def test_inventory__seized_shares__are_redeemed_as_far_as_cash_goes() -> None:
    shares = WAD * 10**6
    pools = (
        b.pool(
            "eth",
            b.ETH,
            1_000 * WAD,
            0,
            keeper_shares=2 * shares,
            keeper_redeemable_shares=shares,
        ),
    )

    decision = inventory.decide(b.snapshot(pools=pools), b.INVENTORY)

    assert decision.actions[0].function == "redeem"
    assert decision.actions[0].arguments == (shares, b.KEEPER, b.KEEPER)


def test_inventory__excess_collateral__is_swapped_back_within_the_oracle_bound() -> None:
    view = b.holding(b.snapshot(), "tETH", 3 * WAD)

    approve, swap = inventory.decide(view, b.INVENTORY).actions

    assert approve.arguments == ("0xROUTER", 2 * WAD)
    hops, assets, least, receiver, deadline = swap.arguments
    assert (hops, assets, receiver) == (((b.LP, b.ETH),), 2 * WAD, b.KEEPER)
    assert least == 4_000 * b.USD_UNIT * 9_870 // 10_000
    assert deadline == b.NOW + 7_200


def test_inventory__pair_off_the_oracle__keeps_the_collateral() -> None:
    view = b.holding(b.snapshot(pairs=(b.pair(reserve1=2_100_000 * b.USD_UNIT),)), "tETH", 3 * WAD)

    decision = inventory.decide(view, b.INVENTORY)

    assert decision.actions == ()
    assert decision.skips[0].code == "off_oracle"
