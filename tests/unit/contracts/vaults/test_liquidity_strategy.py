# SPDX-License-Identifier: Apache-2.0
"""LiquidityStrategy: LP fees into LP tokens, within the oracle's bound, for the vault alone."""

import pytest
from ape import reverts

from .conftest import FOREVER, NOBODY, UNLOCK_SECONDS, balances_of, fields_of

WAD = 10**18
FEE_BPS = 30
PURSE = 10**30
MAX_AGE_SECONDS = 86_400 * 7


@pytest.fixture(scope="module")
def trader(accounts):
    return accounts[10]


@pytest.fixture(scope="module")
def market(project, chain, owner, treasury, depositor, other_depositor, trader):
    """A pair of a 6- and an 18-decimals token at 2,000 and its oracle, with two equal LPs."""

    class Market:
        pass

    market = Market()
    made = [
        (owner.deploy(project.TestToken, "Test Dollar", "tUSD", 6, owner), WAD, 20_000_000 * 10**6),
        (
            owner.deploy(project.TestToken, "Test Ether", "tETH", 18, owner),
            2_000 * WAD,
            10_000 * WAD,
        ),
    ]
    made.sort(key=lambda item: int(item[0].address, 16))
    market.tokens = [item[0] for item in made]
    market.reserves = [item[2] for item in made]
    market.feed = owner.deploy(project.SettableFeed)
    market.oracle = owner.deploy(project.PriceOracle, owner)
    market.pair = owner.deploy(project.VolatilePair, *market.tokens, FEE_BPS, 2_000, treasury)
    for token, price, _ in made:
        market.feed.set_price(token, price, chain.pending_timestamp, sender=owner)
        market.oracle.set_feeds(token, [market.feed], MAX_AGE_SECONDS, 0, price, sender=owner)
        for holder in (depositor, other_depositor, trader):
            token.mint(holder, PURSE, sender=owner)
            token.approve(market.pair, FOREVER, sender=holder)
    for holder in (depositor, other_depositor):
        market.pair.add_liquidity(*market.reserves, 0, holder, sender=holder)

    def trade(side, part):
        """Sell `part` of one reserve and sell back what was bought, so that the price returns."""
        sold = market.reserves[side] * 2 // part
        token_in, token_out = market.tokens[side], market.tokens[1 - side]
        market.pair.swap(token_in, sold, 0, trader, sender=trader)
        reserves = market.pair.reserves()
        target = market.reserves[1 - side] * 2 - reserves[1 - side]
        back = target * 10_000 // (10_000 - FEE_BPS)
        market.pair.swap(token_out, back, 0, trader, sender=trader)

    market.trade = trade
    return market


@pytest.fixture(scope="module")
def lp_vault(project, market, owner, keeper, depositor):
    vault = owner.deploy(project.YieldVault, market.pair, "LP Vault", "hwLP", owner, UNLOCK_SECONDS)
    vault.set_role(owner, 2**14 - 1, sender=owner)
    vault.set_role(keeper, 96, sender=owner)
    vault.set_deposit_limit(FOREVER, sender=owner)
    market.pair.approve(vault, FOREVER, sender=depositor)
    return vault


@pytest.fixture(scope="module")
def strategy(project, market, lp_vault, owner, keeper):
    strategy = owner.deploy(project.LiquidityStrategy, lp_vault, market.pair, market.oracle, owner)
    strategy.set_keeper(keeper, True, sender=owner)
    lp_vault.add_strategy(strategy, sender=owner)
    lp_vault.update_max_debt_for_strategy(strategy, FOREVER, sender=owner)
    lp_vault.set_auto_allocate(True, sender=owner)
    return strategy


@pytest.fixture
def invested(lp_vault, strategy, market, depositor):
    """All LP tokens of the depositor, in the strategy through the vault."""
    lp_vault.deposit(market.pair.balanceOf(depositor), depositor, sender=depositor)
    return lp_vault


def test_constructor__binds_vault_pair_and_oracle(
    project, market, lp_vault, strategy, token, make_vault, owner
):
    assert strategy.vault() == lp_vault.address
    assert strategy.pair() == strategy.asset() == market.pair.address
    assert strategy.oracle() == market.oracle.address
    assert strategy.owner() == owner.address
    dollar_vault = make_vault(token)
    with reverts("lp-strat: other asset"):
        owner.deploy(project.LiquidityStrategy, dollar_vault, market.pair, market.oracle, owner)


