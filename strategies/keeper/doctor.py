# SPDX-License-Identifier: Apache-2.0
"""Check everything a run would need, one line each, without stopping at the first fault."""

from collections.abc import Callable
from dataclasses import dataclass

from strategies.chain.reader import Read, read_account, read_many
from strategies.config import Configuration
from strategies.errors import ContractUnknown, GasMoneyShort, HeadwaterError, JournalBusy
from strategies.keeper import session
from strategies.keeper.catalog import Catalog, read_catalog
from strategies.policy import orders
from strategies.units import Address, format_units

# REPORTING_MANAGER and DEBT_MANAGER of a vault: what the keeper's calls need.
KEEPER_ROLES = 32 + 64


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    is_passed: bool
    fact: str
    exit_status: int


class _Doctor:
    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self.checks: list[Check] = []
        self._connection: session.Connection | None = None
        self._catalog: Catalog | None = None
        self._keeper: Address | None = None

    def examine(self) -> list[Check]:
        self._try("keystore", self._keystore)
        self._try("chain", self._chain)
        if self._connection is not None:
            self._try("contracts", self._contracts)
            if self._keeper is not None:
                self._try("gas", self._gas)
                self._try("journal", self._journal)
        if self._catalog is not None:
            self._try("parameters", self._parameters)
            self._try("prices", self._prices)
            if orders.POLICY in self.configuration.keeper.policies:
                self._try("orders", self._orders)
            if self._keeper is not None:
                self._try("permissions", self._permissions)
        return self.checks

    def _try(self, name: str, check: Callable[[], str]) -> None:
        try:
            self.checks.append(Check(name, True, check(), 0))
        except HeadwaterError as error:
            self.checks.append(Check(name, False, str(error), error.exit_status))

    def _keystore(self) -> str:
        self._keeper = Address(session.open_account(self.configuration).address)
        return f"opens for {self._keeper}"

    def _chain(self) -> str:
        self._connection = session.connect(self.configuration)
        deployment = self._connection.deployment
        return (
            f"{self.configuration.network.rpc_url} is chain {deployment.chain_id} at block "
            f"{self._connection.head.reference.number}; all {len(deployment.contracts)} contracts "
            "have the code of the deployments file"
        )

    def _contracts(self) -> str:
        one = self._connection
        self._catalog = read_catalog(one.rpc, one.shelf, one.deployment, one.head)
        catalog = self._catalog
        return (
            f"{len(catalog.pools)} pools, {len(catalog.pairs)} pairs, {len(catalog.vaults)} vaults"
        )

    def _gas(self) -> str:
        one = self._connection
        held, nonce = read_account(one.rpc, one.head.reference, self._keeper)
        needed = self.configuration.risk.low_gas_wei
        if held < needed:
            raise GasMoneyShort(self._keeper, needed, held)
        return f"{format_units(held, 18)} for gas, {nonce} transactions so far"

    def _journal(self) -> str:
        path = self.configuration.keeper.journal
        try:
            journal = session.open_journal(
                self.configuration, self._connection.deployment, self._keeper, is_paper=False
            )
        except JournalBusy as busy:
            return f"{path} is in use by {busy.holder}"
        last = journal.last_tick()
        waiting = len(journal.open_intents())
        journal.close()
        if last is None:
            return f"{path} is new"
        return f"{path}: last block {last.block_number}, {waiting} intents open"

    def _parameters(self) -> str:
        session.make_engine(
            self.configuration, self._connection, self._catalog, self._keeper or Address("")
        )
        return f"policies {', '.join(self.configuration.keeper.policies)}"

    def _prices(self) -> str:
        one, catalog = self._connection, self._catalog
        lent = sorted({pool.asset for pool in catalog.pools})
        abi = one.shelf.abi("PriceOracle")
        reads = [Read(catalog.oracle, abi, "peek", (asset,)) for asset in lent]
        answers = read_many(one.rpc, one.head.reference, reads)
        symbols = {token.address: token.unit.symbol for token in catalog.tokens}
        stale = [
            symbols.get(asset, asset)
            for asset, answer in zip(lent, answers, strict=True)
            if not isinstance(answer, tuple) or not answer[2]
        ]
        if stale:
            raise _Unfit(f"stale for {', '.join(stale)}; start the publisher")
        return f"fresh for {', '.join(symbols.get(asset, asset) for asset in lent)}"

    def _orders(self) -> str:
        """Executions go through the one contract whose batches the account layer runs."""
        one, catalog = self._connection, self._catalog
        if catalog.order_book is None:
            raise ContractUnknown(one.deployment.path, "Orders")
        book, accounts = one.shelf.abi("Orders"), one.shelf.abi("Accounts")
        reads = [
            Read(catalog.order_book, book, "item_count"),
            Read(catalog.order_book, book, "operators"),
            Read(catalog.accounts, accounts, "operators"),
        ]
        if catalog.heartbeat is not None:
            reads.append(Read(catalog.heartbeat, one.shelf.abi("Heartbeat"), "opened_in"))
        count, used, named, *opened_in = read_many(one.rpc, one.head.reference, reads)
        if used != named:
            raise _Unfit(
                f"Orders acts through {used}, but Accounts names {named}; no order can run"
            )
        stand = "1 order stands" if count == 1 else f"{count} orders stand"
        if not opened_in:
            return f"{stand}; there is no heartbeat"
        last = f"opened block {opened_in[0]} last" if opened_in[0] else "has not opened a block yet"
        return f"{stand}; the heartbeat {last}"

    def _permissions(self) -> str:
        one, catalog = self._connection, self._catalog
        block = one.head.reference
        vault_abi = one.shelf.abi("YieldVault")
        reads = [Read(v.address, vault_abi, "roles", (self._keeper,)) for v in catalog.vaults]
        roles = read_many(one.rpc, block, reads)
        missing = [
            vault.key
            for vault, held in zip(catalog.vaults, roles, strict=True)
            if not isinstance(held, int) or held & KEEPER_ROLES != KEEPER_ROLES
        ]
        providers = [one for vault in catalog.vaults for one in vault.liquidity]
        abi = one.shelf.abi("LiquidityStrategy") if providers else None
        reads = [Read(p.address, abi, "is_keeper", (self._keeper,)) for p in providers]
        allowed = read_many(one.rpc, block, reads) if reads else []
        missing += [p.key for p, yes in zip(providers, allowed, strict=True) if yes is not True]
        if missing:
            raise _Unfit(f"{self._keeper} may not act for {', '.join(missing)}; give it the role")
        return "reports, moves debt and harvests"


class _Unfit(HeadwaterError):
    """A check that failed without being an error of a run: the run would wait or skip."""

    exit_status = GasMoneyShort.exit_status


def examine(configuration: Configuration) -> list[Check]:
    return _Doctor(configuration).examine()
