# SPDX-License-Identifier: Apache-2.0
"""The stake behind the credit pools: HEAD with a market and a price, and a pool that loses on demand."""

from dataclasses import dataclass

from tests.evm import Contract, Machine, Mutation, actor, compile_contract
from tests.worlds.boundary import (
    PROVIDER,
    USD,
    WAD,
    BoundaryWorld,
    build_boundary,
)
from tests.worlds.doubles import losing_pool
from tests.worlds.lending import OWNER
from tests.worlds.tokens import deploy_token, fund

STAKER = actor("staker")
STAKE = 1_000_000 * WAD
HEAD_USD_WAD = 2 * WAD
PAIR_HEAD = 2_000_000 * WAD
SLASH_BPS, SLIPPAGE_BPS, FEE_BPS = 2_000, 500, 30
LIMIT = 1_000_000 * USD


@dataclass
class BackstopWorld:
    boundary: BoundaryWorld
    head: Contract
    pair: Contract
    staking: Contract
    backstop: Contract
    pool: Contract

    @property
    def machine(self) -> Machine:
        return self.boundary.lending.machine

    @property
    def usd(self) -> Contract:
        return self.boundary.lending.tokens["usd"]

    def lose(self, assets: int) -> int:
        return self.pool.lose(self.backstop, assets, sender=STAKER)


def build_backstop(mutation: Mutation | None = None) -> BackstopWorld:
    """A million HEAD staked, worth two million; the losing pool may be paid a million a day."""
    boundary = build_boundary([STAKER], mutation)
    lending, machine = boundary.lending, boundary.lending.machine
    usd, oracle = lending.tokens["usd"], lending.oracle
    head = deploy_token(machine, "HEAD", 18)
    lending.feed.set_price(head, HEAD_USD_WAD, sender=OWNER)
    oracle.set_feeds(head, [lending.feed.address], 3_600, 10_000, HEAD_USD_WAD, sender=OWNER)

    artifact = compile_contract("exchange/VolatilePair.vy")
    boundary.factory.create_pair(head, usd, FEE_BPS, sender=OWNER)
    pair = Contract(machine, artifact, boundary.factory.pair_of(head, usd, FEE_BPS))
    for token in (head, usd):
        fund(token, [PROVIDER], [pair])
    sides = {head.address: PAIR_HEAD, usd.address: PAIR_HEAD * 2 // 10**12}
    pair.add_liquidity(sides[pair.token0()], sides[pair.token1()], 0, PROVIDER, sender=PROVIDER)

    staking = machine.deploy(
        compile_contract("staking/StakingPool.vy", mutation), head, 3 * 86_400, 2 * 86_400, OWNER
    )
    fund(head, [STAKER], [staking])
    staking.deposit(STAKE, STAKER, sender=STAKER)
    backstop = machine.deploy(
        compile_contract("staking/Backstop.vy", mutation),
        *(lending.accounts, staking, oracle, boundary.router, SLASH_BPS, SLIPPAGE_BPS, OWNER),
    )
    staking.set_slasher(backstop, sender=OWNER)
    pool = machine.deploy(losing_pool(), lending.accounts, usd)
    lending.accounts.list_pool(pool, sender=OWNER)
    backstop.set_limit(pool, LIMIT, sender=OWNER)
    backstop.set_route(usd, [(pair.address, head.address)], sender=OWNER)
    return BackstopWorld(boundary, head, pair, staking, backstop, pool)
