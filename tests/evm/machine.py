# SPDX-License-Identifier: Apache-2.0
"""One in-memory chain: deploy, call, send, travel in time, go back."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from eth_hash.auto import keccak
from pyrevm import EVM, AccountInfo, BlockEnv, CfgEnv, Env, JournalCheckpoint

from tests.evm.build import Artifact
from tests.evm.codec import encode, types_of

if TYPE_CHECKING:
    from tests.evm.contract import Contract

GENESIS_TIMESTAMP = 1_700_000_000
GAS_LIMIT = 30_000_000

# Above what a chain accepts, for builds without optimisation. What is deployed is held to the
# real limit by scripts/checks.
CODE_SIZE_LIMIT = 40_000
REASON_SELECTOR = bytes.fromhex("08c379a0")  # Error(string)
PANIC_SELECTOR = bytes.fromhex("4e487b71")  # Panic(uint256)

BLUEPRINT_PREAMBLE = bytes.fromhex("fe7100")  # ERC-5202
# Of PUSH2 size: RETURNDATASIZE, DUP2, PUSH1 10, RETURNDATASIZE, CODECOPY, RETURNDATASIZE, RETURN.
RETURN_THE_REST = bytes.fromhex("3d81600a3d39f3")


class Reverted(Exception):
    """The chain refused; `reason` is the contract's string, or "" where it gave none.

    `output` is all that it reverted with.
    """

    def __init__(self, reason: str, detail: str, output: bytes = b"") -> None:
        super().__init__(reason or detail)
        self.reason = reason
        self.detail = detail
        self.output = output


def actor(role: str) -> str:
    """An address that is the same in every run: the role's name, hashed."""
    return "0x" + keccak(role.encode())[-20:].hex()


class Machine:
    """A chain with one block open; `wait` closes it and opens a later one."""

    def __init__(self) -> None:
        self.timestamp = GENESIS_TIMESTAMP
        self.number = 1
        env = Env(cfg=CfgEnv(limit_contract_code_size=CODE_SIZE_LIMIT), block=self._block())
        self.evm = EVM(spec_id="CANCUN", gas_limit=GAS_LIMIT, env=env)
        self.is_same_transaction = False

    # --- Contracts ---

    def deploy(
        self, artifact: Artifact, *arguments: Any, sender: str = actor("deployer")
    ) -> "Contract":
        from tests.evm.contract import Contract

        parameters = next(
            (each["inputs"] for each in artifact.abi if each["type"] == "constructor"), []
        )
        code = artifact.bytecode + encode(types_of(parameters), arguments)
        return Contract(self, artifact, self.deploy_code(code, sender))

    def deploy_code(self, code: bytes, sender: str = actor("deployer")) -> str:
        self._start_transaction()
        try:
            return self.evm.deploy(sender, code).lower()
        except RuntimeError as error:
            raise _reverted(str(error)) from None

    def declare(self, init_code: bytes) -> str:
        """Store `init_code` as an ERC-5202 blueprint; its address."""
        stored = BLUEPRINT_PREAMBLE + init_code
        size = len(stored).to_bytes(2, "big")
        return self.deploy_code(bytes.fromhex("61") + size + RETURN_THE_REST + stored)

    def send(self, sender: str, target: str, data: bytes, gas: int | None = None) -> bytes:
        """One transaction, with all the gas there is or as much as said; what it wrote stays."""
        self._start_transaction()
        try:
            return self.evm.message_call(sender, target, calldata=data, gas=gas)
        except RuntimeError as error:
            raise _reverted(str(error)) from None

    def call(self, sender: str, target: str, data: bytes) -> bytes:
        """One read; it may write nothing."""
        self._start_transaction()
        try:
            return self.evm.message_call(sender, target, calldata=data, is_static=True)
        except RuntimeError as error:
            raise _reverted(str(error)) from None

    def _start_transaction(self) -> None:
        if not self.is_same_transaction:
            self.evm.reset_transient_storage()

    @contextmanager
    def same_transaction(self) -> Iterator[None]:
        """Calls in here go on in the transaction before: transient storage stays."""
        self.is_same_transaction = True
        try:
            yield
        finally:
            self.is_same_transaction = False

    @contextmanager
    def played(self, contract: str) -> Iterator[None]:
        """Calls in here may be sent by `contract`: without its code, for who has code sends nothing.

        EIP-3607. What calls it back in here meets an account without code.
        """
        address = str(contract)
        info = self.evm.basic(address)
        plain = AccountInfo(nonce=info.nonce, balance=info.balance)
        self.evm.insert_account_info(address, plain)
        try:
            yield
        finally:
            self.evm.insert_account_info(address, info)

    # --- Time ---

    def wait(self, seconds: int, blocks: int = 1) -> None:
        self.timestamp += seconds
        self.number += blocks
        self.evm.set_block_env(self._block())

    def _block(self) -> BlockEnv:
        return BlockEnv(number=self.number, timestamp=self.timestamp, gas_limit=GAS_LIMIT)

    # --- Going back ---

    def snapshot(self) -> tuple[JournalCheckpoint, int, int]:
        return self.evm.snapshot(), self.timestamp, self.number

    def revert(self, snapshot: tuple[JournalCheckpoint, int, int]) -> None:
        checkpoint, self.timestamp, self.number = snapshot
        self.evm.revert(checkpoint)
        self.evm.set_block_env(self._block())

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Whatever happens inside has not happened afterwards."""
        snapshot = self.snapshot()
        try:
            yield
        finally:
            self.revert(snapshot)


def _reverted(message: str) -> Reverted:
    """Read pyrevm's `Revert { gas_used: 1, output: 0x... }` or `Halt { reason: ... }`."""
    _, found, rest = message.rpartition("output: 0x")
    output = bytes.fromhex(rest.split(" ")[0]) if found else b""
    if output[:4] == REASON_SELECTOR:
        length = int.from_bytes(output[36:68], "big")
        return Reverted(output[68 : 68 + length].decode(errors="replace"), message, output)
    if output[:4] == PANIC_SELECTOR:
        return Reverted("", f"panic {int.from_bytes(output[4:36], 'big'):#x}", output)
    return Reverted("", message, output)
