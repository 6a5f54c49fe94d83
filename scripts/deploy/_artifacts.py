# SPDX-License-Identifier: Apache-2.0
"""What Ape compiled: creation code and ABI of each contract."""

from dataclasses import dataclass

from eth_abi import encode as encode_abi
from eth_utils import get_abi_input_types

from scripts.errors import NotInstalled
from strategies.chain.contract import Abi

# ERC-5202: initialization code that stores what follows it, then the blueprint's preamble.
BLUEPRINT_PREAMBLE = bytes.fromhex("fe7100")


@dataclass(frozen=True, slots=True)
class Artifact:
    name: str
    abi: Abi
    creation_code: bytes

    def creation_data(self, arguments: tuple) -> bytes:
        constructor = next(
            (entry for entry in self.abi.entries if entry.get("type") == "constructor"), None
        )
        types = get_abi_input_types(constructor) if constructor else []
        return self.creation_code + encode_abi(types, arguments)

    def blueprint_data(self) -> bytes:
        stored = BLUEPRINT_PREAMBLE + self.creation_code
        return b"\x61" + len(stored).to_bytes(2, "big") + bytes.fromhex("3d81600a3d39f3") + stored


class Artifacts:
    """Compiled contracts by name; compiled by Ape together, when the first is asked for."""

    def __init__(self) -> None:
        self._containers: dict = {}
        self._loaded: dict[str, Artifact] = {}

    def get(self, name: str) -> Artifact:
        if name not in self._loaded:
            self._loaded[name] = self._load(name)
        return self._loaded[name]

    def _load(self, name: str) -> Artifact:
        if not self._containers:
            self._containers = _compile_deployables()
        container = self._containers.get(name)
        if container is None or container.deployment_bytecode is None:
            raise NotInstalled(f"the contract {name}", "see what `ape compile` says of it")
        entries = tuple(
            entry.model_dump(mode="json", by_alias=True, exclude_none=True)
            for entry in container.abi
        )
        code = bytes(container.deployment_bytecode.bytecode)
        return Artifact(name, Abi(name, entries), code)


def _compile_deployables() -> dict:
    """What may be deployed: doubles for tests are left out, and their minutes of compiling."""
    from ape import project

    folder = project.contracts_folder
    sources = [
        path
        for path in sorted(folder.rglob("*.vy"))
        if path.name[0].isupper() and path.relative_to(folder).parts[0] != "mocks"
    ]
    return dict(project.load_contracts(*sources))
