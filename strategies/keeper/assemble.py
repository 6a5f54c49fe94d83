# SPDX-License-Identifier: Apache-2.0
"""Put the answers of one block together into the snapshot that policies see."""

from dataclasses import replace

from strategies.chain.reader import BlockHead, ReadRefused
from strategies.keeper.batch import Batch
from strategies.keeper.catalog import Catalog, PairEntry, PoolEntry, StrategyEntry, VaultEntry
from strategies.policy.snapshot import (
    CollectorView,
    DebtorView,
    KeeperView,
    LendingStrategyView,
    LiquidityStrategyView,
    OrderBookView,
    PairView,
    PoolView,
    RateCurve,
    SeizureQuote,
    Snapshot,
    StreamView,
    TokenView,
    VaultView,
)
from strategies.units import Address, ChainId, PriceUsdWad, Wei

# The place of the reserve factor in what RiskTerms.terms_of answers.
RESERVE_FACTOR = 3


def assemble(
    catalog: Catalog,
    batch: Batch,
    curves: dict[Address, RateCurve],
    accounts: list[Address],
    *,
    chain_id: ChainId,
    head: BlockHead,
    keeper: KeeperView,
    priority_fee_wei: int,
    gas_priced_as: str,
    order_book: OrderBookView | None,
    open_subjects: frozenset[str],
) -> Snapshot:
    pairs = tuple(_pair(entry, batch) for entry in catalog.pairs)
    tokens = _with_indicative_prices(_tokens(catalog, batch), pairs)
    gas_price = next((one.price_usd_wad for one in tokens if one.symbol == gas_priced_as), 0)
    return Snapshot(
        chain_id=chain_id,
        block=head.reference,
        base_fee_wei=head.base_fee_wei,
        priority_fee_wei=Wei(priority_fee_wei),
        gas_token_usd_wad=PriceUsdWad(gas_price),
        keeper=keeper,
        router=catalog.router,
        tokens=tokens,
        pools=tuple(_pool(catalog, entry, batch, curves) for entry in catalog.pools),
        pairs=pairs,
        vaults=tuple(_vault(entry, batch) for entry in catalog.vaults),
        debtors=tuple(_debtor(account, batch) for account in accounts),
        collector=_collector(catalog, batch),
        order_book=order_book,
        router_allowances=tuple(
            (token.address, batch.number(token.address, "router", "allowance"))
            for token in catalog.tokens
        ),
        open_subjects=open_subjects,
    )


# --- Tokens ---


def _tokens(catalog: Catalog, batch: Batch) -> tuple[TokenView, ...]:
    views = []
    for token in catalog.tokens:
        price, observed_at, is_fresh = batch.need(token.address, "peek")
        views.append(
            TokenView(
                symbol=token.unit.symbol,
                address=token.address,
                decimals=token.unit.decimals,
                price_usd_wad=PriceUsdWad(price),
                price_observed_at=observed_at,
                is_price_fresh=is_fresh,
                keeper_assets=batch.need(token.address, "balanceOf"),
            )
        )
    return tuple(views)


def _with_indicative_prices(
    tokens: tuple[TokenView, ...], pairs: tuple[PairView, ...]
) -> tuple[TokenView, ...]:
    """A token that the oracle does not list is valued by a pair with one that it does.

    Good enough to weigh a cost with; it never counts as a fresh price.
    """
    by_address = {token.address: token for token in tokens}

    def indicative(token: TokenView) -> TokenView:
        if token.price_usd_wad:
            return token
        for pair in pairs:
            sides = ((pair.token0, pair.reserve0), (pair.token1, pair.reserve1))
            for (own, reserve), (other, other_reserve) in (sides, sides[::-1]):
                known = by_address[other]
                if own == token.address and reserve and known.price_usd_wad:
                    value = known.usd_wad_down(other_reserve)
                    price = value * 10**token.decimals // reserve
                    return replace(token, price_usd_wad=PriceUsdWad(price))
        return token

    return tuple(indicative(token) for token in tokens)


# --- Pools, pairs, vaults ---


def _pool(
    catalog: Catalog, entry: PoolEntry, batch: Batch, curves: dict[Address, RateCurve]
) -> PoolView:
    at = entry.address
    has_collector = catalog.collector is not None
    return PoolView(
        key=entry.key,
        address=at,
        asset=entry.asset,
        idle=batch.need(at, "idle"),
        releasable=batch.need(at, "releasable"),
        total_debt=batch.need(at, "total_debt"),
        total_assets=batch.need(at, "totalAssets"),
        total_supply=batch.need(at, "totalSupply"),
        reserve_factor_bps=batch.need(at, "terms_of")[RESERVE_FACTOR],
        curve=curves[at],
        keeper_shares=batch.need(at, "balanceOf"),
        keeper_redeemable_shares=batch.number(at, "maxRedeem"),
        keeper_allowance=batch.need(at, "allowance"),
        collector_shares=batch.number(at, "collector", "balanceOf") if has_collector else 0,
    )


