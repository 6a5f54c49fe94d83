# SPDX-License-Identifier: Apache-2.0
"""Accounts and who else may act for them, rate curves and the five credit pools, seeded, listed and with their collateral."""

from scripts.deploy._deployer import Deployer
from scripts.deploy._entry import subsystem_command
from scripts.deploy._parameters import (
    DEAD_ADDRESS,
    POOLS,
    RATE_CURVES,
    RESERVE_FACTOR_BPS,
    PoolParameters,
)

SEED_SHARES_FLOOR = 10**12

# What RiskTerms says of a pool that nobody has opened.
UNSET_TERMS = (0, 0, 0, 0)


def deploy(deployer: Deployer) -> None:
    owner = deployer.signer.address
    terms = deployer.contract("RiskTerms", "RiskTerms")
    accounts = deployer.contract("Accounts", "Accounts", owner, terms)
    operators = deployer.contract("Operators", "Operators", accounts)
    if deployer.read("Accounts", "operators") != operators:
        deployer.call("Accounts", "set_operators", operators)
    oracle = deployer.address("PriceOracle")
    collector = deployer.address("FeeCollector")
    for name, curve in RATE_CURVES.items():
        deployer.contract(f"KinkedRate/{name}", "KinkedRate", *curve)
    for name, pool in POOLS.items():
        deployer.contract(
            f"LendingPool/{name}", "LendingPool", deployer.address(pool.asset), pool.name,
            pool.symbol, accounts, oracle, deployer.address(f"KinkedRate/{name}"), collector, owner,
        )  # fmt: skip
    for name, pool in POOLS.items():
        _open(deployer, f"LendingPool/{name}", pool)
    deployer.flush()
    for name, pool in POOLS.items():
        _accept_collaterals(deployer, f"LendingPool/{name}", pool)


def _open(deployer: Deployer, key: str, pool: PoolParameters) -> None:
    """Caps, the seed that makes share-price games pointless, and the listing."""
    address = deployer.address(key)
    terms = deployer.read("RiskTerms", "terms_of", address) or UNSET_TERMS
    supply_cap, borrow_cap, min_debt, reserve_factor_bps = terms[:4]
    if (supply_cap, borrow_cap) != (pool.supply_cap, pool.borrow_cap):
        deployer.call("RiskTerms", "set_caps", address, pool.supply_cap, pool.borrow_cap)
    if min_debt != pool.min_debt:
        deployer.call("RiskTerms", "set_min_debt", address, pool.min_debt)
    if reserve_factor_bps != RESERVE_FACTOR_BPS:
        deployer.call("RiskTerms", "set_reserve_factor", address, RESERVE_FACTOR_BPS)
    if (deployer.read(key, "totalSupply") or 0) < SEED_SHARES_FLOOR:
        token = deployer.address(pool.asset)
        deployer.call("Faucet", "mint_to", token, deployer.signer.address, pool.seed_assets)
        deployer.call(pool.asset, "approve", address, pool.seed_assets)
        deployer.call(key, "deposit", pool.seed_assets, DEAD_ADDRESS)
    if not deployer.read("Accounts", "is_pool", address):
        deployer.call("Accounts", "list_pool", address)


def _accept_collaterals(deployer: Deployer, key: str, pool: PoolParameters) -> None:
    debt_pool = deployer.address(key)
    accepted = deployer.read("RiskTerms", "collaterals_of", debt_pool) or ()
    for name, thresholds in pool.collaterals.items():
        collateral_pool = deployer.address(f"LendingPool/{name}")
        if collateral_pool not in accepted:
            deployer.call("RiskTerms", "set_collateral", debt_pool, collateral_pool, *thresholds)


cli = subsystem_command("lending", deploy)
