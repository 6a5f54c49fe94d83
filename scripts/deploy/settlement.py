# SPDX-License-Identifier: Apache-2.0
"""The inbox of the chain's batches, on the L1.

Run by itself, as `make up` does, it does without Ape's start:
python -m scripts.deploy.settlement --network URL --out FILE
"""

from eth_utils import to_checksum_address

from scripts.deploy._deployer import Deployer
from scripts.deploy._entry import subsystem_command
from scripts.deploy._signers import batcher_address

# Genesis is known to all; what is posted begins after it.
FIRST_BLOCK = 1


def deploy(deployer: Deployer) -> None:
    owner = deployer.signer.address
    batcher = to_checksum_address(batcher_address(deployer.signer, deployer.record.is_devnet))
    deployer.contract("BatchInbox", "BatchInbox", batcher, FIRST_BLOCK, owner)


cli = subsystem_command("settlement", deploy)

if __name__ == "__main__":
    cli()
