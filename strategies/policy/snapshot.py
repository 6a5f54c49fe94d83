# SPDX-License-Identifier: Apache-2.0
"""The state of the protocol at one block, as the policies see it.

Every field is read at `Snapshot.block`; nothing here knows where it was read from.
"""

from dataclasses import dataclass

from strategies.model.orders import Order, Standing
from strategies.units import (
    BPS,
    VIRTUAL_ASSETS,
    VIRTUAL_SHARES,
    WAD,
    Address,
    BlockReference,
    ChainId,
    PriceUsdWad,
    UsdWad,
    Wei,
)


@dataclass(frozen=True, slots=True)
class TokenView:
    symbol: str
    address: Address
    decimals: int
    price_usd_wad: PriceUsdWad
    price_observed_at: int
    is_price_fresh: bool
    keeper_assets: int

    def usd_wad_down(self, assets: int) -> UsdWad:
        return UsdWad(assets * self.price_usd_wad // 10**self.decimals)

    def assets_down(self, value_usd_wad: int) -> int:
        if self.price_usd_wad == 0:
            return 0
        return value_usd_wad * 10**self.decimals // self.price_usd_wad


@dataclass(frozen=True, slots=True)
class RateCurve:
    """Annual kinked curve: `base` at no use, `base + slope_low` at `kink`, all slopes at full use."""

    base_rate_wad: int
    slope_low_wad: int
    slope_high_wad: int
    kink_wad: int


@dataclass(frozen=True, slots=True)
class PoolView:
    key: str
    address: Address
    asset: Address
    idle: int
    releasable: int  # of idle, what the outflow limit lets leave now
    total_debt: int
    total_assets: int
    total_supply: int
    reserve_factor_bps: int
    curve: RateCurve
    keeper_shares: int
    keeper_redeemable_shares: int
    keeper_allowance: int
    collector_shares: int

    def to_assets_down(self, shares: int) -> int:
        return shares * (self.total_assets + VIRTUAL_ASSETS) // (self.total_supply + VIRTUAL_SHARES)

    def to_shares_down(self, assets: int) -> int:
        return assets * (self.total_supply + VIRTUAL_SHARES) // (self.total_assets + VIRTUAL_ASSETS)


@dataclass(frozen=True, slots=True)
class PairView:
    key: str
    address: Address
    token0: Address
    token1: Address
    reserve0: int
    reserve1: int
    total_supply: int
    fee_bps: int
    fees_paid0: int
    fees_paid1: int
    protocol_claimable0: int
    protocol_claimable1: int


@dataclass(frozen=True, slots=True)
class LendingStrategyView:
    key: str
    address: Address
    pool: Address
    current_debt: int
    max_debt: int
    last_report: int
    assets: int
    withdrawable_assets: int
    depositable_assets: int


@dataclass(frozen=True, slots=True)
class LiquidityStrategyView:
    key: str
    address: Address
    pair: Address
    current_debt: int
    max_debt: int
    last_report: int
    assets: int
    pending0: int
    pending1: int
    deviation_bps: int  # of the pair's price from the oracle's
    is_keeper_allowed: bool


@dataclass(frozen=True, slots=True)
class VaultView:
    key: str
    address: Address
    asset: Address
    total_idle: int
    minimum_total_idle: int
    total_debt: int
    total_assets: int
    total_supply: int
    locked_shares: int
    price_per_share: int
    is_shutdown: bool
    lending: tuple[LendingStrategyView, ...]
    liquidity: tuple[LiquidityStrategyView, ...]


@dataclass(frozen=True, slots=True)
class StreamView:
    token: Address
    streamable: int
    unstreamed: int
    arrived: int
    last_streamed_at: int


@dataclass(frozen=True, slots=True)
class CollectorView:
    key: str
    address: Address
    streams: tuple[StreamView, ...]


@dataclass(frozen=True, slots=True)
class SeizureQuote:
    """What `quote_liquidation` answers for one collateral pool of one debtor."""

    collateral_pool: Address
    held_shares: int
    repay_assets: int
    seized_shares: int
    bonus_bps: int


@dataclass(frozen=True, slots=True)
class DebtorView:
    account: Address
    debt_pool: Address
    health_wad: int | None  # absent when a price that it needs is stale
    debt_assets: int
    debt_usd_wad: int
    liquidation_limit_usd_wad: int
    quotes: tuple[SeizureQuote, ...]
    quote_refusal: str


@dataclass(frozen=True, slots=True)
class GrantView:
    """What is left of what an account lets `Orders` do; zeros if nothing, or if it was revoked."""

    action: str  # "withdraw", as the pool calls it
    account: Address
    assets: int
    receiver: Address
    expires_at: int


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order and where it stands; what only an execution needs is read once it is due."""

    id: int
    order: Order
    standing: Standing | None  # absent while it cannot be known
    refusal: str = ""  # why it is absent
    bought_assets: int = 0  # what its route pays for what is due
    debt_ask_usd_wad: int = 0  # at which the asset owed is counted
    route_refusal: str = ""
    grants: tuple[GrantView, ...] = ()  # for what is moved, and for the bounty of a top-up
    wallet_assets: int = 0  # of the owner, who pays a top-up
    wallet_allowance: int = 0  # of them to the pool


@dataclass(frozen=True, slots=True)
class OrderBookView:
    address: Address
    heartbeat_opened_in: int | None  # its last block; absent if orders are none of its jobs
    orders: tuple[OrderView, ...]


@dataclass(frozen=True, slots=True)
class KeeperView:
    address: Address
    gas_wei: Wei
    nonce: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    chain_id: ChainId
    block: BlockReference
    base_fee_wei: Wei
    priority_fee_wei: Wei
    gas_token_usd_wad: PriceUsdWad  # of one whole gas token; zero where none is configured
    keeper: KeeperView
    router: Address | None
    tokens: tuple[TokenView, ...]
    pools: tuple[PoolView, ...]
    pairs: tuple[PairView, ...]
    vaults: tuple[VaultView, ...]
    debtors: tuple[DebtorView, ...]
    collector: CollectorView | None
    order_book: OrderBookView | None  # absent unless the keeper executes orders
    router_allowances: tuple[tuple[Address, int], ...]
    open_subjects: frozenset[str]  # what still has a transaction on its way

    def is_account_awaited(self, account: Address) -> bool:
        """Whether a transaction about this account is on its way: a liquidation or an order."""
        subject = f"account.{account}"
        return any(one == subject or one.startswith(f"{subject}.") for one in self.open_subjects)

    def token(self, address: Address) -> TokenView:
        return next(token for token in self.tokens if token.address == address)

    def pool(self, address: Address) -> PoolView:
        return next(pool for pool in self.pools if pool.address == address)

    def pair(self, address: Address) -> PairView:
        return next(pair for pair in self.pairs if pair.address == address)

    def gas_cost_usd_wad(self, gas: int) -> UsdWad:
        price_wei = self.base_fee_wei + self.priority_fee_wei
        return UsdWad(gas * price_wei * self.gas_token_usd_wad // WAD)

    def liquidity_usd_wad(self, pair: PairView, liquidity: int) -> UsdWad:
        """Value of `liquidity` LP tokens: the part of both reserves, fees not counted."""
        if pair.total_supply == 0:
            return UsdWad(0)
        value = self.token(pair.token0).usd_wad_down(pair.reserve0)
        value += self.token(pair.token1).usd_wad_down(pair.reserve1)
        return UsdWad(value * liquidity // pair.total_supply)

    def has_fresh_prices(self, *tokens: Address) -> bool:
        return all(self.token(token).is_price_fresh for token in tokens)


def spread_bps(pair: PairView, token0: TokenView, token1: TokenView) -> int:
    """How far the pair's price stands from the oracle's, in bps of the oracle's."""
    value0 = token0.usd_wad_down(pair.reserve0)
    value1 = token1.usd_wad_down(pair.reserve1)
    if value0 == 0:
        return BPS
    return abs(value1 - value0) * BPS // value0
