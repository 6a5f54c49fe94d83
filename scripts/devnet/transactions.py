# SPDX-License-Identifier: Apache-2.0
"""Signed transactions, made without eth_account's formatting, which costs more than the signature.

`tests/scripts/test_transactions.py` holds the bytes equal to eth_account's.
"""

from dataclasses import dataclass

from eth_keys import keys
from eth_utils import keccak, to_checksum_address
from rlp import encode as encode_rlp

DYNAMIC_FEE_TYPE = b"\x02"


@dataclass(frozen=True, slots=True)
class Transaction:
    """A dynamic-fee transaction (EIP-1559) without access list."""

    chain_id: int
    nonce: int
    priority_fee_wei: int
    max_fee_wei: int
    gas: int
    # Empty where the transaction creates a contract.
    target: str
    payload: bytes
    value_wei: int = 0


class FastSigner:
    """A private key that signs transactions and digests."""

    def __init__(self, key: bytes) -> None:
        self._key = keys.PrivateKey(key)
        self.address = to_checksum_address(self._key.public_key.to_address())

    def sign(self, transaction: Transaction) -> tuple[str, str]:
        """(raw transaction, its hash), both as hexadecimal."""
        unsigned = [
            transaction.chain_id,
            transaction.nonce,
            transaction.priority_fee_wei,
            transaction.max_fee_wei,
            transaction.gas,
            bytes.fromhex(transaction.target[2:]),
            transaction.value_wei,
            transaction.payload,
            [],
        ]
        digest = keccak(DYNAMIC_FEE_TYPE + encode_rlp(unsigned))
        signature = self._key.sign_msg_hash(digest)
        raw = DYNAMIC_FEE_TYPE + encode_rlp([*unsigned, signature.v, signature.r, signature.s])
        return "0x" + raw.hex(), "0x" + keccak(raw).hex()

    def sign_digest(self, digest: bytes) -> bytes:
        """65 bytes r, s, v with v of 27 or 28, as ecrecover takes them."""
        signature = self._key.sign_msg_hash(digest)
        return (
            signature.r.to_bytes(32, "big")
            + signature.s.to_bytes(32, "big")
            + bytes([27 + signature.v])
        )
