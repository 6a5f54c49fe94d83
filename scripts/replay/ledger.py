# SPDX-License-Identifier: Apache-2.0
"""Tokens held against tokens owed, and fees paid in against fees claimed, contract by contract."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..devnet.rpc import RpcRefused
from ..operate.chain import Chain, View

DEAD_ADDRESSES = (
    "0x000000000000000000000000000000000000dEaD",
    "0x0000000000000000000000000000000000000000",
    "0x0000000000000000000000000000000000000001",
)
TOKENS = ("tUSD", "tBTC", "tETH", "HEAD")


@dataclass(frozen=True, slots=True)
class Balance:
    """What a contract holds of a token and what it owes to others."""

    contract: str
    token: str
    held: int
    owed: int
    # What the contract may hold beyond what it owes, and why.
    surplus_reason: str = ""
    # What rounding may have left with another contract, in base units.
    rounding: int = 0

    @property
    def is_exact(self) -> bool:
        return self.held == self.owed

    @property
    def is_covered(self) -> bool:
        if not self.surplus_reason:
            return self.held == self.owed
        return self.held + self.rounding >= self.owed


@dataclass(frozen=True, slots=True)
class Fees:
    """Fees of one source in one token: paid in, claimed, claimable by all who may."""

    source: str
    token: str
    paid: int
    claimed: int
    claimable: int

    @property
    def is_covered(self) -> bool:
        return self.claimed + self.claimable <= self.paid


@dataclass(slots=True)
class Ledger:
    """Reads both at any block; the views are the same each time."""

    chain: Chain
    holders: tuple[str, ...]
    stakers: tuple[str, ...]
    _views: dict[tuple, View] = field(default_factory=dict, init=False)
    _symbols: dict[str, str] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._symbols = {self.chain.address(token): token for token in TOKENS}
        for pool in self.chain.keys_of("LendingPool"):
            for function in ("asset", "idle", "total_debt", "totalAssets"):
                self._add(pool, function)
        for pair in self.chain.keys_of("VolatilePair"):
            for function in (
                "token0", "token1", "reserves", "claimable_protocol_fees", "fees_paid0",
                "fees_paid1", "fees_claimed0", "fees_claimed1", "totalSupply",
            ):  # fmt: skip
                self._add(pair, function)
            for holder in self._all_holders():
                self._add(pair, "balanceOf", holder)
                self._add(pair, "claimable_fees", holder)
        for vault in self.chain.keys_of("YieldVault"):
            for function in ("asset", "totalIdle", "totalDebt", "totalAssets"):
                self._add(vault, function)
            for strategy in self._strategies():
                self._add(vault, "strategies", self.chain.address(strategy))
        for strategy in self._strategies():
            self._add(strategy, "vault")
            self._add(strategy, "totalAssets")
        self._add("StakingPool", "totalAssets")
        for token in TOKENS:
            address = self.chain.address(token)
            self._add("StakingPool", "rewards_paid_in", address)
            self._add("StakingPool", "rewards_claimed", address)
            self._add("FeeCollector", "stream_of", address)
            for key in self._custodians():
                self._add(token, "balanceOf", self.chain.address(key))
        self._add("StakingPool", "reward_tokens")
        for staker in self.stakers:
            self._add("StakingPool", "claimable_rewards", staker)
        for pair in self.chain.keys_of("VolatilePair"):
            for key in (*self.chain.keys_of("YieldVault"), *self._strategies()):
                self._add(pair, "balanceOf", self.chain.address(key))

    def read(self, block_number: int) -> tuple[list[Balance], list[Fees]]:
        answers = self.chain.read_outcomes(list(self._views.values()), block_number)
        found = {}
        for name, answer in zip(self._views, answers, strict=True):
            if isinstance(answer, RpcRefused):
                raise answer
            found[name] = answer
        balances = [
            *self._pools(found), *self._pairs(found), *self._staking(found),
            *self._collector(found), *self._vaults(found),
        ]  # fmt: skip
        return balances, [*self._pair_fees(found), *self._staking_fees(found)]

    # --- Held and owed ---

    def _pools(self, found: dict) -> Iterable[Balance]:
        for pool in self.chain.keys_of("LendingPool"):
            token = self._symbols[found[(pool, "asset")]]
            yield Balance(pool, token, self._held(found, token, pool), found[(pool, "idle")])
            owed = found[(pool, "totalAssets")]
            # Idle cash and loans are all that stands behind the lenders' shares.
            behind = found[(pool, "idle")] + found[(pool, "total_debt")]
            yield Balance(pool, f"{token} lent and idle", behind, owed)

    def _pairs(self, found: dict) -> Iterable[Balance]:
        for pair in self.chain.keys_of("VolatilePair"):
            for side in (0, 1):
                token = self._symbols[found[(pair, f"token{side}")]]
                owed = (
                    found[(pair, "reserves")][side]
                    + found[(pair, f"fees_paid{side}")]
                    - found[(pair, f"fees_claimed{side}")]
                    + found[(pair, "claimable_protocol_fees")][side]
                )
                yield Balance(pair, token, self._held(found, token, pair), owed)

    def _staking(self, found: dict) -> Iterable[Balance]:
        for token in TOKENS:
            address = self.chain.address(token)
            owed = (
                found[("StakingPool", "rewards_paid_in", address)]
                - found[("StakingPool", "rewards_claimed", address)]
            )
            if token == "HEAD":
                owed += found[("StakingPool", "totalAssets")]
            held = self._held(found, token, "StakingPool")
            yield Balance("StakingPool", token, held, owed)

    def _collector(self, found: dict) -> Iterable[Balance]:
        for token in TOKENS:
            unstreamed = found[("FeeCollector", "stream_of", self.chain.address(token))][3]
            held = self._held(found, token, "FeeCollector")
            yield Balance(
                "FeeCollector", token, held, unstreamed, "arrived, not collected into a stream yet"
            )

    def _vaults(self, found: dict) -> Iterable[Balance]:
        for vault in self.chain.keys_of("YieldVault"):
            address = self.chain.address(vault)
            asset = found[(vault, "asset")]
            token = self._symbols.get(asset, "LP")
            yield Balance(
                vault, token, self._held_of(found, asset, address), found[(vault, "totalIdle")]
            )
            debts = 0
            for strategy in self._strategies():
                if found[(strategy, "vault")] != address:
                    continue
                debt = found[(vault, "strategies", self.chain.address(strategy))][2]
                debts += debt
                yield Balance(
                    strategy,
                    token,
                    found[(strategy, "totalAssets")],
                    debt,
                    "gains not reported yet",
                    # A pool's shares are worth a unit less than was paid for them until it earns.
                    rounding=1 if strategy.startswith("LendingStrategy/") else 0,
                )
            yield Balance(vault, f"{token} in strategies", found[(vault, "totalDebt")], debts)

    # --- Fees ---

    def _pair_fees(self, found: dict) -> Iterable[Fees]:
        for pair in self.chain.keys_of("VolatilePair"):
            held = sum(found[(pair, "balanceOf", holder)] for holder in self._all_holders())
            supply = found[(pair, "totalSupply")]
            if held != supply:
                # A claim that we do not see would make the check worthless.
                yield Fees(f"{pair} (LP tokens unaccounted for)", "LP", held, supply, 0)
            for side in (0, 1):
                claimable = sum(
                    found[(pair, "claimable_fees", holder)][side] for holder in self._all_holders()
                )
                yield Fees(
                    pair,
                    self._symbols[found[(pair, f"token{side}")]],
                    found[(pair, f"fees_paid{side}")],
                    found[(pair, f"fees_claimed{side}")],
                    claimable,
                )

    def _staking_fees(self, found: dict) -> Iterable[Fees]:
        order = found[("StakingPool", "reward_tokens")]
        for position, address in enumerate(order):
            claimable = sum(
                found[("StakingPool", "claimable_rewards", staker)][position]
                for staker in self.stakers
            )
            yield Fees(
                "StakingPool",
                self._symbols[address],
                found[("StakingPool", "rewards_paid_in", address)],
                found[("StakingPool", "rewards_claimed", address)],
                claimable,
            )

    # --- Inside ---

    def _add(self, key: str, function: str, *arguments) -> None:
        self._views[(key, function, *arguments)] = self.chain.view(key, function, *arguments)

    def _held(self, found: dict, token: str, key: str) -> int:
        return found[(token, "balanceOf", self.chain.address(key))]

    def _held_of(self, found: dict, asset: str, holder: str) -> int:
        if asset in self._symbols:
            return found[(self._symbols[asset], "balanceOf", holder)]
        pair = next(
            key for key in self.chain.keys_of("VolatilePair") if self.chain.address(key) == asset
        )
        return found[(pair, "balanceOf", holder)]

    def _custodians(self) -> list[str]:
        return [
            *self.chain.keys_of("LendingPool"), *self.chain.keys_of("VolatilePair"),
            *self.chain.keys_of("YieldVault"), *self._strategies(), "StakingPool", "FeeCollector",
        ]  # fmt: skip

    def _strategies(self) -> list[str]:
        return [
            *self.chain.keys_of("LendingStrategy"), *self.chain.keys_of("LiquidityStrategy")
        ]  # fmt: skip

    def _all_holders(self) -> tuple[str, ...]:
        custodians = [
            self.chain.address(key)
            for key in (*self.chain.keys_of("YieldVault"), *self._strategies(), "FeeCollector")
        ]
        pairs = [self.chain.address(key) for key in self.chain.keys_of("VolatilePair")]
        return (*self.holders, *custodians, *pairs, *DEAD_ADDRESSES)
