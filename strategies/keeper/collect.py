# SPDX-License-Identifier: Apache-2.0
"""Read the snapshot of one block: everything in a few round trips, each read at that block."""

from strategies.chain.contract import AbiShelf
from strategies.chain.reader import BlockHead, Read, ReadRefused
from strategies.chain.rpc import Rpc
from strategies.keeper.assemble import assemble
from strategies.keeper.batch import Batch
from strategies.keeper.catalog import Catalog
from strategies.keeper.order_reads import OrderReads
from strategies.policy.snapshot import KeeperView, RateCurve, Snapshot
from strategies.units import MAX_UINT256, WAD, Address, ChainId, Wei

# `Accounts.debtors` answers at most this many at once.
DEBTORS_PAGE = 100


class Collector:
    """Knows what to ask for. A kinked curve never changes, so each is read once and kept."""

    def __init__(
        self,
        rpc: Rpc,
        shelf: AbiShelf,
        catalog: Catalog,
        chain_id: ChainId,
        keeper: Address,
        priority_fee_wei: int,
        gas_priced_as: str,
    ) -> None:
        self._rpc = rpc
        self._shelf = shelf
        self._catalog = catalog
        self._chain_id = chain_id
        self._keeper = keeper
        self._priority_fee_wei = priority_fee_wei
        self._gas_priced_as = gas_priced_as
        self._kinked_curves: dict[Address, RateCurve] = {}

    def collect(
        self, head: BlockHead, gas_wei: int, nonce: int, open_subjects: frozenset[str]
    ) -> Snapshot:
        batch = Batch(self._rpc, head.reference)
        orders = OrderReads(self._shelf, self._catalog, head.reference.timestamp, batch)
        self._ask_tokens(batch)
        self._ask_pools(batch)
        self._ask_pairs(batch)
        self._ask_vaults(batch)
        self._ask_collector(batch)
        self._ask_debtor_count(batch)
        orders.ask_count()
        batch.run()
        self._ask_curves(batch)
        self._ask_streams(batch)
        self._ask_debtors(batch)
        orders.ask_pages()
        batch.run()
        accounts = self._debtors(batch)
        self._ask_statuses(batch, accounts)
        orders.ask_orders()
        batch.run()
        curves = self._curves(batch)
        self._ask_pledges(batch, accounts)
        orders.ask_standings()
        batch.run()
        self._ask_quotes(batch, accounts)
        orders.ask_executions()
        batch.run()
        return assemble(
            self._catalog,
            batch,
            curves,
            accounts,
            chain_id=self._chain_id,
            head=head,
            keeper=KeeperView(self._keeper, Wei(gas_wei), nonce),
            priority_fee_wei=self._priority_fee_wei,
            gas_priced_as=self._gas_priced_as,
            order_book=orders.view(),
            open_subjects=open_subjects,
        )

    # --- Round one: what needs no earlier answer ---

    def _ask(self, batch: Batch, name: tuple, target: Address, kind: str, arguments=()) -> None:
        """`name` ends with the function."""
        batch.add(name, Read(target, self._shelf.abi(kind), name[-1], tuple(arguments)))

    def _ask_tokens(self, batch: Batch) -> None:
        catalog = self._catalog
        for token in catalog.tokens:
            at = token.address
            self._ask(batch, (at, "peek"), catalog.oracle, "PriceOracle", (at,))
            self._ask(batch, (at, "balanceOf"), at, token.contract, (self._keeper,))
            if catalog.router is not None:
                owner = (self._keeper, catalog.router)
                self._ask(batch, (at, "router", "allowance"), at, token.contract, owner)

    def _ask_pools(self, batch: Batch) -> None:
        kind = {token.address: token.contract for token in self._catalog.tokens}
        for pool in self._catalog.pools:
            at = pool.address
            for function in (
                "idle",
                "releasable",
                "total_debt",
                "totalAssets",
                "totalSupply",
                "rate_model",
            ):
                self._ask(batch, (at, function), at, "LendingPool")
            self._ask(batch, (at, "terms_of"), self._catalog.risk_terms, "RiskTerms", (at,))
            for function in ("balanceOf", "maxRedeem"):
                self._ask(batch, (at, function), at, "LendingPool", (self._keeper,))
            self._ask(batch, (at, "allowance"), pool.asset, kind[pool.asset], (self._keeper, at))
            if self._catalog.collector is not None:
                self._ask(
                    batch,
                    (at, "collector", "balanceOf"),
                    at,
                    "LendingPool",
                    (self._catalog.collector,),
                )

    def _ask_pairs(self, batch: Batch) -> None:
        for pair in self._catalog.pairs:
            for function in (
                "reserves",
                "totalSupply",
                "fees_paid0",
                "fees_paid1",
                "claimable_protocol_fees",
            ):
                self._ask(batch, (pair.address, function), pair.address, "VolatilePair")

    def _ask_vaults(self, batch: Batch) -> None:
        for vault in self._catalog.vaults:
            at = vault.address
            for function in (
                "totalIdle",
                "minimum_total_idle",
                "totalDebt",
                "totalAssets",
                "totalSupply",
                "pricePerShare",
                "isShutdown",
            ):
                self._ask(batch, (at, function), at, "YieldVault")
            self._ask(batch, (at, "balanceOf"), at, "YieldVault", (at,))
            if self._shelf.abi("YieldVault").has("unlockedShares"):
                self._ask(batch, (at, "unlockedShares"), at, "YieldVault")
            for one in vault.lending + vault.liquidity:
                self._ask(batch, (one.address, "strategies"), at, "YieldVault", (one.address,))
            for one in vault.lending:
                self._ask(batch, (one.address, "totalAssets"), one.address, "LendingStrategy")
                for function in ("maxDeposit", "maxWithdraw"):
                    name = (one.address, function)
                    self._ask(batch, name, one.address, "LendingStrategy", (at,))
            for one in vault.liquidity:
                for function in ("totalAssets", "pending_fees", "price_deviation_bps"):
                    self._ask(batch, (one.address, function), one.address, "LiquidityStrategy")
                name = (one.address, "is_keeper")
                self._ask(batch, name, one.address, "LiquidityStrategy", (self._keeper,))

    def _ask_collector(self, batch: Batch) -> None:
        if self._catalog.collector is not None and self._catalog.staking is not None:
            at = self._catalog.staking
            self._ask(batch, (at, "reward_tokens"), at, "StakingPool")

    def _ask_debtor_count(self, batch: Batch) -> None:
        at = self._catalog.accounts
        self._ask(batch, (at, "debtor_count"), at, "Accounts")

    # --- Round two and after: what hangs on an earlier answer ---

    def _ask_curves(self, batch: Batch) -> None:
        for pool in self._catalog.pools:
            model = batch.need(pool.address, "rate_model")
            if model not in self._kinked_curves:
                self._ask(batch, (model, "curve"), model, "KinkedRate")
                name = (model, pool.address, "curve_of")
                self._ask(batch, name, model, "AdaptiveRate", (pool.address,))

    def _curves(self, batch: Batch) -> dict[Address, RateCurve]:
        """The curve of each pool: a kinked one, or an adaptive one as it stands in this block."""
        curves = {}
        for pool in self._catalog.pools:
            model = batch.need(pool.address, "rate_model")
            if model not in self._kinked_curves:
                if isinstance(batch.maybe(model, "curve"), ReadRefused):
                    adaptive = batch.need(model, pool.address, "curve_of")
                    curves[pool.address] = RateCurve(*adaptive)
                    continue
                self._kinked_curves[model] = RateCurve(*batch.need(model, "curve"))
            curves[pool.address] = self._kinked_curves[model]
        return curves

    def _ask_streams(self, batch: Batch) -> None:
        collector, staking = self._catalog.collector, self._catalog.staking
        if collector is None or staking is None:
            return
        kinds = {token.address: token.contract for token in self._catalog.tokens}
        for token in batch.need(staking, "reward_tokens"):
            if token not in kinds:
                continue
            for function in ("streamable", "stream_of"):
                self._ask(batch, (token, function), collector, "FeeCollector", (token,))
            name = (token, "collector", "balanceOf")
            self._ask(batch, name, token, kinds[token], (collector,))

    def _ask_debtors(self, batch: Batch) -> None:
        at = self._catalog.accounts
        for start in range(0, batch.need(at, "debtor_count"), DEBTORS_PAGE):
            name = (at, start, "debtors")
            self._ask(batch, name, at, "Accounts", (start, DEBTORS_PAGE))

    def _debtors(self, batch: Batch) -> list[Address]:
        at = self._catalog.accounts
        pages = range(0, batch.need(at, "debtor_count"), DEBTORS_PAGE)
        return [one for start in pages for one in batch.need(at, start, "debtors")]

    def _ask_statuses(self, batch: Batch, accounts: list[Address]) -> None:
        at = self._catalog.accounts
        for account in accounts:
            self._ask(batch, (account, "status"), at, "Accounts", (account,))
            self._ask(batch, (account, "debt_pool_of"), at, "Accounts", (account,))

    def _unhealthy(self, batch: Batch, accounts: list[Address]) -> list[Address]:
        found = []
        for account in accounts:
            status = batch.maybe(account, "status")
            if isinstance(status, tuple) and status[-1] < WAD:
                found.append(account)
        return found

    def _ask_pledges(self, batch: Batch, accounts: list[Address]) -> None:
        at = self._catalog.accounts
        for account in self._unhealthy(batch, accounts):
            self._ask(batch, (account, "pledges_of"), at, "Accounts", (account,))

    def _ask_quotes(self, batch: Batch, accounts: list[Address]) -> None:
        """What each pledge could be seized for, if the keeper's balance were no bound."""
        for account in self._unhealthy(batch, accounts):
            for pool in batch.need(account, "pledges_of"):
                arguments = (account, pool, MAX_UINT256)
                name = (account, pool, "quote_liquidation")
                self._ask(batch, name, self._catalog.accounts, "Accounts", arguments)
                self._ask(batch, (account, pool, "balanceOf"), pool, "LendingPool", (account,))
