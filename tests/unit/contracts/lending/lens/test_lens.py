# SPDX-License-Identifier: Apache-2.0
"""Lens: every figure equals what the contract itself says, and nothing makes it fail."""

import pytest

from tests.unit.contracts.lending_house import CAP, ETH, NOBODY, USD, WAD, sub_account

FOREVER = 2**256 - 1


@pytest.fixture(scope="module")
def lens(project, house, owner):
    return owner.deploy(project.Lens, house.accounts, house.oracle)


def test_markets__show_what_each_pool_says(house, lens, lender, borrower, owner):
    house.lend_and_borrow(lender, borrower)
    house.rate.set_rate(10**9, sender=owner)
    house.terms.set_outflow_limit(house.usd_pool, 500, 86_400, sender=owner)

    views = lens.markets([house.usd_pool, house.eth_pool])

    assert [view.pool for view in views] == [house.usd_pool.address, house.eth_pool.address]
    for view, pool, token in zip(
        views, (house.usd_pool, house.eth_pool), (house.usd, house.eth), strict=True
    ):
        assert (view.asset, view.asset_symbol) == (token.address, token.symbol())
        assert view.asset_decimals == token.decimals()
        assert view.total_assets == pool.totalAssets()
        assert view.total_supply == pool.totalSupply()
        for name in (
            "idle",
            "releasable",
            "total_debt",
            "utilization_wad",
            "borrow_rate_per_second_wad",
            "supply_rate_per_second_wad",
        ):
            assert getattr(view, name) == getattr(pool, name)(), name
        pool_terms = house.terms.terms_of(pool)
        for name in ("supply_cap", "borrow_cap", "min_debt", "reserve_factor_bps"):
            assert getattr(view, name) == getattr(pool_terms, name), name
        price, observed_at, is_fresh = house.oracle.peek(token)
        assert (view.price_usd_wad, view.price_observed_at) == (price, observed_at)
        assert view.is_price_fresh is is_fresh is True
    assert views[0].supply_cap == CAP
    assert views[0].total_debt > 0
    assert 0 < views[0].releasable < views[0].idle
    assert [term.collateral_pool for term in views[0].terms] == house.terms.collaterals_of(
        house.usd_pool
    )
    assert [
        (term.borrow_threshold_bps, term.liquidation_threshold_bps) for term in views[0].terms
    ] == [(7_500, 8_000)] * 2