def test_deposit__through_the_vault__leaves_nothing_idle(market, invested, strategy):
    held = market.pair.balanceOf(strategy)

    assert held == strategy.totalAssets() == invested.totalAssets()
    assert market.pair.balanceOf(invested) == invested.totalIdle() == 0
    assert strategy.balanceOf(invested) == strategy.totalSupply() == held * 10**6
    assert strategy.maxRedeem(invested) == strategy.totalSupply()
    assert strategy.maxWithdraw(invested) == held
    assert strategy.maxDeposit(invested) == FOREVER
    assert strategy.convertToShares(5) == strategy.previewDeposit(5) == 5 * 10**6
    assert strategy.convertToAssets(5 * 10**6) == strategy.previewRedeem(5 * 10**6) == 5
    assert strategy.previewWithdraw(5) == 5 * 10**6


def test_deposit_and_exits__by_anyone_else__revert(invested, strategy, stranger):
    for call in (
        lambda: strategy.deposit(1, invested, sender=stranger),
        lambda: strategy.withdraw(1, stranger, invested, sender=stranger),
        lambda: strategy.redeem(1, stranger, invested, sender=stranger),
    ):
        with reverts("lp-strat: not the vault"):
            call()
    assert strategy.maxDeposit(stranger) == strategy.maxRedeem(stranger) == 0
    assert strategy.maxWithdraw(stranger) == strategy.balanceOf(stranger) == 0


def test_withdraw_and_redeem__by_the_vault__pay_and_log(
    market, invested, strategy, accounts, receiver, stranger
):
    vault_key = accounts.impersonate_account(invested.address)
    accounts.provider.set_balance(invested.address, 10**18)

    receipt = strategy.withdraw(70, receiver, invested, sender=vault_key)
    strategy.redeem(30 * 10**6, receiver, invested, sender=vault_key)

    assert market.pair.balanceOf(receiver) == 100
    assert fields_of(receipt, strategy.Withdraw) == [
        {
            "sender": invested.address,
            "receiver": receiver.address,
            "owner": invested.address,
            "assets": 70,
            "shares": 70 * 10**6,
        }
    ]
    with reverts("lp-strat: not enough shares"):
        strategy.withdraw(strategy.totalAssets() + 1, receiver, invested, sender=vault_key)
    with reverts("lp-strat: not the vault"):
        strategy.redeem(1, receiver, stranger, sender=vault_key)


@pytest.mark.parametrize("side", [0, 1])
def test_harvest__turns_fees_into_lp_tokens(market, invested, strategy, keeper, side):
    market.trade(side, 50)
    pending = strategy.pending_fees()
    held, supply = strategy.totalAssets(), strategy.totalSupply()
    assert strategy.pending_value_usd_wad() > 0
    assert strategy.price_deviation_bps() <= 1

    receipt = strategy.harvest(1, sender=keeper)

    (harvested,) = fields_of(receipt, strategy.Harvested)
    assert (harvested["fees0"], harvested["fees1"]) == tuple(pending)
    assert strategy.totalAssets() == held + harvested["liquidity"]
    assert market.pair.balanceOf(strategy) == strategy.totalAssets()
    assert strategy.totalSupply() == supply
    assert market.tokens[0].allowance(strategy, market.pair) == 0
    assert market.tokens[1].allowance(strategy, market.pair) == 0


def test_harvest__takes_the_fees_of_idle_lp_tokens_along(
    market, lp_vault, strategy, owner, keeper, depositor
):
    lp_vault.set_auto_allocate(False, sender=owner)
    lp_vault.deposit(market.pair.balanceOf(depositor), depositor, sender=depositor)
    idle = lp_vault.totalIdle()
    market.trade(0, 50)
    due = tuple(market.pair.claimable_fees(lp_vault))
    assert min(due) > 0
    assert tuple(strategy.pending_fees()) == due

    receipt = strategy.harvest(1, sender=keeper)

    (harvested,) = fields_of(receipt, strategy.Harvested)
    assert (harvested["fees0"], harvested["fees1"]) == due
    assert strategy.totalAssets() == harvested["liquidity"] > 0
    # Half of all LP tokens are the vault's: a fifth of our own swap's fee is left to it, no more.
    assert all(left * 1_000 < fee for left, fee in zip(strategy.pending_fees(), due, strict=True))
    assert lp_vault.totalIdle() == market.pair.balanceOf(lp_vault) == idle


