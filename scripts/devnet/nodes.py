# SPDX-License-Identifier: Apache-2.0
"""Which programs can run a chain, and how each is started.

HEADWATER_CHAIN names one of `NODES`; nothing outside scripts/ and ape-config.yaml knows which.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..errors import NotInstalled, SettingInvalid
from ..settings import ACCOUNT_COUNT, MNEMONIC, ROOT

NODE_FOLDER = ROOT / "scripts" / "devnet" / "node_modules"
# Where cargo leaves our own node.
HEADWATER_NODE = ROOT / "appchain" / "target" / "release" / "headwater-node"

# What anvil keeps of a chain, in the chain's folder.
STATE_FILE = "state.json"
STATE_INTERVAL_SECONDS = 10
# States of old blocks kept in memory; a keeper or a page reads at most a few blocks back.
KEPT_STATES = 128
# Blocks whose transactions and logs stay readable, hence also the most that a restart loads.
KEPT_BLOCKS = 20_000


@dataclass(frozen=True, slots=True)
class Posting:
    """Where our own node posts its batches; the inbox may come to stand there later."""

    l1_rpc_url: str
    key_file: Path
    inbox: str


@dataclass(frozen=True, slots=True)
class NodeOptions:
    """What a chain needs of the node that runs it."""

    chain_id: int
    port: int
    state_folder: Path
    block_seconds: int
    allow_origin: str
    # The contract to be called around each block's transactions; only our own node does that.
    heartbeat: str = ""
    # Only our own node posts; another leaves it out.
    posting: Posting | None = None


@dataclass(frozen=True, slots=True)
class ReplayNodeOptions:
    """What a replay needs: no block by itself, transactions in the order of arrival."""

    chain_id: int
    port: int
    genesis_timestamp: int


def anvil_path() -> Path:
    """The locked binary of scripts/devnet/package.json, or one on PATH."""
    found = sorted(NODE_FOLDER.glob("@foundry-rs/anvil-*/bin/anvil"))
    if found:
        return found[0]
    on_path = shutil.which("anvil")
    if on_path is None:
        raise NotInstalled("anvil", "run `make up`, or `npm ci` in scripts/devnet")
    return Path(on_path)


def anvil_command(options: NodeOptions) -> list[str]:
    _restore_state(options.state_folder / STATE_FILE)
    return [
        *_anvil_base(options.chain_id, options.port),
        "--block-time", str(options.block_seconds),
        "--state", str(options.state_folder / STATE_FILE),
        "--state-interval", str(STATE_INTERVAL_SECONDS),
        "--prune-history", str(KEPT_STATES),
        "--transaction-block-keeper", str(KEPT_BLOCKS),
        "--allow-origin", options.allow_origin,
    ]  # fmt: skip


def anvil_replay_command(options: ReplayNodeOptions) -> list[str]:
    return [
        *_anvil_base(options.chain_id, options.port),
        "--no-mining",
        "--order", "fifo",
        "--timestamp", str(options.genesis_timestamp),
        "--no-cors",
    ]  # fmt: skip


def headwater_command(options: NodeOptions) -> list[str]:
    heartbeat = ["--heartbeat", options.heartbeat] if options.heartbeat else []
    return [
        *_headwater_base(options.chain_id, options.port),
        "--block-time", str(options.block_seconds),
        "--state-dir", str(options.state_folder / "node"),
        "--allow-origin", options.allow_origin,
        *heartbeat,
        *_posting_arguments(options.posting),
    ]  # fmt: skip


def _posting_arguments(posting: Posting | None) -> list[str]:
    if posting is None:
        return []
    return [
        "--l1", posting.l1_rpc_url,
        "--l1-key-file", str(posting.key_file),
        "--inbox", posting.inbox,
    ]  # fmt: skip


def headwater_replay_command(options: ReplayNodeOptions) -> list[str]:
    return [
        *_headwater_base(options.chain_id, options.port),
        "--no-mining",
        "--timestamp", str(options.genesis_timestamp),
        "--no-cors",
    ]  # fmt: skip


def _headwater_base(chain_id: int, port: int) -> list[str]:
    if not HEADWATER_NODE.is_file():
        raise NotInstalled("our own node", "run `make node`, which builds it")
    return _base(HEADWATER_NODE, chain_id, port)


def _anvil_base(chain_id: int, port: int) -> list[str]:
    return _base(anvil_path(), chain_id, port)


def _base(program: Path, chain_id: int, port: int) -> list[str]:
    """What both programs understand alike."""
    return [
        str(program),
        "--quiet",
        "--host", "127.0.0.1",
        "--port", str(port),
        "--chain-id", str(chain_id),
        "--mnemonic", MNEMONIC,
        "--accounts", str(ACCOUNT_COUNT),
        "--hardfork", "cancun",
        "--gas-limit", "60000000",
    ]  # fmt: skip


# The nodes that open and close their blocks by themselves.
BEATING_NODES = frozenset({"headwater"})

NODES: dict[str, Callable[[NodeOptions], list[str]]] = {
    "anvil": anvil_command,
    "headwater": headwater_command,
}
REPLAY_NODES: dict[str, Callable[[ReplayNodeOptions], list[str]]] = {
    "anvil": anvil_replay_command,
    "headwater": headwater_replay_command,
}


def node_command(node: str, options: NodeOptions, setting: str) -> list[str]:
    if node not in NODES:
        raise SettingInvalid(setting, node, f"one of {', '.join(sorted(NODES))}")
    return NODES[node](options)


# --- State on disk ---


def is_state_whole(path: Path) -> bool:
    """Whether the node had finished writing: it overwrites its file in place."""
    try:
        with path.open("rb") as file:
            json.load(file)
    except (OSError, ValueError):
        return False
    return True


def keep_copy_of_state(folder: Path) -> bool:
    """Copy a whole state file aside, for the case that the node dies while it writes."""
    path = folder / STATE_FILE
    if not path.exists():
        return False
    candidate = path.with_suffix(".copying")
    shutil.copyfile(path, candidate)
    if not is_state_whole(candidate):
        candidate.unlink()
        return False
    candidate.replace(_copy_of(path))
    return True


def _copy_of(path: Path) -> Path:
    return path.with_suffix(".last_good.json")


def _restore_state(path: Path) -> None:
    """Fall back to the last whole copy when the node was killed while it wrote."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or is_state_whole(path):
        return
    copy = _copy_of(path)
    if copy.exists():
        shutil.copyfile(copy, path)
    else:
        path.unlink()
