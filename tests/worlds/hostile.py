# SPDX-License-Identifier: Apache-2.0
"""The credit pools, and beside them one for a token of our choice that the house has listed."""

from collections.abc import Iterable

from tests.evm import Artifact, Contract, Mutation, compile_contract
from tests.worlds.lending import (
    CAP,
    OWNER,
    RESERVE_FACTOR_BPS,
    SEED_ASSETS,
    SEEDER,
    TREASURY,
    LendingWorld,
)
from tests.worlds.tokens import MAX_UINT256, PURSE

DOLLAR_WAD = 10**18
MAX_AGE_SECONDS = 3_600


def deploy_pool(
    world: LendingWorld,
    token: Contract,
    rate: Contract | None = None,
    mutation: Mutation | None = None,
) -> Contract:
    """A pool with wide caps, neither seeded nor listed."""
    if rate is None:
        artifact = compile_contract("rates/KinkedRate.vy")
        rate = world.machine.deploy(artifact, 0, 4 * 10**16, 6 * 10**17, 9 * 10**17)
    pool = world.machine.deploy(
        compile_contract("lending/LendingPool.vy", mutation),
        *(token, "Pool odd", "podd", world.accounts, world.oracle, rate, TREASURY, OWNER),
    )
    world.terms.set_caps(pool, CAP, CAP, sender=OWNER)
    world.terms.set_reserve_factor(pool, RESERVE_FACTOR_BPS, sender=OWNER)
    return pool


def deploy_factory(world: LendingWorld) -> Contract:
    """A factory of pools that owns the account layer, and so lists what it creates."""
    machine = world.machine
    blueprint = machine.declare(compile_contract("lending/LendingPool.vy").bytecode)
    factory = machine.deploy(
        compile_contract("lending/PoolFactory.vy"),
        *(blueprint, world.accounts, world.oracle, TREASURY, OWNER),
    )
    world.accounts.transfer_ownership(factory, sender=OWNER)
    factory.accept_accounts(sender=OWNER)
    return factory


def price(world: LendingWorld, token: Contract, price_usd_wad: int = DOLLAR_WAD) -> None:
    world.feed.set_price(token, price_usd_wad, sender=OWNER)
    feeds = [world.feed.address]
    world.oracle.set_feeds(token, feeds, MAX_AGE_SECONDS, 10_000, price_usd_wad, sender=OWNER)


def add_pool(
    world: LendingWorld,
    artifact: Artifact,
    actors: Iterable[str],
    rate: Contract | None = None,
    arguments: tuple = (),
) -> tuple[Contract, Contract]:
    """A token worth a dollar, free to mint, and its pool: seeded, listed, against tETH and for tUSD.

    The actors hold the token and have approved the pool.
    """
    token = world.machine.deploy(artifact, *arguments)
    price(world, token)
    pool = deploy_pool(world, token, rate)
    for holder in (*actors, SEEDER):
        token.mint(holder, PURSE)
        token.approve(pool, MAX_UINT256, sender=holder)
    pool.deposit(SEED_ASSETS, SEEDER, sender=SEEDER)
    world.accounts.list_pool(pool, sender=OWNER)
    world.terms.set_collateral(pool, world.pools["eth"], 7_500, 8_000, sender=OWNER)
    world.terms.set_collateral(world.pools["usd"], pool, 7_500, 8_000, sender=OWNER)
    return token, pool
