# SPDX-License-Identifier: Apache-2.0
"""Our fast signing gives the bytes that eth_account gives."""

from eth_account import Account
from eth_account.messages import encode_typed_data

from scripts.devnet.publication import Report, publication_digest
from scripts.devnet.transactions import FastSigner, Transaction

KEY = bytes.fromhex("59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d")
TARGET = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"
FEED = "0x90F79bf6EB2c4f870365E785982E1f101E93b906"
CHAIN_ID = 4_323_928


def test_sign__transaction__equals_eth_account():
    for nonce, payload, value_wei in ((0, b"", 0), (1, b"\x00" * 300, 7), (2**40, b"\xff", 0)):
        transaction = Transaction(
            CHAIN_ID, nonce, 10**9, 10**11, 600_000, TARGET, payload, value_wei
        )

        raw, transaction_hash = FastSigner(KEY).sign(transaction)

        expected = Account.from_key(KEY).sign_transaction(
            {
                "type": 2,
                "chainId": CHAIN_ID,
                "nonce": nonce,
                "maxPriorityFeePerGas": 10**9,
                "maxFeePerGas": 10**11,
                "gas": 600_000,
                "to": TARGET,
                "value": value_wei,
                "data": payload,
            }
        )
        assert raw == "0x" + expected.raw_transaction.hex()
        assert transaction_hash == "0x" + expected.hash.hex()


def test_sign_digest__publication__equals_typed_data_of_eth_account():
    reports = [Report(TARGET, 1500 * 10**18, 1_700_000_000), Report(FEED, 10**18, 1_700_000_001)]
    message = encode_typed_data(
        full_message={
            "domain": {
                "name": "Headwater PublisherFeed",
                "version": "1",
                "chainId": CHAIN_ID,
                "verifyingContract": FEED,
            },
            "primaryType": "Publication",
            "types": {
                "EIP712Domain": [
                    {"name": "name", "type": "string"},
                    {"name": "version", "type": "string"},
                    {"name": "chainId", "type": "uint256"},
                    {"name": "verifyingContract", "type": "address"},
                ],
                "Publication": [{"name": "reports", "type": "Report[]"}],
                "Report": [
                    {"name": "asset", "type": "address"},
                    {"name": "price_usd_wad", "type": "uint256"},
                    {"name": "observed_at", "type": "uint256"},
                ],
            },
            "message": {
                "reports": [
                    {
                        "asset": one.asset,
                        "price_usd_wad": one.price_usd_wad,
                        "observed_at": one.observed_at,
                    }
                    for one in reports
                ]
            },
        }
    )

    signature = FastSigner(KEY).sign_digest(publication_digest(CHAIN_ID, FEED, reports))

    assert signature == bytes(Account.from_key(KEY).sign_message(message).signature)
