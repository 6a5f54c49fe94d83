# SPDX-License-Identifier: Apache-2.0
"""HEAD staked, two reward tokens (HEAD one of them), and the collector that streams to stakers."""

from dataclasses import dataclass

from tests.evm import Contract, Machine, Mutation, actor, compile_contract
from tests.worlds.tokens import deploy_token, fund

OWNER = actor("owner")
TREASURY = actor("treasury")
SLASHER = actor("slasher")
DISTRIBUTOR = actor("distributor")

COOLDOWN_SECONDS = 3 * 86_400
WINDOW_SECONDS = 2 * 86_400
STREAM_SECONDS = 7 * 86_400
STAKER_SHARE_BPS = 7_000


@dataclass
class StakingWorld:
    machine: Machine
    tokens: dict[str, Contract]
    staking: Contract
    collector: Contract


def build_staking(actors: list[str], mutation: Mutation | None = None) -> StakingWorld:
    """Deploy both; the actors hold every token and approved the pool."""
    machine = Machine()
    tokens = {"head": deploy_token(machine, "HEAD", 18), "usd": deploy_token(machine, "tUSD", 6)}
    staking = machine.deploy(
        compile_contract("staking/StakingPool.vy", mutation),
        *(tokens["head"], COOLDOWN_SECONDS, WINDOW_SECONDS, OWNER),
    )
    collector = machine.deploy(
        compile_contract("staking/FeeCollector.vy", mutation),
        *(staking, TREASURY, STAKER_SHARE_BPS, STREAM_SECONDS, OWNER),
    )
    for token in tokens.values():
        fund(token, [*actors, DISTRIBUTOR], [staking])
        staking.add_reward_token(token, sender=OWNER)
    for distributor in (DISTRIBUTOR, collector.address):
        staking.set_distributor(distributor, True, sender=OWNER)
    staking.set_slasher(SLASHER, sender=OWNER)
    return StakingWorld(machine, tokens, staking, collector)
