# SPDX-License-Identifier: Apache-2.0
"""The credit pools with pairs, a heartbeat and what it runs: a liquidator with a reserve, an exit queue."""

from dataclasses import dataclass
from functools import partial
from math import isqrt

from tests.evm import Contract, Mutation, actor, compile_contract
from tests.worlds.lending import OWNER, PRICES_USD_WAD, LendingWorld, build_lending
from tests.worlds.tokens import fund

LENDER, BORROWER, LIQUIDATOR = actor("lender"), actor("borrower"), actor("liquidator")
SYSTEM = actor("system")
PROVIDER, TREASURY = actor("provider"), actor("profit receiver")
USD, ETH, BTC, WAD = 10**6, 10**18, 10**8, 10**18

# Dollars on each side of a pair.
PAIR_USD = 20_000_000
FEE_BPS = 30
# The least that a pair takes.
MIN_TRADE = 1_000
SLIPPAGE_BPS = 200
RESERVE = 100_000 * USD

LIQUIDATOR_GAS = 2_500_000
QUEUE_GAS = 600_000
JOB_GAS = 7_000_000


@dataclass
class BoundaryWorld:
    lending: LendingWorld
    pairs: dict[str, Contract]
    factory: Contract
    router: Contract
    heartbeat: Contract
    liquidator: Contract
    queue: Contract

    def open_block(self) -> None:
        """A later block, and what the chain does first in it."""
        self.lending.machine.wait(1)
        self.heartbeat.open_block(sender=SYSTEM)

    def lend_and_borrow(self, usd: int = 20_000 * USD, eth: int = 10 * ETH) -> None:
        """A million tUSD lent, `usd` of it borrowed against `eth`."""
        pools = self.lending.pools
        pools["usd"].deposit(10**6 * USD, LENDER, sender=LENDER)
        pools["eth"].deposit(eth, BORROWER, sender=BORROWER)
        self.lending.accounts.pledge(BORROWER, pools["eth"], sender=BORROWER)
        pools["usd"].borrow(usd, BORROWER, sender=BORROWER)

    def move_market(self, name: str, dollars: int) -> None:
        """The feed's price; and the pair's, by a trade that takes it there."""
        self.lending.set_price(name, dollars * WAD)
        token, usd = self.lending.tokens[name], self.lending.tokens["usd"]
        pair = self.pairs[name]
        reserves = dict(zip((pair.token0(), pair.token1()), pair.reserves(), strict=True))
        held, paid = reserves[token.address], reserves[usd.address]
        decimals = token.decimals()
        # k = x * y, and x * price = y where it should stand.
        aimed = isqrt(held * paid * 10**decimals // (dollars * USD))
        sold, assets = (token, aimed - held) if aimed > held else (usd, held * paid // aimed - paid)
        # Less the pair refuses: it stands there.
        if assets >= MIN_TRADE:
            pair.swap(sold, assets, 0, PROVIDER, sender=PROVIDER)


def build_boundary(
    actors: list[str] | None = None, mutation: Mutation | None = None
) -> BoundaryWorld:
    """Deploy it all; the reserve holds tUSD."""
    people = [LENDER, BORROWER, LIQUIDATOR, *(actors or [])]
    lending = build_lending(people, mutation)
    machine, tokens = lending.machine, lending.tokens
    compiled = partial(compile_contract, mutation=mutation)
    blueprint = machine.declare(compiled("exchange/VolatilePair.vy").bytecode)
    factory = machine.deploy(compiled("exchange/PairFactory.vy"), blueprint, TREASURY, OWNER)
    router = machine.deploy(compiled("exchange/Router.vy"), factory)
    pairs = {
        name: open_pair(lending, factory, name, PRICES_USD_WAD[name] // WAD)
        for name in ("eth", "btc")
    }
    heartbeat = machine.deploy(compiled("lending/Heartbeat.vy"), OWNER)
    liquidator = machine.deploy(
        compiled("lending/BlockLiquidator.vy"),
        *(heartbeat, lending.accounts, router, TREASURY, SLIPPAGE_BPS, OWNER),
    )
    queue = machine.deploy(compiled("lending/ExitQueue.vy"), lending.accounts)
    heartbeat.set_opening_jobs(
        [
            (liquidator.address, LIQUIDATOR_GAS, JOB_GAS),
            (queue.address, QUEUE_GAS, 2_000_000),
        ],
        sender=OWNER,
    )
    usd = tokens["usd"]
    for name, pair in pairs.items():
        for sold, bought in ((tokens[name], usd), (usd, tokens[name])):
            liquidator.set_route(sold, bought, [(pair.address, sold.address)], sender=OWNER)
    usd.transfer(liquidator, RESERVE, sender=LENDER)
    return BoundaryWorld(lending, pairs, factory, router, heartbeat, liquidator, queue)


def open_pair(
    lending: LendingWorld, factory: Contract, name: str, dollars: int, fee_bps: int = FEE_BPS
) -> Contract:
    token, usd = lending.tokens[name], lending.tokens["usd"]
    factory.create_pair(token, usd, fee_bps, sender=OWNER)
    artifact = compile_contract("exchange/VolatilePair.vy")
    pair = Contract(lending.machine, artifact, factory.pair_of(token, usd, fee_bps))
    for each in (token, usd):
        fund(each, [PROVIDER], [pair])
    sides = {
        token.address: PAIR_USD * 10 ** token.decimals() // dollars,
        usd.address: PAIR_USD * USD,
    }
    pair.add_liquidity(sides[pair.token0()], sides[pair.token1()], 0, PROVIDER, sender=PROVIDER)
    return pair
