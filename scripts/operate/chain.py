# SPDX-License-Identifier: Apache-2.0
"""The deployed contracts as the operating scripts meet them: encode, read in batches, decode."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from strategies.chain.contract import Abi, AbiShelf
from strategies.errors import ContractUnknown, FileMissing

from ..deploy._record import Record, read_record, require_same_chain
from ..devnet.rpc import Rpc, RpcRefused
from ..settings import ROOT

ABI_FOLDER = ROOT / "deployments" / "abi"


@dataclass(frozen=True, slots=True)
class View:
    """A view to be read, with what decodes its answer."""

    contract: str
    target: str
    function: str
    arguments: tuple = ()


class Chain:
    """One chain with one deployment, known to belong together."""

    def __init__(self, rpc: Rpc, record: Record) -> None:
        self.rpc = rpc
        self.record = record
        self._abis = AbiShelf(ABI_FOLDER)
        self._payloads: dict[View, str] = {}

    def address(self, key: str) -> str:
        address = self.record.address(key)
        if address is None:
            raise ContractUnknown(str(self.record.path), key)
        return address

    def has(self, key: str) -> bool:
        return key in self.record.contracts

    def contract_name(self, key: str) -> str:
        return self.record.contracts[key]["contract"]

    def keys_of(self, contract: str) -> list[str]:
        return [
            key for key, entry in self.record.contracts.items() if entry["contract"] == contract
        ]

    def now(self) -> int:
        """The latest block's time."""
        return int((self.rpc.block("latest") or {})["timestamp"], 16)

    def abi(self, contract: str) -> Abi:
        return self._abis.abi(contract)

    def encode(self, contract: str, function: str, *arguments: Any) -> bytes:
        return bytes.fromhex(self._abis.abi(contract).encode(function, arguments)[2:])

    def view(self, key: str, function: str, *arguments: Any) -> View:
        return View(self.contract_name(key), self.address(key), function, arguments)

    def read(self, views: Sequence[View], block: int | str = "latest") -> list[Any]:
        """What every view answers at one block; a refusal is raised."""
        answers = self.read_outcomes(views, block)
        for answer in answers:
            if isinstance(answer, RpcRefused):
                raise answer
        return answers

    def read_outcomes(self, views: Sequence[View], block: int | str = "latest") -> list[Any]:
        tag = hex(block) if isinstance(block, int) else block
        answers = self.rpc.batch_outcomes(
            [
                ("eth_call", [{"to": view.target, "data": self._payload(view)}, tag])
                for view in views
            ]
        )
        return [
            answer if isinstance(answer, RpcRefused) else self._decode(view, answer)
            for view, answer in zip(views, answers, strict=True)
        ]

    def _payload(self, view: View) -> str:
        """The same views are read at every block: encoded once."""
        if view not in self._payloads:
            self._payloads[view] = self._abis.abi(view.contract).encode(
                view.function, view.arguments
            )
        return self._payloads[view]

    def _decode(self, view: View, answer: str) -> Any:
        return self._abis.abi(view.contract).decode(view.function, len(view.arguments), answer)


def open_chain(rpc_url: str, deployment_path: Path) -> Chain:
    """Connect, and prove that the deployments file is of this chain."""
    rpc = Rpc(rpc_url)
    rpc.chain_id()
    record = read_record(deployment_path)
    if record is None:
        raise FileMissing(str(deployment_path), "deployments", "deploy first: `ape run deploy all`")
    require_same_chain(record, rpc)
    return Chain(rpc, record)
