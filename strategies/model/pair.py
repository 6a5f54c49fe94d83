# SPDX-License-Identifier: Apache-2.0
"""Two tokens traded along reserve0 * reserve1 = k, with fees kept apart by an index.

Mirrors `contracts/exchange/VolatilePair.vy` without the tokens; sides are 0 and 1.
The quotes are held to `tests/vectors/pair_quote.json` too.
"""

from dataclasses import dataclass, field
from math import isqrt

from strategies.model import reward_index
from strategies.model.arithmetic import mul_div_down, mul_div_up, require
from strategies.model.reward_index import Entitlement, Index
from strategies.units import BPS, WAD, Address, Assets, Shares, Timestamp

MINIMUM_LIQUIDITY = 1_000
MIN_TRADE = 1_000
MAX_RESERVE = 2**112 - 1
LOCKED_LIQUIDITY_HOLDER = Address("0x000000000000000000000000000000000000dead")


@dataclass(frozen=True, slots=True)
class SwapQuote:
    assets_out: Assets
    lp_fee: Assets
    protocol_fee: Assets


def quote_swap(
    reserve_in: int, reserve_out: int, assets_in: int, fee_bps: int, protocol_share_bps: int
) -> SwapQuote:
    """Fee up and out of the input, then out = r_out * net / (r_in + net), down."""
    require(assets_in >= MIN_TRADE, "pair: trade too small")
    require(assets_in <= MAX_RESERVE - reserve_in, "pair: reserve too large")
    fee = mul_div_up(assets_in, fee_bps, BPS)
    protocol_fee = fee * protocol_share_bps // BPS
    net_in = assets_in - fee
    assets_out = mul_div_down(reserve_out, net_in, reserve_in + net_in)
    require(assets_out > 0, "pair: nothing out")
    return SwapQuote(Assets(assets_out), Assets(fee - protocol_fee), Assets(protocol_fee))


