# SPDX-License-Identifier: Apache-2.0
"""The pair factory, the router and three pairs with the treasury's opening liquidity."""

from eth_utils import to_checksum_address

from scripts.deploy._deployer import Deployer
from scripts.deploy._entry import subsystem_command
from scripts.deploy._parameters import (
    HEAD_OPENING_PRICE_USD_WAD,
    PAIR_FEE_BPS,
    PAIRS,
    TOKENS,
    WAD,
    opening_prices_usd_wad,
)

CREATE_PAIR_GAS = 9_000_000
NO_ADDRESS = "0x0000000000000000000000000000000000000000"


def deploy(deployer: Deployer) -> None:
    owner = deployer.signer.address
    blueprint = deployer.blueprint("PairBlueprint", "VolatilePair")
    factory = deployer.contract(
        "PairFactory", "PairFactory", blueprint, deployer.address("FeeCollector"), owner
    )
    deployer.contract("Router", "Router", factory)
    deployer.flush()

    missing = [name for name in PAIRS if _pair_of(deployer, name) == NO_ADDRESS]
    for name in missing:
        deployer.call(
            "PairFactory", "create_pair", *_tokens(deployer, name), PAIR_FEE_BPS,
            gas=CREATE_PAIR_GAS,
        )  # fmt: skip
    deployer.flush()
    for name in PAIRS:
        deployer.record_existing(f"VolatilePair/{name}", "VolatilePair", _pair_of(deployer, name))
    for name in PAIRS:
        _add_opening_liquidity(deployer, name)


def _tokens(deployer: Deployer, name: str) -> tuple[str, str]:
    base, quote, _ = PAIRS[name]
    return deployer.address(base), deployer.address(quote)


def _pair_of(deployer: Deployer, name: str) -> str:
    found = deployer.read("PairFactory", "pair_of", *_tokens(deployer, name), PAIR_FEE_BPS)
    return to_checksum_address(found)


def _add_opening_liquidity(deployer: Deployer, name: str) -> None:
    key = f"VolatilePair/{name}"
    if deployer.read(key, "totalSupply"):
        return
    pair = deployer.address(key)
    base, quote, dollars = PAIRS[name]
    assets = {symbol: _assets_for(symbol, dollars) for symbol in (base, quote)}
    for symbol, wanted in assets.items():
        if symbol in TOKENS:
            deployer.call(
                "Faucet", "mint_to", deployer.address(symbol), deployer.signer.address, wanted
            )
        deployer.call(symbol, "approve", pair, wanted)
    ordered = sorted(assets, key=lambda symbol: int(deployer.address(symbol), 16))
    deployer.call(
        key, "add_liquidity", assets[ordered[0]], assets[ordered[1]], 1, deployer.signer.address
    )


def _assets_for(symbol: str, dollars: int) -> int:
    """Base units of a token worth `dollars` at the opening price."""
    prices = {**opening_prices_usd_wad(), "HEAD": HEAD_OPENING_PRICE_USD_WAD}
    decimals = TOKENS[symbol][1] if symbol in TOKENS else 18
    return dollars * WAD * 10**decimals // prices[symbol]


cli = subsystem_command("exchange", deploy)