def test_markets__with_a_kinked_rate__show_its_curve(project, house, lens, owner):
    curve = (WAD // 100, 4 * WAD // 100, 60 * WAD // 100, 9 * WAD // 10)
    assert lens.markets([house.usd_pool])[0].kink_wad == 0
    house.usd_pool.set_rate_model(owner.deploy(project.KinkedRate, *curve), sender=owner)

    (view,) = lens.markets([house.usd_pool])

    assert (
        view.base_rate_wad,
        view.slope_low_wad,
        view.slope_high_wad,
        view.kink_wad,
    ) == curve


def test_account__shows_status_and_positions(house, lens, lender, borrower):
    house.lend_and_borrow(lender, borrower)

    view = lens.account(borrower, list(house.pools))

    assert view.is_priced
    assert tuple(view.status) == tuple(house.accounts.status(borrower))
    assert view.status.debt_pool == house.usd_pool.address
    usd, btc, eth = view.positions
    assert (usd.pool, btc.pool, eth.pool) == tuple(pool.address for pool in house.pools)
    assert (usd.debt_assets, btc.debt_assets, eth.debt_assets) == (10_000 * USD, 0, 0)
    assert (usd.is_pledged, btc.is_pledged, eth.is_pledged) == (False, False, True)
    assert eth.shares == house.eth_pool.balanceOf(borrower)
    assert eth.assets == house.eth_pool.convertToAssets(eth.shares) == 10 * ETH
    assert eth.max_withdraw == house.eth_pool.maxWithdraw(borrower) < 10 * ETH
    assert usd.wallet_assets == house.usd.balanceOf(borrower)
    assert usd.allowance == house.usd.allowance(borrower, house.usd_pool) == FOREVER


def test_account__of_a_number__shows_the_wallet_of_its_owner(house, lens, borrower, stranger):
    # The layer has seen the borrower, and the stranger never.
    house.accounts.pledge(borrower, house.eth_pool, sender=borrower)

    for account, payer in ((sub_account(borrower, 3), borrower), (stranger, stranger)):
        (usd,) = lens.account(account, [house.usd_pool]).positions
        assert usd.wallet_assets == house.usd.balanceOf(payer) > 0
        assert usd.allowance == FOREVER


def test_account__with_a_stale_price__still_shows_the_debt(house, lens, lender, borrower, owner):
    house.lend_and_borrow(lender, borrower)
    house.feed.set_broken(True, sender=owner)

    view = lens.account(borrower, list(house.pools))
    markets = lens.markets(list(house.pools))

    assert not view.is_priced
    assert view.status.debt_pool == house.usd_pool.address
    assert view.status.debt_assets == view.positions[0].debt_assets == 10_000 * USD
    assert (view.status.debt_usd_wad, view.status.health_wad) == (0, 0)
    assert view.positions[2].assets == 10 * ETH
    assert [market.is_price_fresh for market in markets] == [False] * 3
    assert markets[0].total_debt == 10_000 * USD


def test_account__without_anything__is_empty(house, lens, receiver):
    view = lens.account(receiver, list(house.pools))

    assert view.is_priced
    assert view.status.health_wad == FOREVER
    assert [position.shares for position in view.positions] == [0, 0, 0]


def test_every_view__of_an_address_that_is_none_of_ours__is_empty(lens, house, stranger):
    others = [NOBODY, stranger.address, house.feed.address]

    for view, other in zip(lens.markets(others), others, strict=True):
        assert (view.pool, view.asset, view.total_assets, list(view.terms)) == (
            other,
            NOBODY,
            0,
            [],
        )
    assert [p.assets for p in lens.account(stranger, others).positions] == [0, 0, 0]
    assert [p.token0 for p in lens.pairs(others, stranger)] == [NOBODY] * 3
    assert [(v.asset, v.name, list(v.strategies)) for v in lens.vaults(others, stranger)] == [
        (NOBODY, "", [])
    ] * 3
    for other in others:
        assert lens.staking(other, stranger).head == NOBODY
    assert list(lens.markets([])) == []


def test_pairs__show_tokens_reserves_and_fees(
    project, house, lens, owner, treasury, lender, borrower
):
    tokens = sorted((house.usd, house.eth), key=lambda token: int(token.address, 16))
    pair = owner.deploy(project.VolatilePair, *tokens, 30, 2_000, treasury)
    for token in tokens:
        for holder in (lender, borrower):
            token.approve(pair, FOREVER, sender=holder)
    pair.add_liquidity(10**15, 10**15, 0, lender, sender=lender)
    pair.swap(tokens[0], 10**13, 0, borrower, sender=borrower)

    (view,) = lens.pairs([pair], lender)

    assert (view.pair, view.token0, view.token1) == (pair.address, *(t.address for t in tokens))
    assert (view.symbol0, view.symbol1) == tuple(token.symbol() for token in tokens)
    assert (view.decimals0, view.decimals1) == tuple(token.decimals() for token in tokens)
    assert (view.reserve0, view.reserve1) == tuple(pair.reserves())
    assert (view.total_supply, view.fee_bps) == (pair.totalSupply(), 30)
    assert view.balance == pair.balanceOf(lender)
    assert (view.claimable0, view.claimable1) == tuple(pair.claimable_fees(lender))
    assert view.claimable0 > 0
    assert lens.pairs([pair], borrower)[0].balance == 0


def test_vaults__show_books_and_strategies(project, house, lens, owner, lender):
    vault = owner.deploy(project.YieldVault, house.usd, "Dollar Vault", "hwV", owner, 1_000)
    vault.set_role(owner, 2**14 - 1, sender=owner)
    vault.set_deposit_limit(10**15, sender=owner)
    strategy = owner.deploy(project.LendingStrategy, vault, house.usd_pool)
    vault.add_strategy(strategy, sender=owner)
    vault.update_max_debt_for_strategy(strategy, 10**14, sender=owner)
    house.usd.approve(vault, 10**13, sender=lender)
    vault.deposit(10**12, lender, sender=lender)
    vault.update_debt(strategy, 10**11, sender=owner)
    house.usd.mint(vault, 10**10, sender=owner)
    vault.process_report(vault, sender=owner)

    (view,) = lens.vaults([vault], lender)

    assert (view.vault, view.asset, view.asset_symbol) == (vault.address, house.usd.address, "tUSD")
    assert (view.asset_decimals, view.name) == (6, "Dollar Vault")
    assert view.total_assets == vault.totalAssets() == 10**12 + 10**10
    assert view.total_supply == vault.totalSupply()
    assert (view.total_idle, view.total_debt) == (vault.totalIdle(), 10**11)
    assert view.price_per_share == vault.pricePerShare()
    assert view.profit_unlocking_rate == vault.profitUnlockingRate() > 0
    assert view.full_profit_unlock_date == vault.fullProfitUnlockDate() > 0
    assert view.deposit_limit == 10**15
    assert view.balance == vault.balanceOf(lender)
    assert view.max_withdraw == vault.maxWithdraw(lender) > 0
    assert view.wallet_assets == house.usd.balanceOf(lender)
    assert view.allowance == 9 * 10**12
    (shown,) = view.strategies
    params = vault.strategies(strategy)
    assert (shown.strategy, shown.current_debt) == (strategy.address, 10**11)
    assert (shown.max_debt, shown.last_report) == (10**14, params.last_report)

    other = owner.deploy(project.LendingStrategy, vault, house.usd_pool)
    vault.add_strategy(other, sender=owner)
    (view,) = lens.vaults([vault], lender)
    assert [each.strategy for each in view.strategies] == [strategy.address, other.address]


def test_staking__shows_stake_cooldown_and_rewards(project, house, lens, owner, lender):
    head = owner.deploy(project.HeadToken, lender)
    pool = owner.deploy(project.StakingPool, head, 100, 200, owner)
    pool.add_reward_token(house.usd, sender=owner)
    pool.set_distributor(lender, True, sender=owner)
    head.approve(pool, 7 * WAD, sender=lender)
    house.usd.approve(pool, FOREVER, sender=lender)
    pool.deposit(5 * WAD, lender, sender=lender)
    pool.notify_reward(house.usd, 10**9, sender=lender)
    pool.start_cooldown(pool.balanceOf(lender) // 2, sender=lender)

    view = lens.staking(pool, lender)

    assert view.head == head.address
    assert (view.total_assets, view.total_supply) == (pool.totalAssets(), pool.totalSupply())
    assert view.balance == pool.balanceOf(lender)
    assert view.assets == pool.convertToAssets(view.balance) > 0
    cooldown = pool.cooldown_of(lender)
    assert (view.cooldown_shares, view.opens_at, view.closes_at) == tuple(cooldown)
    assert view.cooldown_shares > 0
    assert view.wallet_assets == head.balanceOf(lender)
    assert view.allowance == 2 * WAD
    assert list(view.reward_tokens) == [house.usd.address]
    assert list(view.claimable) == list(pool.claimable_rewards(lender))
    assert view.claimable[0] > 0


def test_queue_tickets__go_by_pages(project, house, lens, owner, lender, borrower, receiver):
    queue = owner.deploy(project.ExitQueue, house.accounts)
    house.lend_and_borrow(lender, borrower, eth=1_000 * ETH, usd=100_000 * USD)
    house.usd_pool.approve(queue, FOREVER, sender=lender)
    lots = [10**6 * each * USD for each in (1, 2, 3)]
    for lot in lots:
        queue.join(house.usd_pool, lot, lender, sender=lender)
    house.usd_pool.repay(3 * USD, borrower, sender=borrower)
    queue.serve(house.usd_pool, sender=owner)

    views = lens.queue_tickets(queue, lender, 0, 20)

    assert [view.ticket for view in views] == [1, 2, 3]
    for view, lot in zip(views, lots, strict=True):
        ticket = queue.ticket_of(view.ticket)
        assert view.pool == house.usd_pool.address
        assert (view.shares, view.claimable) == (ticket.shares, ticket.assets)
        assert 0 < view.shares < lot
        assert view.assets == house.usd_pool.convertToAssets(view.shares)
    assert [view.ticket for view in lens.queue_tickets(queue, lender, 1, 1)] == [2]
    assert list(lens.queue_tickets(queue, lender, 3, 20)) == []
    assert list(lens.queue_tickets(queue, receiver, 0, 20)) == []
    assert list(lens.queue_tickets(house.usd, lender, 0, 20)) == []


def test_markets__with_an_adaptive_rate__show_the_curve_of_the_moment(project, house, lens, owner):
    shape = (WAD * 9 // 10, 4 * WAD, 50 * WAD, WAD * 4 // 100, WAD // 1_000, 2 * WAD)
    model = owner.deploy(project.AdaptiveRate, *shape)
    house.usd_pool.set_rate_model(model, sender=owner)

    (view,) = lens.markets([house.usd_pool])

    assert (view.base_rate_wad, view.slope_low_wad, view.slope_high_wad, view.kink_wad) == tuple(
        model.curve_of(house.usd_pool)
    )
