# SPDX-License-Identifier: Apache-2.0
"""The engine as a provider of Ape: a node within the process.

Ape's own provider speaks through web3.py, whose layers cost more than the engine's work. Here what a
test asks all the time goes to the node directly; the rest still goes through web3.py.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from ape.api import BlockAPI, ReceiptAPI, TestProviderAPI, TraceAPI, TransactionAPI
from ape.exceptions import (
    APINotImplementedError,
    BlockNotFoundError,
    ProviderError,
    ProviderNotConnectedError,
    TransactionNotFoundError,
    VirtualMachineError,
)
from ape.types import AddressType
from ape_ethereum.provider import Web3Provider
from ape_ethereum.trace import TraceApproach, TransactionTrace
from ape_ethereum.transactions import TransactionStatusEnum
from eth_utils import to_hex
from headwater_engine import MethodRefused, NotBuilt
from hexbytes import HexBytes
from pydantic import PrivateAttr
from web3 import Web3

from . import answers
from .reverts import UNKNOWN_METHOD, exception_of, failure_of_trace
from .transport import EngineTransport

if TYPE_CHECKING:
    from headwater_engine import Node

HARDFORK = "cancun"
GAS_LIMIT = 30_000_000
WEI_PER_ETHER = 10**18


class EngineProvider(TestProviderAPI, Web3Provider):
    """A development chain in memory; it lives from `connect` to `disconnect`."""

    NAME: ClassVar[str] = "engine"

    _node: "Node | None" = PrivateAttr(None)
    # As with anvil: from callTracer's answers Ape does not read that a call failed.
    _call_trace_approach: TraceApproach | None = TraceApproach.PARITY

    # --- Life ---

    def connect(self) -> None:
        try:
            from headwater_engine import Node
        except NotBuilt as missing:
            raise ProviderError(str(missing)) from None
        test = self.test_config
        limit = self.config_manager.get_config("headwater").code_size_limit
        self._node = Node(
            *(() if limit is None else ("--code-size-limit", str(limit))),
            "--hardfork", HARDFORK,
            "--gas-limit", str(GAS_LIMIT),
            "--base-fee", "0",
            "--mnemonic", test.mnemonic,
            "--accounts", str(test.number_of_accounts),
            "--balance", str(test.balance // WEI_PER_ETHER),
        )  # fmt: skip
        self._web3 = Web3(EngineTransport(self._node))

    def disconnect(self) -> None:
        node, self._node, self._web3 = self._node, None, None
        if node is not None:
            node.stop()

    @property
    def is_connected(self) -> bool:
        return self._node is not None

    @property
    def node(self) -> "Node":
        """The node.

        Raises
        ------
        ProviderNotConnectedError
            Before `connect` and after `disconnect`.
        """
        if self._node is None:
            raise ProviderNotConnectedError()
        return self._node

    # --- Requests ---

    def make_request(self, rpc: str, parameters: Iterable[Any] | None = None) -> Any:
        try:
            return self.node.request(rpc, list(parameters or ()))
        except MethodRefused as refused:
            if refused.code == UNKNOWN_METHOD:
                raise APINotImplementedError(f"the engine has no method {rpc!r}") from None
            raise ProviderError(refused.message) from refused

    def stream_request(
        self, method: str, params: Iterable[Any], iter_path: str = "result.item"
    ) -> Iterator[Any]:
        found = self.make_request(method, params)
        for name in iter_path.split(".")[1:-1]:
            found = found[name]
        yield from found

    def _quantity(self, method: str, *parameters: Any) -> int:
        return int(self.make_request(method, parameters), 16)

    # --- Reads ---

    @cached_property
    def chain_id(self) -> int:
        return self._quantity("eth_chainId")

    @property
    def base_fee(self) -> int:
        return int(
            self.make_request("eth_feeHistory", ["0x1", "latest", []])["baseFeePerGas"][-1], 16
        )

    @property
    def priority_fee(self) -> int:
        return self._quantity("eth_maxPriorityFeePerGas")

    @property
    def gas_price(self) -> int:
        return self._quantity("eth_gasPrice")

    def get_nonce(self, address: AddressType, block_id: answers.BlockId = None) -> int:
        return self._quantity("eth_getTransactionCount", address, answers.tag_of(block_id))

    def get_balance(self, address: AddressType, block_id: answers.BlockId = None) -> int:
        return self._quantity("eth_getBalance", address, answers.tag_of(block_id))

    def get_code(self, address: AddressType, block_id: answers.BlockId = None) -> HexBytes:
        return HexBytes(self.make_request("eth_getCode", [address, answers.tag_of(block_id)]))

    def get_storage(
        self, address: AddressType, slot: int, block_id: answers.BlockId = None
    ) -> HexBytes:
        place = [address, to_hex(slot), answers.tag_of(block_id)]
        return HexBytes(self.make_request("eth_getStorageAt", place))

    def get_block(self, block_id: answers.BlockId) -> BlockAPI:
        tag = answers.tag_of(block_id)
        is_hash = isinstance(tag, str) and len(tag) == answers.HASH_DIGITS
        method = "eth_getBlockByHash" if is_hash else "eth_getBlockByNumber"
        found = self.make_request(method, [tag, False])
        if found is None:
            raise BlockNotFoundError(block_id)
        return self.network.ecosystem.decode_block(answers.block(found))

    def get_receipt(
        self,
        txn_hash: str,
        required_confirmations: int = 0,
        timeout: int | None = None,
        **kwargs: Any,
    ) -> ReceiptAPI:
        found = self.make_request("eth_getTransactionReceipt", [txn_hash])
        if found is None:
            raise TransactionNotFoundError(transaction_hash=txn_hash)
        sent = kwargs.get("transaction")
        if sent is None:
            sent = answers.transaction(self.make_request("eth_getTransactionByHash", [txn_hash]))
        elif isinstance(sent, TransactionAPI):
            sent = sent.model_dump(by_alias=True, mode="json")
        return self._create_receipt(
            required_confirmations=required_confirmations, **{**sent, **answers.receipt(found)}
        )

    def get_transaction_trace(self, transaction_hash: str, **kwargs: Any) -> TraceAPI:
        # Never an earlier one of the same hash: that transaction may have been taken back.
        kwargs.setdefault("call_trace_approach", self.call_trace_approach)
        return TransactionTrace(transaction_hash=transaction_hash, **kwargs)

    # --- Transactions ---

    def send_transaction(self, txn: TransactionAPI) -> ReceiptAPI:
        # Its dump leaves the signature out.
        sent = {**txn.model_dump(by_alias=True, mode="json"), "signature": txn.signature}
        try:
            txn_hash = self._send_transaction(txn)
        except ProviderError as refused:
            error = self._failure(refused, txn)
            if txn.raise_on_revert:
                raise error from refused
            receipt = self._receipt_without_block(to_hex(txn.txn_hash), sent, error)
        else:
            if self.auto_mine:
                receipt = self.get_receipt(txn_hash, transaction=sent)
            else:
                receipt = self._receipt_without_block(txn_hash, sent, None)
        self.chain_manager.history.append(receipt)
        if receipt.failed and receipt.error is None:
            receipt.error = self._failure(self._refusal_of(txn_hash), txn)
            if txn.raise_on_revert:
                raise receipt.error
        return receipt

    def _send_transaction(self, txn: TransactionAPI) -> str:
        if txn.signature is not None or txn.sender is None:
            return self.make_request(
                "eth_sendRawTransaction", [to_hex(txn.serialize_transaction())]
            )
        if txn.sender not in self.account_manager.test_accounts._impersonated_accounts:
            self.account_manager.test_accounts.impersonate_account(txn.sender)
        fields = txn.model_dump(by_alias=True, mode="json")
        call = {k: to_hex(v) if isinstance(v, int) else v for k, v in fields.items()}
        return self.make_request("eth_sendTransaction", [call])

    def _receipt_without_block(
        self, txn_hash: str, sent: dict[str, Any], error: VirtualMachineError | None
    ) -> ReceiptAPI:
        status = TransactionStatusEnum.FAILING if error else TransactionStatusEnum.NO_ERROR
        receipt = self._create_receipt(
            block_number=-1, required_confirmations=0, status=status, txn_hash=txn_hash, **sent
        )
        receipt.error = error
        return receipt

    # --- Failures ---

    def _refusal_of(self, txn_hash: str) -> MethodRefused:
        """Why a mined transaction failed: from its own trace, not from running it again elsewhere."""
        options = {"tracer": "callTracer", "tracerConfig": {"onlyTopCall": True}}
        return failure_of_trace(self.make_request("debug_traceTransaction", [txn_hash, options]))

    def _failure(self, reason: Exception, txn: TransactionAPI) -> VirtualMachineError:
        return self.get_virtual_machine_error(
            reason, txn=txn, set_ape_traceback=txn.raise_on_revert
        )

    def get_virtual_machine_error(self, exception: Exception, **kwargs: Any) -> VirtualMachineError:
        refused = exception if isinstance(exception, MethodRefused) else exception.__cause__
        if not isinstance(refused, MethodRefused):
            return super().get_virtual_machine_error(exception, **kwargs)
        made = exception_of(refused, **kwargs)
        if isinstance(made, VirtualMachineError):
            return made
        return super().get_virtual_machine_error(made, **kwargs)

    # --- A development chain ---

    @property
    def auto_mine(self) -> bool:
        return self.make_request("anvil_getAutomine")

    @auto_mine.setter
    def auto_mine(self, value: bool) -> None:
        self.make_request("evm_setAutomine", [value])

    def mine(self, num_blocks: int = 1) -> None:
        self.make_request("anvil_mine", [to_hex(num_blocks)])

    def set_timestamp(self, new_timestamp: int) -> None:
        self.make_request("evm_setNextBlockTimestamp", [new_timestamp])

    def snapshot(self) -> str:
        return self.make_request("evm_snapshot")

    def restore(self, snapshot_id: str) -> bool:
        return self.make_request("evm_revert", [snapshot_id])

    def unlock_account(self, address: AddressType) -> bool:
        self.make_request("anvil_impersonateAccount", [address])
        return True

    def relock_account(self, address: AddressType) -> None:
        self.make_request("anvil_stopImpersonatingAccount", [address])

    def set_balance(self, address: AddressType, amount: int) -> None:
        self.make_request("anvil_setBalance", [address, to_hex(int(amount))])

    def set_code(self, address: AddressType, code: bytes | str) -> bool:
        self.make_request("anvil_setCode", [address, to_hex(HexBytes(code))])
        return True

    def set_storage(self, address: AddressType, slot: int, value: bytes) -> None:
        word = to_hex(HexBytes(value).rjust(32, b"\0"))
        self.make_request("anvil_setStorageAt", [address, to_hex(slot), word])
