# pragma version 0.4.3
# SPDX-License-Identifier: AGPL-3.0-only
"""
@title fair_sale
@license AGPL-3.0-only
@notice Sells one token for another over our pairs, and tells whether what it fetched is what
    the oracle says, but for a bound.
"""

from ethereum.ercs import IERC20

from ..interfaces import IPriceOracle
from ..interfaces import IRouter
from . import units

MAX_HOPS: constant(uint256) = 4


@internal
@view
def proceeds(
    router: address, hops: DynArray[IRouter.Hop, MAX_HOPS], assets: uint256
) -> uint256:
    """
    @notice What a sale of `assets` would fetch; zero where there is no route, or where the
        pairs refuse so little or so much.
    """
    if len(hops) == 0 or assets == 0:
        return 0
    is_answered: bool = False
    answer: Bytes[32] = b""
    is_answered, answer = raw_call(
        router,
        abi_encode(
            hops, assets, method_id=method_id("quote_exact_in((address,address)[],uint256)")
        ),
        max_outsize=32,
        is_static_call=True,
        revert_on_failure=False,
    )
    if not is_answered or len(answer) < 32:
        return 0
    return extract32(answer, 0, output_type=uint256)


@internal
@view
def is_fair(
    oracle: address,
    sold_asset: address,
    sold_assets: uint256,
    bought_asset: address,
    bought_assets: uint256,
    max_slippage_bps: uint256,
) -> bool:
    """
    @notice Whether what was bought is worth what was sold, but for `max_slippage_bps`.
    @dev At the prices at which an account counts them: collateral at the bid, debt at the ask.
    @custom:reverts
        "oracle: no feed"
        "oracle: stale price"
        "oracle: feeds disagree"
    """
    sold_usd_wad: uint256 = staticcall IPriceOracle(oracle).value_usd_wad_down(
        sold_asset, sold_assets
    )
    bought_usd_wad: uint256 = staticcall IPriceOracle(oracle).value_usd_wad_up(
        bought_asset, bought_assets
    )
    return bought_usd_wad * units.BPS >= sold_usd_wad * (units.BPS - max_slippage_bps)


@internal
def sell(
    router: address,
    hops: DynArray[IRouter.Hop, MAX_HOPS],
    token_in: address,
    token_out: address,
    assets: uint256,
    min_assets_out: uint256,
) -> uint256:
    """
    @notice Sell `assets` of `token_in`, which this contract holds.
    @dev What counts is what arrives of `token_out`, wherever the route ends.
    @custom:reverts
        "token: transfer refused"
        and the reasons of router and pairs
    @return What arrived of `token_out`.
    """
    before: uint256 = staticcall IERC20(token_out).balanceOf(self)
    self.approve(token_in, router, assets)
    answer: uint256 = extcall IRouter(router).swap_exact_in(
        hops, assets, min_assets_out, self, block.timestamp
    )
    after: uint256 = staticcall IERC20(token_out).balanceOf(self)
    return after - before


@internal
def approve(token: address, spender: address, assets: uint256):
    """
    @notice Let `spender` take `assets`.
    @dev Exactly what is taken in the same call: the allowance is zero again after it.
    @custom:reverts "token: transfer refused"
    """
    is_approved: bool = extcall IERC20(token).approve(
        spender, assets, default_return_value=True
    )
    assert is_approved, "token: transfer refused"
