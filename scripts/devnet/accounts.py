# SPDX-License-Identifier: Apache-2.0
"""The devnet's accounts, derived from the public mnemonic, and where they create contracts."""

from functools import cache

from eth_account import Account
from eth_account.hdaccount import HDPath, seed_from_mnemonic
from eth_account.signers.local import LocalAccount
from eth_utils import keccak, to_checksum_address
from rlp import encode as encode_rlp

from ..settings import HEARTBEAT_DEPLOYER_INDEX, MNEMONIC

Account.enable_unaudited_hdwallet_features()


@cache
def _seed() -> bytes:
    return seed_from_mnemonic(MNEMONIC, "")


@cache
def devnet_account(index: int) -> LocalAccount:
    """Account `index` of the public mnemonic, as every development node derives it."""
    return Account.from_key(HDPath(f"m/44'/60'/0'/0/{index}").derive(_seed()))


def created_address(sender: str, nonce: int) -> str:
    """Where `sender` creates a contract by its transaction of this nonce."""
    encoded = encode_rlp([bytes.fromhex(sender[2:]), nonce])
    return to_checksum_address(keccak(encoded)[12:])


def heartbeat_address() -> str:
    """The heartbeat, known before it exists: the first contract of an account that does nothing else."""
    return created_address(devnet_account(HEARTBEAT_DEPLOYER_INDEX).address, 0)
