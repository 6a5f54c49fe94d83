# SPDX-License-Identifier: Apache-2.0
"""HEAD staking and the collector that streams protocol fees to it."""

from scripts.deploy._deployer import Deployer
from scripts.deploy._entry import subsystem_command
from scripts.deploy._parameters import (
    COOLDOWN_SECONDS,
    REWARD_TOKENS,
    STAKER_SHARE_BPS,
    STREAM_SECONDS,
    WINDOW_SECONDS,
)


def deploy(deployer: Deployer) -> None:
    owner = deployer.signer.address
    staking = deployer.contract(
        "StakingPool", "StakingPool", deployer.address("HEAD"), COOLDOWN_SECONDS, WINDOW_SECONDS,
        owner,
    )  # fmt: skip
    collector = deployer.contract(
        "FeeCollector", "FeeCollector", staking, owner, STAKER_SHARE_BPS, STREAM_SECONDS, owner
    )
    if not deployer.read("StakingPool", "is_distributor", collector):
        deployer.call("StakingPool", "set_distributor", collector, True)
    for symbol in REWARD_TOKENS:
        token = deployer.address(symbol)
        if not deployer.read("StakingPool", "is_reward_token", token):
            deployer.call("StakingPool", "add_reward_token", token)


cli = subsystem_command("staking", deploy)
