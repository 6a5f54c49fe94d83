# SPDX-License-Identifier: Apache-2.0
"""Who governs a deployment: by the environment, else on the devnet its public keys, elsewhere the deployer."""

import os
from dataclasses import dataclass

from eth_utils import is_checksum_address

from scripts.deploy._parameters import DEVNET_DELAY_SECONDS, TIMELOCK_DELAY_SECONDS
from scripts.devnet.accounts import devnet_account
from scripts.errors import SettingInvalid
from scripts.settings import GUARDIAN_INDEX, STEWARD_INDEX

# Of Timelock.vy.
MAX_HOLDERS = 8
MIN_DELAY_SECONDS, MAX_DELAY_SECONDS = 3_600, 2_592_000
NO_ADDRESS = "0x0000000000000000000000000000000000000000"


@dataclass(frozen=True, slots=True)
class Parties:
    """Who announces, executes and cancels; who stops pools; who moves their terms in steps."""

    delay_seconds: int
    proposers: tuple[str, ...]
    executors: tuple[str, ...]
    cancellers: tuple[str, ...]
    guardians: tuple[str, ...]
    stewards: tuple[str, ...]


def governing_parties(deployer: str, is_devnet: bool) -> Parties:
    guardian = devnet_account(GUARDIAN_INDEX).address if is_devnet else deployer
    stewards = (devnet_account(STEWARD_INDEX).address,) if is_devnet else ()
    guardians = _addresses("HEADWATER_GUARDIANS", (guardian,))
    return Parties(
        _delay_seconds(DEVNET_DELAY_SECONDS if is_devnet else TIMELOCK_DELAY_SECONDS),
        _addresses("HEADWATER_PROPOSERS", (deployer,)),
        _addresses("HEADWATER_EXECUTORS", (deployer,)),
        # Who may stop a pool may stop a change to it.
        _addresses("HEADWATER_CANCELLERS", guardians),
        guardians,
        _addresses("HEADWATER_STEWARDS", stewards),
    )


def _addresses(variable: str, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    given = os.environ.get(variable, "")
    if not given:
        return otherwise
    addresses = tuple(part.strip() for part in given.split(","))
    for address in addresses:
        if not is_checksum_address(address) or address == NO_ADDRESS:
            raise SettingInvalid(variable, address, "addresses in checksum case, with commas")
    if len(set(addresses)) < len(addresses) or len(addresses) > MAX_HOLDERS:
        raise SettingInvalid(variable, given, f"up to {MAX_HOLDERS} addresses, each once")
    return addresses


def _delay_seconds(otherwise: int) -> int:
    given = os.environ.get("HEADWATER_TIMELOCK_DELAY", "")
    if not given:
        return otherwise
    # Cut first: Python reads no number of thousands of digits.
    seconds = int(given[:12]) if given.isascii() and given.isdecimal() else 0
    if not MIN_DELAY_SECONDS <= seconds <= MAX_DELAY_SECONDS:
        raise SettingInvalid("HEADWATER_TIMELOCK_DELAY", given[:40], "seconds, an hour to 30 days")
    return seconds
