# SPDX-License-Identifier: Apache-2.0
"""What it costs to open a block: by the number of accounts that owe, and by what is to be done.

    python -m tests.boundary_gas --write     # or make snapshot: writes tests/snapshots/boundary_gas.txt

Transactions on a real node, so that storage read for the first time costs what it costs there. More
accounts than one call may visit are visited over several blocks.
"""

import sys
from pathlib import Path

from tests.evm import actor
from tests.gas import Node
from tests.invariant.driver import Step
from tests.invariant.orders import HOUR, STOP_LOSS, OrdersDriver
from tests.worlds.boundary import ETH, LENDER, SYSTEM, USD, WAD, BoundaryWorld, build_boundary
from tests.worlds.lending import OWNER

SNAPSHOT = Path(__file__).parent / "snapshots" / "boundary_gas.txt"

# From health 1.2, at 3,000 dollars an ether, below 1.15 and back to 1.3, at a sale within a tenth.
STOP = (STOP_LOSS, "eth", 115 * WAD // 100, 13 * WAD // 10, 100 * ETH, 1_000, 0, 10 * HOUR)
FALLEN_USD_WAD = 2_850 * WAD

ACCOUNTS = 1_000
DEBTORS = [actor(f"debtor {number}") for number in range(ACCOUNTS)]


def build() -> BoundaryWorld:
    """A thousand accounts, each with 2,000 tUSD borrowed against one tETH."""
    world = build_boundary(DEBTORS)
    pools = world.lending.pools
    pools["usd"].deposit(10**8 * USD, LENDER, sender=LENDER)
    for debtor in DEBTORS:
        pools["eth"].deposit(ETH, debtor, sender=debtor)
        world.lending.accounts.pledge(debtor, pools["eth"], sender=debtor)
        pools["usd"].borrow(2_000 * USD, debtor, sender=debtor)
    return world


def measure() -> dict[str, int]:
    world = build()
    node = Node(world.lending.machine)
    try:
        # A round that does not end in this call: all of the job's gas went into accounts.
        spent = node.send(SYSTEM, world.heartbeat, "open_block")
        visited = ACCOUNTS - cursor(world, node)
        assert visited < ACCOUNTS
        costs = {
            "1,000 healthy accounts": spent * ACCOUNTS // visited,
            "blocks for these": -(-ACCOUNTS // visited),
            "one healthy account": spent // visited,
        }
        # 2,450 dollars behind 2,000: health 0.98, for all of them.
        token = world.lending.tokens["eth"]
        node.send(OWNER, world.lending.feed, "set_price", token, 2_450 * WAD)
        opened = node.send(SYSTEM, world.heartbeat, "open_block")
        return costs | {"one liquidation": opened // liquidations(world, node)}
    finally:
        node.stop()


def measure_orders() -> dict[str, int]:
    """As Heartbeat runs one: where nothing is due, and where an account is unwound."""
    driver = OrdersDriver()
    driver.perform(Step("set", STOP))
    node = Node(driver.machine)
    try:
        waiting = node.send(SYSTEM, driver.orders, "run_item", 0)
        token = driver.tokens["eth"]
        node.send(OWNER, driver.lending.feed, "set_price", token, FALLEN_USD_WAD)
        unwound = node.send(SYSTEM, driver.orders, "run_item", 0)
    finally:
        node.stop()
    return {"one order, not due": waiting, "one stop-loss": unwound}


def cursor(world: BoundaryWorld, node: Node) -> int:
    data = "0x" + world.heartbeat.calldata("cursor_of", world.liquidator).hex()
    asked = {"to": world.heartbeat.address, "data": data}
    return int(node.rpc.call("eth_call", asked, "latest"), 16)


def liquidations(world: BoundaryWorld, node: Node) -> int:
    """How many the latest block saw: each ends with a word of the liquidator's."""
    logs = node.rpc.call(
        "eth_getLogs",
        {"fromBlock": "latest", "toBlock": "latest", "address": world.liquidator.address},
    )
    tended = {log["topics"][1] for log in logs if len(log["topics"]) == 4}
    return len(tended)


def render(costs: dict[str, int]) -> str:
    lines = [
        "# gas of open_block: its 21,000, cold storage, the liquidator's job and the queue's;",
        "# of an order alone: its 21,000 and cold storage",
    ]
    lines += [f"{name:<24}{cost:>12}" for name, cost in costs.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    text = render(measure() | measure_orders())
    if "--write" in sys.argv[1:]:
        SNAPSHOT.write_text(text)
    print(text, end="")
