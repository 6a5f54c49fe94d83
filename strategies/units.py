# SPDX-License-Identifier: Apache-2.0
"""The vocabulary of quantities, shared by every part of the engine.

Money is an `int` of the named token's base units, a ratio is an `int` scaled by `WAD`.
Names and scales are those of `contracts/modules/units.vy`; there are no others.
"""

from dataclasses import dataclass
from typing import NewType

# --- Scales ---

WAD = 10**18
BPS = 10_000
SECONDS_PER_YEAR = 31_536_000  # 365 days; leap days are not special

# A pool behaves as if this many shares and assets were in it from birth and owned by nobody.
VIRTUAL_SHARES = 10**6
VIRTUAL_ASSETS = 1

MAX_UINT256 = 2**256 - 1

# --- Quantities ---

Assets = NewType("Assets", int)  # base units of the token named beside it
Shares = NewType("Shares", int)  # base units of the pool's, pair's or vault's own ERC-20
DebtShares = NewType("DebtShares", int)  # a borrower's part of a pool's total debt
Wad = NewType("Wad", int)  # a ratio: WAD is one
Bps = NewType("Bps", int)  # a ratio: BPS is one
UsdWad = NewType("UsdWad", int)  # United States dollars: WAD is one dollar
PriceUsdWad = NewType("PriceUsdWad", int)  # dollars for one whole token, by WAD
RatePerSecondWad = NewType("RatePerSecondWad", int)  # growth per second, by WAD
RatePerYearWad = NewType("RatePerYearWad", int)  # growth per 365 days without compounding, by WAD

# --- Time and place ---

Seconds = NewType("Seconds", int)  # a duration
Timestamp = NewType("Timestamp", int)  # seconds since 1970, as `block.timestamp`
BlockNumber = NewType("BlockNumber", int)
ChainId = NewType("ChainId", int)
Address = NewType("Address", str)  # 0x and forty digits, in checksum case
TransactionHash = NewType("TransactionHash", str)  # 0x and sixty-four lower-case digits
BlockHash = NewType("BlockHash", str)  # 0x and sixty-four lower-case digits
Wei = NewType("Wei", int)  # base units of the chain's gas money


@dataclass(frozen=True, slots=True)
class BlockReference:
    """The one block that a snapshot or a decision speaks about."""

    number: BlockNumber
    hash: BlockHash
    timestamp: Timestamp


@dataclass(frozen=True, slots=True)
class TokenUnit:
    """What turns base units of one token into a figure for people, and back."""

    symbol: str
    decimals: int

    @property
    def base_units(self) -> int:
        """How many base units make one whole token."""
        return 10**self.decimals


def format_units(quantity: int, decimals: int) -> str:
    """Write `quantity` base units as an exact decimal number, without trailing zeros."""
    sign = "-" if quantity < 0 else ""
    whole, part = divmod(abs(quantity), 10**decimals)
    fraction = str(part).rjust(decimals, "0").rstrip("0") if decimals else ""
    return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"
