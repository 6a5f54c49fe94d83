# SPDX-License-Identifier: Apache-2.0
"""BEAT-3 where something bounds the protocol's own liquidation: a pool's cash, its limit, a market."""

from tests.evm.refusal import refused
from tests.invariant.heartbeat.books import NEIGHBOUR, NOTHING, events, holdings
from tests.worlds.boundary import (
    BORROWER,
    ETH,
    LENDER,
    PROVIDER,
    RESERVE,
    USD,
    WAD,
    BoundaryWorld,
    open_pair,
)
from tests.worlds.lending import OWNER

DAY_SECONDS = 86_400


# --- What may leave the pool of the collateral ---


def test_open_block__where_an_outflow_limit_binds__takes_what_may_leave(
    world: BoundaryWorld,
) -> None:
    eth, usd = world.lending.pools["eth"], world.lending.pools["usd"]
    world.lending.terms.set_outflow_limit(eth, 1_000, DAY_SECONDS, sender=OWNER)
    world.move_market("eth", 2_400)
    before, owed = holdings(world), usd.debt_of(BORROWER)
    room = eth.totalAssets() // 10
    assert eth.releasable() == room < eth.idle()

    world.open_block()

    assert events(world.heartbeat, "ItemFailed") == []
    (tended,), (taken,) = events(world.liquidator, "Tended"), events(usd, "Liquidated")
    (redeemed,), (paid,) = events(eth, "Withdraw"), events(world.liquidator, "ProfitPaid")
    repaid, returned = tended["repaid_assets"], tended["returned_assets"]
    assert tended == {
        "account": BORROWER,
        "debt_pool": usd.address,
        "collateral_pool": eth.address,
        "repaid_assets": repaid,
        "returned_assets": returned,
    }
    # All that may leave, but for what a base unit of debt is worth.
    assert room - 10**12 < redeemed["assets"] <= room
    assert redeemed["shares"] == taken["seized_shares"]
    assert eth.releasable() < 10**12
    after = holdings(world)
    moved = {key: after[key] - before[key] for key in after if after[key] != before[key]}
    assert moved == {
        ("treasury", "token usd"): paid["assets"],
        ("borrower", "shares eth"): -taken["seized_shares"],
        ("debt pool", "token usd"): repaid,
        ("collateral pool", "token eth"): -redeemed["assets"],
        ("pair", "token eth"): redeemed["assets"],
        ("pair", "token usd"): -returned,
    }
    assert paid["assets"] == returned - repaid > 0
    assert owed - repaid <= usd.debt_of(BORROWER) <= owed - repaid + 2_000


