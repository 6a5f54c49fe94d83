# SPDX-License-Identifier: Apache-2.0
"""What happens where blocks begin and end, who covers losses, and who may create pools from here on."""

from scripts.deploy._deployer import Deployer
from scripts.deploy._entry import subsystem_command
from scripts.deploy._parameters import (
    ADAPTIVE_POOL,
    ADAPTIVE_SHAPE,
    BACKSTOP_LIMIT_USD,
    BACKSTOP_RESERVE,
    BACKSTOP_SLASH_BPS,
    BACKSTOP_SLIPPAGE_BPS,
    CALL_GAS,
    CLOSING_GAS,
    HEAD_TWAP,
    LIQUIDATOR_RESERVE,
    LIQUIDATOR_SLIPPAGE_BPS,
    OPENING_GAS,
    POOLS,
    REWARD_TOKENS,
    TOKENS,
    opening_prices_usd_wad,
)
from scripts.deploy._signers import heartbeat_signer
from scripts.devnet.accounts import heartbeat_address
from scripts.errors import DeploymentFailed

OPENING, CLOSING = "BlockCalls/opening", "BlockCalls/closing"
WAD = 10**18


def deploy(deployer: Deployer) -> None:
    owner = deployer.signer.address
    accounts, router = deployer.address("Accounts"), deployer.address("Router")
    heartbeat = _heartbeat(deployer)
    for key in (OPENING, CLOSING):
        deployer.contract(key, "BlockCalls", heartbeat, owner)
    deployer.contract("ExitQueue", "ExitQueue", accounts)
    deployer.contract("Orders", "Orders", deployer.address("Operators"), router)
    backstop = deployer.contract(
        "Backstop", "Backstop", accounts, deployer.address("StakingPool"),
        deployer.address("PriceOracle"), router, BACKSTOP_SLASH_BPS, BACKSTOP_SLIPPAGE_BPS, owner,
    )  # fmt: skip
    deployer.contract(
        "BlockLiquidator", "BlockLiquidator", heartbeat, accounts, router, backstop,
        LIQUIDATOR_SLIPPAGE_BPS, owner,
    )  # fmt: skip
    deployer.contract("AdaptiveRate", "AdaptiveRate", *ADAPTIVE_SHAPE)
    deployer.contract(
        "PairTwapFeed/head", "PairTwapFeed", deployer.address("VolatilePair/head_usd"),
        deployer.address("HEAD"), deployer.address("PublisherFeed"), *HEAD_TWAP,
    )  # fmt: skip
    blueprint = deployer.blueprint("PoolBlueprint", "LendingPool")
    deployer.contract(
        "PoolFactory", "PoolFactory", blueprint, accounts, deployer.address("PriceOracle"),
        deployer.address("FeeCollector"), owner,
    )  # fmt: skip
    deployer.flush()

    _hand_listing_over(deployer)
    _use_adaptive_rate(deployer)
    _open_liquidator(deployer)
    _open_backstop(deployer)
    _list_calls(deployer)
    _list_jobs(deployer)


def _heartbeat(deployer: Deployer) -> str:
    """On the devnet by a key of its own, so that a node can be told the address before it exists."""
    owner = deployer.signer.address
    signer = heartbeat_signer(deployer.signer, deployer.record.is_devnet)
    if signer is deployer.signer or deployer.record.address("Heartbeat"):
        return deployer.contract("Heartbeat", "Heartbeat", owner)
    own = Deployer(deployer.rpc, deployer.record, signer, deployer.artifacts, deployer.say)
    address = own.contract("Heartbeat", "Heartbeat", owner)
    if address != heartbeat_address():
        raise DeploymentFailed(
            f"{signer.address} has sent transactions before: the chain calls another address"
        )
    own.flush()
    deployer.transactions_sent += own.transactions_sent
    return address


def _hand_listing_over(deployer: Deployer) -> None:
    """From here on anybody creates pools, and the factory lists them."""
    factory = deployer.address("PoolFactory")
    if deployer.read("Accounts", "owner") != factory:
        if deployer.read("Accounts", "pending_owner") != factory:
            deployer.call("Accounts", "transfer_ownership", factory)
        deployer.call("PoolFactory", "accept_accounts")


def _use_adaptive_rate(deployer: Deployer) -> None:
    key, model = f"LendingPool/{ADAPTIVE_POOL}", deployer.address("AdaptiveRate")
    if deployer.read(key, "rate_model") != model:
        deployer.call(key, "set_rate_model", model)


