# SPDX-License-Identifier: Apache-2.0
"""From an actor's move to its transaction."""

from ..chain import Chain
from ..sending import Intent, Sender
from .flows import Move

# Twice what each was measured to use.
GAS = {
    "swap": 600_000,
    "deposit": 900_000,
    "withdraw": 1_500_000,
    "borrow": 1_800_000,
    "repay": 900_000,
    "claim_fees": 400_000,
    "claim_rewards": 900_000,
}


def intent_of(chain: Chain, sender: Sender, move: Move) -> Intent:
    address = sender.address(move.actor)
    if move.kind == "swap":
        key, contract = f"VolatilePair/{move.place}", "VolatilePair"
        token = chain.address(move.token)
        arguments: tuple = (token, move.assets, 0, address)
    elif move.kind == "claim_fees":
        key, contract, arguments = f"VolatilePair/{move.place}", "VolatilePair", (address,)
    elif move.kind == "claim_rewards":
        key, contract, arguments = "StakingPool", "StakingPool", (address,)
    else:
        key, contract = f"LendingPool/{move.place}", "LendingPool"
        arguments = (move.assets, address)
        if move.kind == "withdraw":
            arguments = (move.assets, address, address)
    payload = chain.encode(contract, move.kind, *arguments)
    label = f"{move.kind} {move.place} {move.token}".rstrip()
    return Intent(move.actor, chain.address(key), payload, GAS[move.kind], label)
