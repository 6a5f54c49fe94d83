# SPDX-License-Identifier: Apache-2.0
"""The exchange and staking wired as they are deployed: factory, router, HEAD, pool, collector."""

from types import SimpleNamespace

import pytest

COOLDOWN_SECONDS = 3 * 86_400
WINDOW_SECONDS = 2 * 86_400
STREAM_SECONDS = 7 * 86_400
STAKER_SHARE_BPS = 7_000
PURSE = 10**30
POT = (3_000_000 * 10**6, 1_000 * 10**18)


@pytest.fixture(scope="module")
def roles(accounts):
    names = ("owner", "provider", "trader", "staker", "other_staker", "treasury", "stranger")
    return SimpleNamespace(**dict(zip(names, accounts[: len(names)], strict=True)))


@pytest.fixture(scope="module")
def house(project, roles):
    owner = roles.owner
    head = owner.deploy(project.HeadToken, owner)
    dollar = owner.deploy(project.TestToken, "Dollar", "USD", 6, owner)
    ether = owner.deploy(project.TestToken, "Ether", "ETH", 18, owner)
    staking = owner.deploy(project.StakingPool, head, COOLDOWN_SECONDS, WINDOW_SECONDS, owner)
    collector = owner.deploy(
        project.FeeCollector, staking, roles.treasury, STAKER_SHARE_BPS, STREAM_SECONDS, owner
    )
    blueprint = owner.declare(project.VolatilePair).contract_address
    factory = owner.deploy(project.PairFactory, blueprint, collector, owner)
    router = owner.deploy(project.Router, factory)

    for token in (dollar, ether, head):
        staking.add_reward_token(token, sender=owner)
    staking.set_distributor(collector, True, sender=owner)
    for first, second in ((dollar, ether), (dollar, head)):
        factory.create_pair(first, second, 30, sender=owner)
    ether_pair, head_pair = (project.VolatilePair.at(factory.pairs(i)) for i in (0, 1))

    for holder in (roles.provider, roles.trader, roles.staker, roles.other_staker):
        dollar.mint(holder, PURSE, sender=owner)
        ether.mint(holder, PURSE, sender=owner)
        head.transfer(holder, 10**25, sender=owner)
        for token in (dollar, ether, head):
            for spender in (router, staking):
                token.approve(spender, 2**256 - 1, sender=holder)
    for pair, other in ((ether_pair, ether), (head_pair, head)):
        pots = {dollar.address: POT[0], other.address: POT[1]}
        router.add_liquidity(
            pair,
            pots[pair.token0()],
            pots[pair.token1()],
            1,
            roles.provider,
            2**255,
            sender=roles.provider,
        )
    return SimpleNamespace(
        head=head,
        dollar=dollar,
        ether=ether,
        staking=staking,
        collector=collector,
        factory=factory,
        router=router,
        ether_pair=ether_pair,
        head_pair=head_pair,
    )
