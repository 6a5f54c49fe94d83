# SPDX-License-Identifier: Apache-2.0
"""The running chain that a fork reads from: JSON-RPC at one block, asked once for each value."""

from collections.abc import Callable
from typing import Any

from .errors import OriginInvalid

# A JSON-RPC client: method and parameters in, result out; it raises what it likes.
Request = Callable[..., Any]


class Origin:
    """State after one block of a running chain."""

    def __init__(self, request: Request, block: int | str = "latest") -> None:
        """Look the block up.

        Raises
        ------
        OriginInvalid
            If the chain has no such block. What `request` raises passes through.
        """
        self._request = request
        tag = hex(block) if isinstance(block, int) else block
        head = request("eth_getBlockByNumber", tag, False)
        if head is None:
            raise OriginInvalid(f"the chain has no block {block}")
        self.chain_id = _number(request("eth_chainId"))
        self.number = _number(head["number"])
        self.timestamp = _number(head["timestamp"])
        self.gas_limit = _number(head["gasLimit"])
        self.base_fee = _number(head.get("baseFeePerGas", "0x0"))
        self._tag = hex(self.number)

    def account(self, address: bytes) -> tuple[bytes, int, bytes]:
        """Balance in wei as a word, nonce and code."""
        name = "0x" + address.hex()
        balance = _number(self._request("eth_getBalance", name, self._tag))
        nonce = _number(self._request("eth_getTransactionCount", name, self._tag))
        return balance.to_bytes(32), nonce, _bytes(self._request("eth_getCode", name, self._tag))

    def slot(self, address: bytes, slot: bytes) -> bytes:
        """The word in a slot."""
        place = ("0x" + address.hex(), "0x" + slot.hex())
        return _bytes(self._request("eth_getStorageAt", *place, self._tag)).rjust(32, b"\0")

    def block_hash(self, number: int) -> bytes:
        """Hash of an earlier block; zero if the chain has none of that number."""
        block = self._request("eth_getBlockByNumber", hex(number), False)
        return bytes(32) if block is None else _bytes(block["hash"])


def _number(text: Any) -> int:
    try:
        return int(text, 16)
    except (TypeError, ValueError):
        raise OriginInvalid(f"{text!r} is no quantity of JSON-RPC") from None


def _bytes(text: Any) -> bytes:
    try:
        return bytes.fromhex(text.removeprefix("0x"))
    except (AttributeError, ValueError):
        raise OriginInvalid(f"{text!r} is no data of JSON-RPC") from None