def _open_liquidator(deployer: Deployer) -> None:
    """A reserve of each token, and a way from each to each."""
    pairs = {"tETH": "VolatilePair/eth_usd", "tBTC": "VolatilePair/btc_usd"}

    def hops(sold: str, bought: str) -> list[tuple[str, str]]:
        if "tUSD" in (sold, bought):
            pair = pairs[bought if sold == "tUSD" else sold]
            return [(deployer.address(pair), deployer.address(sold))]
        return hops(sold, "tUSD") + hops("tUSD", bought)

    for sold in TOKENS:
        for bought in TOKENS:
            if sold == bought:
                continue
            route = [deployer.address(sold), deployer.address(bought)]
            if not deployer.read("BlockLiquidator", "route_of", *route):
                deployer.call("BlockLiquidator", "set_route", *route, hops(sold, bought))
    for symbol, assets in LIQUIDATOR_RESERVE.items():
        token = deployer.address(symbol)
        if deployer.read("BlockLiquidator", "reserve_target", token) != assets:
            deployer.call("BlockLiquidator", "set_reserve_target", token, assets)
        _fund(deployer, symbol, "BlockLiquidator", assets)


def _open_backstop(deployer: Deployer) -> None:
    backstop = deployer.address("Backstop")
    if deployer.read("StakingPool", "slasher") != backstop:
        deployer.call("StakingPool", "set_slasher", backstop)
    prices = opening_prices_usd_wad()
    for name, pool in POOLS.items():
        address = deployer.address(f"LendingPool/{name}")
        limit = BACKSTOP_LIMIT_USD * WAD * 10 ** TOKENS[pool.asset][1] // prices[pool.asset]
        if deployer.read("Backstop", "limit_of", address) != limit:
            deployer.call("Backstop", "set_limit", address, limit)
        if deployer.read("RiskTerms", "backstop_of", address) != backstop:
            deployer.call("RiskTerms", "set_backstop", address, backstop)
    head, usd = deployer.address("HEAD"), deployer.address("tUSD")
    if not deployer.read("Backstop", "route_of", usd):
        hop = (deployer.address("VolatilePair/head_usd"), head)
        deployer.call("Backstop", "set_route", usd, [hop])
    for symbol, assets in BACKSTOP_RESERVE.items():
        _fund(deployer, symbol, "Backstop", assets)


def _fund(deployer: Deployer, symbol: str, key: str, assets: int) -> None:
    holder = deployer.address(key)
    if (deployer.read(symbol, "balanceOf", holder) or 0) < assets:
        deployer.call("Faucet", "mint_to", deployer.address(symbol), holder, assets)


def _list_calls(deployer: Deployer) -> None:
    """Prices and interest before users act, fees too: what has vested is nobody's to come late for.

    Heartbeat begins at the end of a list.
    """
    usd_pool = deployer.address(f"LendingPool/{ADAPTIVE_POOL}")
    opening = [
        *(("FeeCollector", "stream", [deployer.address(each)], 0) for each in REWARD_TOKENS),
        *((f"LendingPool/{name}", "accrue", [], 60) for name in POOLS),
        ("AdaptiveRate", "checkpoint", [usd_pool], 60),
        *(("PriceOracle", "refresh", [deployer.address(each)], 60) for each in TOKENS),
        ("PairTwapFeed/head", "checkpoint", [], HEAD_TWAP[0] + 60),
    ]
    closing = [
        *(("FeeCollector", "collect", [deployer.address(each)], 600) for each in REWARD_TOKENS),
    ]
    for job, entries in ((OPENING, opening), (CLOSING, closing)):
        listed = deployer.read(job, "item_count") or 0
        for key, function, arguments, seconds in entries[listed:]:
            payload = deployer.payload(key, function, *arguments)
            entry = (deployer.address(key), payload, CALL_GAS, seconds)
            deployer.call(job, "add_entry", entry)


def _list_jobs(deployer: Deployer) -> None:
    for function, reader, jobs in (
        ("set_opening_jobs", "opening_jobs", OPENING_GAS),
        ("set_closing_jobs", "closing_jobs", CLOSING_GAS),
    ):
        wanted = [(deployer.address(key), *gas) for key, gas in jobs.items()]
        if [tuple(job) for job in deployer.read("Heartbeat", reader) or ()] != wanted:
            deployer.call("Heartbeat", function, wanted)


cli = subsystem_command("boundary", deploy)
