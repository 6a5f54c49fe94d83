# SPDX-License-Identifier: Apache-2.0
"""deployments/<network>.json: what stands where, written whole after each batch of transactions.

Beside it, while a deployment runs, `<network>.pending.json` holds what was about to be sent: a run
that was cut off finds there the contracts that reached the chain without reaching the record.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eth_utils import keccak

from scripts.devnet.files import read_json, write_json
from scripts.devnet.rpc import Rpc
from scripts.errors import DeploymentElsewhere
from scripts.settings import DEPLOYMENT_REMEDY
from strategies.errors import FileMalformed

SCHEMA = 1

# The order in which `all` deploys, and the whole of what a finished file lists.
STEPS = (
    "tokens", "staking", "oracle", "lending", "exchange", "vaults", "boundary", "lens", "governance",
)  # fmt: skip


@dataclass(slots=True)
class Record:
    """The deployments file of one network."""

    path: Path
    network: str
    chain_id: int
    genesis_hash: str
    is_devnet: bool
    rpc_url: str
    block: int = 0
    contracts: dict[str, dict[str, Any]] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        return all(step in self.steps for step in STEPS)

    @property
    def pending_path(self) -> Path:
        return self.path.with_suffix(".pending.json")

    def address(self, key: str) -> str | None:
        entry = self.contracts.get(key)
        return entry["address"] if entry else None

    def save(self) -> None:
        content = {
            "schema": SCHEMA,
            "network": self.network,
            "chain_id": self.chain_id,
            "genesis_hash": self.genesis_hash,
            "is_devnet": self.is_devnet,
            "rpc_url": self.rpc_url,
            "block": self.block,
            "contracts": self.contracts,
            "steps": self.steps,
        }
        write_json(self.path, content)


def read_record(path: Path) -> Record | None:
    content = read_json(path)
    if content is None:
        return None
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise FileMalformed(str(path), f"is not a deployments file of schema {SCHEMA}; remove it")
    names = ("network", "chain_id", "genesis_hash", "is_devnet", "rpc_url", "block", "contracts")
    missing = [name for name in (*names, "steps") if name not in content]
    if missing:
        raise FileMalformed(str(path), f"lacks {', '.join(missing)}; remove it and deploy again")
    return Record(
        path, *(content[name] for name in names[:6]),
        contracts=content["contracts"], steps=content["steps"],
    )  # fmt: skip


def open_record(path: Path, network: str, is_devnet: bool, rpc: Rpc) -> Record:
    """The file of this network, proved to be of this chain, or a new empty one."""
    record = read_record(path)
    if record is None:
        return Record(path, network, rpc.chain_id(), rpc.genesis_hash(), is_devnet, rpc.url)
    require_same_chain(record, rpc)
    record.rpc_url = rpc.url
    return record


def require_same_chain(record: Record, rpc: Rpc) -> None:
    """Same chain id, same first block, the recorded code at every recorded address."""
    remedy = DEPLOYMENT_REMEDY if record.is_devnet else "move that file away or correct the RPC"
    chain_id = rpc.chain_id()
    if chain_id != record.chain_id:
        raise DeploymentElsewhere(
            str(record.path), "the chain id", str(record.chain_id), str(chain_id), remedy
        )
    genesis_hash = rpc.genesis_hash()
    if genesis_hash != record.genesis_hash:
        raise DeploymentElsewhere(
            str(record.path), "the first block", record.genesis_hash, genesis_hash, remedy
        )
    codes = rpc.batch(
        [("eth_getCode", [entry["address"], "latest"]) for entry in record.contracts.values()]
    )
    for (key, entry), code in zip(record.contracts.items(), codes, strict=True):
        found = code_hash(bytes.fromhex(code[2:]))
        if found != entry["code_hash"]:
            shown = found if len(code) > 2 else "no code"
            raise DeploymentElsewhere(
                str(record.path), f"the code of {key}", entry["code_hash"], shown, remedy
            )


def code_hash(code: bytes) -> str:
    return "0x" + keccak(code).hex()
