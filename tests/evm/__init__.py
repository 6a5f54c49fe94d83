# SPDX-License-Identifier: Apache-2.0
"""Compiled Vyper on an in-process EVM: about two orders of magnitude faster than a node.

    machine = Machine()
    token = machine.deploy(compile_contract("assets/TestToken.vy"), "Dollar", "tUSD", 6, minter)
    token.mint(lender, 10**6, sender=minter)
    assert token.balanceOf(lender) == 10**6

The fuzz and invariant suites stand on it; it knows nothing of Ape.
"""

from tests.evm.build import BUILDS, Artifact, Mutation, build, compile_contract, compile_text
from tests.evm.contract import Contract, Log
from tests.evm.machine import Machine, Reverted, actor

__all__ = [
    "BUILDS",
    "Artifact",
    "Contract",
    "Log",
    "Machine",
    "Mutation",
    "Reverted",
    "actor",
    "build",
    "compile_contract",
    "compile_text",
]
