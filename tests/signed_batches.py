# SPDX-License-Identifier: Apache-2.0
"""Batches that an owner signs for a relayer, made apart from the contract that checks them."""

from typing import Any

from eth_account.messages import SignableMessage, _hash_eip191_message, encode_typed_data

from tests.permits import NEVER, TYPES, words_of

BATCH_TYPES = {
    "EIP712Domain": TYPES["EIP712Domain"],
    "Call": [
        {"name": "target", "type": "address"},
        {"name": "account", "type": "address"},
        {"name": "data", "type": "bytes"},
    ],
    "Batch": [
        {"name": "owner", "type": "address"},
        {"name": "relayer", "type": "address"},
        {"name": "calls", "type": "Call[]"},
        {"name": "nonce", "type": "uint256"},
        {"name": "deadline", "type": "uint256"},
    ],
}


def batch_message(
    operators: Any,
    chain_id: int,
    owner: Any,
    relayer: Any,
    calls: list[tuple],
    nonce: int,
    deadline: int = NEVER,
) -> SignableMessage:
    """EIP-712 of a batch."""
    return encode_typed_data(
        full_message={
            "types": BATCH_TYPES,
            "primaryType": "Batch",
            "domain": {
                "name": "Headwater operators",
                "version": "1",
                "chainId": chain_id,
                "verifyingContract": operators.address,
            },
            "message": {
                "owner": _address(owner),
                "relayer": _address(relayer),
                "calls": [
                    {"target": target, "account": account, "data": bytes(data)}
                    for target, account, data in calls
                ],
                "nonce": nonce,
                "deadline": deadline,
            },
        }
    )


def digest(message: SignableMessage) -> bytes:
    """What a wallet with code is asked about."""
    return bytes(_hash_eip191_message(message))


def signed_by(signer: Any, message: SignableMessage) -> bytes:
    """The signature as the contract takes it: r, s, v."""
    v, r, s = words_of(signer.sign_message(message))
    return r + s + bytes([v])


def _address(account: Any) -> str:
    return str(getattr(account, "address", account))
