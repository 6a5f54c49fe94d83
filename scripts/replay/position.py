# SPDX-License-Identifier: Apache-2.0
"""Two equal positions in one pair: one compounded by the vault, one left alone."""

from dataclasses import dataclass

from ..operate.chain import Chain
from ..operate.sending import Sender
from ..operate.traffic.cast import Cast
from ..operate.traffic.world import DECIMALS

WAD = 10**18


@dataclass(frozen=True, slots=True)
class PositionValue:
    """Dollars by WAD at the final prices, each with the fees that wait for it.

    The compounded one also as it could be withdrawn at once, without what is still unlocking.
    """

    compounded_usd_wad: int
    compounded_unlocked_usd_wad: int
    compounded_fees_usd_wad: int
    alone_usd_wad: int
    alone_fees_usd_wad: int


def value_positions(chain: Chain, cast: Cast, sender: Sender, block: int) -> PositionValue:
    saver, twin = cast.compounding, cast.twin
    pair, vault = f"VolatilePair/{saver.pair}", saver.vault
    saver_address, twin_address = sender.address(saver.index), sender.address(twin.index)
    shares, supply, total_assets, owned = chain.read(
        [
            chain.view(vault, "balanceOf", saver_address),
            chain.view(vault, "totalSupply"),
            chain.view(vault, "totalAssets"),
            chain.view(pair, "balanceOf", twin_address),
        ],
        block,
    )
    unlocked, kept, fees_saver, fees_twin, locked = chain.read(
        [
            chain.view(vault, "convertToAssets", shares),
            chain.view(pair, "balanceOf", saver_address),
            chain.view(pair, "claimable_fees", saver_address),
            chain.view(pair, "claimable_fees", twin_address),
            chain.view(vault, "balanceOf", chain.address(vault)),
        ],
        block,
    )
    strategies = [
        key
        for key in chain.keys_of("LiquidityStrategy")
        if chain.read([chain.view(key, "vault")], block)[0] == chain.address(vault)
    ]
    pending = chain.read([chain.view(key, "pending_fees") for key in strategies], block)
    worth = _Worth(chain, pair, block)
    # Locked shares are burnt as the gain unlocks: then they weigh on nobody.
    free_supply = max(1, supply - locked)
    whole = total_assets * shares // free_supply
    before = worth.liquidity(kept) + worth.fees(fees_saver)
    # What the next harvest will compound is the shares' as unclaimed fees are the twin's.
    waiting = sum(worth.fees(fees) for fees in pending) * shares // free_supply
    return PositionValue(
        before + worth.liquidity(whole) + waiting,
        before + worth.liquidity(unlocked),
        waiting,
        worth.liquidity(owned) + worth.fees(fees_twin),
        worth.fees(fees_twin),
    )


class _Worth:
    """Dollars of a pair's LP tokens and of its two tokens, at one block."""

    def __init__(self, chain: Chain, pair: str, block: int) -> None:
        token0, token1, self._reserves, self._supply = chain.read(
            [
                chain.view(pair, "token0"),
                chain.view(pair, "token1"),
                chain.view(pair, "reserves"),
                chain.view(pair, "totalSupply"),
            ],
            block,
        )
        symbols = {chain.address(token): token for token in DECIMALS}
        tokens = [symbols[token0], symbols[token1]]
        self._units = [10 ** DECIMALS[token] for token in tokens]
        peeks = chain.read(
            [chain.view("PriceOracle", "peek", address) for address in (token0, token1)], block
        )
        self._prices = [peek[0] for peek in peeks]

    def liquidity(self, assets: int) -> int:
        parts = [reserve * assets // self._supply for reserve in self._reserves]
        return self.fees(tuple(parts))

    def fees(self, assets: tuple[int, ...]) -> int:
        return sum(
            part * price // unit
            for part, price, unit in zip(assets, self._prices, self._units, strict=True)
        )
