# SPDX-License-Identifier: Apache-2.0
"""Everything a run needs, opened and checked in the order in which it can go wrong."""

import signal
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

from eth_account.signers.local import LocalAccount
from eth_utils import is_address, to_checksum_address

from strategies.chain.contract import AbiShelf
from strategies.chain.deployment import (
    Deployment,
    check_chain_id,
    check_deployment,
    load_deployment,
)
from strategies.chain.journal import Journal
from strategies.chain.keystore import keystore_address, open_keystore
from strategies.chain.reader import BlockHead, read_head
from strategies.chain.records import JournalIdentity
from strategies.chain.rpc import Rpc
from strategies.chain.simulation import Fork
from strategies.config import Configuration
from strategies.errors import (
    ChainIdMismatch,
    ConfigurationInvalid,
    FileMalformed,
    HeadwaterError,
)
from strategies.keeper.catalog import Catalog, read_catalog, topology
from strategies.keeper.collect import Collector
from strategies.keeper.decide import Outcome, Parameters, decide_all
from strategies.keeper.loop import Keeper, LoopSettings
from strategies.keeper.parameters import parameters_of
from strategies.policy import orders
from strategies.policy.snapshot import Snapshot
from strategies.risk.limits import RiskHistory
from strategies.units import Address, ChainId


@dataclass(frozen=True, slots=True)
class Connection:
    """A chain that is the right one, and what stands on it."""

    rpc: Rpc
    deployment: Deployment
    shelf: AbiShelf
    head: BlockHead


class ProtocolEngine:
    """The protocol's reads joined with the policies' decisions."""

    def __init__(self, collector: Collector, parameters: Parameters) -> None:
        self._collector = collector
        self._parameters = parameters

    def collect(
        self, head: BlockHead, gas_wei: int, nonce: int, open_subjects: frozenset[str]
    ) -> Snapshot:
        return self._collector.collect(head, gas_wei, nonce, open_subjects)

    def decide(self, snapshot: Snapshot, history: RiskHistory, sampled_at: int | None) -> Outcome:
        return decide_all(snapshot, self._parameters, history, sampled_at)


def connect(configuration: Configuration) -> Connection:
    network = configuration.network
    deployment = load_deployment(network.deployments)
    if deployment.chain_id != network.chain_id:
        raise ChainIdMismatch(
            network.chain_id, str(configuration.path), deployment.chain_id, deployment.path
        )
    rpc = Rpc(network.rpc_url, network.timeout_seconds)
    check_chain_id(rpc, network.chain_id, str(configuration.path))
    check_deployment(rpc, deployment)
    shelf = AbiShelf(network.deployments.parent / "abi")
    return Connection(rpc, deployment, shelf, read_head(rpc, "latest"))


def keeper_address(configuration: Configuration) -> Address:
    """Paper mode needs to know who would act, not the key."""
    keystore = configuration.signer.keystore
    address = keystore_address(keystore)
    if address is None or not is_address(address):
        raise FileMalformed(str(keystore), "names no address; paper mode needs one")
    return Address(to_checksum_address(address))


def open_account(configuration: Configuration) -> LocalAccount:
    signer = configuration.signer
    return open_keystore(signer.keystore, signer.password_file)


def make_engine(
    configuration: Configuration, connection: Connection, catalog: Catalog, keeper: Address
) -> ProtocolEngine:
    fees = configuration.fees
    parameters = parameters_of(configuration, catalog)
    if orders.POLICY not in parameters.policies:
        # Nobody else looks at orders, and each costs a few reads a block.
        catalog = replace(catalog, order_book=None)
    collector = Collector(
        connection.rpc,
        connection.shelf,
        catalog,
        ChainId(configuration.network.chain_id),
        keeper,
        fees.priority_fee_wei,
        fees.gas_priced_as,
    )
    return ProtocolEngine(collector, parameters)


def open_journal(
    configuration: Configuration, deployment: Deployment, keeper: Address, is_paper: bool
) -> Journal:
    path = configuration.paper_journal if is_paper else configuration.keeper.journal
    mode = "paper" if is_paper else "live"
    identity = JournalIdentity(deployment.chain_id, deployment.genesis_hash, mode, keeper)
    return Journal(Path(path), identity)


def find_fork(configuration: Configuration) -> Fork | None:
    """What `keeper.fork` names: the strategies know no engine, whoever configures them does."""
    name = configuration.keeper.fork
    if not name:
        return None
    module, _, function = name.partition(":")
    try:
        return getattr(import_module(module), function)
    except (ImportError, AttributeError, ValueError) as error:
        fact = f"is {name!r}, which cannot be used: {error}"
        raise ConfigurationInvalid(str(configuration.path), "keeper.fork", fact) from error


def run(configuration: Configuration, is_paper: bool, max_ticks: int | None) -> int:
    """Run until SIGTERM or SIGINT; the number of ticks made."""
    account = None if is_paper else open_account(configuration)
    address = keeper_address(configuration) if account is None else Address(account.address)
    connection = connect(configuration)
    catalog = read_catalog(connection.rpc, connection.shelf, connection.deployment, connection.head)
    engine = make_engine(configuration, connection, catalog, address)
    journal = open_journal(configuration, connection.deployment, address, is_paper)
    journal.note_fact("topology", topology(catalog))
    settings = LoopSettings(
        chain_id=ChainId(configuration.network.chain_id),
        keeper=address,
        priority_fee_wei=configuration.fees.priority_fee_wei,
        poll_seconds=configuration.keeper.poll_seconds,
        bump_after_blocks=configuration.keeper.bump_after_blocks,
        fork=find_fork(configuration),
    )
    keeper = Keeper(connection.rpc, journal, connection.shelf, engine, settings, account)
    number = journal.begin_run(connection.head.reference.number)
    stopped = _StopOnSignal()
    try:
        ticks = keeper.run(stopped, max_ticks)
    except HeadwaterError as error:
        journal.end_run(number, str(error))
        raise
    journal.end_run(number, "stopped")
    journal.close()
    return ticks


class _StopOnSignal:
    """True after SIGTERM or SIGINT: the tick at hand is finished first."""

    def __init__(self) -> None:
        self._is_stopped = False
        # Outside the main thread there are no signals to catch, and no need to.
        with suppress(ValueError):
            signal.signal(signal.SIGTERM, self._stop)
            signal.signal(signal.SIGINT, self._stop)

    def _stop(self, _signal: int, _frame: object) -> None:
        self._is_stopped = True

    def __call__(self) -> bool:
        return self._is_stopped
