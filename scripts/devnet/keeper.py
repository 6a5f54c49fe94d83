# SPDX-License-Identifier: Apache-2.0
"""The keeper's files: its key as a V3 keystore, and its configuration."""

import json
import os
import secrets
import sys
from pathlib import Path

from eth_account import Account

from ..settings import CHAIN_ID, KEEPER_INDEX, KEEPER_STOCK, ROOT
from .accounts import devnet_account
from .files import write_whole

# The devnet's key is public, so its keystore need not withstand guessing; it must open fast.
KEYSTORE_ITERATIONS = 1_000


def prepare_keystore(folder: Path) -> tuple[Path, Path]:
    """(keystore, password file), made if they are not there."""
    keystore, password_file = folder / "keeper.json", folder / "password"
    if not (keystore.exists() and password_file.exists()):
        password = secrets.token_urlsafe(18)
        key = devnet_account(KEEPER_INDEX).key
        document = Account.encrypt(key, password, kdf="pbkdf2", iterations=KEYSTORE_ITERATIONS)
        write_whole(password_file, password + "\n", 0o600)
        write_whole(keystore, json.dumps(document) + "\n", 0o600)
    return keystore, password_file


def share_abis(deployment_path: Path) -> None:
    """The keeper reads abi/ beside the deployments file; a private folder links to ours."""
    link = deployment_path.parent / "abi"
    if not link.exists():
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(ROOT / "deployments" / "abi", target_is_directory=True)


def write_configuration(
    path: Path, rpc_url: str, deployment_path: Path, poll_seconds: float, sample_seconds: int
) -> None:
    keystore, password_file = prepare_keystore(path.parent / "keystore")
    share_abis(deployment_path)
    kept = ", ".join(f'{token} = "{whole}"' for token, whole in KEEPER_STOCK.items())
    text = f"""# made by scripts/devnet/keeper.py; docs/keeper.toml explains every key
[network]
rpc_url = "{rpc_url}"
chain_id = {CHAIN_ID}
deployments = "{os.path.relpath(deployment_path, path.parent)}"

[signer]
keystore = "{os.path.relpath(keystore, path.parent)}"
password_file = "{os.path.relpath(password_file, path.parent)}"

[keeper]
journal = "journal.sqlite"
poll_seconds = {poll_seconds}
sample_seconds = {sample_seconds}
# Orders are the heartbeat's: the keeper executes one only where blocks go unopened.
policies = ["compounder", "allocator", "liquidator", "orders"]

[liquidator]
# The stock that it liquidates with is not for sale; what it holds beyond was seized.
keep = {{ {kept} }}
# Less than the way off the oracle at which the liquidity strategy still harvests.
inventory_slippage_bps = 80
"""
    write_whole(path, text)


def keeper_command(configuration: Path, *arguments: str) -> list[str]:
    return [
        sys.executable, "-m", "strategies", "--config", str(configuration), *arguments
    ]  # fmt: skip
