# SPDX-License-Identifier: Apache-2.0
"""BEAT-3: the protocol's own liquidation never leaves its reserve with less than before."""

import pytest

from tests.evm import actor
from tests.evm.refusal import refused
from tests.invariant.heartbeat.books import NEIGHBOUR, NOBODY, NOTHING, events
from tests.worlds.boundary import (
    BORROWER,
    BTC,
    ETH,
    FEE_BPS,
    LENDER,
    LIQUIDATOR,
    PROVIDER,
    RESERVE,
    SLIPPAGE_BPS,
    TREASURY,
    USD,
    WAD,
    BoundaryWorld,
)
from tests.worlds.lending import OWNER

STRANGER = actor("stranger")
MAX_UINT256 = 2**256 - 1


def reserve(world: BoundaryWorld) -> int:
    return world.lending.tokens["usd"].balanceOf(world.liquidator)


def health(world: BoundaryWorld, account: str = BORROWER) -> int:
    return world.lending.accounts.health_wad(account)


def test_open_block__after_a_fall__liquidates_and_pays_the_profit_on(world: BoundaryWorld) -> None:
    usd, eth = world.lending.pools["usd"], world.lending.pools["eth"]
    owed = usd.debt_of(BORROWER)
    world.move_market("eth", 2_400)
    assert health(world) < WAD
    planned = world.liquidator.plan(BORROWER)

    world.open_block()

    (tended,), paid = events(world.liquidator, "Tended"), events(world.liquidator, "ProfitPaid")
    repaid, returned = tended["repaid_assets"], tended["returned_assets"]
    assert tended == {
        "account": BORROWER,
        "debt_pool": usd.address,
        "collateral_pool": eth.address,
        "repaid_assets": repaid,
        "returned_assets": returned,
    }
    assert planned[0] == eth.address and abs(planned[1] - repaid) <= 10
    assert owed - repaid <= usd.debt_of(BORROWER) <= owed - repaid + 2_000
    assert health(world) >= 109 * WAD // 100
    # A bonus of 6 % less the pair's fee and the slope of its curve.
    assert repaid * 105 // 100 < returned < repaid * 106 // 100
    assert paid == [
        {
            "asset": world.lending.tokens["usd"].address,
            "receiver": TREASURY,
            "assets": returned - repaid,
        }
    ]
    assert reserve(world) == RESERVE
    assert world.lending.tokens["eth"].balanceOf(world.liquidator) == 0
    assert eth.balanceOf(world.liquidator) == 0
    for token, spender in (
        (world.lending.tokens["usd"], usd),
        (world.lending.tokens["eth"], world.router),
    ):
        assert token.allowance(world.liquidator, spender) == 0


def test_open_block__below_its_target__keeps_the_profit(world: BoundaryWorld) -> None:
    token = world.lending.tokens["usd"]
    world.liquidator.set_reserve_target(token, RESERVE + USD, sender=OWNER)
    world.move_market("eth", 2_400)

    world.open_block()

    (paid,) = events(world.liquidator, "ProfitPaid")
    (tended,) = events(world.liquidator, "Tended")
    assert reserve(world) == RESERVE + USD
    assert paid["assets"] == tended["returned_assets"] - tended["repaid_assets"] - USD


def test_open_block__with_a_small_reserve__goes_as_far_as_it_reaches(world: BoundaryWorld) -> None:
    token = world.lending.tokens["usd"]
    world.liquidator.withdraw(token, RESERVE - 500 * USD, LENDER, sender=OWNER)
    world.move_market("eth", 2_400)

    world.open_block()

    (tended,) = events(world.liquidator, "Tended")
    assert tended["repaid_assets"] == 500 * USD
    assert reserve(world) == 500 * USD
    world.open_block()
    assert [log["repaid_assets"] for log in events(world.liquidator, "Tended")] == [500 * USD]


def test_open_block__without_a_reserve__leaves_it_to_others(world: BoundaryWorld) -> None:
    token, pool = world.lending.tokens["usd"], world.lending.pools["usd"]
    world.liquidator.withdraw(token, RESERVE, LENDER, sender=OWNER)
    world.move_market("eth", 2_400)

    world.open_block()

    assert world.heartbeat.logs() == []
    assert world.liquidator.plan(BORROWER) == NOTHING
    repaid, _ = pool.liquidate(
        BORROWER, world.lending.pools["eth"], MAX_UINT256, 0, sender=LIQUIDATOR
    )
    assert repaid > 0


