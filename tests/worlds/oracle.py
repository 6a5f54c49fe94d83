# SPDX-License-Identifier: Apache-2.0
"""The credit pools again, with tBTC priced by two plain feeds and one signed by publishers."""

from collections.abc import Sequence
from dataclasses import dataclass

from eth_keys import keys

from tests.evm import Contract, Mutation, actor, compile_contract
from tests.worlds.doubles import timed_feed
from tests.worlds.lending import OWNER, PRICES_USD_WAD, LendingWorld, build_lending

LENDER, BORROWER, LIQUIDATOR = actor("lender"), actor("borrower"), actor("liquidator")
MAX_AGE_SECONDS = 3_600
THRESHOLD = 2

# Publishers' keys, ascending by address as the feed wants them, and one that it does not know.
PUBLISHERS = sorted(
    (keys.PrivateKey(bytes([number] * 32)) for number in (1, 2, 3)),
    key=lambda key: int(key.public_key.to_address(), 16),
)
IMPOSTOR = keys.PrivateKey(bytes([9] * 32))
SIGNERS = [*PUBLISHERS, IMPOSTOR]

# (asset, price, observed at)
Report = tuple[str, int, int]


@dataclass
class OracleWorld:
    lending: LendingWorld
    plain: dict[str, Contract]
    published: Contract

    @property
    def token(self) -> Contract:
        return self.lending.tokens["btc"]

    def sign(self, reports: Sequence[Report], signers: Sequence[int]) -> list[bytes]:
        """Signatures by position in SIGNERS, in the order given."""
        digest = bytes(self.published.digest(list(reports)))
        made = [SIGNERS[each].sign_msg_hash(digest) for each in signers]
        return [
            each.r.to_bytes(32, "big") + each.s.to_bytes(32, "big") + bytes([27 + each.v])
            for each in made
        ]


def build_oracle(mutation: Mutation | None = None) -> OracleWorld:
    """The borrower owes 30,000 dollars of tUSD behind two tBTC; every feed has just spoken."""
    lending = build_lending([LENDER, BORROWER, LIQUIDATOR], mutation)
    machine, token, price = lending.machine, lending.tokens["btc"], PRICES_USD_WAD["btc"]
    addresses = [key.public_key.to_address() for key in PUBLISHERS]
    published = machine.deploy(
        compile_contract("oracles/PublisherFeed.vy", mutation), addresses, THRESHOLD, OWNER
    )
    plain = {name: machine.deploy(timed_feed()) for name in ("first", "second")}
    world = OracleWorld(lending, plain, published)

    for feed in plain.values():
        feed.set_price(token, price, machine.timestamp, sender=OWNER)
    report = (token.address, price, machine.timestamp)
    published.publish([report], world.sign([report], (0, 1)), sender=OWNER)
    # The first report counts at once, and so would another of its block.
    machine.wait(0)
    feeds = [*plain.values(), published]
    lending.oracle.set_feeds(token, feeds, MAX_AGE_SECONDS, 10_000, price, sender=OWNER)

    usd, btc = lending.pools["usd"], lending.pools["btc"]
    usd.deposit(10**12, LENDER, sender=LENDER)
    btc.deposit(2 * 10**8, BORROWER, sender=BORROWER)
    lending.accounts.pledge(BORROWER, btc, sender=BORROWER)
    usd.borrow(3 * 10**10, BORROWER, sender=BORROWER)
    return world
