# SPDX-License-Identifier: Apache-2.0
"""Where the devnet lives: one place for node kind, ports, folders and chain ids.

Every value can be set by an environment variable of the name `HEADWATER_<FIELD>`, so that two
devnets may stand side by side: give the second one its own ports and its own STATE_DIR.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from .errors import SettingInvalid

ROOT = Path(__file__).resolve().parent.parent

CHAIN_ID = 4_323_928
L1_CHAIN_ID = 4_323_901
NETWORK = "devnet"
L1_NETWORK = "devnet-l1"

# The public mnemonic of every development node: no secret, and worth nothing elsewhere.
MNEMONIC = "test test test test test test test test test test test junk"
DEPLOYER_INDEX = 0
PUBLISHER_INDEX = 1
KEEPER_INDEX = 2
FAUCET_SENDER_INDEX = 3
BATCHER_INDEX = 4
GUARDIAN_INDEX = 5
STEWARD_INDEX = 6
# Calls the heartbeat where the chain does not; creates it, and sends nothing else.
HEARTBEAT_CALLER_INDEX = 8
HEARTBEAT_DEPLOYER_INDEX = 9
FIRST_ACTOR_INDEX = 10
ACCOUNT_COUNT = 60

# What the devnet's keeper liquidates with, in whole tokens; what it holds beyond was seized.
KEEPER_STOCK = {"tUSD": 4_000_000, "tBTC": 10, "tETH": 200}

DEPLOYMENT_REMEDY = "run `make reset` to forget it, then `make up`"


@dataclass(frozen=True, slots=True)
class Settings:
    """One devnet's settings."""

    # Which node runs the chain, and which the L1; scripts/devnet/nodes.py knows them by name.
    chain: str = "headwater"
    l1: str = "anvil"
    chain_port: int = 8545
    l1_port: int = 8546
    page_port: int = 5173
    state_dir: Path = ROOT / ".devnet"
    # The folder of devnet.json; another state folder keeps its own.
    deployments_dir: Path | None = None
    page_folder: Path = ROOT / "frontend" / "dist"
    # Origins, besides the page's own, that a browser may call the chain from.
    allow_origin: str = ""
    seed: int = 7

    @property
    def rpc_url(self) -> str:
        return f"http://127.0.0.1:{self.chain_port}"

    @property
    def l1_rpc_url(self) -> str:
        return f"http://127.0.0.1:{self.l1_port}"

    @property
    def page_url(self) -> str:
        return f"http://127.0.0.1:{self.page_port}"

    @property
    def deployment_path(self) -> Path:
        if self.deployments_dir is not None:
            return self.deployments_dir / f"{NETWORK}.json"
        if self.state_dir == ROOT / ".devnet":
            return ROOT / "deployments" / f"{NETWORK}.json"
        return self.state_dir / "deployments" / f"{NETWORK}.json"

    @property
    def l1_deployment_path(self) -> Path:
        return self.deployment_path.with_name(f"{L1_NETWORK}.json")

    @property
    def log_folder(self) -> Path:
        return self.state_dir / "logs"

    @property
    def pid_folder(self) -> Path:
        return self.state_dir / "pids"


def load_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; a value of the wrong kind is refused by name."""
    chosen: dict[str, object] = {}
    for field in fields(Settings):
        name = f"HEADWATER_{field.name.upper()}"
        given = environment.get(name)
        if given is None or given == "":
            continue
        if field.name.endswith("_port"):
            chosen[field.name] = _port(name, given)
        elif field.name == "seed":
            if not given.isdecimal():
                raise SettingInvalid(name, given, "a whole number")
            chosen[field.name] = int(given)
        elif field.name.endswith(("_dir", "_folder")):
            chosen[field.name] = Path(given).expanduser().resolve()
        else:
            chosen[field.name] = given
    settings = Settings(**chosen)  # type: ignore[arg-type]
    _refuse_shared_ports(settings)
    return settings


def _port(name: str, given: str) -> int:
    if not given.isdecimal() or not 1 <= int(given) <= 65_535:
        raise SettingInvalid(name, given, "a port from 1 to 65535")
    return int(given)


def _refuse_shared_ports(settings: Settings) -> None:
    names_by_port: dict[int, str] = {}
    for name in ("chain_port", "l1_port", "page_port"):
        port = getattr(settings, name)
        if port in names_by_port:
            raise SettingInvalid(
                f"HEADWATER_{name.upper()}",
                str(port),
                f"a port other than that of HEADWATER_{names_by_port[port].upper()}",
            )
        names_by_port[port] = name
