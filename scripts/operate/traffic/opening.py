# SPDX-License-Identifier: Apache-2.0
"""The opening: each actor is paid its purse once and takes its position.

Three rounds, each mined before the next is planned, because a later one rests on the figures of
the one before. An actor that already holds its position is left alone, so a cut opening goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...devnet.rpc import RpcRefused
from ...settings import DEPLOYER_INDEX, KEEPER_STOCK
from ..chain import Chain, View
from ..sending import Intent, Sender
from .cast import KEEPER, Actor, Cast, Provider, asset_of_pool
from .world import DECIMALS, PAIR_BASES, PAIR_NAMES, POOL_NAMES

MAX_UINT256 = 2**256 - 1
MINT_GAS = 200_000
APPROVE_GAS = 80_000
DEPOSIT_GAS = 900_000
BORROW_GAS = 1_500_000
WAD = 10**18


@dataclass(slots=True)
class Opening:
    """Plans the opening's rounds against the chain as it is."""

    chain: Chain
    cast: Cast
    sender: Sender

    @property
    def rounds(self) -> tuple[Callable[[], list[Intent]], ...]:
        return (self.purses, self.positions, self.loans)

    # --- Round 1: purses and approvals ---

    def purses(self) -> list[Intent]:
        prices = self._prices()
        actors = [KEEPER, *self.cast.everyone]
        is_open = self._is_open(actors)
        intents = []
        for actor in actors:
            if is_open[actor.index]:
                continue
            for token, assets in _purse(actor, prices).items():
                intents.append(self._mint(token, actor.index, assets))
            if actor is not KEEPER:
                intents += self._approvals(actor)
        return intents

    def _is_open(self, actors: list[Actor]) -> dict[int, bool]:
        """An actor was paid when it holds, or has ever spent, what it was paid."""
        tags = [("eth_getTransactionCount", [self.sender.address(one.index), "latest"])
                for one in actors]  # fmt: skip
        nonces = [int(answer, 16) for answer in self.chain.rpc.batch(tags)]
        token_views = [
            self.chain.view(
                next(iter(one.purse_usd), "tUSD"), "balanceOf", self.sender.address(one.index)
            )
            for one in actors
        ]
        balances = self.chain.read(token_views)
        return {
            one.index: balance > 0 or (nonce > 0 and self._has_position(one))
            for one, nonce, balance in zip(actors, nonces, balances, strict=True)
        }

    def _has_position(self, actor: Actor) -> bool:
        view = self._position(actor)
        return view is not None and self.chain.read([view])[0] > 0

    def _mint(self, token: str, actor: int, assets: int) -> Intent:
        receiver = self.sender.address(actor)
        if token == "HEAD":
            payload = self.chain.encode("HeadToken", "transfer", receiver, assets)
            return Intent(DEPLOYER_INDEX, self.chain.address("HEAD"), payload, MINT_GAS, "pay HEAD")
        payload = self.chain.encode(
            "Faucet", "mint_to", self.chain.address(token), receiver, assets
        )
        return Intent(
            DEPLOYER_INDEX, self.chain.address("Faucet"), payload, MINT_GAS, f"pay {token}"
        )

    def _approvals(self, actor: Actor) -> list[Intent]:
        """Each token for each contract that pulls it from this actor."""
        spenders: dict[str, list[str]] = {token: [] for token in DECIMALS}
        for pool in POOL_NAMES:
            spenders[asset_of_pool(pool)].append(f"LendingPool/{pool}")
        for pair in PAIR_NAMES:
            spenders[PAIR_BASES[pair]].append(f"VolatilePair/{pair}")
            spenders["tUSD"].append(f"VolatilePair/{pair}")
        spenders["HEAD"].append("StakingPool")
        spenders["tUSD"].append("YieldVault/usd")
        tokens = self._tokens_used(actor)
        wanted = [(token, key) for token in tokens for key in self._used(actor, spenders[token])]
        if isinstance(actor, Provider) and actor.vault:
            wanted.append((f"VolatilePair/{actor.pair}", actor.vault))
        return [
            Intent(
                actor.index,
                self.chain.address(token),
                self.chain.encode(
                    self.chain.contract_name(token), "approve", self.chain.address(key), MAX_UINT256
                ),
                APPROVE_GAS,
                f"approve {token}",
            )
            for token, key in wanted
        ]

    def _tokens_used(self, actor: Actor) -> list[str]:
        tokens = list(actor.purse_usd)
        debt_pool = getattr(actor, "debt_pool", None)
        if debt_pool and asset_of_pool(debt_pool) not in tokens:
            tokens.append(asset_of_pool(debt_pool))
        return tokens

    def _used(self, actor: Actor, keys: list[str]) -> list[str]:
        pools = {getattr(actor, name, None) for name in ("pool", "collateral_pool", "debt_pool")}
        pair = getattr(actor, "pair", None)
        vault = getattr(actor, "vault", None)
        used = []
        for key in keys:
            kind, _, name = key.partition("/")
            if (
                (kind == "LendingPool" and name in pools)
                or (kind == "VolatilePair" and (name == pair or actor in self.cast.traders))
                or (kind == "StakingPool" and actor in self.cast.stakers)
                or (key == vault)
            ):
                used.append(key)
        return used

    # --- Round 2: deposits ---

    def positions(self) -> list[Intent]:
        prices = self._prices()
        intents = []
        for actor in self.cast.everyone:
            view = self._position(actor)
            if view is None or self.chain.read([view])[0] > 0:
                continue
            intents += self._take_position(actor, prices)
        return intents

    def _position(self, actor: Actor) -> View | None:
        address = self.sender.address(actor.index)
        if actor in self.cast.lenders:
            return self.chain.view(f"LendingPool/{actor.pool}", "balanceOf", address)
        if actor in self.cast.borrowers:
            return self.chain.view(f"LendingPool/{actor.collateral_pool}", "balanceOf", address)
        if isinstance(actor, Provider):
            liquidity = self.chain.view(f"VolatilePair/{actor.pair}", "balanceOf", address)
            # LP tokens on their way to the vault are a position too.
            if not actor.vault or self.chain.read([liquidity])[0] > 0:
                return liquidity
            return self.chain.view(actor.vault, "balanceOf", address)
        if actor in self.cast.stakers:
            return self.chain.view("StakingPool", "balanceOf", address)
        if actor in self.cast.savers:
            return self.chain.view(actor.vault, "balanceOf", address)
        return None

    def _take_position(self, actor: Actor, prices: dict[str, int]) -> list[Intent]:
        address = self.sender.address(actor.index)
        held = self._held(actor)

        def deposit(key: str, token: str, dollars: int) -> Intent:
            # A price that fell since the purse was paid asks for more than it holds.
            assets = min(base_units(token, dollars, prices), held[token])
            payload = self.chain.encode(self.chain.contract_name(key), "deposit", assets, address)
            return Intent(
                actor.index, self.chain.address(key), payload, DEPOSIT_GAS, f"deposit {key}"
            )

        if actor in self.cast.lenders:
            token = asset_of_pool(actor.pool)
            return [deposit(f"LendingPool/{actor.pool}", token, actor.lends_usd)]
        if actor in self.cast.borrowers:
            token = asset_of_pool(actor.collateral_pool)
            key = f"LendingPool/{actor.collateral_pool}"
            pledge = self.chain.encode("Accounts", "pledge", address, self.chain.address(key))
            return [
                deposit(key, token, actor.collateral_usd),
                Intent(actor.index, self.chain.address("Accounts"), pledge, DEPOSIT_GAS, "pledge"),
            ]
        if actor in self.cast.stakers:
            return [deposit("StakingPool", "HEAD", actor.stakes_usd)]
        if actor in self.cast.savers:
            return [deposit(actor.vault, "tUSD", actor.deposits_usd)]
        return [self._add_liquidity(actor, held, prices)]

    def _held(self, actor: Actor) -> dict[str, int]:
        address = self.sender.address(actor.index)
        tokens = list(actor.purse_usd)
        views = [self.chain.view(token, "balanceOf", address) for token in tokens]
        return dict(zip(tokens, self.chain.read(views), strict=True))

    def _add_liquidity(
        self, actor: Provider, held: dict[str, int], prices: dict[str, int]
    ) -> Intent:
        assets = {
            token: min(base_units(token, actor.adds_usd // 2, prices), held[token])
            for token in (PAIR_BASES[actor.pair], "tUSD")
        }
        first, second = sorted(assets, key=lambda token: int(self.chain.address(token), 16))
        key = f"VolatilePair/{actor.pair}"
        payload = self.chain.encode(
            "VolatilePair", "add_liquidity", assets[first], assets[second], 1,
            self.sender.address(actor.index),
        )  # fmt: skip
        return Intent(actor.index, self.chain.address(key), payload, DEPOSIT_GAS, f"add {key}")

    # --- Round 3: loans, and the LP tokens that a vault compounds ---

    def loans(self) -> list[Intent]:
        intents = []
        for provider in self.cast.providers:
            if provider.vault:
                intents += self._deposit_liquidity(provider)
        for borrower in self.cast.borrowers:
            address = self.sender.address(borrower.index)
            (status,) = self.chain.read([self.chain.view("Accounts", "status", address)])
            if status[1] > 0:
                continue
            intents.append(self._borrow(borrower.index, borrower, self._prices()))
        return intents

    def _deposit_liquidity(self, provider: Provider) -> list[Intent]:
        address = self.sender.address(provider.index)
        key = f"VolatilePair/{provider.pair}"
        (held,) = self.chain.read([self.chain.view(key, "balanceOf", address)])
        if held == 0:
            return []
        payload = self.chain.encode("YieldVault", "deposit", held, address)
        return [
            Intent(
                provider.index, self.chain.address(provider.vault), payload, 2 * DEPOSIT_GAS,
                "deposit liquidity",
            )
        ]  # fmt: skip

    def _borrow(self, index: int, borrower: Any, prices: dict[str, int]) -> Intent:
        """Up to its target of the limit that its collateral gives in the pool that it owes."""
        pool = f"LendingPool/{borrower.debt_pool}"
        debt_pool = self.chain.address(pool)
        collateral = self.chain.address(f"LendingPool/{borrower.collateral_pool}")
        terms, idle = self.chain.read(
            [
                self.chain.view("RiskTerms", "thresholds_bps", debt_pool, collateral),
                self.chain.view(pool, "idle"),
            ]
        )
        token = asset_of_pool(borrower.debt_pool)
        dollars = borrower.collateral_usd * terms[0] * borrower.target_bps // 10**8
        wanted = base_units(token, dollars, prices)
        payload = self.chain.encode(
            "LendingPool", "borrow", min(wanted, idle * 3 // 10), self.sender.address(index)
        )
        return Intent(index, self.chain.address(pool), payload, BORROW_GAS, f"borrow {pool}")

    def _prices(self) -> dict[str, int]:
        tokens = ("tUSD", "tBTC", "tETH")
        answers = self.chain.read_outcomes(
            [self.chain.view("PriceOracle", "peek", self.chain.address(one)) for one in tokens]
        )
        for answer in answers:
            if isinstance(answer, RpcRefused):
                raise answer
        return {**{t: a[0] for t, a in zip(tokens, answers, strict=True)}, "HEAD": WAD}


def base_units(token: str, dollars: int, prices: dict[str, int]) -> int:
    """Base units of `token` that `dollars` buy at `prices`, in WAD of a dollar; rounded down."""
    return dollars * WAD * 10 ** DECIMALS[token] // prices[token]


def _purse(actor: Actor, prices: dict[str, int]) -> dict[str, int]:
    if actor is KEEPER:
        return {token: whole * 10 ** DECIMALS[token] for token, whole in KEEPER_STOCK.items()}
    return {token: base_units(token, dollars, prices) for token, dollars in actor.purse_usd.items()}
