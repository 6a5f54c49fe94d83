# SPDX-License-Identifier: Apache-2.0
"""The devnet's inbox on its L1: deployed at once after the L1 starts, known to the chain's node."""

import os
import subprocess
import sys

from ..deploy._record import read_record
from ..errors import DeploymentFailed
from ..settings import BATCHER_INDEX, ROOT, Settings
from .accounts import devnet_account
from .files import write_whole
from .nodes import Posting
from .processes import last_lines

DEPLOY_SECONDS = 120


def prepare_posting(settings: Settings) -> Posting | None:
    """Deploy the inbox unless it stands; None where the chain's node is not ours and posts nothing."""
    if settings.chain != "headwater":
        return None
    _deploy_inbox(settings)
    record = read_record(settings.l1_deployment_path)
    inbox = record.address("BatchInbox") if record else None
    if inbox is None:
        raise DeploymentFailed(f"{settings.l1_deployment_path} names no BatchInbox")
    key_file = settings.state_dir / "batcher.key"
    write_whole(key_file, devnet_account(BATCHER_INDEX).key.hex() + "\n", mode=0o600)
    return Posting(settings.l1_rpc_url, key_file, inbox)


def _deploy_inbox(settings: Settings) -> None:
    log_path = settings.log_folder / "deploy-l1.log"
    log_path.parent.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable, "-m", "scripts.deploy.settlement",
        "--network", settings.l1_rpc_url,
        "--out", str(settings.l1_deployment_path),
    ]  # fmt: skip
    with log_path.open("wb") as log:
        done = subprocess.run(
            command, cwd=ROOT, env={**os.environ}, stdin=subprocess.DEVNULL, stdout=log,
            stderr=subprocess.STDOUT, timeout=DEPLOY_SECONDS, check=False,
        )  # fmt: skip
    if done.returncode != 0:
        lines = last_lines(log_path, 0, 20)
        reason = next((line[7:] for line in reversed(lines) if line.startswith("error: ")), "")
        raise DeploymentFailed(reason or f"the inbox was not deployed; see {log_path}")
