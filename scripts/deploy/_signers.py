# SPDX-License-Identifier: Apache-2.0
"""Who signs a deployment: an account of Ape's keystore, or the devnet's public deployer."""

import getpass
import os
import sys
from typing import Any

from eth_account import Account
from eth_utils import is_checksum_address

from scripts.devnet.accounts import devnet_account
from scripts.devnet.transactions import FastSigner, Transaction
from scripts.errors import AccountUnusable
from scripts.settings import (
    BATCHER_INDEX,
    DEPLOYER_INDEX,
    GUARDIAN_INDEX,
    HEARTBEAT_DEPLOYER_INDEX,
    KEEPER_INDEX,
    PUBLISHER_INDEX,
)

PASSWORD_VARIABLE = "HEADWATER_ACCOUNT_PASSWORD"
DEVNET_ALIAS = "devnet"
# Public keys of the devnet by alias.
DEVNET_ALIASES = {DEVNET_ALIAS: DEPLOYER_INDEX, "devnet-guardian": GUARDIAN_INDEX}


class Signer:
    """A key that deploys, and signs publications where it is the publisher too."""

    def __init__(self, key: bytes) -> None:
        self._account = Account.from_key(key)
        self._fast = FastSigner(key)
        self.address = self._account.address

    def sign_transaction(self, fields: dict[str, Any]) -> bytes:
        if "maxFeePerGas" not in fields:
            # A chain from before EIP-1559.
            return bytes(self._account.sign_transaction(fields).raw_transaction)
        raw, _ = self._fast.sign(
            Transaction(
                fields["chainId"], fields["nonce"], fields["maxPriorityFeePerGas"],
                fields["maxFeePerGas"], fields["gas"], fields.get("to", ""), fields["data"],
            )
        )  # fmt: skip
        return bytes.fromhex(raw[2:])

    def sign_digest(self, digest: bytes) -> bytes:
        return self._fast.sign_digest(digest)


def open_signer(alias: str, is_devnet: bool) -> Signer:
    if alias in DEVNET_ALIASES:
        if not is_devnet:
            raise AccountUnusable(
                alias,
                "its key is public, so it signs on the devnet alone",
                "name an account of yours (`ape accounts list`)",
            )
        return _devnet_signer(DEVNET_ALIASES[alias])
    return _unlock(alias)


def publisher_signer(deployer: Signer, is_devnet: bool) -> Signer:
    """Who signs prices: the devnet's publisher, elsewhere the deployer until it is replaced."""
    return _devnet_signer(PUBLISHER_INDEX) if is_devnet else deployer


def heartbeat_signer(deployer: Signer, is_devnet: bool) -> Signer:
    """Who creates the heartbeat: on the devnet a key that does nothing else, so that its first
    contract's address is known to the node from the start."""
    return _devnet_signer(HEARTBEAT_DEPLOYER_INDEX) if is_devnet else deployer


def keeper_address(deployer: Signer, is_devnet: bool) -> str:
    """Who harvests and allocates: HEADWATER_KEEPER, else the devnet's keeper or the deployer."""
    given = os.environ.get("HEADWATER_KEEPER")
    if given:
        if not is_checksum_address(given):
            raise AccountUnusable(given, "is no address", "give HEADWATER_KEEPER in checksum case")
        return given
    return devnet_account(KEEPER_INDEX).address if is_devnet else deployer.address


def batcher_address(deployer: Signer, is_devnet: bool) -> str:
    """Who posts batches: HEADWATER_BATCHER, else the devnet's batcher or the deployer."""
    given = os.environ.get("HEADWATER_BATCHER")
    if given:
        if not is_checksum_address(given):
            raise AccountUnusable(given, "is no address", "give HEADWATER_BATCHER in checksum case")
        return given
    return devnet_account(BATCHER_INDEX).address if is_devnet else deployer.address


def _devnet_signer(index: int) -> Signer:
    return Signer(bytes(devnet_account(index).key))


def _unlock(alias: str) -> Signer:
    from ape import accounts
    from ape_accounts.accounts import InvalidPasswordError, KeyfileAccount

    if alias not in accounts.aliases:
        raise AccountUnusable(
            alias,
            "Ape's keystore has no account of this name",
            f"make one with `ape accounts generate {alias}` or import it",
        )
    account = accounts.load(alias)
    if not isinstance(account, KeyfileAccount):
        raise AccountUnusable(alias, "is not a keystore file", "use an account with a keystore")
    password = os.environ.get(PASSWORD_VARIABLE)
    if password is None:
        if not sys.stdin.isatty():
            raise AccountUnusable(
                alias, "is locked and nobody can be asked", f"set {PASSWORD_VARIABLE}"
            )
        password = getpass.getpass(f"Password of {alias}: ")
    try:
        account.unlock(passphrase=password)
        # The key itself: Ape's own signing would ask before each of some hundred transactions.
        return Signer(bytes(Account.decrypt(account.keyfile, password)))
    except (InvalidPasswordError, ValueError) as failure:
        raise AccountUnusable(
            alias, "the password is wrong", f"correct it or {PASSWORD_VARIABLE}"
        ) from failure
