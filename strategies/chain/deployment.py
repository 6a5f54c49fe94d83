# SPDX-License-Identifier: Apache-2.0
"""The deployments file, and the proof that it speaks of the chain we talk to."""

import json
from dataclasses import dataclass
from pathlib import Path

from eth_utils import keccak

from strategies.chain.rpc import Rpc, RpcRefused
from strategies.errors import (
    ChainIdMismatch,
    ContractUnknown,
    DeploymentMismatch,
    FileMalformed,
    FileMissing,
)
from strategies.units import Address, ChainId

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class DeployedContract:
    key: str
    contract: str
    address: Address
    code_hash: str


@dataclass(frozen=True, slots=True)
class Deployment:
    path: str
    network: str
    chain_id: ChainId
    genesis_hash: str
    contracts: tuple[DeployedContract, ...]

    def contract(self, key: str) -> DeployedContract:
        found = self.find(key)
        if found is None:
            raise ContractUnknown(self.path, key)
        return found

    def find(self, key: str) -> DeployedContract | None:
        return next((one for one in self.contracts if one.key == key), None)

    def of_kind(self, contract: str) -> tuple[DeployedContract, ...]:
        return tuple(one for one in self.contracts if one.contract == contract)


def load_deployment(path: Path) -> Deployment:
    try:
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise FileMissing(str(path), "deployments", "deploy first, or correct the path") from error
    except (ValueError, OSError) as error:
        raise FileMalformed(str(path), "is not a JSON file; deploy again") from error
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise FileMalformed(str(path), f"is not a deployments file of schema {SCHEMA}")
    try:
        contracts = tuple(
            DeployedContract(key, one["contract"], Address(one["address"]), one["code_hash"])
            for key, one in content["contracts"].items()
        )
        return Deployment(
            str(path),
            str(content["network"]),
            ChainId(int(content["chain_id"])),
            str(content["genesis_hash"]),
            contracts,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FileMalformed(str(path), f"lacks {error}; deploy again") from error


def check_chain_id(rpc: Rpc, expected: int, expected_by: str) -> None:
    found = int(rpc.call("eth_chainId"), 16)
    if found != expected:
        raise ChainIdMismatch(expected, expected_by, found, rpc.rpc_url)


def check_deployment(rpc: Rpc, deployment: Deployment) -> None:
    """Same chain id, same first block, and the same code at every address."""
    check_chain_id(rpc, deployment.chain_id, deployment.path)

    genesis = rpc.call("eth_getBlockByNumber", "0x0", False)
    found = genesis["hash"] if genesis else "absent"
    if found.lower() != deployment.genesis_hash.lower():
        raise DeploymentMismatch(deployment.path, "the first block", deployment.genesis_hash, found)

    codes = rpc.batch([("eth_getCode", [one.address, "latest"]) for one in deployment.contracts])
    for one, code in zip(deployment.contracts, codes, strict=True):
        if isinstance(code, RpcRefused):
            raise code
        _check_code(deployment, one, code)


def _check_code(deployment: Deployment, one: DeployedContract, code: str) -> None:
    subject = f"the code of {one.key} at {one.address}"
    if code in ("0x", ""):
        raise DeploymentMismatch(deployment.path, subject, one.code_hash, "absent")
    found = "0x" + keccak(hexstr=code).hex()
    if found != one.code_hash.lower():
        raise DeploymentMismatch(deployment.path, subject, one.code_hash, found)
