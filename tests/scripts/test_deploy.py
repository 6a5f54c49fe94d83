# SPDX-License-Identifier: Apache-2.0
"""Deployment on a real node: whole, again without a change, and cut off at any transaction."""

import json

import pytest

from scripts.deploy._artifacts import Artifacts
from scripts.deploy._deployer import MINE_VARIABLE
from scripts.deploy._parameters import EMERGENCY_MANAGER, GUARDIAN, KEEPER_ROLES
from scripts.deploy._parties import governing_parties
from scripts.deploy._record import STEPS, open_record, require_same_chain
from scripts.deploy._signers import Signer
from scripts.devnet.accounts import devnet_account, heartbeat_address
from scripts.devnet.rpc import Rpc
from scripts.errors import DeploymentElsewhere, SettingInvalid
from scripts.settings import DEPLOYER_INDEX, GUARDIAN_INDEX, HEARTBEAT_DEPLOYER_INDEX
from tests.scripts.conftest import CHAIN_PORT, OTHER_PORT
from tests.scripts.deployment import assert_devnet_roles, assert_timelock_owns_all, deploy

# Places in the row of transactions: in the first batch, within others; while ownership is offered,
# before the timelock is created to take it, and before its first operation is announced.
CUTS = (3, 30, 77, 105, 210, 218, 219)


class Cut(Exception):
    """As if the process had been killed here."""


class CutRpc(Rpc):
    """Sends so many raw transactions, then dies."""

    def __init__(self, url: str, sends: int) -> None:
        super().__init__(url, timeout_seconds=60)
        self.sends = sends

    def call(self, method, *parameters):
        if method == "eth_sendRawTransaction":
            if self.sends == 0:
                raise Cut
            self.sends -= 1
        return super().call(method, *parameters)


@pytest.fixture(autouse=True)
def mine_on_demand(monkeypatch):
    monkeypatch.setenv(MINE_VARIABLE, "1")


@pytest.fixture(scope="module")
def artifacts() -> Artifacts:
    return Artifacts()


def test_deploy__fresh_chain__writes_every_contract_and_again_changes_nothing(
    start_chain, tmp_path, artifacts
):
    rpc = start_chain()
    path = tmp_path / "devnet.json"

    first = deploy(rpc, path, artifacts)
    nonce = rpc.nonce(first.signer.address, "latest")
    text = path.read_text()
    second = deploy(rpc, path, artifacts)

    content = json.loads(text)
    assert content["schema"] == 1 and content["chain_id"] == rpc.chain_id()
    assert content["steps"] == list(STEPS)
    assert {"tUSD", "Accounts", "LendingPool/usd_growth", "VolatilePair/head_usd", "Lens",
            "YieldVault/eth_usd_lp", "LiquidityStrategy/eth_usd", "Timelock"} <= set(content["contracts"])  # fmt: skip
    require_same_chain(first.record, rpc)
    assert_timelock_owns_all(first)
    assert_devnet_roles(first)
    assert second.transactions_sent == 0
    assert rpc.nonce(first.signer.address, "latest") == nonce
    assert path.read_text() == text
    # Steps forgotten: what stands is recognised by reading the chain.
    content["steps"] = []
    path.write_text(json.dumps(content))
    assert deploy(rpc, path, artifacts).transactions_sent == 0


def test_deploy__governed_by_others__owns_nothing_and_announces_nothing(
    start_chain, tmp_path, artifacts, monkeypatch
):
    """The deployer needs no role of the timelock's to hand everything over to it."""
    proposer, executor = (devnet_account(each).address for each in (20, 21))
    monkeypatch.setenv("HEADWATER_PROPOSERS", proposer)
    monkeypatch.setenv("HEADWATER_EXECUTORS", f"{executor},{proposer}")
    monkeypatch.setenv("HEADWATER_TIMELOCK_DELAY", "86400")

    deployer = deploy(start_chain(), tmp_path / "devnet.json", artifacts)

    assert_timelock_owns_all(deployer)
    assert deployer.read("Timelock", "get_minimum_delay") == 86_400
    for role, holders in (
        ("PROPOSER_ROLE", {proposer}),
        ("EXECUTOR_ROLE", {executor, proposer}),
        ("CANCELLER_ROLE", {proposer, devnet_account(GUARDIAN_INDEX).address}),
        ("DEFAULT_ADMIN_ROLE", {deployer.address("Timelock")}),
    ):
        # The administrator's role is the empty word; the timelock has no view that says so.
        name = bytes(32) if role.startswith("DEFAULT") else deployer.read("Timelock", role)
        for account in (proposer, executor, deployer.signer.address, deployer.address("Timelock"),
                        devnet_account(GUARDIAN_INDEX).address):  # fmt: skip
            assert deployer.read("Timelock", "hasRole", name, account) == (account in holders)
    last = deployer.rpc.call("eth_getBlockByNumber", "latest", True)["transactions"][-1]
    assert last["to"] is None, "nothing comes after the timelock's creation"