def test_claim_fees_of_vault__by_others_than_a_funded_strategy__reverts(
    project, accounts, market, invested, strategy, owner, stranger
):
    invested.set_auto_allocate(False, sender=owner)
    invested.update_debt(strategy, 0, sender=owner)
    market.trade(0, 50)
    due = market.pair.claimable_fees(invested)
    unlisted = owner.deploy(project.LiquidityStrategy, invested, market.pair, market.oracle, owner)
    invested.update_max_debt_for_strategy(strategy, 0, sender=owner)

    for caller in (stranger, owner, invested, unlisted, strategy):
        key = accounts.impersonate_account(str(caller.address))
        accounts.provider.set_balance(caller.address, 10**20)
        with reverts("pair: not a strategy"):
            market.pair.claim_fees_of_vault(invested, sender=key)

    assert market.pair.claimable_fees(invested) == due


def test_harvest__of_a_strategy_that_may_have_no_debt__takes_its_own_fees_alone(
    market, invested, strategy, owner, keeper, depositor
):
    invested.set_auto_allocate(False, sender=owner)
    invested.update_debt(strategy, invested.totalAssets() // 2, sender=owner)
    invested.update_max_debt_for_strategy(strategy, 0, sender=owner)
    market.trade(0, 50)
    own, idle = (tuple(market.pair.claimable_fees(each)) for each in (strategy, invested))
    assert min(idle) > 0
    assert tuple(strategy.pending_fees()) == own

    receipt = strategy.harvest(1, sender=keeper)

    (harvested,) = fields_of(receipt, strategy.Harvested)
    assert (harvested["fees0"], harvested["fees1"]) == own
    assert all(
        now >= before
        for now, before in zip(market.pair.claimable_fees(invested), idle, strict=True)
    )


@pytest.mark.parametrize("side", [0, 1])
def test_harvest__of_one_sided_fees__leaves_next_to_nothing(
    market, invested, strategy, owner, keeper, side
):
    # As if all fees had come in one token, half a percent of its reserve.
    given = market.reserves[side] // 100
    market.tokens[side].mint(strategy, given, sender=owner)
    value = strategy.pending_value_usd_wad()
    liquidity_before = market.pair.totalSupply()

    receipt = strategy.harvest(1, sender=keeper)

    # Of the tokens next to nothing is left; of the fee of our own swap, 0.3 % of half the
    # value, four fifths go to LPs, and half of those are ours.
    held = sum(
        market.oracle.value_usd_wad_down(token, token.balanceOf(strategy))
        for token in market.tokens
    )
    assert held * 1_000_000 <= value
    own_fee = value * 6 // 10_000
    assert own_fee <= strategy.pending_value_usd_wad() - held <= own_fee * 1_001 // 1_000
    # Half was sold at 0.3 %: what was added is worth the fees less about 0.15 %, and the
    # price moved by as much as half of a half percent.
    (harvested,) = fields_of(receipt, strategy.Harvested)
    reserves_value = 2 * 40_000_000 * WAD
    added = reserves_value * harvested["liquidity"] // liquidity_before
    assert value * 99 // 100 <= added <= value


def test_harvest__again_at_once__has_only_its_own_fee_left(market, invested, strategy, keeper):
    market.trade(0, 50)
    strategy.harvest(1, sender=keeper)
    held = strategy.totalAssets()

    # The swap of the first harvest paid a fee to ourselves among others; it is compounded.
    strategy.harvest(0, sender=keeper)

    assert held <= strategy.totalAssets() <= held + held // 10**6


def test_harvest__without_fees__reverts(invested, strategy, keeper):
    with reverts("pair: too little liquidity"):
        strategy.harvest(0, sender=keeper)


def test_harvest__for_less_than_asked__reverts(market, invested, strategy, keeper):
    market.trade(0, 50)
    with reverts("pair: below min liquidity"):
        strategy.harvest(10**30, sender=keeper)


def test_harvest__by_a_stranger__reverts(invested, strategy, stranger, owner, keeper):
    with reverts("lp-strat: not a keeper"):
        strategy.harvest(0, sender=stranger)
    receipt = strategy.set_keeper(keeper, False, sender=owner)
    assert fields_of(receipt, strategy.KeeperChanged) == [
        {"keeper": keeper.address, "old_allowed": True, "new_allowed": False}
    ]
    assert not strategy.is_keeper(keeper)
    with reverts("lp-strat: not a keeper"):
        strategy.harvest(0, sender=keeper)
    with reverts("ownable: caller is not the owner"):
        strategy.set_keeper(stranger, True, sender=stranger)


@pytest.mark.parametrize("percent", [98, 103])
def test_harvest__while_the_pair_is_off_the_oracle__reverts(
    market, invested, strategy, owner, keeper, chain, percent
):
    market.trade(0, 50)
    market.feed.set_price(
        market.tokens[0],
        market.oracle.price_usd_wad(market.tokens[0]) * percent // 100,
        chain.pending_timestamp,
        sender=owner,
    )

    assert strategy.price_deviation_bps() > 100
    with reverts("lp-strat: price off oracle"):
        strategy.harvest(0, sender=keeper)


def test_harvest__sandwiched_beyond_the_bound__reverts(market, invested, strategy, keeper, trader):
    market.trade(0, 50)
    # Whoever bends the price first by two percent makes the harvest fail, not pay.
    market.pair.swap(market.tokens[0], market.reserves[0] * 2 // 99, 0, trader, sender=trader)
    with reverts("lp-strat: price off oracle"):
        strategy.harvest(0, sender=keeper)


def test_harvest__so_large_that_it_moves_the_price__reverts(
    market, invested, strategy, owner, keeper
):
    market.tokens[0].mint(strategy, market.reserves[0] // 4, sender=owner)
    with reverts("lp-strat: price off oracle"):
        strategy.harvest(0, sender=keeper)


def test_harvest__with_a_stale_price__reverts(market, invested, strategy, keeper, chain):
    market.trade(0, 50)
    chain.mine(deltatime=MAX_AGE_SECONDS + 2)
    for read in (strategy.price_deviation_bps, strategy.pending_value_usd_wad):
        with reverts("oracle: stale price"):
            read()
    with reverts("oracle: stale price"):
        strategy.harvest(0, sender=keeper)


def test_exit__with_a_stale_price__needs_none(market, invested, strategy, depositor, chain):
    chain.mine(deltatime=MAX_AGE_SECONDS + 2)
    shares = invested.balanceOf(depositor)

    invested.redeem(shares, depositor, depositor, sender=depositor)

    assert market.pair.balanceOf(depositor) == shares


def test_donated_lp_tokens__move_nothing(market, invested, strategy, other_depositor):
    held, worth = strategy.totalAssets(), strategy.convertToAssets(10**24)

    market.pair.transfer(strategy, 10**12, sender=other_depositor)

    assert (strategy.totalAssets(), strategy.convertToAssets(10**24)) == (held, worth)


def test_ownership__is_handed_over_in_two_steps(strategy, owner, stranger):
    strategy.transfer_ownership(stranger, sender=owner)
    assert strategy.owner() == owner.address
    strategy.accept_ownership(sender=stranger)
    assert (strategy.owner(), strategy.pending_owner()) == (stranger.address, NOBODY)


def test_report__after_a_harvest__locks_the_gain(market, invested, strategy, keeper, pass_time):
    market.trade(1, 20)
    liquidity = fields_of(strategy.harvest(1, sender=keeper), strategy.Harvested)[0]["liquidity"]
    assets, price = invested.totalAssets(), invested.convertToAssets(10**24)

    receipt = invested.process_report(strategy, sender=keeper)

    (report,) = fields_of(receipt, invested.StrategyReported)
    assert liquidity - 1 <= report["gain"] <= liquidity
    assert invested.totalAssets() == assets + report["gain"]
    assert invested.convertToAssets(10**24) == price
    pass_time(UNLOCK_SECONDS + 1)
    assert invested.convertToAssets(10**24) > price
    assert balances_of(market.pair, invested) == [0]
