# SPDX-License-Identifier: Apache-2.0
"""The Lens: one call reads what a page shows."""

from scripts.deploy._deployer import Deployer
from scripts.deploy._entry import subsystem_command


def deploy(deployer: Deployer) -> None:
    deployer.contract("Lens", "Lens", deployer.address("Accounts"), deployer.address("PriceOracle"))


cli = subsystem_command("lens", deploy)
