# SPDX-License-Identifier: Apache-2.0
"""Test tokens of three precisions, and actors that hold and approve them."""

from collections.abc import Iterable

from tests.evm import Contract, Machine, actor, compile_contract

MINTER = actor("minter")
MAX_UINT256 = 2**256 - 1

# More of each token than any test spends; far below what overflows a sum of balances.
PURSE = 2**140


def deploy_token(machine: Machine, symbol: str, decimals: int) -> Contract:
    artifact = compile_contract("assets/TestToken.vy")
    return machine.deploy(artifact, f"Test {symbol}", symbol, decimals, MINTER)


def fund(token: Contract, holders: Iterable[str], spenders: Iterable[Contract]) -> None:
    """Give each holder a full purse and let each spender take from it."""
    for holder in holders:
        token.mint(holder, PURSE, sender=MINTER)
        for spender in spenders:
            token.approve(spender, MAX_UINT256, sender=holder)
