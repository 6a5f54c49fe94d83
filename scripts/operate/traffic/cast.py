# SPDX-License-Identifier: Apache-2.0
"""Who plays: each actor is one account of the public mnemonic with one role and one purse."""

from dataclasses import dataclass

from ...settings import FIRST_ACTOR_INDEX, KEEPER_INDEX

TOKEN_KEYS = ("tUSD", "tBTC", "tETH", "HEAD")


@dataclass(frozen=True, slots=True)
class Actor:
    """An account, its role, and what it is given at the opening, in whole dollars a token."""

    index: int
    name: str
    purse_usd: dict[str, int]


@dataclass(frozen=True, slots=True)
class Lender(Actor):
    """Lends `lends_usd` of the pool's asset, later a little more or less."""

    pool: str
    lends_usd: int


@dataclass(frozen=True, slots=True)
class Borrower(Actor):
    """Borrows from `debt_pool` against shares of `collateral_pool`.

    `target_bps` of its borrow limit is what it likes to owe; a prudent one repays when its health
    falls below `prudent_health_bps`, the others wait and are liquidated.
    """

    collateral_pool: str
    collateral_usd: int
    debt_pool: str
    target_bps: int
    prudent_health_bps: int


@dataclass(frozen=True, slots=True)
class Trader(Actor):
    """Buys and sells without reason."""


@dataclass(frozen=True, slots=True)
class Arbitrageur(Actor):
    """Brings one pair back to the oracle's price."""

    pair: str


@dataclass(frozen=True, slots=True)
class Provider(Actor):
    """Adds liquidity. `vault` compounds it; one that never claims is the vault's control."""

    pair: str
    adds_usd: int
    vault: str
    claims: bool


@dataclass(frozen=True, slots=True)
class Staker(Actor):
    """Stakes HEAD and takes the fees that stream to it."""

    stakes_usd: int


@dataclass(frozen=True, slots=True)
class Saver(Actor):
    """Deposits dollars in the vault."""

    vault: str
    deposits_usd: int


@dataclass(frozen=True, slots=True)
class Cast:
    lenders: tuple[Lender, ...]
    borrowers: tuple[Borrower, ...]
    traders: tuple[Trader, ...]
    arbitrageurs: tuple[Arbitrageur, ...]
    providers: tuple[Provider, ...]
    stakers: tuple[Staker, ...]
    savers: tuple[Saver, ...]

    @property
    def everyone(self) -> tuple[Actor, ...]:
        return (
            *self.lenders, *self.borrowers, *self.traders, *self.arbitrageurs, *self.providers,
            *self.stakers, *self.savers,
        )  # fmt: skip

    @property
    def compounding(self) -> Provider:
        return next(one for one in self.providers if one.vault)

    @property
    def twin(self) -> Provider:
        return next(one for one in self.providers if not one.vault and not one.claims)


# It is paid its stock in whole tokens, not in dollars.
KEEPER = Actor(KEEPER_INDEX, "keeper", {})

_LENDERS = (
    ("usd_core", "tUSD", 1_200_000),
    ("usd_core", "tUSD", 800_000),
    ("usd_prime", "tUSD", 1_500_000),
    ("usd_growth", "tUSD", 1_500_000),
    ("btc", "tBTC", 1_500_000),
    ("eth", "tETH", 1_500_000),
)
# collateral, its dollars, debt, target of the limit, prudent below this health
_BORROWERS = (
    ("eth", 900_000, "usd_core", 9_400, 0),
    ("eth", 700_000, "usd_growth", 9_200, 0),
    ("eth", 800_000, "usd_growth", 8_500, 11_500),
    ("eth", 600_000, "usd_core", 8_000, 12_000),
    ("eth", 500_000, "usd_growth", 7_000, 13_000),
    ("btc", 900_000, "usd_prime", 9_300, 0),
    ("btc", 800_000, "usd_core", 9_000, 0),
    ("btc", 700_000, "usd_prime", 8_000, 12_000),
    ("usd_core", 800_000, "eth", 8_500, 11_500),
    ("usd_core", 800_000, "btc", 8_000, 11_500),
)
_ASSET_OF_POOL = {
    "usd_core": "tUSD", "usd_prime": "tUSD", "usd_growth": "tUSD", "btc": "tBTC", "eth": "tETH",
}  # fmt: skip
_PROVIDED = {"eth_usd": "tETH", "btc_usd": "tBTC", "head_usd": "HEAD"}


def build_cast() -> Cast:
    """The same cast always; the seed decides what they do, not who they are."""
    indices = iter(range(FIRST_ACTOR_INDEX, 60))
    lenders = tuple(
        Lender(next(indices), f"lender {pool}", {token: 2 * lends}, pool, lends)
        for pool, token, lends in _LENDERS
    )
    borrowers = tuple(_borrower(next(indices), *row) for row in _BORROWERS)
    traders = tuple(
        Trader(next(indices), "trader", dict.fromkeys(TOKEN_KEYS, 1_500_000)) for _ in range(6)
    )
    arbitrageurs = tuple(
        Arbitrageur(
            next(indices), f"arbitrageur {pair}", {base: 6_000_000, "tUSD": 6_000_000}, pair
        )
        for pair, base in (("eth_usd", "tETH"), ("btc_usd", "tBTC"))
    )
    providers = (
        _provider(next(indices), "eth_usd", 500_000, claims=True),
        _provider(next(indices), "btc_usd", 500_000, claims=True),
        _provider(next(indices), "eth_usd", 500_000, vault="YieldVault/eth_usd_lp"),
        _provider(next(indices), "eth_usd", 500_000),
    )
    stakers = tuple(
        Staker(next(indices), "staker", {"HEAD": 2_000_000}, 1_000_000) for _ in range(2)
    )
    savers = (Saver(next(indices), "saver", {"tUSD": 4_000_000}, "YieldVault/usd", 2_000_000),)
    return Cast(lenders, borrowers, traders, arbitrageurs, providers, stakers, savers)


def asset_of_pool(pool: str) -> str:
    return _ASSET_OF_POOL[pool]


def _borrower(
    index: int, collateral: str, collateral_usd: int, debt: str, target_bps: int, prudent_bps: int
) -> Borrower:
    purse = {_ASSET_OF_POOL[collateral]: collateral_usd}
    # What a prudent one repays with.
    if prudent_bps:
        asset = _ASSET_OF_POOL[debt]
        purse[asset] = purse.get(asset, 0) + collateral_usd // 4
    return Borrower(
        index, f"borrower {debt}/{collateral}", purse, collateral, collateral_usd, debt,
        target_bps, prudent_bps,
    )  # fmt: skip


def _provider(
    index: int, pair: str, dollars: int, vault: str = "", claims: bool = False
) -> Provider:
    purse = {_PROVIDED[pair]: dollars, "tUSD": dollars}
    return Provider(index, f"provider {pair}", purse, pair, 2 * dollars, vault, claims)
