# SPDX-License-Identifier: Apache-2.0
"""Test tokens with 6, 8 and 18 decimals, the faucet that mints them, and HEAD."""

from scripts.deploy._deployer import Deployer
from scripts.deploy._entry import subsystem_command
from scripts.deploy._parameters import FAUCET_COOLDOWN_SECONDS, TOKENS


def deploy(deployer: Deployer) -> None:
    owner = deployer.signer.address
    for symbol, (name, decimals, _) in TOKENS.items():
        deployer.contract(symbol, "TestToken", name, symbol, decimals, owner)
    deployer.contract("HEAD", "HeadToken", owner)

    addresses = [deployer.address(symbol) for symbol in TOKENS]
    drops = [drop for _, _, drop in TOKENS.values()]
    faucet = deployer.contract("Faucet", "Faucet", addresses, drops, FAUCET_COOLDOWN_SECONDS, owner)
    for symbol in TOKENS:
        if deployer.read(symbol, "minter") != faucet:
            deployer.call(symbol, "set_minter", faucet)


cli = subsystem_command("tokens", deploy)
