# SPDX-License-Identifier: Apache-2.0
"""What the protocol earned on a real chain, moved on by the keeper as far as a pool lets it."""

from scripts.settings import DEPLOYER_INDEX
from tests.strategies.borrowing import DAY, LENDER, USD, Borrowing

POOL = "LendingPool/usd_core"


def test_pool_shares__where_an_outflow_limit_binds__are_redeemed_as_far_as_it_goes(
    world: Borrowing,
) -> None:
    """Of shares worth 200,000 dollars, against a twentieth of a million."""
    collector, pool = world.chain.address("FeeCollector"), world.chain.address(POOL)
    shares = world.read(POOL, "convertToShares", 200_000 * USD)
    world.do(LENDER, POOL, "transfer", collector, shares)
    world.do(DEPLOYER_INDEX, "RiskTerms", "set_outflow_limit", pool, 500, DAY)
    room = world.read(POOL, "releasable")
    assert room < 200_000 * USD < world.read(POOL, "idle")

    world.tick(keeper='policies = ["compounder"]')
    world.deliver()
    world.tick(keeper='policies = ["compounder"]')

    statuses = {one["action"]: one["status"] for one in world.intents()}
    assert statuses[f"redeem_pool_shares:{POOL}"] == "mined"
    assert room * 98 // 100 < world.usd_of(collector) <= room
