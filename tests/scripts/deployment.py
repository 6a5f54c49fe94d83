# SPDX-License-Identifier: Apache-2.0
"""The whole deployment on a chain of the tests' own, and who owns what it left there."""

from pathlib import Path

from scripts.deploy._artifacts import Artifacts
from scripts.deploy._deployer import Deployer
from scripts.deploy._parameters import ALL_ROLES, EMERGENCY_MANAGER, GUARDIAN, POOLS, STEWARD
from scripts.deploy._record import open_record
from scripts.deploy._signers import Signer, open_signer
from scripts.deploy.all import STEPS_OF_ALL
from scripts.devnet.accounts import devnet_account
from scripts.devnet.rpc import Rpc
from scripts.settings import GUARDIAN_INDEX, STEWARD_INDEX

# What a plain key may be to a contract, with the reason.
KEYS_MAY_BE = {
    ("Faucet", "owner"): "mints test tokens, for whoever runs the demo",
    ("FeeCollector", "treasury"): "is paid, and decides nothing",
}
NOBODY = "0x0000000000000000000000000000000000000000"


def deploy(rpc: Rpc, path: Path, artifacts: Artifacts, signer: Signer | None = None) -> Deployer:
    """As the devnet's deployer, or, to a chain of other people's, as `signer`."""
    record = open_record(path, "devnet", signer is None, rpc)
    signer = signer or open_signer("devnet", True)
    deployer = Deployer(rpc, record, signer, artifacts, lambda _: None)
    for step, body in STEPS_OF_ALL.items():
        if step not in record.steps:
            body(deployer)
            deployer.finish_step(step)
    return deployer


def assert_timelock_owns_all(deployer: Deployer) -> None:
    """No contract names an account without code, in any view, but where it may."""
    timelock = deployer.address("Timelock")
    owned = set()
    for key, view in _address_views(deployer):
        named = deployer.read(key, view)
        if named == timelock:
            owned.add(key)
        elif named != NOBODY and (key, view) not in KEYS_MAY_BE:
            assert deployer.rpc.code(named), f"{key}.{view} is {named}, a plain key"
    with_owner = {
        key for key, view in _address_views(deployer) if view in ("owner", "role_manager")
    }
    assert with_owner - owned == {"Faucet", "Accounts"}
    assert deployer.read("Accounts", "owner") == deployer.address("PoolFactory")
    assert deployer.read("Faucet", "owner") == deployer.signer.address


def _address_views(deployer: Deployer) -> list[tuple[str, str]]:
    """Every view of the deployment, by the ABIs, that takes nothing and answers one address."""
    return [
        (key, entry["name"])
        for key, recorded in deployer.record.contracts.items()
        if not key.endswith("Blueprint")
        for entry in deployer.artifacts.get(recorded["contract"]).abi.entries
        if entry.get("stateMutability") in ("view", "pure")
        and not entry["inputs"]
        and [each["type"] for each in entry["outputs"]] == ["address"]
    ]


def assert_devnet_roles(deployer: Deployer) -> None:
    """The guardian and the steward have theirs, the timelock all of the vaults', the deployer none."""
    guardian, steward = (devnet_account(each).address for each in (GUARDIAN_INDEX, STEWARD_INDEX))
    timelock, own = deployer.address("Timelock"), deployer.signer.address
    for name in POOLS:
        pool = deployer.address(f"LendingPool/{name}")
        roles = [deployer.read("RiskTerms", "role_of", pool, each) for each in
                 (guardian, steward, own)]  # fmt: skip
        assert roles == [GUARDIAN, STEWARD, 0]
    for vault in ("YieldVault/usd", "YieldVault/eth_usd_lp"):
        roles = [deployer.read(vault, "roles", each) for each in (timelock, guardian, own)]
        assert roles == [ALL_ROLES, EMERGENCY_MANAGER, 0]
