# SPDX-License-Identifier: Apache-2.0
"""Deploys what is missing: many transactions a block, each contract known again after a cut.

Nonces are assigned when a transaction is planned, so the address of a contract is known before it
is sent and later transactions of the same batch may name it.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from eth_utils import keccak, to_checksum_address

from scripts.deploy._artifacts import Artifacts
from scripts.deploy._record import Record, code_hash
from scripts.deploy._signers import Signer
from scripts.devnet.accounts import created_address
from scripts.devnet.files import read_json, write_json
from scripts.devnet.rpc import Rpc, RpcRefused
from scripts.errors import DeploymentFailed
from strategies.chain.rpc import revert_reason

MAX_BATCH_TRANSACTIONS = 24
RECEIPT_SECONDS = 180.0
CALL_GAS = 900_000

# A replay's chain mines only when told to; whoever deploys there says so.
MINE_VARIABLE = "HEADWATER_MINE_ON_DEMAND"


@dataclass(frozen=True, slots=True)
class Planned:
    """A transaction with its nonce, not yet sent."""

    label: str
    nonce: int
    target: str | None
    payload: bytes
    gas: int
    key: str | None = None
    contract: str | None = None
    address: str | None = None


class Deployer:
    """One deployment run on one chain."""

    def __init__(
        self,
        rpc: Rpc,
        record: Record,
        signer: Signer,
        artifacts: Artifacts,
        say: Callable[[str], None] = print,
    ) -> None:
        self.rpc = rpc
        self.record = record
        self.signer = signer
        self.artifacts = artifacts
        self.say = say
        self.transactions_sent = 0
        self._planned: list[Planned] = []
        self._mines_on_demand = os.environ.get(MINE_VARIABLE) == "1"
        self._wait_for_earlier_transactions()
        self._adopt_unrecorded()
        self._nonce = rpc.nonce(signer.address)

    # --- Planning ---

    def contract(self, key: str, name: str, *arguments: Any) -> str:
        """The address of `key`, deployed now unless it stands already."""
        return self._create(key, name, lambda: self.artifacts.get(name).creation_data(arguments))

    def blueprint(self, key: str, name: str) -> str:
        # Recorded under its own name: whoever looks for contracts of `name` cannot call it.
        return self._create(key, key, lambda: self.artifacts.get(name).blueprint_data())

    def call(
        self, key: str, function: str, *arguments: Any, gas: int = CALL_GAS, contract: str = ""
    ) -> None:
        """Plan a call of a contract, by its key or, with `contract` naming its ABI, its address."""
        target = key if contract else self.address(key)
        abi = self.artifacts.get(contract or self._name(key)).abi
        payload = bytes.fromhex(abi.encode(function, arguments)[2:])
        self._plan(Planned(f"{key}.{function}", self._nonce, target, payload, gas))

    def payload(self, key: str, function: str, *arguments: Any) -> bytes:
        """The bytes of a call, for a contract that makes it later."""
        return bytes.fromhex(
            self.artifacts.get(self._name(key)).abi.encode(function, arguments)[2:]
        )

    def address_after(self, calls: int) -> str:
        """Where a contract will stand that is planned after so many calls more."""
        return created_address(self.signer.address, self._nonce + calls)

    def address(self, key: str) -> str:
        for planned in self._planned:
            if planned.key == key:
                return planned.address or ""
        address = self.record.address(key)
        if address is None:
            raise DeploymentFailed(f"{key} is not deployed yet; run `ape run deploy all`")
        return address

    def read(self, key: str, function: str, *arguments: Any, contract: str = "") -> Any:
        """What a view answers at the latest block; None while the contract is only planned."""
        if not contract and self.record.address(key) is None:
            return None
        target = key if contract else self.address(key)
        abi = self.artifacts.get(contract or self._name(key)).abi
        try:
            answer = self.rpc.call(
                "eth_call", {"to": target, "data": abi.encode(function, arguments)}, "latest"
            )
        except RpcRefused as refusal:
            raise DeploymentFailed(f"{key}.{function} cannot be read: {refusal.reason}") from None
        return None if answer == "0x" else abi.decode(function, len(arguments), answer)

    # --- Sending ---

    def flush(self) -> None:
        """Send what is planned, wait until it is mined, record it."""
        batch, self._planned = self._planned, []
        if not batch:
            return
        self._write_pending(batch)
        hashes = self._send(batch)
        receipts = self._receipts(batch, hashes)
        block_numbers = [int(receipt["blockNumber"], 16) for receipt in receipts]
        self.record.block = max(self.record.block, *block_numbers)
        for planned, receipt in zip(batch, receipts, strict=True):
            if int(receipt["status"], 16) != 1:
                self._record_created(batch, receipts)
                raise DeploymentFailed(self._why(planned, receipt))
        self._record_created(batch, receipts)
        self.transactions_sent += len(batch)
        self.say(f"  {len(batch)} transactions mined up to block {max(block_numbers)}")

    def finish_step(self, step: str) -> None:
        self.flush()
        if step not in self.record.steps:
            self.record.steps.append(step)
        self.record.save()

    # --- Inside ---

    def _create(self, key: str, name: str, creation_data: Callable[[], bytes]) -> str:
        known = self.record.address(key)
        if known is not None:
            return known
        for planned in self._planned:
            if planned.key == key:
                return planned.address or ""
        payload = creation_data()
        # Code deposit, calldata and room for the constructor.
        gas = 1_200_000 + 230 * len(payload)
        address = created_address(self.signer.address, self._nonce)
        self._plan(Planned(key, self._nonce, None, payload, gas, key, name, address))
        return address

    def _plan(self, planned: Planned) -> None:
        self._planned.append(planned)
        self._nonce += 1
        if len(self._planned) >= MAX_BATCH_TRANSACTIONS:
            self.flush()

    def _name(self, key: str) -> str:
        for planned in self._planned:
            if planned.key == key:
                return planned.contract or ""
        return self.record.contracts[key]["contract"]

    def _send(self, batch: list[Planned]) -> list[str]:
        fees = self.rpc.usual_fees()
        raws = []
        for planned in batch:
            fields: dict[str, Any] = {
                "chainId": self.record.chain_id,
                "nonce": planned.nonce,
                "value": 0,
                "data": planned.payload,
                "gas": planned.gas,
                **fees,
            }
            if planned.target is not None:
                fields["to"] = planned.target
            raws.append(self.signer.sign_transaction(fields))
        for planned, raw in zip(batch, raws, strict=True):
            try:
                self.rpc.call("eth_sendRawTransaction", "0x" + raw.hex())
            except RpcRefused as refusal:
                raise DeploymentFailed(f"{planned.label}: {refusal.reason}") from refusal
        return ["0x" + keccak(raw).hex() for raw in raws]

    def _receipts(self, batch: list[Planned], hashes: list[str]) -> list[dict[str, Any]]:
        deadline = time.monotonic() + RECEIPT_SECONDS
        while True:
            if self._mines_on_demand:
                self.rpc.call("evm_mine")
            receipts = self.rpc.batch([("eth_getTransactionReceipt", [one]) for one in hashes])
            if all(receipt is not None for receipt in receipts):
                return receipts
            if time.monotonic() > deadline:
                waiting = batch[[receipt is None for receipt in receipts].index(True)]
                raise DeploymentFailed(
                    f"{waiting.label} was not mined within {RECEIPT_SECONDS:.0f} s; "
                    "run the same command again to go on"
                )
            time.sleep(0.02 if self._mines_on_demand else 0.2)

    def _record_created(self, batch: list[Planned], receipts: list[dict[str, Any]]) -> None:
        created = [
            (planned, receipt)
            for planned, receipt in zip(batch, receipts, strict=True)
            if planned.key is not None and int(receipt["status"], 16) == 1
        ]
        codes = self.rpc.batch(
            [("eth_getCode", [planned.address, "latest"]) for planned, _ in created]
        )
        for (planned, receipt), code in zip(created, codes, strict=True):
            self.record.contracts[planned.key or ""] = {
                "contract": planned.contract,
                "address": planned.address,
                "code_hash": code_hash(bytes.fromhex(code[2:])),
                "block": int(receipt["blockNumber"], 16),
                "transaction": receipt["transactionHash"],
            }
        self.record.save()
        self.record.pending_path.unlink(missing_ok=True)

    def record_existing(self, key: str, name: str, address: str, transaction: str = "") -> None:
        """Record a contract that another contract created."""
        if key in self.record.contracts:
            return
        self.record.contracts[key] = {
            "contract": name,
            "address": to_checksum_address(address),
            "code_hash": code_hash(self.rpc.code(address)),
            "block": self.rpc.block_number(),
            "transaction": transaction,
        }
        self.record.save()

    def _why(self, planned: Planned, receipt: dict[str, Any]) -> str:
        """Ask the chain again for the reason of a revert."""
        used, given = int(receipt["gasUsed"], 16), planned.gas
        call = {
            "from": self.signer.address,
            "data": "0x" + planned.payload.hex(),
            "gas": hex(30_000_000),
        }
        if planned.target is not None:
            call["to"] = planned.target
        try:
            self.rpc.call("eth_call", call, "latest")
        except RpcRefused as refusal:
            words = revert_reason(refusal.payload if isinstance(refusal.payload, str) else "")
            return f"{planned.label} reverted: {words or refusal.reason}"
        return f"{planned.label} reverted (gas used {used} of {given})"

    # --- After a cut ---

    def _write_pending(self, batch: list[Planned]) -> None:
        """Say what is about to be sent, before it is."""
        creations = {
            planned.key: {
                "contract": planned.contract,
                "address": planned.address,
                "creation_hash": code_hash(planned.payload),
            }
            for planned in batch
            if planned.key is not None
        }
        if creations:
            write_json(
                self.record.pending_path,
                {"genesis_hash": self.record.genesis_hash, "contracts": creations},
            )

    def _adopt_unrecorded(self) -> None:
        """Take up contracts that an earlier run sent and did not live to record."""
        content = read_json(self.record.pending_path)
        if content is None:
            return
        if content.get("genesis_hash") == self.record.genesis_hash:
            for key, entry in content["contracts"].items():
                if key not in self.record.contracts and self.rpc.code(entry["address"]):
                    self.record_existing(key, entry["contract"], entry["address"])
                    self.say(f"  {key} was deployed before the cut: taken up")
        self.record.pending_path.unlink()

    def _wait_for_earlier_transactions(self) -> None:
        """A cut run may have left transactions with the node; planning starts after them."""
        deadline = time.monotonic() + RECEIPT_SECONDS
        while self.rpc.nonce(self.signer.address, "latest") < self.rpc.nonce(self.signer.address):
            if self._mines_on_demand:
                self.rpc.call("evm_mine")
            if time.monotonic() > deadline:
                raise DeploymentFailed(
                    f"earlier transactions of {self.signer.address} are not mined; try again later"
                )
            time.sleep(0.2)
