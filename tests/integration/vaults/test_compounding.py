# SPDX-License-Identifier: Apache-2.0
"""The story of an LP who compounds through a vault, beside one who claims and lets fees lie."""

from fractions import Fraction

import pytest

WAD = 10**18
FOREVER = 2**256 - 1
UNLOCK_SECONDS = 1_000
DOLLARS = 20_000_000 * 10**6
ETHERS = 10_000 * WAD


@pytest.fixture(scope="module")
def roles(accounts):
    names = ("owner", "compounder", "passive_lp", "trader", "keeper", "collector")
    return dict(zip(names, accounts, strict=False))


@pytest.fixture(scope="module")
def world(project, chain, roles):
    owner = roles["owner"]
    dollar = owner.deploy(project.TestToken, "Test Dollar", "tUSD", 6, owner)
    ether = owner.deploy(project.TestToken, "Test Ether", "tETH", 18, owner)
    feed = owner.deploy(project.SettableFeed)
    oracle = owner.deploy(project.PriceOracle, owner)
    tokens = sorted((dollar, ether), key=lambda token: int(token.address, 16))
    pair = owner.deploy(project.VolatilePair, *tokens, 30, 2_000, roles["collector"])
    for token, price in ((dollar, WAD), (ether, 2_000 * WAD)):
        feed.set_price(token, price, chain.pending_timestamp, sender=owner)
        oracle.set_feeds(token, [feed], 604_800, 0, price, sender=owner)
        for name in ("compounder", "passive_lp", "trader"):
            token.mint(roles[name], 10**30, sender=owner)
            token.approve(pair, FOREVER, sender=roles[name])
    reserves = [{dollar: DOLLARS, ether: ETHERS}[token] for token in tokens]
    for name in ("compounder", "passive_lp"):
        pair.add_liquidity(*reserves, 0, roles[name], sender=roles[name])

    vault = owner.deploy(project.YieldVault, pair, "LP Vault", "hwLP", owner, UNLOCK_SECONDS)
    vault.set_role(owner, 2**14 - 1, sender=owner)
    vault.set_role(roles["keeper"], 96, sender=owner)
    vault.set_deposit_limit(FOREVER, sender=owner)
    strategy = owner.deploy(project.LiquidityStrategy, vault, pair, oracle, owner)
    strategy.set_keeper(roles["keeper"], True, sender=owner)
    vault.add_strategy(strategy, sender=owner)
    vault.update_max_debt_for_strategy(strategy, FOREVER, sender=owner)
    vault.set_auto_allocate(True, sender=owner)
    pair.approve(vault, FOREVER, sender=roles["compounder"])
    compounder = roles["compounder"]
    vault.deposit(pair.balanceOf(compounder), compounder, sender=compounder)
    return {"tokens": tokens, "pair": pair, "vault": vault, "strategy": strategy}


def trade_there_and_back(pair, tokens, trader, part):
    """Two swaps of about `part` of the reserves that end at the price they began with."""
    before = pair.reserves()
    pair.swap(tokens[0], before[0] // part, 0, trader, sender=trader)
    gap = before[1] - pair.reserves()[1]
    pair.swap(tokens[1], gap * 10_000 // 9_970 + 1, 0, trader, sender=trader)


def test_a_compounded_position__ends_above_the_same_one_never_compounded(world, roles, chain):
    pair, vault, strategy, tokens = (
        world[name] for name in ("pair", "vault", "strategy", "tokens")
    )
    keeper, compounder = roles["keeper"], roles["compounder"]
    passive_liquidity = pair.balanceOf(roles["passive_lp"])
    started_with = vault.convertToAssets(vault.balanceOf(compounder))
    prices = [Fraction(vault.totalAssets(), vault.totalSupply())]
    compounded = 0

    for part in (3, 4, 5, 3):
        trade_there_and_back(pair, tokens, roles["trader"], part)
        receipt = strategy.harvest(1, sender=keeper)
        (harvested,) = strategy.Harvested.from_receipt(receipt)
        assert harvested.fees0 > 0
        assert harvested.fees1 > 0
        compounded += harvested.liquidity
        vault.process_report(strategy, sender=keeper)
        # The report itself moves nothing; a block's unlocking may show in this figure.
        now = Fraction(vault.totalAssets(), vault.totalSupply())
        assert prices[-1] <= now <= prices[-1] * (1 + Fraction(3, 100_000))
        chain.mine(deltatime=UNLOCK_SECONDS + 1)
        prices.append(Fraction(vault.totalAssets(), vault.totalSupply()))

    # In LP tokens: the vault's holder has more than at the start, the passive LP the same.
    worth = vault.convertToAssets(vault.balanceOf(compounder))
    assert prices == sorted(prices)
    assert len(set(prices)) == len(prices)
    assert started_with < worth <= started_with + compounded
    assert worth - started_with > compounded * 999 // 1_000
    assert pair.balanceOf(roles["passive_lp"]) == passive_liquidity

    # Fees earned on compounded fees: per LP token held at the start the vault earned more.
    claimed = [pair.fees_claimed0(), pair.fees_claimed1()]
    passive = pair.claimable_fees(roles["passive_lp"])
    assert all(ours > theirs for ours, theirs in zip(claimed, passive, strict=True))

    # Withdrawn, the position really is that many LP tokens.
    vault.redeem(vault.balanceOf(compounder), compounder, compounder, sender=compounder)
    assert pair.balanceOf(compounder) == worth
    assert pair.balanceOf(vault) == vault.totalIdle()
