# SPDX-License-Identifier: Apache-2.0
"""A dollar vault over three lending pools and a vault that compounds the fees of an LP token."""

from scripts.deploy._deployer import Deployer
from scripts.deploy._entry import subsystem_command
from scripts.deploy._parameters import (
    ALL_ROLES,
    KEEPER_ROLES,
    PROFIT_UNLOCK_SECONDS,
    STRATEGY_MAX_DEBT,
    USD_VAULT_STRATEGIES,
    VAULT_DEPOSIT_LIMIT,
)
from scripts.deploy._signers import keeper_address

USD_VAULT = "YieldVault/usd"
LP_VAULT = "YieldVault/eth_usd_lp"
LP_STRATEGY = "LiquidityStrategy/eth_usd"


def deploy(deployer: Deployer) -> None:
    owner = deployer.signer.address
    usd_vault = deployer.contract(
        USD_VAULT, "YieldVault", deployer.address("tUSD"), "Headwater USD Vault", "hwUSD", owner,
        PROFIT_UNLOCK_SECONDS,
    )  # fmt: skip
    for name in USD_VAULT_STRATEGIES:
        deployer.contract(
            f"LendingStrategy/{name}", "LendingStrategy", usd_vault,
            deployer.address(f"LendingPool/{name}"),
        )  # fmt: skip
    pair = deployer.address("VolatilePair/eth_usd")
    lp_vault = deployer.contract(
        LP_VAULT, "YieldVault", pair, "Headwater ETH-USD Vault", "hwLP", owner,
        PROFIT_UNLOCK_SECONDS,
    )  # fmt: skip
    deployer.contract(
        LP_STRATEGY, "LiquidityStrategy", lp_vault, pair, deployer.address("PriceOracle"), owner
    )

    keeper = keeper_address(deployer.signer, deployer.record.is_devnet)
    if not deployer.read(LP_STRATEGY, "is_keeper", keeper):
        deployer.call(LP_STRATEGY, "set_keeper", keeper, True)
    _open(deployer, USD_VAULT, [f"LendingStrategy/{name}" for name in USD_VAULT_STRATEGIES], keeper)
    _open(deployer, LP_VAULT, [LP_STRATEGY], keeper)
    # Deposits of LP tokens earn from their first block; dollars wait for the keeper's allocation.
    if not deployer.read(LP_VAULT, "auto_allocate"):
        deployer.call(LP_VAULT, "set_auto_allocate", True)


def _open(deployer: Deployer, vault: str, strategies: list[str], keeper: str) -> None:
    """Roles, then strategies and limits: the owner holds all roles, the keeper two."""
    owner = deployer.signer.address
    if deployer.read(vault, "role_manager") not in (None, owner):
        # Opened long ago, and handed over since.
        return
    # An owner who is the keeper too has its roles among all.
    for account, roles in {keeper: KEEPER_ROLES, owner: ALL_ROLES}.items():
        if deployer.read(vault, "roles", account) != roles:
            deployer.call(vault, "set_role", account, roles)
    for key in strategies:
        strategy = deployer.address(key)
        parameters = deployer.read(vault, "strategies", strategy)
        if parameters is None or parameters[0] == 0:
            deployer.call(vault, "add_strategy", strategy)
        if parameters is None or parameters[3] != STRATEGY_MAX_DEBT:
            deployer.call(vault, "update_max_debt_for_strategy", strategy, STRATEGY_MAX_DEBT)
    if deployer.read(vault, "deposit_limit") != VAULT_DEPOSIT_LIMIT:
        deployer.call(vault, "set_deposit_limit", VAULT_DEPOSIT_LIMIT)


cli = subsystem_command("vaults", deploy)
