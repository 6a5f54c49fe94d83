# SPDX-License-Identifier: Apache-2.0
"""What the lens foresees of an action is, to the last unit, what the account layer says after it."""

from random import Random

import pytest

from tests.evm import Contract, Reverted, actor, compile_contract
from tests.worlds.lending import DECIMALS, PRICES_USD_WAD, LendingWorld, build_lending

LENDER, ACTOR = actor("lender"), actor("foreseen")
SUPPLY, WITHDRAW, BORROW, REPAY, PLEDGE, UNPLEDGE = ACTIONS = [1 << place for place in range(6)]
ROUNDS, SEED = 1_500, 5
ASSETS = (1, 7, 10**3, 10**5)
FOREVER = 2**256 - 1

# What only the pool or the end of the call knows: cash, and whether the account may stand so.
UNFORESEEN = {"accounts: unhealthy", "pool: not enough idle"}


def build() -> tuple[LendingWorld, Contract]:
    world = build_lending([LENDER, ACTOR])
    lens = world.machine.deploy(compile_contract("lending/Lens.vy"), world.accounts, world.oracle)
    for name, pool in world.pools.items():
        pool.deposit(10**6 * 10 ** DECIMALS[name], LENDER, sender=LENDER)
    # So that each pool is lent out, and earns.
    for debt, collateral in (("usd", "btc"), ("eth", "usd"), ("btc", "usd")):
        borrower = actor(f"borrower of {debt}")
        for name in (debt, collateral):
            world.tokens[name].transfer(borrower, 10**6 * 10 ** DECIMALS[name], sender=LENDER)
        pool = world.pools[collateral]
        world.tokens[collateral].approve(pool, FOREVER, sender=borrower)
        pool.deposit(10**5 * 10 ** DECIMALS[collateral], borrower, sender=borrower)
        world.accounts.pledge(borrower, pool, sender=borrower)
        worth = PRICES_USD_WAD[collateral] * 10**5 // PRICES_USD_WAD[debt]
        lent = min(worth * 10 ** DECIMALS[debt] // 3, 8 * 10**5 * 10 ** DECIMALS[debt])
        world.pools[debt].borrow(lent, borrower, sender=borrower)
    return world, lens


def act(world: LendingWorld, action: int, pool: Contract, assets: int) -> None:
    calls = {
        SUPPLY: lambda: pool.deposit(assets, ACTOR, sender=ACTOR),
        WITHDRAW: lambda: pool.withdraw(assets, ACTOR, ACTOR, sender=ACTOR),
        BORROW: lambda: pool.borrow(assets, ACTOR, sender=ACTOR),
        REPAY: lambda: pool.repay(assets, ACTOR, sender=ACTOR),
        PLEDGE: lambda: world.accounts.pledge(ACTOR, pool, sender=ACTOR),
        UNPLEDGE: lambda: world.accounts.unpledge(ACTOR, pool, sender=ACTOR),
    }
    calls[action]()


def reason_of(call) -> str | None:
    try:
        call()
    except Reverted as refusal:
        return refusal.reason
    return None


def test_preview__of_random_actions__is_the_status_after_each() -> None:
    world, lens = build()
    random, done = Random(SEED), dict.fromkeys(ACTIONS, 0)
    for _ in range(ROUNDS):
        action, name = random.choice(ACTIONS), random.choice(list(DECIMALS))
        pool = world.pools[name]
        assets = random.choice(ASSETS) * 10 ** DECIMALS[name] // random.choice((1, 10**4))
        if action == REPAY and random.random() < 0.1:
            assets = FOREVER
        assets = max(assets, 1)
        if random.random() < 0.1:
            # Of no round number, so that each value is rounded.
            world.set_price(name, PRICES_USD_WAD[name] + random.randrange(10**16))
        if random.random() < 0.3:
            world.machine.wait(random.choice((1, 100, 86_400)))

        foreseen: list[tuple] = []
        said = reason_of(lambda: foreseen.append(lens.preview(ACTOR, action, pool, assets)))  # noqa: B023
        refused = reason_of(lambda: act(world, action, pool, assets))  # noqa: B023

        if said is not None:
            assert refused == said, f"{action} of {assets} {name}: {refused}, foreseen {said}"
        elif refused is None:
            status = world.accounts.status(ACTOR)
            assert tuple(foreseen[0]) == tuple(status), f"{action} of {assets} {name}"
            done[action] += 1
        else:
            assert refused in UNFORESEEN, f"{action} of {assets} {name}: {refused}"
    assert min(done.values()) > ROUNDS // 100, f"went through: {done}"


@pytest.mark.parametrize("action", ACTIONS)
def test_preview__on_a_foreign_pool__is_refused(action: int) -> None:
    _world, lens = build()

    assert reason_of(lambda: lens.preview(ACTOR, action, LENDER, 1)) == "accounts: pool not listed"
