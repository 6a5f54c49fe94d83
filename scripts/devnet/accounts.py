# SPDX-License-Identifier: Apache-2.0
"""The devnet's accounts, derived from the public mnemonic."""

from functools import cache

from eth_account import Account
from eth_account.hdaccount import HDPath, seed_from_mnemonic
from eth_account.signers.local import LocalAccount

from ..settings import MNEMONIC

Account.enable_unaudited_hdwallet_features()


@cache
def _seed() -> bytes:
    return seed_from_mnemonic(MNEMONIC, "")


@cache
def devnet_account(index: int) -> LocalAccount:
    """Account `index` of the public mnemonic, as every development node derives it."""
    return Account.from_key(HDPath(f"m/44'/60'/0'/0/{index}").derive(_seed()))
