# SPDX-License-Identifier: Apache-2.0
"""What the actors see: the markets at one block, read in one batch."""

from dataclasses import dataclass

from ...devnet.rpc import RpcRefused
from ..chain import Chain, View
from ..sending import Sender
from .cast import TOKEN_KEYS, Cast

WAD = 10**18
DECIMALS = {"tUSD": 6, "tBTC": 8, "tETH": 18, "HEAD": 18}
POOL_NAMES = ("usd_core", "usd_prime", "usd_growth", "btc", "eth")
PAIR_NAMES = ("eth_usd", "btc_usd", "head_usd")
PAIR_BASES = {"eth_usd": "tETH", "btc_usd": "tBTC", "head_usd": "HEAD"}


@dataclass(frozen=True, slots=True)
class PairState:
    """Reserves of the base token and of tUSD, in base units."""

    base: str
    reserve_base: int
    reserve_usd: int
    fee_bps: int = 30

    def price_usd(self) -> float:
        """Dollars for one whole base token at the margin."""
        return (self.reserve_usd / 10**6) / (self.reserve_base / 10 ** DECIMALS[self.base])

    def value_usd(self) -> float:
        return 2 * self.reserve_usd / 10**6


@dataclass(frozen=True, slots=True)
class LoanState:
    """An account's figures in dollars; health as a plain ratio for decisions of demo actors."""

    debt_assets: int
    debt_usd: float
    borrow_limit_usd: float
    health: float


@dataclass(frozen=True, slots=True)
class World:
    block_number: int
    timestamp: int
    prices_usd: dict[str, float]
    pairs: dict[str, PairState]
    idle: dict[str, int]
    # By (actor, token).
    balances: dict[tuple[int, str], int]
    # By borrower; absent while a price is stale.
    loans: dict[int, LoanState]
    # What a lender may withdraw of its pool today.
    withdrawable: dict[int, int]

    def assets_for(self, token: str, dollars: float) -> int:
        return int(dollars / self.prices_usd[token] * 10 ** DECIMALS[token])

    def dollars_of(self, token: str, assets: int) -> float:
        return assets / 10 ** DECIMALS[token] * self.prices_usd[token]


class WorldReader:
    """Knows which views make a world; they are encoded once."""

    def __init__(self, chain: Chain, cast: Cast, sender: Sender) -> None:
        self._chain = chain
        self._views: dict[tuple, View] = {}
        for token in ("tUSD", "tBTC", "tETH"):
            self._add(("price", token), "PriceOracle", "peek", chain.address(token))
        for pool in POOL_NAMES:
            self._add(("idle", pool), f"LendingPool/{pool}", "idle")
        self._usd_is_first = {}
        for pair in PAIR_NAMES:
            self._add(("reserves", pair), f"VolatilePair/{pair}", "reserves")
            base = chain.address(PAIR_BASES[pair])
            self._usd_is_first[pair] = int(chain.address("tUSD"), 16) < int(base, 16)
        for actor in (*cast.traders, *cast.arbitrageurs, *cast.lenders, *cast.borrowers):
            for token in TOKEN_KEYS:
                if token in actor.purse_usd or actor in cast.borrowers:
                    address = sender.address(actor.index)
                    self._add(("balance", actor.index, token), token, "balanceOf", address)
        for borrower in cast.borrowers:
            address = sender.address(borrower.index)
            self._add(("loan", borrower.index), "Accounts", "status", address)
        for lender in cast.lenders:
            address = sender.address(lender.index)
            pool = f"LendingPool/{lender.pool}"
            self._add(("withdrawable", lender.index), pool, "maxWithdraw", address)

    def read(self, block_number: int | None = None, pairs_at: str | None = None) -> World:
        """The state of a block; `pairs_at="pending"` shows the pairs after what waits to be mined."""
        head = self._chain.rpc.block("latest" if block_number is None else block_number) or {}
        number = int(head["number"], 16)
        answers = self._chain.read_outcomes(list(self._views.values()), number)
        found = {
            name: answer
            for name, answer in zip(self._views, answers, strict=True)
            if not isinstance(answer, RpcRefused)
        }
        if pairs_at is not None:
            names = [("reserves", pair) for pair in PAIR_NAMES]
            found |= zip(
                names,
                self._chain.read([self._views[name] for name in names], pairs_at),
                strict=True,
            )
        pairs = {name: self._pair(name, found[("reserves", name)]) for name in PAIR_NAMES}
        prices = {token: found[("price", token)][0] / WAD for token in ("tUSD", "tBTC", "tETH")}
        prices["HEAD"] = pairs["head_usd"].price_usd() if pairs["head_usd"].reserve_base else 1.0
        return World(
            number,
            int(head["timestamp"], 16),
            prices,
            pairs,
            {name: found[("idle", name)] for name in POOL_NAMES},
            {key[1:]: value for key, value in found.items() if key[0] == "balance"},
            {key[1]: _loan(value) for key, value in found.items() if key[0] == "loan"},
            {key[1]: value for key, value in found.items() if key[0] == "withdrawable"},
        )

    def _add(self, name: tuple, key: str, function: str, *arguments) -> None:
        self._views[name] = self._chain.view(key, function, *arguments)

    def _pair(self, name: str, reserves: tuple[int, int]) -> PairState:
        usd, base = reserves if self._usd_is_first[name] else (reserves[1], reserves[0])
        return PairState(PAIR_BASES[name], base, usd)


def _loan(status: tuple) -> LoanState:
    _, debt_assets, debt_usd, _, borrow_limit_usd, _, health_wad = status
    health = health_wad / WAD if debt_assets else float("inf")
    return LoanState(debt_assets, debt_usd / WAD, borrow_limit_usd / WAD, health)
