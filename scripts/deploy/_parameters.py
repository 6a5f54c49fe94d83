# SPDX-License-Identifier: Apache-2.0
"""What the markets open with. Figures only; the files beside this one say what they are for."""

import os
from dataclasses import dataclass

from scripts.errors import SettingInvalid

WAD = 10**18
PERCENT_WAD = WAD // 100

DEAD_ADDRESS = "0x000000000000000000000000000000000000dEaD"

TOKENS = {  # symbol: (name, decimals, base units of one faucet drop)
    "tUSD": ("Test Dollar", 6, 10_000 * 10**6),
    "tBTC": ("Test Bitcoin", 8, 10**7),
    "tETH": ("Test Ether", 18, 3 * 10**18),
}
FAUCET_COOLDOWN_SECONDS = 3_600

# --- Prices ---

OPENING_PRICES_USD = {"tUSD": "1", "tBTC": "60000", "tETH": "3000"}
OPENING_PRICES_VARIABLE = "HEADWATER_OPENING_PRICES"
# Two steps of an hourly history: one late price stops nothing.
PRICE_MAX_AGE_SECONDS = 7_200
PRICE_MAX_CHANGE_BPS = 2_000
# The oracle takes no larger one.
MAX_PRICE_USD_WAD = 10**12 * WAD


def opening_prices_usd_wad() -> dict[str, int]:
    """Opening prices, with those of `HEADWATER_OPENING_PRICES` (tETH=3000,tBTC=...) in place."""
    chosen = dict(OPENING_PRICES_USD)
    given = os.environ.get(OPENING_PRICES_VARIABLE, "")
    for part in filter(None, given.split(",")):
        symbol, _, price = part.partition("=")
        if symbol not in chosen:
            raise SettingInvalid(OPENING_PRICES_VARIABLE, part, "tETH=3000,tBTC=60000 or the like")
        chosen[symbol] = price
    return {symbol: price_usd_wad(symbol, price) for symbol, price in chosen.items()}


def price_list(prices_usd_wad: dict[str, int]) -> str:
    """The value of `HEADWATER_OPENING_PRICES` for these prices."""
    return ",".join(
        f"{symbol}={price // WAD}.{price % WAD:018d}" for symbol, price in prices_usd_wad.items()
    )


def price_usd_wad(symbol: str, price: str) -> int:
    """A decimal number of dollars in WAD, without passing through a float."""
    whole, _, fraction = price.partition(".")
    if not whole.isdecimal() or (fraction and not fraction.isdecimal()) or len(fraction) > 18:
        raise SettingInvalid(f"the price of {symbol}", price, "a number of dollars above zero")
    # Cut first: Python reads no number of thousands of digits.
    value = int(whole.lstrip("0")[:20] or "0") * WAD + int(fraction.ljust(18, "0") or "0")
    if not 0 < value <= MAX_PRICE_USD_WAD:
        bound = f"a number of dollars above zero, at most {MAX_PRICE_USD_WAD // WAD:,}"
        raise SettingInvalid(f"the price of {symbol}", price[:40], bound)
    return value


# --- Lending ---

RATE_CURVES = {  # annual: base, slope up to the kink, slope beyond it, kink
    "usd_core": (0, 4 * PERCENT_WAD, 60 * PERCENT_WAD, 90 * PERCENT_WAD),
    "usd_prime": (0, 5 * PERCENT_WAD, 75 * PERCENT_WAD, 85 * PERCENT_WAD),
    "usd_growth": (PERCENT_WAD, 8 * PERCENT_WAD, 100 * PERCENT_WAD, 80 * PERCENT_WAD),
    "btc": (0, 3 * PERCENT_WAD, 80 * PERCENT_WAD, 70 * PERCENT_WAD),
    "eth": (0, 3 * PERCENT_WAD, 80 * PERCENT_WAD, 75 * PERCENT_WAD),
}


@dataclass(frozen=True, slots=True)
class PoolParameters:
    asset: str
    name: str
    symbol: str
    seed_assets: int
    supply_cap: int
    borrow_cap: int
    min_debt: int
    # Collateral pool: (borrow threshold, liquidation threshold), in basis points.
    collaterals: dict[str, tuple[int, int]]


_USD, _BTC, _ETH = 10**6, 10**8, 10**18
_USD_CAPS = (200_000_000 * _USD, 150_000_000 * _USD, 100 * _USD)