def test_open_block__with_a_spent_outflow_limit__waits_until_it_refills(
    world: BoundaryWorld,
) -> None:
    eth = world.lending.pools["eth"]
    eth.deposit(10 * ETH, LENDER, sender=LENDER)
    world.lending.terms.set_outflow_limit(eth, 1_000, DAY_SECONDS, sender=OWNER)
    eth.withdraw(eth.releasable(), LENDER, LENDER, sender=LENDER)
    world.move_market("eth", 2_400)
    assert eth.releasable() == 0
    assert world.liquidator.plan(BORROWER) == NOTHING

    world.heartbeat.open_block(sender=OWNER)

    assert world.liquidator.logs() == world.heartbeat.logs() == []
    world.lending.machine.wait(DAY_SECONDS // 4)
    refilled = eth.releasable()
    world.open_block()
    (redeemed,) = events(eth, "Withdraw")
    assert 0 < refilled - 10**12 < redeemed["assets"] < refilled * 11 // 10


def test_open_block__where_a_crumb_is_lacking__takes_all_but_that(world: BoundaryWorld) -> None:
    eth, usd = world.lending.pools["eth"], world.lending.pools["usd"]
    usd.deposit(10**6 * USD, NEIGHBOUR, sender=NEIGHBOUR)
    world.lending.accounts.pledge(NEIGHBOUR, usd, sender=NEIGHBOUR)
    world.move_market("eth", 2_400)
    # After a minute, for at first a second's interest changes the bonus by a basis point.
    world.lending.machine.wait(60)
    wanted = eth.previewRedeem(world.liquidator.plan(BORROWER)[2])
    eth.borrow(eth.idle() - wanted + 10**13, NEIGHBOUR, sender=NEIGHBOUR)
    lacking = eth.releasable()

    world.open_block()

    assert events(world.heartbeat, "ItemFailed") == []
    (redeemed,) = events(eth, "Withdraw")
    assert lacking - 10**12 < redeemed["assets"] <= lacking < wanted


# --- What the reserve and the market bear ---


def test_open_block__where_the_sale_would_bring_less_back__does_nothing(
    world: BoundaryWorld,
) -> None:
    """The pair is 8 % low: within the bound on slippage, and yet more than the bonus of 6 %."""
    world.liquidator.set_max_slippage(1_000, sender=OWNER)
    world.move_market("eth", 2_200)
    world.lending.set_price("eth", 2_400 * WAD)
    before = holdings(world)

    world.open_block()

    assert world.liquidator.plan(BORROWER) == NOTHING
    assert world.liquidator.logs() == world.heartbeat.logs() == []
    assert holdings(world) == before


def test_plan__in_a_shallow_pair__is_halved_until_it_sells(world: BoundaryWorld) -> None:
    pair, eth = world.pairs["eth"], world.lending.pools["eth"]
    liquidity = pair.balanceOf(PROVIDER)
    pair.remove_liquidity(liquidity * 9_995 // 10_000, 0, 0, PROVIDER, sender=PROVIDER)
    world.move_market("eth", 2_400)
    whole, _, _ = world.lending.accounts.quote_liquidation(BORROWER, eth, RESERVE)

    _, repaid, _, returned = world.liquidator.plan(BORROWER)

    halvings = (whole // repaid).bit_length() - 1
    assert halvings >= 4
    assert repaid == whole >> halvings < returned


def test_open_block__at_a_health_of_exactly_one__does_nothing(world: BoundaryWorld) -> None:
    world.move_market("eth", 2_500)
    assert world.lending.accounts.health_wad(BORROWER) == WAD

    world.heartbeat.open_block(sender=OWNER)

    assert world.liquidator.logs() == world.heartbeat.logs() == []


def test_open_block__where_not_even_a_base_unit_sells__does_nothing(world: BoundaryWorld) -> None:
    token = world.lending.tokens["usd"]
    world.liquidator.withdraw(token, RESERVE - 5, LENDER, sender=OWNER)
    world.move_market("eth", 2_400)
    before = holdings(world)

    world.open_block()

    # A sale of so little is refused by the pair, and 5, 2 and 1 are too little.
    assert world.liquidator.plan(BORROWER) == NOTHING
    assert world.liquidator.logs() == world.heartbeat.logs() == []
    assert holdings(world) == before


def test_open_block__with_a_reserve_under_its_target__keeps_all_profit(
    world: BoundaryWorld,
) -> None:
    token = world.lending.tokens["usd"]
    world.liquidator.set_reserve_target(token, 2 * RESERVE, sender=OWNER)
    world.move_market("eth", 2_400)
    before = holdings(world)

    world.open_block()

    (tended,) = events(world.liquidator, "Tended")
    profit = tended["returned_assets"] - tended["repaid_assets"]
    after = holdings(world)
    assert events(world.liquidator, "ProfitPaid") == []
    assert after["liquidator", "token usd"] == RESERVE + profit > RESERVE
    assert after["treasury", "token usd"] == before["treasury", "token usd"]
    world.liquidator.set_reserve_target(token, RESERVE + profit, sender=OWNER)
    world.move_market("eth", 1_900)
    world.open_block()
    (tended,), (paid,) = events(world.liquidator, "Tended"), events(world.liquidator, "ProfitPaid")
    assert paid["assets"] == tended["returned_assets"] - tended["repaid_assets"]
    assert token.balanceOf(world.liquidator) == RESERVE + profit


def test_plan__of_a_loan_without_value_behind_it__is_nothing(world: BoundaryWorld) -> None:
    eth = world.lending.pools["eth"]
    eth.deposit(ETH // 1_000, NEIGHBOUR, sender=NEIGHBOUR)
    world.lending.accounts.pledge(NEIGHBOUR, eth, sender=NEIGHBOUR)
    world.lending.pools["usd"].borrow(USD, NEIGHBOUR, sender=NEIGHBOUR)
    world.lending.set_price("eth", 100)
    assert world.lending.accounts.status(NEIGHBOUR)[3] == 0

    assert world.liquidator.plan(NEIGHBOUR) == NOTHING


def test_open_block__over_a_route_that_ends_elsewhere__leaves_the_reserve_as_it_is(
    world: BoundaryWorld,
) -> None:
    """Such a route is the owner's mistake: it quotes many base units, and brings none back."""
    usd, eth, pair = world.lending.tokens["usd"], world.lending.tokens["eth"], world.pairs["eth"]
    other = open_pair(world.lending, world.factory, "eth", 2_400, fee_bps=100)
    there_and_back = [(pair.address, eth.address), (other.address, usd.address)]
    world.liquidator.set_route(eth, usd, there_and_back, sender=OWNER)
    world.move_market("eth", 2_400)
    before, owed = holdings(world), world.lending.pools["usd"].debt_of(BORROWER)
    assert world.liquidator.plan(BORROWER)[1] > 0

    with world.lending.machine.played(world.heartbeat), refused("liquidator: reserve fell"):
        world.liquidator.run_item(0, sender=world.heartbeat)
    world.open_block()

    failed = {"job": world.liquidator.address, "position": 0}
    assert events(world.heartbeat, "ItemFailed") == [failed]
    assert world.liquidator.logs() == []
    assert holdings(world) == before
    assert owed <= world.lending.pools["usd"].debt_of(BORROWER) <= owed + 2_000


def test_run_item__past_the_end__does_nothing(world: BoundaryWorld) -> None:
    world.move_market("eth", 2_400)
    with world.lending.machine.played(world.heartbeat):
        world.liquidator.run_item(1, sender=world.heartbeat)
    assert world.liquidator.logs() == []


def test_open_block__of_a_loan_under_water_with_bid_and_ask_apart__writes_all_off_at_once(
    world: BoundaryWorld,
) -> None:
    """The pool is asked for as much as it may take: a crumb left would put off the loss."""
    lending, usd, eth = world.lending, world.lending.pools["usd"], world.lending.pools["eth"]
    lending.oracle.set_guards(lending.tokens["usd"], 500, 1_000, 600, sender=OWNER)
    lending.set_price("usd", WAD * 999 // 1_000)
    lending.machine.wait(30 * DAY_SECONDS)
    world.move_market("eth", 1_000)
    assert lending.oracle.bid_usd_wad(lending.tokens["usd"]) < WAD

    world.open_block()

    (tended,), (lost,) = events(world.liquidator, "Tended"), events(usd, "BadDebtRecognized")
    assert lost["account"] == tended["account"] == BORROWER
    assert lost["assets"] > 10_000 * USD
    assert eth.balanceOf(BORROWER) == usd.total_debt() == 0
    assert lending.accounts.debtor_count() == 0
    assert lending.tokens["usd"].allowance(world.liquidator, usd) == 0
    assert lending.tokens["usd"].balanceOf(world.liquidator) == RESERVE
