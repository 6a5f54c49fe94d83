# SPDX-License-Identifier: Apache-2.0
"""Snapshots for policy tests: a small protocol in which every field can be set."""

from dataclasses import replace

from strategies.model.orders import Kind, Order, Standing
from strategies.policy.allocator import AllocatorParameters
from strategies.policy.compounder import CompounderParameters
from strategies.policy.inventory import InventoryParameters
from strategies.policy.liquidator import LiquidatorParameters
from strategies.policy.orders import OrdersParameters
from strategies.policy.reporter import ReporterParameters
from strategies.policy.snapshot import (
    CollectorView,
    DebtorView,
    GrantView,
    KeeperView,
    LendingStrategyView,
    LiquidityStrategyView,
    OrderBookView,
    OrderView,
    PairView,
    PoolView,
    RateCurve,
    SeizureQuote,
    Snapshot,
    StreamView,
    TokenView,
    VaultView,
)
from strategies.units import MAX_UINT256, WAD, BlockReference

USD, ETH, LP = "0xUSD", "0xETH", "0xPAIR"
KEEPER, ORDERS = "0xKEEPER", "0xORDERS"
NOW = 1_600_000_000
USD_UNIT = 10**6

CURVE = RateCurve(0, 4 * WAD // 100, 60 * WAD // 100, 9 * WAD // 10)


def token(symbol: str, address: str, decimals: int, price: int, held: int = 0) -> TokenView:
    return TokenView(symbol, address, decimals, price * WAD, NOW, True, held)


def pool(key: str, asset: str, supplied: int, debt: int, **changes) -> PoolView:
    """Share price one: six digits more than the asset."""
    view = PoolView(
        key=key,
        address=f"0x{key}",
        asset=asset,
        idle=supplied - debt,
        releasable=supplied - debt,
        total_debt=debt,
        total_assets=supplied,
        total_supply=supplied * 10**6,
        reserve_factor_bps=1_000,
        curve=CURVE,
        keeper_shares=0,
        keeper_redeemable_shares=0,
        keeper_allowance=0,
        collector_shares=0,
    )
    return replace(view, **changes)


def pair(**changes) -> PairView:
    """1000 ETH and 2 000 000 USD: at the oracle's price, 4 000 USD for one LP token."""
    view = PairView(
        key="VolatilePair/eth_usd",
        address=LP,
        token0=ETH,
        token1=USD,
        reserve0=1_000 * WAD,
        reserve1=2_000_000 * USD_UNIT,
        total_supply=1_000 * WAD,
        fee_bps=30,
        fees_paid0=0,
        fees_paid1=0,
        protocol_claimable0=0,
        protocol_claimable1=0,
    )
    return replace(view, **changes)


def lending_strategy(key: str, pool_key: str, assets: int, **changes) -> LendingStrategyView:
    view = LendingStrategyView(
        key=key,
        address=f"0x{key}",
        pool=f"0x{pool_key}",
        current_debt=assets,
        max_debt=10**18,
        last_report=NOW - 3_600,
        assets=assets,
        withdrawable_assets=assets,
        depositable_assets=10**18,
    )
    return replace(view, **changes)


def liquidity_strategy(assets: int, pending_usd: int, **changes) -> LiquidityStrategyView:
    """Pending half in each token, in whole dollars."""
    view = LiquidityStrategyView(
        key="LiquidityStrategy/eth_usd",
        address="0xLIQ",
        pair=LP,
        current_debt=assets,
        max_debt=10**30,
        last_report=NOW - 3_600,
        assets=assets,
        pending0=pending_usd * WAD // 2 // 2_000,
        pending1=pending_usd * USD_UNIT // 2,
        deviation_bps=0,
        is_keeper_allowed=True,
    )
    return replace(view, **changes)


def vault(key: str, asset: str, lending=(), liquidity=(), idle: int = 0, **changes) -> VaultView:
    placed = sum(one.assets for one in (*lending, *liquidity))
    view = VaultView(
        key=key,
        address=f"0x{key}",
        asset=asset,
        total_idle=idle,
        minimum_total_idle=0,
        total_debt=placed,
        total_assets=placed + idle,
        total_supply=placed + idle,
        locked_shares=0,
        price_per_share=USD_UNIT,
        is_shutdown=False,
        lending=tuple(lending),
        liquidity=tuple(liquidity),
    )
    return replace(view, **changes)


def snapshot(**changes) -> Snapshot:
    view = Snapshot(
        chain_id=1,
        block=BlockReference(100, "0xhash", NOW),
        base_fee_wei=0,
        priority_fee_wei=0,
        gas_token_usd_wad=2_000 * WAD,
        keeper=KeeperView(KEEPER, 10 * WAD, 7),
        router="0xROUTER",
        tokens=(token("tUSD", USD, 6, 1), token("tETH", ETH, 18, 2_000)),
        pools=(),
        pairs=(pair(),),
        vaults=(),
        debtors=(),
        collector=None,
        order_book=None,
        router_allowances=(),
        open_subjects=frozenset(),
    )
    return replace(view, **changes)


def holding(view: Snapshot, symbol: str, assets: int) -> Snapshot:
    """The same snapshot with this much of a token in the keeper's hands."""
    tokens = tuple(
        replace(one, keeper_assets=assets) if one.symbol == symbol else one for one in view.tokens
    )
    return replace(view, tokens=tokens)


def stale(view: Snapshot, symbol: str) -> Snapshot:
    tokens = tuple(
        replace(one, is_price_fresh=False) if one.symbol == symbol else one for one in view.tokens
    )
    return replace(view, tokens=tokens)


def debtor(health_wad: int | None, *quotes: SeizureQuote, **changes) -> DebtorView:
    view = DebtorView(
        account="0xDEBTOR",
        debt_pool="0xusd",
        health_wad=health_wad,
        debt_assets=1_000 * USD_UNIT,
        debt_usd_wad=1_000 * WAD,
        liquidation_limit_usd_wad=950 * WAD,
        quotes=tuple(quotes),
        quote_refusal="",
    )
    return replace(view, **changes)


def order(**changes) -> Order:
    """Below health 1.3, sells what brings it to 1.5; five tETH at most, for half a percent."""
    view = Order(
        account="0xDEBTOR",
        kind=Kind.STOP_LOSS,
        pool="0xeth",
        trigger_wad=13 * WAD // 10,
        target_health_wad=15 * WAD // 10,
        assets=5 * WAD,
        max_slippage_bps=200,
        bounty_bps=50,
        expires_at=NOW + 86_400,
        hops=((LP, ETH),),
    )
    return replace(view, **changes)


def standing(health_wad: int, **changes) -> Standing:
    """A debt of 10 000 USD against tETH of 2 000 USD, which count four fifths."""
    view = Standing(
        debt_usd_wad=10_000 * WAD,
        liquidation_limit_usd_wad=10_000 * health_wad,
        health_wad=health_wad,
        is_debt_pool=False,
        threshold_bps=8_000,
        held_assets=10_000 * health_wad * 10 // 8 // 2_000,
        releasable=1_000 * WAD,
        decimals=18,
        price_usd_wad=2_000 * WAD,
        bid_usd_wad=2_000 * WAD,
        ask_usd_wad=2_000 * WAD,
    )
    return replace(view, **changes)


def order_view(number: int, placed: Order, stands: Standing, **changes) -> OrderView:
    """Granted without bound, and a route that fetches 4 500 USD."""
    view = OrderView(
        id=number,
        order=placed,
        standing=stands,
        bought_assets=4_500 * USD_UNIT,
        debt_ask_usd_wad=WAD,
        grants=(grant(),),
    )
    return replace(view, **changes)


def grant(action: str = "withdraw", **changes) -> GrantView:
    view = GrantView(action, "0xDEBTOR", MAX_UINT256, ORDERS, NOW + 86_400)
    return replace(view, **changes)


def order_book(*views: OrderView, opened_in: int | None = None) -> OrderBookView:
    return OrderBookView(ORDERS, opened_in, tuple(views))


def collector(*streams: StreamView) -> CollectorView:
    return CollectorView("FeeCollector", "0xCOLLECTOR", tuple(streams))


COMPOUNDER = CompounderParameters(
    cost_usd_wad=WAD // 2,
    max_delay_seconds=86_400,
    slippage_bps=100,
    harvest_gas=2_000_000,
    report_gas=1_500_000,
    expected_gas=700_000,
)
REPORTER = ReporterParameters(
    cost_multiple=20,
    cost_usd_wad=WAD // 10,
    max_delay_seconds=21_600,
    report_gas=1_500_000,
    stream_gas=1_500_000,
)
ALLOCATOR = AllocatorParameters(
    horizon_seconds=86_400,
    half_life_seconds=21_960,
    cost_usd_wad=WAD // 10,
    margin_usd_wad=WAD // 10,
    min_move_usd_wad=10 * WAD,
    max_move_usd_wad=10**9 * WAD,
    deposit_buffer_bps=0,
    move_gas=2_000_000,
)
LIQUIDATOR = LiquidatorParameters(
    min_profit_usd_wad=0,
    cost_usd_wad=0,
    slippage_bps=200,
    liquidate_gas=3_000_000,
    approve_gas=100_000,
)
INVENTORY = InventoryParameters(
    working_symbol="tUSD",
    min_value_usd_wad=100 * WAD,
    slippage_bps=100,
    deadline_seconds=7_200,
    redeem_gas=1_500_000,
    swap_gas=1_500_000,
    approve_gas=100_000,
    keep_assets={"tETH": WAD},
)
ORDERS_POLICY = OrdersParameters(
    min_profit_usd_wad=0,
    cost_usd_wad=0,
    heartbeat_blocks=5,
    execute_gas=2_000_000,
    expected_gas=600_000,
)