POOLS = {
    "usd_core": PoolParameters(
        "tUSD", "Headwater tUSD Core", "hUSDC", 100 * _USD, *_USD_CAPS,
        {"btc": (7_500, 8_000), "eth": (7_500, 8_000)},
    ),
    "usd_prime": PoolParameters(
        "tUSD", "Headwater tUSD Prime", "hUSDP", 100 * _USD, *_USD_CAPS, {"btc": (7_000, 7_500)}
    ),
    "usd_growth": PoolParameters(
        "tUSD", "Headwater tUSD Growth", "hUSDG", 100 * _USD, *_USD_CAPS, {"eth": (8_000, 8_500)}
    ),
    "btc": PoolParameters(
        "tBTC", "Headwater tBTC", "hBTC", _BTC // 100, 5_000 * _BTC, 3_000 * _BTC, _BTC // 500,
        {"usd_core": (8_000, 8_500)},
    ),
    "eth": PoolParameters(
        "tETH", "Headwater tETH", "hETH", _ETH // 10, 100_000 * _ETH, 60_000 * _ETH, _ETH // 25,
        {"usd_core": (8_000, 8_500)},
    ),
}  # fmt: skip
RESERVE_FACTOR_BPS = 1_000

# --- Exchange: pair, its two tokens, dollars on each side at the opening ---

PAIR_FEE_BPS = 30
PAIRS = {
    "eth_usd": ("tETH", "tUSD", 2_000_000),
    "btc_usd": ("tBTC", "tUSD", 2_000_000),
    "head_usd": ("HEAD", "tUSD", 1_000_000),
}
HEAD_OPENING_PRICE_USD_WAD = WAD

# --- Staking ---

COOLDOWN_SECONDS = 3 * 86_400
WINDOW_SECONDS = 2 * 86_400
STAKER_SHARE_BPS = 8_000
STREAM_SECONDS = 86_400
REWARD_TOKENS = ("tUSD", "tBTC", "tETH", "HEAD")

# --- Block boundaries: job -> gas of an item, gas of all its items in one call ---

# The chain gives each of its two calls 10 million gas.
CALL_GAS = 400_000
OPENING_GAS = {
    "BlockCalls/opening": (500_000, 2_400_000),
    # What an owner ordered comes before what the protocol would take; most orders are looked
    # at where blocks end.
    "Orders": (1_400_000, 1_800_000),
    "BlockLiquidator": (2_600_000, 4_400_000),
    "ExitQueue": (600_000, 1_000_000),
}
CLOSING_GAS = {
    "ExitQueue": (600_000, 2_500_000),
    "Orders": (1_400_000, 4_500_000),
    "BlockCalls/closing": (500_000, 2_000_000),
}

# What the protocol liquidates with, in base units, and how badly it sells at most.
LIQUIDATOR_RESERVE = {"tUSD": 200_000 * _USD, "tBTC": 2 * _BTC, "tETH": 40 * _ETH}
LIQUIDATOR_SLIPPAGE_BPS = 200

BACKSTOP_RESERVE = {"tUSD": 50_000 * _USD, "tBTC": _BTC // 2, "tETH": 10 * _ETH}
# Dollars that a pool is paid in a day at most.
BACKSTOP_LIMIT_USD = 100_000
BACKSTOP_SLASH_BPS = 2_000
BACKSTOP_SLIPPAGE_BPS = 500

# Target utilization, steepness, speed per year, first, least and largest annual rate at target.
ADAPTIVE_POOL = "usd_growth"
ADAPTIVE_SHAPE = (
    90 * PERCENT_WAD, 4 * WAD, 50 * WAD, 6 * PERCENT_WAD, PERCENT_WAD // 10, 200 * PERCENT_WAD,
)  # fmt: skip
# Shortest and longest mean in seconds, spread of the two means, least tUSD in the pair.
HEAD_TWAP = (600, 7_200, 500, 100_000 * _USD)

# --- Vaults ---

VAULT_DEPOSIT_LIMIT = 2**256 - 1
STRATEGY_MAX_DEBT = 2**255
USD_VAULT_STRATEGIES = ("usd_core", "usd_prime", "usd_growth")
# Short beside the hours between two harvests, so that little of a gain is still locked.
PROFIT_UNLOCK_SECONDS = 6 * 3_600

# --- Governance ---

# An hour is the least that the timelock takes; two days are what people elsewhere can act in.
DEVNET_DELAY_SECONDS = 3_600
TIMELOCK_DELAY_SECONDS = 2 * 86_400

# Flags of IRiskTerms, and what a steward may move: a tenth of a term, once a day.
GUARDIAN, STEWARD = 1, 2
STEWARD_STEP_BPS = 1_000
STEWARD_DELAY_SECONDS = 86_400

# How far HEAD's mean may lie from its opening price when it is listed: wide enough for what the
# market does meanwhile, narrow enough for a factor or decimals that are wrong.
HEAD_MAX_CHANGE_BPS = 5_000

# Yearn v3 role flags.
ADD_STRATEGY_MANAGER, REVOKE_STRATEGY_MANAGER, FORCE_REVOKE_MANAGER = 1, 2, 4
REPORTING_MANAGER, DEBT_MANAGER = 32, 64
EMERGENCY_MANAGER = 2**13
KEEPER_ROLES = REPORTING_MANAGER | DEBT_MANAGER
ALL_ROLES = 2**14 - 1