@dataclass(slots=True)
class Pair:
    fee_bps: int
    protocol_share_bps: int
    reserves: list[int] = field(default_factory=lambda: [0, 0])
    supply: int = 0
    balances: dict[Address, int] = field(default_factory=dict)
    fee_index: list[Index] = field(default_factory=lambda: [Index(), Index()])
    entitlements: dict[tuple[Address, int], Entitlement] = field(default_factory=dict)
    fees_paid: list[int] = field(default_factory=lambda: [0, 0])
    fees_claimed: list[int] = field(default_factory=lambda: [0, 0])
    protocol_fees: list[int] = field(default_factory=lambda: [0, 0])
    price_cumulatives: list[int] = field(default_factory=lambda: [0, 0])
    last_updated_at: int = 0

    # --- Quotes ---

    def quote_add(self, assets_max: tuple[int, int]) -> tuple[tuple[int, int], Shares]:
        """First L = isqrt(a0 * a1) - MINIMUM; later L = min(a_i * S / r_i), a_i = L * r_i / S up."""
        for side in (0, 1):
            room = MAX_RESERVE - self.reserves[side]
            require(assets_max[side] <= room, "pair: reserve too large")
        if self.supply == 0:
            root = isqrt(assets_max[0] * assets_max[1])
            require(root > MINIMUM_LIQUIDITY, "pair: too little liquidity")
            return assets_max, Shares(root - MINIMUM_LIQUIDITY)
        liquidity = min(
            mul_div_down(assets_max[side], self.supply, self.reserves[side]) for side in (0, 1)
        )
        require(liquidity > 0, "pair: too little liquidity")
        first, second = (mul_div_up(liquidity, each, self.supply) for each in self.reserves)
        return (first, second), Shares(liquidity)

    def quote_remove(self, liquidity: int) -> tuple[int, int]:
        """The part of both reserves that `liquidity` stands for, down."""
        require(liquidity <= self.supply, "erc20: burn amount exceeds balance")
        first, second = (mul_div_down(liquidity, each, self.supply) for each in self.reserves)
        return first, second

    def quote(self, side_in: int, assets_in: int) -> SwapQuote:
        reserve_in, reserve_out = self.reserves[side_in], self.reserves[1 - side_in]
        return quote_swap(reserve_in, reserve_out, assets_in, self.fee_bps, self.protocol_share_bps)

    def cumulatives_at(self, now: Timestamp) -> tuple[int, int]:
        """Sums of price times seconds, each price by WAD of base units and down."""
        if self.supply == 0:
            return self.price_cumulatives[0], self.price_cumulatives[1]
        elapsed_seconds = now - self.last_updated_at
        first, second = (
            self.price_cumulatives[side]
            + self.reserves[1 - side] * WAD // self.reserves[side] * elapsed_seconds
            for side in (0, 1)
        )
        return first, second

    def claimable_fees(self, owner: Address) -> tuple[Assets, Assets]:
        first, second = (reward_index.claimable_down(self._settled(owner, side)) for side in (0, 1))
        return first, second

    # --- Calls ---

    def add_liquidity(
        self, now: Timestamp, assets_max: tuple[int, int], receiver: Address
    ) -> tuple[int, int, Shares]:
        assets, liquidity = self.quote_add(assets_max)
        self._accrue_prices(now)
        self._settle(receiver)
        if self.supply == 0:
            self._mint(LOCKED_LIQUIDITY_HOLDER, MINIMUM_LIQUIDITY)
        self._mint(receiver, liquidity)
        for side in (0, 1):
            self.reserves[side] += assets[side]
        return assets[0], assets[1], liquidity

    def remove_liquidity(self, now: Timestamp, liquidity: int, owner: Address) -> tuple[int, int]:
        require(liquidity > 0, "pair: zero liquidity")
        assets = self.quote_remove(liquidity)
        held = self.balances.get(owner, 0)
        require(liquidity <= held, "erc20: burn amount exceeds balance")
        self._accrue_prices(now)
        self._settle(owner)
        self.balances[owner] = held - liquidity
        self.supply -= liquidity
        for side in (0, 1):
            self.reserves[side] -= assets[side]
        return assets

    def swap(self, now: Timestamp, side_in: int, assets_in: int) -> Assets:
        quote = self.quote(side_in, assets_in)
        self._accrue_prices(now)
        self.reserves[side_in] += assets_in - quote.lp_fee - quote.protocol_fee
        self.reserves[1 - side_in] -= quote.assets_out
        self.fee_index[side_in] = reward_index.advance(
            self.fee_index[side_in], quote.lp_fee, self.supply
        )
        self.fees_paid[side_in] += quote.lp_fee
        self.protocol_fees[side_in] += quote.protocol_fee
        return quote.assets_out

    def claim_fees(self, owner: Address) -> tuple[Assets, Assets]:
        fees = self.claimable_fees(owner)
        self._settle(owner)
        for side in (0, 1):
            earned = self.entitlements[owner, side]
            self.entitlements[owner, side] = reward_index.claimed(earned)
            self.fees_claimed[side] += fees[side]
        return fees

    def claim_protocol_fees(self) -> tuple[int, int]:
        fees = self.protocol_fees[0], self.protocol_fees[1]
        self.protocol_fees = [0, 0]
        return fees

    def transfer(self, owner: Address, to: Address, liquidity: int) -> None:
        held = self.balances.get(owner, 0)
        require(liquidity <= held, "erc20: transfer amount exceeds balance")
        self._settle(owner)
        self._settle(to)
        self.balances[owner] = held - liquidity
        self.balances[to] = self.balances.get(to, 0) + liquidity

    # --- Internals ---

    def _accrue_prices(self, now: Timestamp) -> None:
        self.price_cumulatives = list(self.cumulatives_at(now))
        self.last_updated_at = now

    def _settled(self, owner: Address, side: int) -> Entitlement:
        entitlement = self.entitlements.get((owner, side), Entitlement())
        return reward_index.settle(entitlement, self.fee_index[side], self.balances.get(owner, 0))

    def _settle(self, owner: Address) -> None:
        for side in (0, 1):
            self.entitlements[owner, side] = self._settled(owner, side)

    def _mint(self, receiver: Address, liquidity: int) -> None:
        self.balances[receiver] = self.balances.get(receiver, 0) + liquidity
        self.supply += liquidity
