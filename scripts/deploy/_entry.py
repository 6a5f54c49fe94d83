# SPDX-License-Identifier: Apache-2.0
"""What all entry points share: the network and the account of the command line, errors as one line.

`--network` is a network of ape-config.yaml (`headwater:devnet`) or the URL of any EVM chain.
"""

import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from scripts.deploy._artifacts import Artifacts
from scripts.deploy._deployer import Deployer
from scripts.deploy._record import STEPS, open_record
from scripts.deploy._signers import DEVNET_ALIAS, open_signer
from scripts.devnet.rpc import Rpc
from scripts.errors import DeploymentFailed, SettingInvalid
from scripts.settings import CHAIN_ID, L1_CHAIN_ID, L1_NETWORK, NETWORK, ROOT, load_settings
from strategies.errors import HeadwaterError

Step = Callable[[Deployer], None]

# Chains whose keys are public, by chain id.
DEVNETS = {CHAIN_ID: NETWORK, L1_CHAIN_ID: L1_NETWORK}


def subsystem_command(name: str, step: Step) -> click.Command:
    return deployment_command(name, {name: step})


def deployment_command(name: str, steps: Mapping[str, Step]) -> click.Command:
    @click.command(name=name, help=f"Deploy {name if name != 'all' else 'every subsystem'}.")
    @click.option("--network", required=True, help="headwater:devnet, or an RPC URL.")
    @click.option(
        "--account",
        default=DEVNET_ALIAS,
        show_default=True,
        help="An account of Ape's keystore; `devnet` is the devnet's public deployer.",
    )
    @click.option(
        "--out", type=click.Path(dir_okay=False, path_type=Path), help="The file written."
    )
    def command(network: str, account: str, out: Path | None) -> None:
        try:
            run_steps(network, account, out, steps)
        except HeadwaterError as failure:
            click.echo(f"error: {failure}", err=True)
            sys.exit(failure.exit_status)

    return command


def run_steps(network: str, account: str, out: Path | None, steps: Mapping[str, Step]) -> None:
    started_at = time.monotonic()
    rpc = Rpc(rpc_url_of(network))
    chain_id = rpc.chain_id()
    is_devnet = chain_id in DEVNETS
    name = DEVNETS.get(chain_id, f"chain-{chain_id}")
    folder = load_settings().deployment_path.parent if is_devnet else ROOT / "deployments"
    path = out or folder / f"{name}.json"
    record = open_record(path, name, is_devnet, rpc)
    open_steps = {step: body for step, body in steps.items() if step not in record.steps}
    if not open_steps:
        click.echo(f"{path}: nothing to do, all of it stands since block {record.block}")
        return
    for step in open_steps:
        _require_earlier(record.steps, step, open_steps)
    deployer = Deployer(rpc, record, open_signer(account, is_devnet), Artifacts(), click.echo)
    for step, body in open_steps.items():
        click.echo(f"deploying {step}")
        body(deployer)
        deployer.finish_step(step)
    click.echo(
        f"{path}: {len(record.contracts)} contracts, {deployer.transactions_sent} transactions, "
        f"{time.monotonic() - started_at:.0f} s"
    )


def _require_earlier(finished: list[str], step: str, also: Mapping[str, Step]) -> None:
    if step not in STEPS:
        # The L1's: it stands on nothing of ours.
        return
    needed = [one for one in STEPS[: STEPS.index(step)] if one not in finished and one not in also]
    if needed:
        raise DeploymentFailed(f"{step} needs {', '.join(needed)} first; `ape run deploy all` does")


def rpc_url_of(network: str) -> str:
    """The RPC URL of an Ape network choice; a URL may stand for itself, or close the choice."""
    start = network.find("http")
    if start >= 0:
        return network[start:]
    parts = network.split(":")
    import ape

    configured = ape.config.get_config("node")
    ecosystem = getattr(configured, parts[0], None) or {}
    entry = ecosystem.get(parts[1] if len(parts) > 1 else NETWORK) or {}
    if not entry.get("uri"):
        raise SettingInvalid("--network", network, "an RPC URL or a network of ape-config.yaml")
    return entry["uri"]
