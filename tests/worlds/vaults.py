# SPDX-License-Identifier: Apache-2.0
"""A vault of dollars over two lending strategies, in pools with a borrower who may default."""

from dataclasses import dataclass

from strategies.model.accounts import Accounts
from strategies.model.profit_unlock import ProfitUnlock
from strategies.model.vault import LendingStrategy, Vault
from tests.evm import Contract, Mutation, actor, compile_contract
from tests.worlds.lending import LendingWorld, build_lending
from tests.worlds.tokens import fund

MANAGER = actor("manager")
BORROWER = actor("borrower")
ALL_ROLES = 2**14 - 1
MAX_UINT256 = 2**256 - 1
UNLOCK_SECONDS = 7 * 86_400
NAMES = ("first", "second")


@dataclass
class VaultWorld:
    lending: LendingWorld
    vault: Contract
    strategies: dict[str, Contract]

    def model(self) -> tuple[Accounts, Vault]:
        """The reference models in the state in which the world was built."""
        accounts = self.lending.model()
        pool = accounts.markets["usd"].pool
        vault = Vault(ProfitUnlock(UNLOCK_SECONDS), deposit_limit=MAX_UINT256)
        for name, contract in self.strategies.items():
            vault.strategies[name] = LendingStrategy(
                contract.address,
                pool,
                max_debt=MAX_UINT256,
                last_report=self.lending.machine.timestamp,
            )
            vault.queue.append(name)
        return accounts, vault


def build_vault(actors: list[str], mutation: Mutation | None = None) -> VaultWorld:
    """Deploy on top of the credit pools; both strategies lend in the pool of dollars."""
    lending = build_lending([*actors, BORROWER])
    machine, token = lending.machine, lending.tokens["usd"]
    vault = machine.deploy(
        compile_contract("vaults/YieldVault.vy", mutation),
        *(token, "Dollar vault", "vUSD", MANAGER, UNLOCK_SECONDS),
    )
    vault.set_role(MANAGER, ALL_ROLES, sender=MANAGER)
    vault.set_deposit_limit(MAX_UINT256, sender=MANAGER)
    strategies = {}
    for name in NAMES:
        artifact = compile_contract("vaults/LendingStrategy.vy", mutation)
        strategies[name] = machine.deploy(artifact, vault, lending.pools["usd"])
        vault.add_strategy(strategies[name], sender=MANAGER)
        vault.update_max_debt_for_strategy(strategies[name], MAX_UINT256, sender=MANAGER)
    fund(token, actors, [vault])
    return VaultWorld(lending, vault, strategies)
