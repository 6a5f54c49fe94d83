# SPDX-License-Identifier: Apache-2.0
"""The node's JSON in the forms that Ape's models take: numbers as numbers."""

from functools import lru_cache
from typing import Any

from eth_utils import to_checksum_address, to_hex

BlockId = int | str | bytes | None

# Of a block's hash with its 0x.
HASH_DIGITS = 66

RECEIPT_NUMBERS = (
    "blockNumber",
    "cumulativeGasUsed",
    "effectiveGasPrice",
    "gasUsed",
    "status",
    "transactionIndex",
    "type",
)
LOG_NUMBERS = ("blockNumber", "logIndex", "transactionIndex")
BLOCK_NUMBERS = (
    "baseFeePerGas",
    "difficulty",
    "gasLimit",
    "gasUsed",
    "number",
    "size",
    "timestamp",
    "totalDifficulty",
)
TRANSACTION_NUMBERS = (
    "blockNumber",
    "chainId",
    "gas",
    "gasPrice",
    "maxFeePerGas",
    "maxPriorityFeePerGas",
    "nonce",
    "transactionIndex",
    "type",
    "v",
    "value",
)


def tag_of(block_id: BlockId) -> str:
    """A block's number, hash or name as JSON-RPC writes it; the newest if none is given."""
    if block_id is None:
        return "latest"
    if isinstance(block_id, str) and block_id.isdecimal():
        block_id = int(block_id)
    return block_id if isinstance(block_id, str) else to_hex(block_id)


def receipt(found: dict[str, Any]) -> dict[str, Any]:
    """A receipt; its gas price is the one that was paid."""
    made = numbered(found, RECEIPT_NUMBERS)
    made["logs"] = [
        {**numbered(log, LOG_NUMBERS), "address": checksummed(log["address"])}
        for log in found["logs"]
    ]
    made["gasPrice"] = made["effectiveGasPrice"]
    return made


def block(found: dict[str, Any]) -> dict[str, Any]:
    return numbered(found, BLOCK_NUMBERS)


def transaction(found: dict[str, Any]) -> dict[str, Any]:
    made = numbered(found, TRANSACTION_NUMBERS)
    for name in ("r", "s"):
        if name in made:
            made[name] = bytes.fromhex(made[name][2:].rjust(64, "0"))
    return made


@lru_cache(maxsize=4_096)
def checksummed(address: str) -> str:
    """An address as Ape compares it."""
    return to_checksum_address(address)


def numbered(found: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    made = dict(found)
    for name in names:
        if isinstance(value := made.get(name), str):
            made[name] = int(value, 16)
    return made
