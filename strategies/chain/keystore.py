# SPDX-License-Identifier: Apache-2.0
"""The keeper's key: a V3 keystore and a password file. The key itself is never written or shown."""

import json
from pathlib import Path

from eth_account import Account
from eth_account.signers.local import LocalAccount

from strategies.errors import FileMalformed, FileMissing, KeystorePasswordWrong


def open_keystore(keystore: Path, password_file: Path) -> LocalAccount:
    content = _text(keystore, "keeper's keystore", "create one, or correct keystore")
    password = _text(password_file, "keystore password", "write it there, or correct password_file")
    try:
        document = json.loads(content)
    except ValueError as error:
        raise FileMalformed(str(keystore), "is not a keystore (V3 JSON)") from error
    if not isinstance(document, dict) or "crypto" not in {key.lower() for key in document}:
        raise FileMalformed(str(keystore), "is not a keystore (V3 JSON)")
    try:
        key = Account.decrypt(document, password.strip("\r\n"))
    except ValueError as error:
        raise KeystorePasswordWrong(str(keystore)) from error
    except (KeyError, TypeError, NotImplementedError) as error:
        raise FileMalformed(str(keystore), "is not a keystore (V3 JSON)") from error
    return Account.from_key(key)


def keystore_address(keystore: Path) -> str | None:
    """The address written in the keystore, for paper mode, which needs no key."""
    content = _text(keystore, "keeper's keystore", "create one, or correct keystore")
    try:
        address = json.loads(content).get("address")
    except (ValueError, AttributeError) as error:
        raise FileMalformed(str(keystore), "is not a keystore (V3 JSON)") from error
    if not isinstance(address, str):
        return None
    return "0x" + address.removeprefix("0x")


def _text(path: Path, purpose: str, remedy: str) -> str:
    try:
        return path.read_text("utf-8")
    except (FileNotFoundError, IsADirectoryError) as error:
        raise FileMissing(str(path), purpose, remedy) from error
    except (OSError, UnicodeDecodeError) as error:
        raise FileMalformed(str(path), f"cannot be read as the {purpose}") from error