def test_deploy__to_another_chain__leaves_the_deployer_what_it_is_named_for(
    start_chain, tmp_path, artifacts
):
    """Where nobody else is named, it publishes, keeps, guards and proposes, and owns the faucet."""
    rpc, path = start_chain(OTHER_PORT, chain_id=31), tmp_path / "chain-31.json"
    signer = Signer(bytes(devnet_account(DEPLOYER_INDEX).key))

    deployer = deploy(rpc, path, artifacts, signer)

    assert_timelock_owns_all(deployer)
    assert deployer.read("Timelock", "get_minimum_delay") == 2 * 86_400
    for vault in ("YieldVault/usd", "YieldVault/eth_usd_lp"):
        assert deployer.read(vault, "roles", signer.address) == EMERGENCY_MANAGER | KEEPER_ROLES
    pool = deployer.address("LendingPool/usd_core")
    assert deployer.read("RiskTerms", "role_of", pool, signer.address) == GUARDIAN
    assert deployer.read("LiquidityStrategy/eth_usd", "is_keeper", signer.address)
    # Steps forgotten: what stands is recognised by reading the chain.
    content = json.loads(path.read_text())
    path.write_text(json.dumps({**content, "steps": []}))
    assert deploy(rpc, path, artifacts, signer).transactions_sent == 0


@pytest.mark.parametrize(
    ("variable", "given"),
    [
        ("HEADWATER_PROPOSERS", "0x12"),
        ("HEADWATER_EXECUTORS", "0x0000000000000000000000000000000000000000"),
        ("HEADWATER_GUARDIANS", "0x70997970c51812dc3a010c7d01b50e0d17dc79c8"),
        ("HEADWATER_STEWARDS", ",".join(2 * ["0x70997970C51812dc3A010C7d01b50e0d17dc79C8"])),
        ("HEADWATER_TIMELOCK_DELAY", "3599"),
        ("HEADWATER_TIMELOCK_DELAY", "2592001"),
        ("HEADWATER_TIMELOCK_DELAY", "1" * 5_000),
        ("HEADWATER_TIMELOCK_DELAY", "an hour"),
    ],
)
def test_parties__that_cannot_govern__are_refused_by_name(monkeypatch, variable, given):
    monkeypatch.setenv(variable, given)
    with pytest.raises(SettingInvalid, match=variable):
        governing_parties(devnet_account(0).address, True)


@pytest.mark.parametrize("sends", CUTS)
def test_deploy__cut_off__goes_on_where_it_ended(start_chain, tmp_path, artifacts, sends):
    rpc = start_chain()
    path = tmp_path / "devnet.json"
    with pytest.raises(Cut):
        deploy(CutRpc(rpc.url, sends), path, artifacts)

    deployer = deploy(rpc, path, artifacts)

    assert deployer.record.is_complete
    require_same_chain(deployer.record, rpc)
    # Nothing was deployed twice: as many contracts as creations by this account and by the
    # heartbeat's own.
    created = [entry for key, entry in deployer.record.contracts.items()
               if not key.startswith("VolatilePair/")]  # fmt: skip
    assert len({entry["address"] for entry in created}) == len(created)
    assert not path.with_suffix(".pending.json").exists()
    heartbeat = devnet_account(HEARTBEAT_DEPLOYER_INDEX).address
    creators = (deployer.signer.address, heartbeat)
    assert sum(_creations(rpc, each) for each in creators) == len(created)
    assert deployer.record.address("Heartbeat") == heartbeat_address()
    assert_timelock_owns_all(deployer)
    assert_devnet_roles(deployer)


def _creations(rpc: Rpc, sender: str) -> int:
    count = 0
    for number in range(1, rpc.block_number() + 1):
        block = rpc.call("eth_getBlockByNumber", hex(number), True)
        count += sum(
            one["to"] is None and one["from"].lower() == sender.lower()
            for one in block["transactions"]
        )
    return count


def test_open_record__file_of_another_chain__is_refused(start_chain, tmp_path):
    rpc = start_chain(CHAIN_PORT)
    path = tmp_path / "devnet.json"
    open_record(path, "devnet", True, rpc).save()

    other_genesis = start_chain(OTHER_PORT, genesis=1_600_000_000)
    with pytest.raises(DeploymentElsewhere, match="the first block there is 0x"):
        open_record(path, "devnet", True, other_genesis)


def test_open_record__other_chain_id__is_refused(start_chain, tmp_path):
    path = tmp_path / "devnet.json"
    open_record(path, "devnet", True, start_chain(CHAIN_PORT)).save()

    with pytest.raises(
        DeploymentElsewhere, match="the chain id there is 4323928, this chain has 31"
    ):
        open_record(path, "devnet", True, start_chain(OTHER_PORT, chain_id=31))
