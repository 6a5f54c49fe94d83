# SPDX-License-Identifier: Apache-2.0
"""ERC-2612 signatures, made apart from the contracts that check them."""

from typing import Any

from eth_account.messages import encode_typed_data

NEVER = 2**256 - 1

TYPES = {
    "EIP712Domain": [
        {"name": "name", "type": "string"},
        {"name": "version", "type": "string"},
        {"name": "chainId", "type": "uint256"},
        {"name": "verifyingContract", "type": "address"},
    ],
    "Permit": [
        {"name": "owner", "type": "address"},
        {"name": "spender", "type": "address"},
        {"name": "value", "type": "uint256"},
        {"name": "nonce", "type": "uint256"},
        {"name": "deadline", "type": "uint256"},
    ],
}


def sign_permit(
    token: Any, chain_id: int, signer: Any, spender: Any, value: int, deadline: int = NEVER
) -> tuple[int, bytes, bytes]:
    """What `signer` signs to let `spender` take `value`, as (v, r, s)."""
    message = encode_typed_data(
        full_message={
            "types": TYPES,
            "primaryType": "Permit",
            "domain": {
                "name": token.name(),
                "version": "1",
                "chainId": chain_id,
                "verifyingContract": token.address,
            },
            "message": {
                "owner": signer.address,
                "spender": spender.address,
                "value": value,
                "nonce": token.nonces(signer),
                "deadline": deadline,
            },
        }
    )
    return words_of(signer.sign_message(message))


def words_of(signature: Any) -> tuple[int, bytes, bytes]:
    """(v, r, s) in whole words: Ape gives a number without its leading zeros."""
    r, s = (bytes(word).rjust(32, b"\0") for word in (signature.r, signature.s))
    return signature.v, r, s
