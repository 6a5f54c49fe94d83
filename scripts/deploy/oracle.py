# SPDX-License-Identifier: Apache-2.0
"""The price oracle and its signed publisher feed, opened with a first publication."""

from scripts.deploy._deployer import Deployer
from scripts.deploy._entry import subsystem_command
from scripts.deploy._parameters import (
    PRICE_MAX_AGE_SECONDS,
    PRICE_MAX_CHANGE_BPS,
    opening_prices_usd_wad,
)
from scripts.deploy._signers import publisher_signer
from scripts.devnet.publication import Report, publication_digest


def deploy(deployer: Deployer) -> None:
    owner = deployer.signer.address
    publisher = publisher_signer(deployer.signer, deployer.record.is_devnet)
    feed = deployer.contract("PublisherFeed", "PublisherFeed", [publisher.address], 1, owner)
    deployer.contract("PriceOracle", "PriceOracle", owner)

    prices = opening_prices_usd_wad()
    # Without the block's own time a node ahead of our clock would call the reports old.
    block = deployer.rpc.block("latest") or {}
    now = int(block["timestamp"], 16)
    reports = [
        Report(deployer.address(symbol), price, now)
        for symbol, price in prices.items()
        if _needs_price(deployer, symbol, now)
    ]
    if reports:
        digest = publication_digest(deployer.record.chain_id, feed, reports)
        deployer.call(
            "PublisherFeed",
            "publish",
            [report.as_tuple() for report in reports],
            [publisher.sign_digest(digest)],
        )
    for symbol in prices:
        token = deployer.address(symbol)
        if list(deployer.read("PriceOracle", "feeds_of", token) or ()) != [feed]:
            deployer.call(
                "PriceOracle", "set_feeds", token, [feed], PRICE_MAX_AGE_SECONDS,
                PRICE_MAX_CHANGE_BPS, prices[symbol],
            )  # fmt: skip


def _needs_price(deployer: Deployer, symbol: str, now: int) -> bool:
    latest = deployer.read("PublisherFeed", "latest", deployer.address(symbol))
    return latest is None or latest[1] + PRICE_MAX_AGE_SECONDS // 2 < now


cli = subsystem_command("oracle", deploy)
