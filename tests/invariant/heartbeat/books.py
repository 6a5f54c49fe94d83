# SPDX-License-Identifier: Apache-2.0
"""What the liquidator's tests look at."""

from tests.evm import Contract, actor
from tests.worlds.boundary import BORROWER, TREASURY, BoundaryWorld

NEIGHBOUR = actor("neighbour")
NOBODY = "0x" + "00" * 20
# What `plan` answers where nothing can be done.
NOTHING = (NOBODY, 0, 0, 0)


def events(contract: Contract, name: str) -> list[dict]:
    return [log.fields for log in contract.logs() if log.event == name]


def holdings(world: BoundaryWorld) -> dict[tuple[str, str], int]:
    """What each party has of each token and pool."""
    lending = world.lending
    parties = {
        "liquidator": world.liquidator.address,
        "treasury": TREASURY,
        "borrower": BORROWER,
        "debt pool": lending.pools["usd"].address,
        "collateral pool": lending.pools["eth"].address,
        "pair": world.pairs["eth"].address,
    }
    return {
        (party, f"{kind} {name}"): contract.balanceOf(address)
        for party, address in parties.items()
        for kind, contracts in (("token", lending.tokens), ("shares", lending.pools))
        for name, contract in contracts.items()
    }
