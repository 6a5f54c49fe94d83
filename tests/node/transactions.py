# SPDX-License-Identifier: Apache-2.0
"""Signed transactions of the development accounts, and small contracts in plain bytecode."""

from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils import to_checksum_address

from scripts.settings import MNEMONIC
from tests.node.running import Running

Account.enable_unaudited_hdwallet_features()

RECEIVER = "0x00000000000000000000000000000000000A11cE"
GWEI = 10**9


def developer(index: int = 0) -> LocalAccount:
    return Account.from_mnemonic(MNEMONIC, account_path=f"m/44'/60'/0'/0/{index}")


def nonce_of(node: Running, account: LocalAccount) -> int:
    return int(node.call("eth_getTransactionCount", account.address, "pending"), 16)


def signed(account: LocalAccount, **fields: Any) -> str:
    """A fee-market transaction, as hex; `fields` replace the defaults of a plain transfer."""
    transaction = {
        "type": 2,
        "chainId": 31_337,
        "nonce": 0,
        "to": RECEIVER,
        "value": 1,
        "gas": 21_000,
        "maxFeePerGas": 10 * GWEI,
        "maxPriorityFeePerGas": 0,
        **fields,
    }
    return "0x" + account.sign_transaction(transaction).raw_transaction.hex().removeprefix("0x")


def deploying(runtime: bytes) -> str:
    """Init code that leaves `runtime` behind."""
    length = len(runtime).to_bytes(2)
    # PUSH2 length, PUSH1 14, PUSH1 0, CODECOPY, PUSH2 length, PUSH1 0, RETURN
    init = (
        b"\x61" + length + bytes.fromhex("600e600039") + b"\x61" + length + bytes.fromhex("6000f3")
    )
    return "0x" + (init + runtime).hex()


def deploy(node: Running, runtime: str, sender: LocalAccount | None = None) -> str:
    """Deploy runtime code from a development account; the contract's address."""
    sender = sender or developer()
    code = deploying(bytes.fromhex(runtime))
    hash_ = node.call("eth_sendTransaction", {"from": sender.address, "data": code})
    return to_checksum_address(node.call("eth_getTransactionReceipt", hash_)["contractAddress"])
