# pragma version 0.4.3
# pragma evm-version cancun
# pragma nonreentrancy on
# SPDX-License-Identifier: Apache-2.0
"""
@title harness
@license Apache-2.0
@notice What must hold of the modules on every path of their bytecode; halmos looks for numbers for which it does not.
@dev A check that fails reverts with Panic(1), which is how halmos knows it from a refusal. The types are
     the bounds: products of two unknowns are kept small, or the solver does not come to an end. Compiled
     as if it stood in contracts/mocks, without optimisation.
"""

from ..modules import interest
from ..modules import liquidation
from ..modules import shares


@internal
@pure
def _must(holds: bool):
    if not holds:
        raw_revert(abi_encode(convert(1, uint256), method_id=method_id("Panic(uint256)")))


@external
@pure
def check_mint_then_redeem__pays_no_more(minted: uint8, assets: uint8, supply: uint8):
    a: uint256 = convert(assets, uint256)
    s: uint256 = convert(supply, uint256)
    m: uint256 = convert(minted, uint256)
    paid: uint256 = shares.to_assets_up(m, a, s)
    self._must(shares.to_assets_down(m, a + paid, s + m) <= paid)


@external
@pure
def check_nothing__is_worth_nothing(assets: uint120, supply: uint128):
    a: uint256 = convert(assets, uint256)
    s: uint256 = convert(supply, uint256)
    self._must(shares.to_shares_down(0, a, s) == 0 and shares.to_shares_up(0, a, s) == 0)
    self._must(shares.to_assets_down(0, a, s) == 0 and shares.to_assets_up(0, a, s) == 0)


@external
@pure
def check_empty_pot__gives_a_million_shares_a_unit(paid: uint120):
    p: uint256 = convert(paid, uint256)
    self._must(shares.to_shares_down(p, 0, 0) == p * 10**6)
    self._must(shares.to_shares_up(p, 0, 0) == p * 10**6)


@external
@pure
def check_growth__is_at_least_its_exponent(rate_wad: uint64, elapsed_seconds: uint8):
    r: uint256 = convert(rate_wad, uint256)
    t: uint256 = convert(elapsed_seconds, uint256)
    self._must(interest.growth_wad_down(r, t) >= min(r * t, 10 * 10**18))


@external
@pure
def check_growth__of_no_time_or_no_rate__is_nothing(rate_wad: uint128, elapsed_seconds: uint64):
    self._must(interest.growth_wad_down(convert(rate_wad, uint256), 0) == 0)
    self._must(interest.growth_wad_down(0, convert(elapsed_seconds, uint256)) == 0)


@external
@pure
def check_closable__of_dust__is_all(debt: uint120, debt_usd_wad: uint64, limit_usd_wad: uint64):
    # 2**64 is below the dust value of 100 USD.
    owed: uint256 = convert(debt, uint256)
    closable: uint256 = liquidation.closable_assets_up(
        owed, convert(debt_usd_wad, uint256), convert(limit_usd_wad, uint256), 8_000, 500
    )
    self._must(closable == owed)


@external
@pure
def check_false__growth_never_passes_its_exponent(rate_wad: uint64, elapsed_seconds: uint8):
    r: uint256 = convert(rate_wad, uint256)
    t: uint256 = convert(elapsed_seconds, uint256)
    self._must(interest.growth_wad_down(r, t) <= r * t)