def _pair(entry: PairEntry, batch: Batch) -> PairView:
    at = entry.address
    reserve0, reserve1 = batch.need(at, "reserves")
    claimable = batch.maybe(at, "claimable_protocol_fees")
    claimable0, claimable1 = (0, 0) if isinstance(claimable, ReadRefused) else claimable
    return PairView(
        key=entry.key,
        address=at,
        token0=entry.token0,
        token1=entry.token1,
        reserve0=reserve0,
        reserve1=reserve1,
        total_supply=batch.need(at, "totalSupply"),
        fee_bps=entry.fee_bps,
        fees_paid0=batch.need(at, "fees_paid0"),
        fees_paid1=batch.need(at, "fees_paid1"),
        protocol_claimable0=claimable0,
        protocol_claimable1=claimable1,
    )


def _vault(entry: VaultEntry, batch: Batch) -> VaultView:
    at = entry.address
    # A strategy that the vault does not list, or no longer, has activation zero.
    lending = [one for one in entry.lending if batch.need(one.address, "strategies")[0]]
    liquidity = [one for one in entry.liquidity if batch.need(one.address, "strategies")[0]]
    return VaultView(
        key=entry.key,
        address=at,
        asset=entry.asset,
        total_idle=batch.need(at, "totalIdle"),
        minimum_total_idle=batch.need(at, "minimum_total_idle"),
        total_debt=batch.need(at, "totalDebt"),
        total_assets=batch.need(at, "totalAssets"),
        total_supply=batch.need(at, "totalSupply"),
        locked_shares=max(0, batch.need(at, "balanceOf") - batch.number(at, "unlockedShares")),
        price_per_share=batch.need(at, "pricePerShare"),
        is_shutdown=batch.need(at, "isShutdown"),
        lending=tuple(_lending(one, batch) for one in lending),
        liquidity=tuple(_liquidity(one, batch) for one in liquidity),
    )


def _lending(entry: StrategyEntry, batch: Batch) -> LendingStrategyView:
    at = entry.address
    _, last_report, current_debt, max_debt = batch.need(at, "strategies")
    return LendingStrategyView(
        key=entry.key,
        address=at,
        pool=entry.place,
        current_debt=current_debt,
        max_debt=max_debt,
        last_report=last_report,
        assets=batch.need(at, "totalAssets"),
        withdrawable_assets=batch.number(at, "maxWithdraw"),
        depositable_assets=batch.number(at, "maxDeposit"),
    )


def _liquidity(entry: StrategyEntry, batch: Batch) -> LiquidityStrategyView:
    at = entry.address
    _, last_report, current_debt, max_debt = batch.need(at, "strategies")
    pending0, pending1 = batch.need(at, "pending_fees")
    return LiquidityStrategyView(
        key=entry.key,
        address=at,
        pair=entry.place,
        current_debt=current_debt,
        max_debt=max_debt,
        last_report=last_report,
        assets=batch.need(at, "totalAssets"),
        pending0=pending0,
        pending1=pending1,
        deviation_bps=batch.number(at, "price_deviation_bps"),
        is_keeper_allowed=batch.need(at, "is_keeper"),
    )


# --- Debtors and protocol fees ---


def _debtor(account: Address, batch: Batch) -> DebtorView:
    status = batch.maybe(account, "status")
    debt_pool = batch.need(account, "debt_pool_of")
    if isinstance(status, ReadRefused):
        return DebtorView(account, debt_pool, None, 0, 0, 0, (), status.reason)
    _, debt_assets, debt_usd, _, _, liquidation_limit, health = status
    quotes, refusal = [], ""
    pledges = batch.has(account, "pledges_of") and batch.need(account, "pledges_of")
    for pool in pledges or ():
        quote = batch.maybe(account, pool, "quote_liquidation")
        if isinstance(quote, ReadRefused):
            refusal = quote.reason
            continue
        repay, seized, bonus = quote
        if repay and seized:
            held = batch.need(account, pool, "balanceOf")
            quotes.append(SeizureQuote(pool, held, repay, seized, bonus))
    return DebtorView(
        account,
        debt_pool,
        health,
        debt_assets,
        debt_usd,
        liquidation_limit,
        tuple(quotes),
        refusal,
    )


def _collector(catalog: Catalog, batch: Batch) -> CollectorView | None:
    if catalog.collector is None or catalog.staking is None:
        return None
    known = {token.address for token in catalog.tokens}
    streams = []
    for token in batch.need(catalog.staking, "reward_tokens"):
        if token not in known:
            continue
        _, _, last_streamed_at, unstreamed = batch.need(token, "stream_of")
        held = batch.need(token, "collector", "balanceOf")
        streams.append(
            StreamView(
                token=token,
                streamable=batch.number(token, "streamable"),
                unstreamed=unstreamed,
                arrived=max(0, held - unstreamed),
                last_streamed_at=last_streamed_at,
            )
        )
    return CollectorView("FeeCollector", catalog.collector, tuple(streams))
