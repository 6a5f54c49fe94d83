# SPDX-License-Identifier: Apache-2.0
"""Creation code and ABI of each contract."""

from dataclasses import dataclass

from eth_abi import encode as encode_abi
from eth_utils import get_abi_input_types

from scripts.compiler import compile_by_name
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
    """Compiled contracts by name, each read when it is first asked for."""

    def __init__(self) -> None:
        self._loaded: dict[str, Artifact] = {}

    def get(self, name: str) -> Artifact:
        if name not in self._loaded:
            self._loaded[name] = self._load(name)
        return self._loaded[name]

    def _load(self, name: str) -> Artifact:
        try:
            made = compile_by_name(name)
        except KeyError:
            raise NotInstalled(f"the contract {name}", "look under contracts/") from None
        return Artifact(name, Abi(name, made.abi), made.bytecode)
