# SPDX-License-Identifier: Apache-2.0
"""Three credit pools over one account layer, with prices that a test sets."""

from dataclasses import dataclass
from functools import partial

from strategies.model.accounts import Accounts as AccountsModel
from strategies.model.accounts import Market
from strategies.model.kinked_rate import KinkedRate
from strategies.model.lending_pool import LendingPool as PoolModel
from strategies.units import WAD
from tests.evm import Contract, Machine, Mutation, actor, compile_contract
from tests.worlds.doubles import flash_borrower, settable_feed
from tests.worlds.tokens import deploy_token, fund

OWNER = actor("owner")
TREASURY = actor("treasury")
SEEDER = actor("seeder")

DECIMALS = {"usd": 6, "btc": 8, "eth": 18}
PRICES_USD_WAD = {"usd": WAD, "btc": 60_000 * WAD, "eth": 3_000 * WAD}
CURVES = {
    "usd": (0, 4 * WAD // 100, 60 * WAD // 100, 90 * WAD // 100),
    "btc": (WAD // 100, 5 * WAD // 100, 3 * WAD, 80 * WAD // 100),
    "eth": (0, 2 * WAD // 100, 90 * WAD // 100, 85 * WAD // 100),
}
# (debt pool, collateral pool): borrow and liquidation thresholds
TERMS = {
    ("usd", "btc"): (7_500, 8_000),
    ("usd", "eth"): (7_500, 8_000),
    ("btc", "usd"): (8_000, 8_500),
    ("eth", "usd"): (8_000, 9_500),
    ("eth", "btc"): (5_000, 6_000),
}
SEED_ASSETS = 10**6
CAP = 2**104
RESERVE_FACTOR_BPS = 1_000


@dataclass
class LendingWorld:
    machine: Machine
    feed: Contract
    oracle: Contract
    terms: Contract
    accounts: Contract
    tokens: dict[str, Contract]
    pools: dict[str, Contract]
    flash_borrower: Contract

    def set_price(self, name: str, price_usd_wad: int) -> None:
        """Noted on the chain alone: what a driver undoes must not live on in here."""
        self.feed.set_price(self.tokens[name], price_usd_wad, sender=OWNER)

    def model(self) -> AccountsModel:
        """The reference model in the state in which the world was built."""
        now = self.machine.timestamp
        markets = {}
        for name in self.pools:
            curve = KinkedRate(*CURVES[name])
            pool = PoolModel(curve.rate_per_second_wad, TREASURY, now)
            pool.supply_cap = pool.borrow_cap = CAP
            pool.reserve_factor_bps = RESERVE_FACTOR_BPS
            pool.deposit(now, SEED_ASSETS, SEEDER)
            terms = {other: TERMS[debt, other] for debt, other in TERMS if debt == name}
            markets[name] = Market(pool, DECIMALS[name], terms)
        return AccountsModel(markets, dict(PRICES_USD_WAD))


def build_lending(actors: list[str], mutation: Mutation | None = None) -> LendingWorld:
    """Deploy, seed and connect the pools; the actors hold every token and approved every pool."""
    machine = Machine()
    compiled = partial(compile_contract, mutation=mutation)
    feed = machine.deploy(settable_feed())
    oracle = machine.deploy(compiled("oracles/PriceOracle.vy"), OWNER)
    terms = machine.deploy(compiled("lending/RiskTerms.vy"))
    accounts = machine.deploy(compiled("lending/Accounts.vy"), OWNER, terms)
    tokens = {name: deploy_token(machine, f"t{name}", DECIMALS[name]) for name in DECIMALS}
    pools = {}
    for name, token in tokens.items():
        feed.set_price(token, PRICES_USD_WAD[name], sender=OWNER)
        oracle.set_feeds(token, [feed.address], 3_600, 10_000, PRICES_USD_WAD[name], sender=OWNER)
        rate = machine.deploy(compile_contract("rates/KinkedRate.vy"), *CURVES[name])
        pools[name] = machine.deploy(
            compiled("lending/LendingPool.vy"),
            *(token, f"Pool {name}", f"p{name}", accounts, oracle, rate, TREASURY, OWNER),
        )
    for name, pool in pools.items():
        fund(tokens[name], [*actors, SEEDER], [pool])
        terms.set_caps(pool, CAP, CAP, sender=OWNER)
        terms.set_reserve_factor(pool, RESERVE_FACTOR_BPS, sender=OWNER)
        pool.deposit(SEED_ASSETS, SEEDER, sender=SEEDER)
        accounts.list_pool(pool, sender=OWNER)
    for (debt, collateral), thresholds in TERMS.items():
        terms.set_collateral(pools[debt], pools[collateral], *thresholds, sender=OWNER)
    borrower = machine.deploy(flash_borrower())
    borrower.plan(borrower, b"", True)  # calls itself in vain, and pays back
    for token in tokens.values():
        fund(token, [borrower.address], [])
    return LendingWorld(machine, feed, oracle, terms, accounts, tokens, pools, borrower)