def test_open_block__of_collateral_that_is_lent_out__takes_what_can_be_redeemed(
    world: BoundaryWorld,
) -> None:
    eth, usd = world.lending.pools["eth"], world.lending.pools["usd"]
    usd.deposit(10**6 * USD, NEIGHBOUR, sender=NEIGHBOUR)
    world.lending.accounts.pledge(NEIGHBOUR, usd, sender=NEIGHBOUR)
    eth.borrow(eth.idle() - ETH, NEIGHBOUR, sender=NEIGHBOUR)
    world.move_market("eth", 2_400)

    world.open_block()

    (tended,) = [log for log in events(world.liquidator, "Tended") if log["account"] == BORROWER]
    assert 2_200 * USD < tended["repaid_assets"] < 2_400 * USD
    assert eth.idle() < ETH // 1_000


def test_open_block__in_a_shallow_pair__does_as_much_as_it_bears(world: BoundaryWorld) -> None:
    pair = world.pairs["eth"]
    held = pair.balanceOf(PROVIDER)
    pair.remove_liquidity(held * 998 // 1_000, 0, 0, PROVIDER, sender=PROVIDER)
    world.move_market("eth", 2_400)

    world.open_block()

    (tended,) = events(world.liquidator, "Tended")
    assert 0 < tended["repaid_assets"] < 1_500 * USD
    assert tended["returned_assets"] >= tended["repaid_assets"]
    assert reserve(world) == RESERVE


@pytest.mark.parametrize("dollars", [2_300, 1_500])
def test_open_block__where_the_pair_pays_less_than_the_oracle_says__sells_nothing(
    world: BoundaryWorld, dollars: int
) -> None:
    # Somebody bent the pair down; the feed knows better.
    world.move_market("eth", dollars)
    world.lending.set_price("eth", 2_400 * WAD)

    world.open_block()

    assert world.liquidator.logs() == world.heartbeat.logs() == []
    assert reserve(world) == RESERVE
    assert health(world) < WAD


def test_open_block__of_a_loan_under_water__writes_the_rest_off(world: BoundaryWorld) -> None:
    usd = world.lending.pools["usd"]
    value = usd.convertToAssets(10**12)
    world.move_market("eth", 1_000)

    world.open_block()

    assert len(events(world.liquidator, "Tended")) == 1
    assert usd.total_debt() == 0
    assert world.lending.accounts.debtor_count() == 0
    assert usd.convertToAssets(10**12) < value
    assert reserve(world) == RESERVE


def test_open_block__of_collateral_without_value__writes_all_off(world: BoundaryWorld) -> None:
    usd, eth = world.lending.pools["usd"], world.lending.pools["eth"]
    eth.deposit(ETH // 1_000, NEIGHBOUR, sender=NEIGHBOUR)
    world.lending.accounts.pledge(NEIGHBOUR, eth, sender=NEIGHBOUR)
    usd.borrow(USD, NEIGHBOUR, sender=NEIGHBOUR)
    world.lending.set_price("eth", 100)
    assert world.lending.accounts.status(NEIGHBOUR)[3] == 0

    world.open_block()

    (lost,) = [log for log in events(usd, "BadDebtRecognized") if log["account"] == NEIGHBOUR]
    assert lost["assets"] == USD
    assert usd.debt_of(NEIGHBOUR) == 0


def test_open_block__with_an_account_that_cannot_be_valued__tends_the_others(
    world: BoundaryWorld,
) -> None:
    usd, btc = world.lending.pools["usd"], world.lending.pools["btc"]
    btc.deposit(BTC, NEIGHBOUR, sender=NEIGHBOUR)
    world.lending.accounts.pledge(NEIGHBOUR, btc, sender=NEIGHBOUR)
    usd.borrow(10_000 * USD, NEIGHBOUR, sender=NEIGHBOUR)
    world.move_market("eth", 2_400)
    world.lending.set_price("btc", 0)

    world.open_block()

    assert [log["account"] for log in events(world.liquidator, "Tended")] == [BORROWER]
    assert events(world.heartbeat, "ItemFailed") == [
        {"job": world.liquidator.address, "position": 1}
    ]


def test_open_block__of_healthy_accounts__does_nothing(world: BoundaryWorld) -> None:
    world.open_block()

    assert world.liquidator.logs() == world.heartbeat.logs() == []
    assert world.liquidator.item_count() == 1


def test_run_item__by_anybody_but_the_heartbeat__is_refused(world: BoundaryWorld) -> None:
    for caller in (OWNER, STRANGER, BORROWER):
        with refused("liquidator: not the heartbeat"):
            world.liquidator.run_item(0, sender=caller)


def test_plan__without_debt__is_refused(world: BoundaryWorld) -> None:
    with refused("accounts: no debt"):
        world.liquidator.plan(STRANGER)
    with refused("accounts: healthy"):
        world.liquidator.plan(BORROWER)


def test_settings__of_the_owner__are_kept_and_logged(world: BoundaryWorld) -> None:
    made, usd = world.liquidator, world.lending.tokens["usd"].address
    eth, pair = world.lending.tokens["eth"].address, world.pairs["eth"].address
    made.set_route(eth, usd, [], sender=OWNER)
    assert events(made, "RouteChanged") == [
        {"token_in": eth, "token_out": usd, "old_hops": ((pair, eth),), "new_hops": ()}
    ]
    assert len(made.route_of(eth, usd)) == 0
    made.set_reserve_target(usd, 7, sender=OWNER)
    assert events(made, "ReserveTargetChanged") == [
        {"asset": usd, "old_assets": 0, "new_assets": 7}
    ]
    made.set_max_slippage(1_000, sender=OWNER)
    assert events(made, "MaxSlippageChanged") == [
        {"old_slippage_bps": SLIPPAGE_BPS, "new_slippage_bps": 1_000}
    ]
    made.set_profit_receiver(STRANGER, sender=OWNER)
    assert events(made, "ProfitReceiverChanged") == [
        {"old_receiver": TREASURY, "new_receiver": STRANGER}
    ]
    made.withdraw(usd, 5, STRANGER, sender=OWNER)
    assert events(made, "Withdrawn") == [{"asset": usd, "receiver": STRANGER, "assets": 5}]
    assert (made.reserve_target(usd), made.max_slippage_bps()) == (7, 1_000)
    assert made.profit_receiver() == STRANGER


def test_settings__badly__are_refused(world: BoundaryWorld) -> None:
    made, usd = world.liquidator, world.lending.tokens["usd"].address
    eth, pair = world.lending.tokens["eth"].address, world.pairs["eth"].address
    for call in (
        lambda: made.set_route(eth, usd, [], sender=STRANGER),
        lambda: made.set_reserve_target(usd, 1, sender=STRANGER),
        lambda: made.set_max_slippage(1, sender=STRANGER),
        lambda: made.set_profit_receiver(STRANGER, sender=STRANGER),
        lambda: made.withdraw(usd, 1, STRANGER, sender=STRANGER),
    ):
        with refused("ownable: caller is not the owner"):
            call()
    with refused("liquidator: route of another"):
        made.set_route(eth, usd, [(pair, usd)], sender=OWNER)
    with refused("liquidator: slippage too large"):
        made.set_max_slippage(1_001, sender=OWNER)
    for bad in (NOBODY, made.address):
        with refused("liquidator: bad receiver"):
            made.set_profit_receiver(bad, sender=OWNER)
        with refused("liquidator: bad receiver"):
            made.withdraw(usd, 1, bad, sender=OWNER)


def test_deploy__badly__is_refused(world: BoundaryWorld) -> None:
    machine, artifact = world.lending.machine, world.liquidator.artifact
    good = [world.heartbeat, world.lending.accounts, world.router, TREASURY, 100, OWNER]
    for place in range(3):
        bad = [*good]
        bad[place] = STRANGER
        with refused("liquidator: not a contract"):
            machine.deploy(artifact, *bad)
    for place, value, reason in (
        (3, NOBODY, "liquidator: bad receiver"),
        (4, 1_001, "liquidator: slippage too large"),
        (5, NOBODY, "liquidator: zero owner"),
    ):
        bad = [*good]
        bad[place] = value
        with refused(reason):
            machine.deploy(artifact, *bad)


assert FEE_BPS < SLIPPAGE_BPS


def test_open_block__with_several_pledges__sells_of_the_one_that_repays_most(
    world: BoundaryWorld,
) -> None:
    accounts, pools = world.lending.accounts, world.lending.pools
    # What backs little, and what the debt pool does not accept, is passed over.
    for name, assets in (("btc", BTC // 1_000), ("usd", USD)):
        pools[name].deposit(assets, BORROWER, sender=BORROWER)
        accounts.pledge(BORROWER, pools[name], sender=BORROWER)
    world.move_market("eth", 2_400)
    assert health(world) < WAD

    world.open_block()

    (tended,) = events(world.liquidator, "Tended")
    assert tended["collateral_pool"] == pools["eth"].address
    assert pools["btc"].balanceOf(BORROWER) == BTC // 1_000 * 10**6


def test_open_block__without_a_route__sells_nothing(world: BoundaryWorld) -> None:
    tokens = world.lending.tokens
    world.liquidator.set_route(tokens["eth"], tokens["usd"], [], sender=OWNER)
    world.move_market("eth", 2_400)
    owed = world.lending.pools["usd"].debt_of(BORROWER)

    world.open_block()

    assert events(world.liquidator, "Tended") == []
    assert world.lending.pools["usd"].debt_of(BORROWER) == owed


def test_open_block__with_a_route_over_no_pair__sells_nothing(world: BoundaryWorld) -> None:
    sold, bought = world.lending.tokens["eth"], world.lending.tokens["usd"]
    world.liquidator.set_route(sold, bought, [(STRANGER, sold.address)], sender=OWNER)
    world.move_market("eth", 2_400)
    held = reserve(world)

    world.open_block()

    assert health(world) < WAD
    assert reserve(world) == held
    assert events(world.heartbeat, "ItemFailed") == []
