# SPDX-License-Identifier: Apache-2.0
"""One pair of tokens, deployed without its factory."""

from dataclasses import dataclass

from tests.evm import Contract, Machine, Mutation, actor, compile_contract
from tests.worlds.tokens import deploy_token, fund

COLLECTOR = actor("collector")


@dataclass
class PairWorld:
    machine: Machine
    tokens: list[Contract]
    pair: Contract


def build_pair(
    actors: list[str],
    decimals: tuple[int, int] = (6, 18),
    fee_bps: int = 30,
    protocol_share_bps: int = 2_000,
    mutation: Mutation | None = None,
) -> PairWorld:
    """Deploy an empty pair; the actors hold both tokens and approved it."""
    machine = Machine()
    tokens = [deploy_token(machine, f"t{each}", each) for each in decimals]
    tokens.sort(key=lambda token: int(token.address, 16))
    artifact = compile_contract("exchange/VolatilePair.vy", mutation)
    pair = machine.deploy(artifact, *tokens, fee_bps, protocol_share_bps, COLLECTOR)
    for token in tokens:
        fund(token, actors, [pair])
    return PairWorld(machine, tokens, pair)
