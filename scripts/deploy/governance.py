# SPDX-License-Identifier: Apache-2.0
"""The timelock, who stops what beside it, and everything that the deployer owned handed over to it."""

from scripts.deploy._deployer import Deployer
from scripts.deploy._entry import subsystem_command
from scripts.deploy._parameters import (
    EMERGENCY_MANAGER,
    GUARDIAN,
    HEAD_MAX_CHANGE_BPS,
    HEAD_OPENING_PRICE_USD_WAD,
    KEEPER_ROLES,
    POOLS,
    PRICE_MAX_AGE_SECONDS,
    STEWARD,
    STEWARD_DELAY_SECONDS,
    STEWARD_STEP_BPS,
)
from scripts.deploy._parties import Parties, governing_parties
from scripts.deploy._signers import keeper_address
from scripts.errors import DeploymentFailed, NotInstalled

TIMELOCK = "Timelock"
NO_OPERATION = NO_SALT = bytes(32)
# A batch is laid out in memory at its largest, which is paid for.
SCHEDULE_GAS = 4_000_000

# What its deployer keeps, and why.
KEPT = {"Faucet": "it mints test tokens, for whoever runs the demo"}


def deploy(deployer: Deployer) -> None:
    parties = governing_parties(deployer.signer.address, deployer.record.is_devnet)
    if deployer.record.address(TIMELOCK) is None:
        _appoint(deployer, parties)
        deployer.flush()
        _hand_over(deployer, parties)
        deployer.flush()
    _announce_head_price(deployer, parties)
    deployer.flush()
    _say_who_owns(deployer)


# --- Who acts beside the timelock ---


def _appoint(deployer: Deployer, parties: Parties) -> None:
    """Guardians and stewards of each pool, and who may end a vault: only the owner could later."""
    roles = dict.fromkeys(parties.guardians, GUARDIAN)
    for steward in parties.stewards:
        roles[steward] = roles.get(steward, 0) | STEWARD
    for name in POOLS:
        pool = deployer.address(f"LendingPool/{name}")
        for account, role in roles.items():
            if deployer.read("RiskTerms", "role_of", pool, account) != role:
                deployer.call("RiskTerms", "set_role", pool, account, role)
        bounds = (STEWARD_STEP_BPS, STEWARD_DELAY_SECONDS)
        if parties.stewards and deployer.read("RiskTerms", "steward_bounds", pool) != bounds:
            deployer.call("RiskTerms", "set_steward_bounds", pool, *bounds)
    for vault in _owned(deployer, "role_manager"):
        for guardian in parties.guardians:
            roles_held = deployer.read(vault, "roles", guardian)
            if not roles_held & EMERGENCY_MANAGER:
                deployer.call(vault, "add_role", guardian, EMERGENCY_MANAGER)


# --- Handing over ---


def _hand_over(deployer: Deployer, parties: Parties) -> None:
    """Offer all to the address that the timelock will have; its creation takes it, or nothing.

    After a cut that address is another one, since nonces went by, and all is offered anew.
    """
    owned, vaults = _owned(deployer, "owner"), _owned(deployer, "role_manager")
    owner = deployer.signer.address
    left = _roles_left(deployer, parties)
    full = [vault for vault in vaults if deployer.read(vault, "roles", owner) != left]
    timelock = deployer.address_after(len(owned) + len(vaults) + len(full))
    for key in owned:
        deployer.call(key, "transfer_ownership", timelock)
    for vault in vaults:
        deployer.call(vault, "transfer_role_manager", timelock)
    for vault in full:
        deployer.call(vault, "set_role", owner, left)
    created = deployer.contract(
        TIMELOCK, "Timelock", parties.delay_seconds, list(parties.proposers),
        list(parties.executors), list(parties.cancellers),
        [deployer.address(key) for key in owned], [deployer.address(key) for key in vaults],
    )  # fmt: skip
    if created != timelock:
        raise DeploymentFailed(f"the timelock would stand at {created}, not at {timelock}")


def _roles_left(deployer: Deployer, parties: Parties) -> int:
    """What a deployer may go on doing in vaults who is a guardian, or the keeper, too."""
    owner, is_devnet = deployer.signer.address, deployer.record.is_devnet
    as_guardian = EMERGENCY_MANAGER if owner in parties.guardians else 0
    as_keeper = KEEPER_ROLES if owner == keeper_address(deployer.signer, is_devnet) else 0
    return as_guardian | as_keeper


def _owned(deployer: Deployer, reader: str) -> list[str]:
    """What answers `reader` with the deployer; vaults say `role_manager`, all else `owner`."""
    return [
        key
        for key, holder in owners(deployer, reader).items()
        if holder == deployer.signer.address and key not in KEPT
    ]


def owners(deployer: Deployer, reader: str) -> dict[str, str]:
    """Who holds each contract of the deployment whose ABI has `reader`."""
    keys = [key for key in deployer.record.contracts if _has(deployer, key, reader)]
    return {key: deployer.read(key, reader) for key in keys}


def _has(deployer: Deployer, key: str, reader: str) -> bool:
    try:
        return deployer.artifacts.get(deployer.record.contracts[key]["contract"]).abi.has(reader)
    except NotInstalled:
        # A blueprint, recorded under its own name: nobody can call it.
        return False


def _say_who_owns(deployer: Deployer) -> None:
    timelock = deployer.address(TIMELOCK)
    both = {**owners(deployer, "owner"), **owners(deployer, "role_manager")}
    names = {entry["address"]: key for key, entry in deployer.record.contracts.items()}
    held = [key for key, holder in both.items() if holder == timelock]
    deployer.say(f"  {TIMELOCK} {timelock} owns {', '.join(held)}")
    for key, holder in both.items():
        if holder != timelock:
            why = f": {KEPT[key]}" if key in KEPT else ""
            deployer.say(f"  {names.get(holder, holder)} owns {key}{why}")


# --- The first operation ---


def _announce_head_price(deployer: Deployer, parties: Parties) -> None:
    """HEAD's feed has a price once its window is full; listing it is announced until then."""
    if deployer.signer.address not in parties.proposers:
        deployer.say("  HEAD has no price: a proposer announces PriceOracle.set_feeds for it")
        return
    payload = deployer.payload(
        "PriceOracle", "set_feeds", deployer.address("HEAD"),
        [deployer.address("PairTwapFeed/head")], PRICE_MAX_AGE_SECONDS, HEAD_MAX_CHANGE_BPS,
        HEAD_OPENING_PRICE_USD_WAD,
    )  # fmt: skip
    batch = ([deployer.address("PriceOracle")], [0], [payload], NO_OPERATION, NO_SALT)
    operation = deployer.read(TIMELOCK, "hash_operation_batch", *batch)
    if not deployer.read(TIMELOCK, "is_operation", operation):
        delay_seconds = deployer.read(TIMELOCK, "get_minimum_delay")
        deployer.call(TIMELOCK, "schedule_batch", *batch, delay_seconds, gas=SCHEDULE_GAS)
        deployer.say(f"  announced PriceOracle.set_feeds of HEAD, ready in {delay_seconds:,} s")


cli = subsystem_command("governance", deploy)
