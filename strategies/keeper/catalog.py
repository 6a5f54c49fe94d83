# SPDX-License-Identifier: Apache-2.0
"""What never changes about a deployment: which contracts there are and how they hang together."""

from dataclasses import dataclass

from strategies.chain.contract import AbiShelf
from strategies.chain.deployment import DeployedContract, Deployment
from strategies.chain.reader import BlockHead, Read
from strategies.chain.rpc import Rpc
from strategies.keeper.batch import Batch
from strategies.units import Address, TokenUnit

TOKEN_KINDS = ("TestToken", "HeadToken")


@dataclass(frozen=True, slots=True)
class TokenEntry:
    key: str
    contract: str
    address: Address
    unit: TokenUnit


@dataclass(frozen=True, slots=True)
class PoolEntry:
    key: str
    address: Address
    asset: Address


@dataclass(frozen=True, slots=True)
class PairEntry:
    key: str
    address: Address
    token0: Address
    token1: Address
    fee_bps: int


@dataclass(frozen=True, slots=True)
class StrategyEntry:
    key: str
    address: Address
    vault: Address
    place: Address  # the pool that it lends in, or the pair whose LP token it holds


@dataclass(frozen=True, slots=True)
class VaultEntry:
    key: str
    address: Address
    asset: Address
    lending: tuple[StrategyEntry, ...]
    liquidity: tuple[StrategyEntry, ...]


@dataclass(frozen=True, slots=True)
class Catalog:
    tokens: tuple[TokenEntry, ...]
    pools: tuple[PoolEntry, ...]
    pairs: tuple[PairEntry, ...]
    vaults: tuple[VaultEntry, ...]
    accounts: Address
    risk_terms: Address
    oracle: Address
    router: Address | None
    collector: Address | None
    staking: Address | None
    order_book: Address | None
    operators: Address | None
    lens: Address | None
    heartbeat: Address | None


def read_catalog(rpc: Rpc, shelf: AbiShelf, deployment: Deployment, head: BlockHead) -> Catalog:
    batch = Batch(rpc, head.reference)

    def ask(one: DeployedContract, *functions: str) -> None:
        for function in functions:
            read = Read(one.address, shelf.abi(one.contract), function)
            batch.add((one.key, function), read)

    tokens = [one for kind in TOKEN_KINDS for one in deployment.of_kind(kind)]
    pools = deployment.of_kind("LendingPool")
    pairs = deployment.of_kind("VolatilePair")
    lending = deployment.of_kind("LendingStrategy")
    liquidity = deployment.of_kind("LiquidityStrategy")
    vaults = deployment.of_kind("YieldVault")
    for one in tokens:
        ask(one, "symbol", "decimals")
    for one in pools + vaults:
        ask(one, "asset")
    for one in pairs:
        ask(one, "token0", "token1", "fee_bps")
    for one in lending:
        ask(one, "vault", "pool")
    for one in liquidity:
        ask(one, "vault", "pair")
    batch.run()

    def entries(ones: tuple[DeployedContract, ...], place: str) -> tuple[StrategyEntry, ...]:
        return tuple(
            StrategyEntry(
                one.key, one.address, batch.need(one.key, "vault"), batch.need(one.key, place)
            )
            for one in ones
        )

    lenders, providers = entries(lending, "pool"), entries(liquidity, "pair")
    return Catalog(
        tokens=tuple(
            TokenEntry(
                one.key,
                one.contract,
                one.address,
                TokenUnit(batch.need(one.key, "symbol"), batch.need(one.key, "decimals")),
            )
            for one in tokens
        ),
        pools=tuple(PoolEntry(one.key, one.address, batch.need(one.key, "asset")) for one in pools),
        pairs=tuple(
            PairEntry(
                one.key,
                one.address,
                batch.need(one.key, "token0"),
                batch.need(one.key, "token1"),
                batch.need(one.key, "fee_bps"),
            )
            for one in pairs
        ),
        vaults=tuple(
            VaultEntry(
                one.key,
                one.address,
                batch.need(one.key, "asset"),
                tuple(entry for entry in lenders if entry.vault == one.address),
                tuple(entry for entry in providers if entry.vault == one.address),
            )
            for one in vaults
        ),
        accounts=deployment.contract("Accounts").address,
        risk_terms=deployment.contract("RiskTerms").address,
        oracle=deployment.contract("PriceOracle").address,
        router=_address(deployment, "Router"),
        collector=_address(deployment, "FeeCollector"),
        staking=_address(deployment, "StakingPool"),
        order_book=_address(deployment, "Orders"),
        operators=_address(deployment, "Operators"),
        lens=_address(deployment, "Lens"),
        heartbeat=_address(deployment, "Heartbeat"),
    )


def _address(deployment: Deployment, key: str) -> Address | None:
    found = deployment.find(key)
    return None if found is None else found.address


def topology(catalog: Catalog) -> dict:
    """What a reader of the samples must know: keys, symbols and decimals."""
    units = {token.address: token.unit for token in catalog.tokens}
    pairs = {pair.address: pair for pair in catalog.pairs}

    def liquidity(entry: StrategyEntry) -> dict:
        pair = pairs[entry.place]
        unit0, unit1 = units[pair.token0], units[pair.token1]
        return {
            "strategy": entry.key,
            "pair": pair.key,
            "symbol0": unit0.symbol,
            "symbol1": unit1.symbol,
            "decimals0": unit0.decimals,
            "decimals1": unit1.decimals,
        }

    lp_unit = TokenUnit("LP", 18)
    return {
        "pools": [pool.key for pool in catalog.pools],
        "vaults": [
            {
                "key": vault.key,
                "symbol": units.get(vault.asset, lp_unit).symbol,
                "decimals": units.get(vault.asset, lp_unit).decimals,
                "lending": [{"strategy": one.key} for one in vault.lending],
                "liquidity": [liquidity(one) for one in vault.liquidity],
            }
            for vault in catalog.vaults
        ],
    }
